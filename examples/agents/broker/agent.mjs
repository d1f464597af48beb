/**
 * An agent that is given the token of an account that its person has at a provider.
 *
 *     node agent.mjs http mail         # over HTTP: the person copies what the last page shows
 *     node agent.mjs websocket mail    # over a WebSocket, by which the agent is told
 *
 * OSTIARY_TOKEN is a token of the person's with the scopes `agent:connect connections:token`; OSTIARY_URL is where the server
 * is. Needs Node.js 22 or newer, and no package.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline/promises";

const [way, provider] = process.argv.slice(2);
const { OSTIARY_URL: server = "http://localhost:8787", OSTIARY_TOKEN: token } = process.env;
const account = { agent_id: "example-agent-in-javascript", provider };

/** A request to `/oauth/fastmcp/agent/…`: GET, or POST with a body of JSON. */
async function ask(path, body) {
  const answer = await fetch(`${server}/oauth/fastmcp/agent/${path}`, {
    method: body ? "POST" : "GET",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(`${told.error}: ${told.error_description}`);
  return told;
}

function open(address) {
  const opener = { darwin: "open", win32: "explorer" }[process.platform] ?? "xdg-open";
  spawn(process.env.BROWSER ?? opener, [address], { stdio: "inherit" });
}

async function overHttp() {
  const asked = await ask("authenticate", { ...account, requested_scopes: [] });
  open(asked.authorization_url);
  const session = `${account.agent_id}/session?${new URLSearchParams({ provider })}`;
  for (let left = 300; !(await ask(session)).authenticated; left -= 1) {
    if (left === 0) throw new Error("nobody said yes");
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  const person = createInterface({ input: process.stdin, output: process.stdout });
  const lines = person[Symbol.asyncIterator]();
  const typed = async (what) => {
    process.stdout.write(what);
    return (await lines.next()).value;
  };
  const proof = { authorization_code: await typed("Code: "), state: await typed("State: ") };
  person.close();
  const given = await ask(`${account.agent_id}/token`, proof);
  return { ...given, of: ` of ${given.user.email}` };
}

/** JSON-RPC 2.0 over a WebSocket. The token is the second subprotocol: the platform's WebSocket sends no headers of ours. */
class Calls {
  #socket;
  #waiting = new Map();
  #calls = 0;

  static async to(address) {
    const calls = new Calls();
    calls.#socket = new WebSocket(address, ["bearer", token]);
    calls.#socket.onmessage = ({ data }) => calls.#take(JSON.parse(data));
    await new Promise((resolve, reject) => {
      calls.#socket.onopen = resolve;
      calls.#socket.onerror = () => reject(new Error("the server opens no socket for this token"));
    });
    return calls;
  }

  #take({ id, method, params, result, error }) {
    const { resolve, reject } = this.#waiting.get(id ?? method) ?? {};
    if (error) reject?.(new Error(`${error.code}: ${error.message}`));
    else resolve?.(result ?? params);
  }

  /** The answer to the call of this id, or the next notification of this method. */
  told(idOrMethod) {
    return new Promise((resolve, reject) => this.#waiting.set(idOrMethod, { resolve, reject }));
  }

  call(method, params) {
    this.#calls += 1;
    const id = this.#calls;
    this.#socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    return this.told(id);
  }

  close() {
    this.#socket.close();
  }
}

async function overWebSocket() {
  const calls = await Calls.to(`${server.replace("http", "ws")}/mcp/ws`);
  try {
    const completed = calls.told("oauth/completed");
    const asked = await calls.call("oauth/initiate", { ...account, requested_scopes: [] });
    open(asked.authorization_url);
    const told = await completed;
    if (!told.authenticated) throw new Error(`${told.error}: ${told.error_description}`);
    const { authorization_code, state } = told;
    return {
      ...(await calls.call("oauth/token", { ...account, authorization_code, state })),
      of: "",
    };
  } finally {
    calls.close();
  }
}

const given = await { http: overHttp, websocket: overWebSocket }[way]();
console.log(`A ${given.token_type} token${given.of} at ${given.provider}: ${given.scope}`);
