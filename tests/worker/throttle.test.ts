/** The rate limits in front, as the runtime's own bindings count them. */
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { Client, demoServer } from "./support/client.ts";
import { logged, startSeeded } from "./support/flow.ts";
import type { Page } from "./support/person.ts";
import { Person } from "./support/person.ts";
import { config } from "./support/settings.ts";

const LIMIT = 8;
/** Of two minutes that the requests may fall into, the second is not used up either. */
const SURELY = 2 * LIMIT + 2;
/** Longer than the deadline of a limit, far shorter than that of a store. */
const SOON_MS = 3_000;

const ostiary = await startSeeded({
  faults: true,
  limits: { PROGRAM_LIMITER: LIMIT, PAGE_LIMITER: LIMIT * 10, GUESS_LIMITER: LIMIT },
});
after(() => ostiary.stop());
beforeEach(() => ostiary.faults());

/** Minutes of the clock, by which the runtime counts. */
function minute(): number {
  return Math.floor(Date.now() / 60_000);
}

let addresses = 0;

/** Of a network that no test has used. */
function newAddress(): string {
  addresses += 1;
  return `198.51.${addresses}.7`;
}

/** Asks for a client's own token from this address; without one, as whoever runs the server. */
async function ownToken(client: Client, address?: string) {
  const { path, init } = client.prepare("/oauth/token", { grant_type: "client_credentials" });
  const headers = new Headers(init.headers);
  if (address) headers.set("CF-Connecting-IP", address);
  const answer = await ostiary.fetch(path, { ...init, headers });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

const wrong = new Client(demoServer.id, demoServer.redirectUri, "wrong");

test("a network is refused beyond the limit at one endpoint, and no other network, and at no other endpoint", async () => {
  const [busy, other] = [newAddress(), newAddress()];
  const answers = [];
  for (let n = 0; n < SURELY; n += 1) answers.push(await ownToken(demoServer, busy));
  const refused = answers.find(({ status }) => status === 429);
  assert.ok(refused, "some were refused");
  assert.equal(answers.slice(0, LIMIT).filter(({ status }) => status === 200).length, LIMIT);
  assert.equal(refused.headers.get("Retry-After"), "60");
  assert.deepEqual(refused.body, {
    error: "too_many_requests",
    error_description: "too many requests came from this network; try again in a minute",
  });
  assert.equal((await ownToken(demoServer, other)).status, 200);
  assert.equal((await new Person(ostiary, busy).get("/login")).status, 200);
});

test("what comes from this machine is not counted", async () => {
  for (let n = 0; n < SURELY; n += 1) assert.equal((await ownToken(demoServer)).status, 200);
});

test("wrong secrets are answered with 429 after so many, and the right one never is", async () => {
  const addresses = Array.from({ length: 5 }, newAddress);
  // The network, and not each of its addresses, so that what limits all requests is far off.
  const guesser = "2001:db8:77:1::";
  const statuses = [];
  for (let n = 0; n < SURELY; n += 1)
    statuses.push((await ownToken(wrong, `${guesser}${n + 1}`)).status);
  assert.equal(statuses[0], 401);
  assert.ok(statuses.includes(429), `${statuses}`);
  for (const address of addresses)
    assert.equal((await ownToken(wrong, address)).status, 401, "elsewhere");
  assert.equal((await ownToken(demoServer, addresses[0])).status, 200);
});

test("passwords that are tried at many accounts hold what is around them, but not who signed in there before", async () => {
  const owner = new Person(ostiary, "203.0.113.1");
  assert.equal((await owner.signIn("alice")).location, "/account");
  const pages: Page[] = [];
  const began = minute();
  while (pages.at(-1)?.status !== 429) {
    // So many of each minute are looked at, then one more, and the next one is held.
    const most = LIMIT * (minute() - began + 1) + 2;
    assert.ok(pages.length < most, `${pages.length} tries, and nothing is held`);
    const n = pages.length;
    pages.push(await new Person(ostiary, `203.0.113.${n + 10}`).signIn(`somebody-${n}`, "123456"));
  }
  assert.ok(pages.length > LIMIT, `held after ${pages.length} tries`);
  for (const page of pages.slice(0, -1)) assert.equal(page.status, 403);
  assert.equal(pages.at(-1)?.headers.get("Retry-After"), "60");
  // What is around them is held for half a minute from now on.
  const newcomer = await new Person(ostiary, "203.0.113.2").signIn("bob");
  assert.equal(newcomer.status, 429, "not even with the right password");
  assert.match(newcomer.html, /id="login-problem"/);
  assert.equal((await owner.signIn("alice")).location, "/account");
  assert.equal((await new Person(ostiary, newAddress()).signIn("bob")).location, "/account");
});

for (const mode of ["fail", "delay"] as const)
  test(`with every limit in trouble (${mode}) nobody is refused, and the log says so`, async () => {
    const bindings = config.ratelimits.map(({ name }) => name);
    await ostiary.faults(...bindings.map((binding) => ({ binding, mode, ms: 60_000 })));
    const busy = newAddress();
    const took: number[] = [];
    for (let n = 0; n <= LIMIT; n += 1) {
      const began = performance.now();
      assert.equal((await ownToken(demoServer, busy)).status, 200);
      took.push(performance.now() - began);
    }
    // If anybody waited, everybody would; a busy machine is slow at some of them.
    assert.ok(Math.min(...took) < SOON_MS, `nobody waited for it: ${took}`);
    const person = new Person(ostiary, busy);
    assert.equal((await ownToken(wrong, busy)).status, 401);
    assert.equal((await person.signIn("bob", "wrong")).status, 403);
    assert.equal((await person.signIn("bob")).location, "/account");
    const calls = await ostiary.calls();
    for (const binding of ["PROGRAM_LIMITER", "PAGE_LIMITER", "GUESS_LIMITER", "LOGIN_LIMITER"])
      assert.ok(calls[`${binding}.limit`], `${binding} was asked`);
    await logged(ostiary, "limiter_failed");
  });
