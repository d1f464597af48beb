/**
 * An entry that stands before the built Worker and hands it bindings that can be told to fail. Runs in workerd.
 * Rules come by `POST /__faults` (see `Server.faults` in ostiary.ts), `GET /__faults` tells what was called how often, how many
 * of these calls were disturbed, and what all of it is billed by: invocations, rows of D1, uses of an object's storage.
 * worker-rs looks at `constructor.name` of a binding, so the real ones are proxied rather than imitated.
 */
import Worker, * as built from "./index.js";

export const ConnectionObject = withFaultyEnv(built.ConnectionObject);
export const GrantObject = withFaultyEnv(built.GrantObject);
export const LoginGuardObject = withFaultyEnv(built.LoginGuardObject);
export const SocketObject = withFaultyEnv(built.SocketObject);

let rules = [];
let calls = {};
let disturbances = 0;
/** "D1.read" and "D1.written" are rows, all others how often. */
let billed = {};

export default {
  async fetch(request, env, context) {
    if (new URL(request.url).pathname === "/__faults") return control(request);
    bill("fetch");
    return new Worker(context, faulty(env)).fetch(request);
  },
  queue(batch, env, context) {
    bill("queue");
    const [messages, attempts] = [`${batch.queue} messages`, `${batch.queue} attempts`];
    calls[messages] = (calls[messages] ?? 0) + batch.messages.length;
    // Of the message that came most often, since another one may come at any time.
    calls[attempts] = Math.max(calls[attempts] ?? 0, ...batch.messages.map((one) => one.attempts));
    return new Worker(context, faulty(env)).queue(batch);
  },
  scheduled(event, env, context) {
    bill("scheduled");
    return new Worker(context, faulty(env)).scheduled(event);
  },
};

async function control(request) {
  if (request.method === "POST") {
    rules = await request.json();
    calls = {};
    disturbances = 0;
    billed = {};
  }
  return Response.json({ calls, disturbances, billed });
}

function withFaultyEnv(Class) {
  return class extends Class {
    constructor(state, env) {
      super(state, faulty(env));
      if (!isCounted) count(state.storage);
    }

    alarm() {
      bill("alarm");
      return super.alarm();
    }
  };
}

let isCounted = false;

/** From now on counts what objects do with their storage. It is one class for all, so this is done once. */
function count(storage) {
  isCounted = true;
  for (const [object, methods] of [
    [storage, ["setAlarm", "deleteAll"]],
    [storage.kv, ["get", "put", "delete"]],
  ]) {
    const prototype = Object.getPrototypeOf(object);
    for (const method of methods) {
      const original = prototype[method];
      prototype[method] = function (...args) {
        bill(`storage.${method}`);
        return original.apply(this, args);
      };
    }
  }
}

function bill(what, times = 1) {
  billed[what] = (billed[what] ?? 0) + times;
}

function faulty(env) {
  return new Proxy(env, {
    get(target, name) {
      const binding = target[name];
      return typeof binding === "object" && binding !== null ? wrap(binding, name) : binding;
    },
  });
}

// What these return is called in turn (a statement, a session, a stub), so it is wrapped as well.
const STEPS = new Set(["prepare", "bind", "withSession", "get"]);
const originals = new WeakMap();

function wrap(object, binding) {
  const proxy = new Proxy(object, {
    get(target, name) {
      const member = Reflect.get(target, name, target);
      if (typeof member !== "function" || name === "constructor") return member;
      return (...args) => {
        // Not by `apply`: of a stub that would be another remote method.
        const call = () => target[name](...args.map(unwrapped));
        const isStep = STEPS.has(name) && !(name === "get" && "put" in target);
        return isStep ? wrap(call(), binding) : disturbed(binding, name, call);
      };
    },
  });
  originals.set(proxy, object);
  return proxy;
}

/** D1's `batch` wants the very statements that it made. */
function unwrapped(argument) {
  if (Array.isArray(argument)) return argument.map(unwrapped);
  return originals.get(argument) ?? argument;
}

// These give an id without a hop and at once.
const IMMEDIATE = new Set([
  "idFromName",
  "idFromString",
  "newUniqueId",
  "jurisdiction",
  "getBookmark",
  "toString",
]);

function disturbed(binding, method, call) {
  if (IMMEDIATE.has(method)) return call();
  const key = `${binding}.${method}`;
  calls[key] = (calls[key] ?? 0) + 1;
  const rule = rules.find(
    (one) => one.binding === binding && (one.method ?? method) === method && (one.times ?? 1) > 0,
  );
  if (!rule) return noted(call());
  if (rule.skip > 0) {
    rule.skip -= 1;
    return noted(call());
  }
  if (rule.times !== undefined) rule.times -= 1;
  disturbances += 1;
  return disturb(rule, key, call);
}

/** D1 says with each result how many rows it looked at and wrote; a batch answers several. */
async function noted(answer) {
  const got = await answer;
  for (const { meta } of Array.isArray(got) ? got : [got ?? {}]) {
    bill("D1.read", meta?.rows_read ?? 0);
    bill("D1.written", meta?.rows_written ?? 0);
  }
  return got;
}

async function disturb(rule, key, call) {
  switch (rule.mode) {
    case "fail":
      throw new Error(`fault: ${key}`);
    case "failAfter":
      await call();
      throw new Error(`fault after the effect: ${key}`);
    case "delay":
      await passing(rule.ms);
      return call();
    case "delayAfter": {
      const answer = await call();
      await passing(rule.ms);
      return answer;
    }
    case "miss":
      return null;
    default:
      throw new Error(`unknown fault mode: ${rule.mode}`);
  }
}

function passing(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
