/** The main job in few words: a server with the development users and clients, and somebody signed in there. */
import assert from "node:assert/strict";
import { type Client, type Code, type Tokens, tokensOf } from "./client.ts";
import { type Options, type Ostiary, type Server, startOstiary } from "./ostiary.ts";
import { Person } from "./person.ts";

/** A server that knows alice, bob, `demo-web` and `demo-server`. */
export async function startSeeded(options: Options = {}): Promise<Ostiary> {
  const ostiary = await startOstiary(options);
  try {
    const answer = await ostiary.fetch("/dev/seed", { method: "POST" });
    assert.equal(answer.status, 200, await answer.text());
    return ostiary;
  } catch (error) {
    await ostiary.stop();
    throw error;
  }
}

/** Somebody who is signed in. */
export async function signedIn(server: Server, name = "alice"): Promise<Person> {
  const person = new Person(server);
  const answer = await person.signIn(name);
  assert.equal(answer.location, "/account", answer.html);
  return person;
}

let people = 0;

/** Somebody new, signed in, with an account and an address of their own: what is limited for each person is not used up. */
export async function newPerson(ostiary: Ostiary): Promise<Person> {
  people += 1;
  const [name, password] = [`person-${people}`, `password of ${people}`];
  const headers = { "X-Admin-Token": ostiary.adminToken, "Content-Type": "application/json" };
  const body = JSON.stringify({ name, password });
  const made = await ostiary.fetch("/admin/api/users", { method: "POST", headers, body });
  assert.equal(made.status, 201, await made.text());
  const person = new Person(ostiary, `198.19.${people >> 8}.${people & 255}`);
  const answer = await person.signIn(name, password);
  assert.equal(answer.location, "/account", answer.html);
  return person;
}

/** A code for `client`. Where the person's consent is remembered, this is one request. */
export async function codeFor(person: Person, client: Client, scope?: string): Promise<Code> {
  const request = client.request(scope);
  return client.codeOf(await person.approve(request.path), request);
}

/** The first tokens of a new grant. */
export async function tokensFor(server: Server, person: Person, client: Client): Promise<Tokens> {
  return tokensOf(await client.redeem(server, await codeFor(person, client)));
}

/**
 * Has both Workers do once what they are about to do at the same time: an isolate compiles, imports keys and fills its
 * caches on the first request of a kind, which on a busy machine takes longer than the second within which a repeated
 * redemption is an accident.
 */
export async function warm(ostiary: Ostiary, person: Person, client: Client): Promise<void> {
  for (const server of [ostiary, ostiary.twin]) {
    const { refresh_token } = await tokensFor(server, person, client);
    await tokensOf(await client.refresh(server, refresh_token));
  }
}

/** Does `what` ten times at once, half of them at each of the two Workers. */
export function tenTimes<T>(ostiary: Ostiary, what: (server: Server) => Promise<T>): Promise<T[]> {
  return Promise.all(
    Array.from({ length: 10 }, (_, n) => what(n % 2 === 0 ? ostiary : ostiary.twin)),
  );
}

/** Longer than the second within which a second redemption is an accident. */
export const LATER_MS = 1_500;

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Longer than a queue, or a program that starts, takes on a machine that has much else to do. */
const PATIENCE_MS = 60_000;

/** Asks until the answer is there; gives up after a minute. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const began = performance.now();
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() - began > PATIENCE_MS)
      throw new Error(`did not happen within ${PATIENCE_MS / 1_000} s: ${what}`);
    await sleep(200);
  }
}

/** A line of the log with all of these in it, as soon as there is one: lines come by a pipe, so at times after the answer. */
export function logged(ostiary: Ostiary, ...parts: string[]): Promise<string> {
  return eventually(`a line of the log with ${parts.join(", ")}`, async () =>
    ostiary.logs.find((line) => parts.every((part) => line.includes(part))),
  );
}
