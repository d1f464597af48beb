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
