/**
 * An entry that stands before the built Worker and lets a test look into any object, and ring its alarm: alarms go by
 * the real time, and a test that moved the server's clock can't wait for them. Runs in workerd; see objects.ts.
 */
import Worker, * as built from "./index.js";

export const GrantObject = open(built.GrantObject);
export const LoginGuardObject = open(built.LoginGuardObject);

const DOOR = "/__object/";

export default {
  fetch(request, env, context) {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(DOOR)) return new Worker(context, env).fetch(request);
    const [binding, id, verb] = pathname.slice(DOOR.length).split("/");
    const object = env[binding].get(env[binding].idFromString(id));
    return object.fetch(`https://object${DOOR}${verb}`);
  },
  queue(batch, env, context) {
    return new Worker(context, env).queue(batch);
  },
  scheduled(event, env, context) {
    return new Worker(context, env).scheduled(event);
  },
};

function open(Class) {
  return new Proxy(Class, {
    construct(target, [state, env], newTarget) {
      const object = Reflect.construct(target, [state, env], newTarget);
      const fetch = object.fetch.bind(object);
      object.fetch = async (request) => {
        const { pathname } = new URL(request.url);
        if (!pathname.startsWith(DOOR)) return fetch(request);
        if (pathname === `${DOOR}ring`) await object.alarm();
        const keys = (await state.storage.list()).size;
        return Response.json({ keys, alarm: await state.storage.getAlarm() });
      };
      return object;
    },
  });
}
