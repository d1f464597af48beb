/** The refusals whose times must not differ. */
import { demoServer } from "../../worker/support/client.ts";
import { secrets } from "../../worker/support/ostiary.ts";
import { Person } from "../../worker/support/person.ts";
import type { Running } from "../support/boot.ts";
import { type Answered, type Kind, timed } from "./probe.ts";

const WRONG_SECRET = "x".repeat(demoServer.secret?.length ?? 0);
const UNKNOWN = "demo-nobody";

/** Refused clients at an endpoint that takes their credentials: those that send a secret, and those that don't. */
export function clients(running: Running, path: string, fields: Record<string, string>): Kind[][] {
  const refused = (name: string, credentials: Record<string, string>): Kind => ({
    name,
    ask: () =>
      timed(() => {
        const body = new URLSearchParams({ ...fields, ...credentials });
        return running.fetch(path, { method: "POST", body });
      }),
  });
  return [
    [
      refused("wrong secret", { client_id: demoServer.id, client_secret: WRONG_SECRET }),
      refused("unknown client", { client_id: UNKNOWN, client_secret: WRONG_SECRET }),
    ],
    [
      refused("no secret", { client_id: demoServer.id }),
      refused("unknown, no secret", { client_id: UNKNOWN }),
    ],
  ];
}

/** So many users, each with a password of their own. Names are as long as those nobody has. */
export async function makeUsers(running: Running, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const answer = await running.fetch("/admin/api/users", {
      method: "POST",
      headers: { "X-Admin-Token": secrets.ADMIN_TOKEN, "Content-Type": "application/json" },
      body: JSON.stringify({ name: `person-${n}`, password: "correct horse battery" }),
    });
    if (answer.status !== 201) throw new Error(await answer.text());
  }
}

/**
 * Refused logins: each round is a try at another name, always from a network never seen before, so that no delay
 * begins. With 19 failures an account is slowed: no more rounds than 19 times `users`.
 */
export function logins(running: Running, users: number): Kind[] {
  let addresses = 0;
  const attempt = async (name: string): Promise<Answered> => {
    addresses += 1;
    const address = `10.${addresses >> 8}.${addresses & 255}.1`;
    const person = new Person(running, address);
    const page = await person.get("/login");
    const fields = { username: name, password: "wrong password typed", action: "sign_in" };
    const began = performance.now();
    const answer = await person.submit(page, fields);
    const millis = performance.now() - began;
    return {
      status: answer.status,
      body: /id="login-problem"[^<]*/.exec(answer.html)?.[0] ?? "",
      millis,
    };
  };
  return [
    { name: "wrong password", ask: (round) => attempt(`person-${round % users}`) },
    { name: "unknown name", ask: (round) => attempt(`nobody-${round % users}`) },
  ];
}
