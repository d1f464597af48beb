/**
 * What the runtime loads: the built crate, its objects reachable by remote procedure calls, which cost a good part less than
 * a `fetch` of an object. For that a class must extend the runtime's own, and those of wasm-bindgen extend nothing.
 * scripts/build.sh puts this file in place of the one that worker-build made, and that one beside it as built.js.
 */
import { DurableObject } from "cloudflare:workers";
import Worker, * as built from "./built.js";

/** An object that obeys commands: JSON in, JSON out (objects/call.rs). */
function commanded(Class) {
  return class extends DurableObject {
    #object;

    constructor(state, env) {
      super(state, env);
      this.#object = new Class(state, env);
    }

    obey(command) {
      return this.#object.obey(command);
    }

    alarm() {
      return this.#object.alarm();
    }
  };
}

export const ConnectionObject = commanded(built.ConnectionObject);
export const GrantObject = commanded(built.GrantObject);
export const LoginGuardObject = commanded(built.LoginGuardObject);

/** Most messages of a socket that wait for their turn. */
const MOST_WAITING = 16;
/** Longer ones are no message, whatever is in them; service/agents/rpc says so. */
const LONGEST = 64 * 1024;
/** So long somebody who brought no token with the request may take to `authenticate`. */
const STRANGER_MS = 5000;

const isOpen = (socket) => socket.readyState === WebSocket.OPEN;

/**
 * A WebSocket of an agent. The runtime may put the object to sleep while nothing comes: what is remembered is attached to the
 * socket and ends with it. What a message does is decided by objects/socket.rs.
 */
export class SocketObject extends DurableObject {
  #object;
  #waiting = 0;
  #last = Promise.resolve();

  constructor(state, env) {
    super(state, env);
    this.#object = new built.SocketObject(state, env);
  }

  /** The socket is opened. */
  async fetch({ headers }) {
    const [client, server] = Object.values(new WebSocketPair());
    const state = JSON.parse(decodeURIComponent(headers.get("socket-state")));
    this.ctx.acceptWebSocket(server);
    server.serializeAttachment(state);
    if (!state.token) await this.ctx.storage.setAlarm(Date.now() + STRANGER_MS);
    const protocol = headers.get("sec-websocket-protocol");
    return new Response(null, {
      status: 101,
      webSocket: client,
      headers: protocol ? { "Sec-WebSocket-Protocol": protocol } : {},
    });
  }

  /** Tells the agent something: JSON of a text. An agent that is gone misses it. */
  obey(command) {
    for (const socket of this.ctx.getWebSockets())
      if (isOpen(socket)) socket.send(JSON.parse(command));
    return "null";
  }

  /** Whoever is still a stranger goes. The storage held nothing but this alarm. */
  async alarm() {
    for (const socket of this.ctx.getWebSockets())
      if (!socket.deserializeAttachment().token) socket.close(4401, "not authenticated");
    await this.ctx.storage.deleteAll();
  }

  /** One message after another, so that each finds the state that the one before it left. */
  webSocketMessage(socket, message) {
    if (this.#waiting === MOST_WAITING) return socket.close(1008, "too many messages at once");
    this.#waiting += 1;
    this.#last = this.#last
      .then(() => this.#take(socket, message))
      .catch((error) => {
        console.error(JSON.stringify({ event: "socket_failed", problem: error.message }));
        socket.close(1011, "this server failed");
      })
      .finally(() => {
        this.#waiting -= 1;
      });
    return this.#last;
  }

  /** The agent is done, and is answered by its own code; those that stand for none are never sent (RFC 6455 section 7.4.1). */
  webSocketClose(socket, code) {
    socket.close([1005, 1006, 1015].includes(code) ? 1000 : code);
  }

  async #take(socket, message) {
    if (!isOpen(socket)) return;
    const binary = typeof message === "string" ? undefined : true;
    const text = binary || message.length > LONGEST ? undefined : message;
    const asked = JSON.stringify({ state: socket.deserializeAttachment(), text, binary });
    const { state, answer, close } = JSON.parse(await this.#object.obey(asked));
    if (!isOpen(socket)) return;
    if (state) socket.serializeAttachment(state);
    if (answer) socket.send(answer);
    if (close) socket.close(...close);
  }
}

/**
 * Whoever sent a request may go away before the answer: what was begun is ended all the same, so that nothing is done by
 * halves.
 */
export default class extends Worker {
  fetch(request) {
    const answer = super.fetch(request);
    this.ctx.waitUntil(answer);
    return answer;
  }
}
