/**
 * An entry that stands before the built Worker and lets a test look into an object and ring its alarm. Runs in workerd.
 * `GET /__object/<BINDING>/<id or name>/look` (or `/ring`) answers what the object keeps, under how many keys, when its
 * alarm is due, and a number of this life of it, which is another one after it was evicted.
 */
import Worker, * as built from "./index.js";

export const ConnectionObject = open(built.ConnectionObject);
export const GrantObject = open(built.GrantObject);
export const LoginGuardObject = open(built.LoginGuardObject);
export const SocketObject = open(built.SocketObject);

export default {
  fetch(request, env, context) {
    const [, , binding, name, act] = new URL(request.url).pathname.split("/");
    if (!request.url.includes("/__object/")) return new Worker(context, env).fetch(request);
    const namespace = env[binding];
    const id = /^[0-9a-f]{64}$/.test(name)
      ? namespace.idFromString(name)
      : namespace.idFromName(name);
    return namespace.get(id).fetch(`https://object/__${act}`);
  },
  queue(batch, env, context) {
    return new Worker(context, env).queue(batch);
  },
  scheduled(event, env, context) {
    return new Worker(context, env).scheduled(event);
  },
};

function open(Class) {
  return class extends Class {
    #life = Math.random();

    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (!/^\/__(look|ring)$/.test(pathname)) return super.fetch(request); // that of a socket
      if (pathname === "/__ring" && (await this.ctx.storage.getAlarm()) !== null)
        await this.alarm();
      return Response.json(await look(this.ctx.storage, this.#life));
    }
  };
}

async function look(storage, life) {
  return {
    state: JSON.parse(storage.kv.get("state") ?? "null"),
    keys: (await storage.list()).size,
    alarm: await storage.getAlarm(),
    life,
  };
}
