import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import { demoServer, demoWeb, lineageOf, refused, tokensOf } from "./support/client.ts";
import {
  codeFor,
  eventually,
  LATER_MS,
  logged,
  signedIn,
  sleep,
  startSeeded,
  tokensFor,
} from "./support/flow.ts";
import type { Fault, Server } from "./support/ostiary.ts";
import { Person } from "./support/person.ts";

const ostiary = await startSeeded({
  faults: true,
  twin: true,
  vars: { REFRESH_RETRY_WINDOW_SECONDS: "1" },
});
/** Where a code is exchanged that was issued at `ostiary`: there it has to be looked up. */
const elsewhere = ostiary.twin;
after(() => ostiary.stop());
afterEach(() => faults());
const alice = await signedIn(ostiary);
await tokensFor(ostiary, alice, demoServer); // from now on consent is remembered

/** Far beyond every deadline, and far below the time that tests have. */
const ENDLESS_MS = 60_000;
const LONG_BEFORE_MS = 30_000;
/** Below the 8 s of the Queue. */
const SOONER_MS = 5_000;

/** Sets the faults of both Workers. */
async function faults(...rules: Fault[]): Promise<void> {
  await Promise.all([ostiary, elsewhere].map((server) => server.faults(...rules)));
}

/** Checks that a refusal is the one that says "come again". */
async function unavailable(answer: Response): Promise<void> {
  assert.ok(Number(answer.headers.get("Retry-After")) > 0, "there is a Retry-After");
  await refused(answer, "temporarily_unavailable", 503);
}

/** Checks that something was asked of a binding, so that its fault was met. */
async function wasCalled(server: Server, ...methods: string[]): Promise<void> {
  const calls = await server.calls();
  for (const method of methods) assert.ok(calls[method], `${method} was called`);
}

const troublesOfKv: [string, Fault][] = [
  ["sees nothing", { binding: "CODES", method: "get", mode: "miss" }],
  ["fails", { binding: "CODES", mode: "fail" }],
  ["fails after it wrote", { binding: "CODES", mode: "failAfter" }],
  ["does not answer", { binding: "CODES", mode: "delay", ms: ENDLESS_MS }],
];
for (const [trouble, fault] of troublesOfKv) {
  test(`a KV that ${trouble} loses nobody's code, and makes none good for twice`, async () => {
    await faults(fault);
    const began = performance.now();
    const code = await codeFor(alice, demoServer);
    const tokens = await tokensOf(await demoServer.redeem(elsewhere, code));
    assert.ok(performance.now() - began < LONG_BEFORE_MS, "KV has a deadline");
    await wasCalled(ostiary, "CODES.put");
    await wasCalled(elsewhere, "CODES.get");
    assert.equal(await demoServer.isActive(ostiary, tokens.access_token), true);
    await sleep(LATER_MS);
    await refused(await demoServer.redeem(ostiary, code), "invalid_grant");
    assert.equal(await demoServer.isActive(ostiary, tokens.access_token), false);
  });
}

for (const mode of ["fail", "delay"] as const) {
  const fault: Fault = { binding: "DB", mode, ms: ENDLESS_MS };
  const trouble = mode === "fail" ? "fails" : "does not answer";

  test(`a database that ${trouble} is a 503 to try again after, and costs neither code nor refresh token`, async () => {
    const code = await codeFor(alice, demoServer);
    const held = await tokensFor(elsewhere, alice, demoServer);

    await faults(fault);
    const headers = { Authorization: `Bearer ${held.access_token}` };
    const answers = await Promise.all([
      demoServer.redeem(elsewhere, code),
      demoServer.refresh(elsewhere, held.refresh_token),
      elsewhere.fetch("/api/oauth/clients/me", { headers }),
    ]);
    for (const answer of answers) await unavailable(answer);

    await faults();
    await tokensOf(await demoServer.redeem(elsewhere, code));
    await tokensOf(await demoServer.refresh(ostiary, held.refresh_token));
  });
}

test("a database that fails gives no code, and the page tells nothing of the inside", async () => {
  await ostiary.faults({ binding: "DB", mode: "fail" });
  const page = await alice.get(demoServer.request().path);
  assert.equal(page.status, 503);
  assert.match(page.html, /temporarily_unavailable/);
  assert.doesNotMatch(page.html, /fault|D1|SQL|\.rs/);
});

test("a database that fails once the destination is proven is told to the client, by redirect", async () => {
  // The first batch finds client and person, the second writes the code down.
  await ostiary.faults({ binding: "DB", mode: "fail", skip: 1 });
  const request = demoServer.request();
  const answer = await alice.approve(request.path);
  assert.equal(`${answer.origin}${answer.pathname}`, demoServer.redirectUri);
  assert.equal(answer.searchParams.get("error"), "temporarily_unavailable");
  assert.equal(answer.searchParams.get("state"), request.state);
  assert.equal(answer.searchParams.get("iss"), ostiary.url);
  assert.equal(answer.searchParams.get("code"), null);
});

test("a grant whose answer is lost is asked again, and answers the same", async () => {
  const lost: Fault = { binding: "GRANTS", mode: "failAfter", times: 1 };
  const code = await codeFor(alice, demoServer);
  await ostiary.faults(lost);
  const first = await tokensOf(await demoServer.redeem(ostiary, code));
  assert.equal((await ostiary.calls())["GRANTS.obey"], 2);
  assert.equal(lineageOf(first.access_token).generation, 1);

  await ostiary.faults(lost);
  const second = await tokensOf(await demoServer.refresh(ostiary, first.refresh_token));
  assert.equal((await ostiary.calls())["GRANTS.obey"], 2);
  assert.equal(lineageOf(second.access_token).generation, 2);
  await tokensOf(await demoServer.refresh(ostiary, second.refresh_token));
});

test("a grant out of reach is a 503, and the client gets on with what it holds", async () => {
  const code = await codeFor(alice, demoServer);
  await ostiary.faults({ binding: "GRANTS", mode: "fail" });
  await unavailable(await demoServer.redeem(ostiary, code));
  await ostiary.faults();
  const first = await tokensOf(await demoServer.redeem(ostiary, code));

  await ostiary.faults({ binding: "GRANTS", mode: "fail" });
  await unavailable(await demoServer.refresh(ostiary, first.refresh_token));
  await ostiary.faults();
  const second = await tokensOf(await demoServer.refresh(ostiary, first.refresh_token));

  // It rotates, but nobody hears of it: the same successor again.
  await ostiary.faults({ binding: "GRANTS", mode: "failAfter" });
  await unavailable(await demoServer.refresh(ostiary, second.refresh_token));
  await ostiary.faults();
  const third = await tokensOf(await demoServer.refresh(ostiary, second.refresh_token));
  assert.equal(lineageOf(third.access_token).generation, 3);
});

test("a public client outlives a database that fails for longer than the retry window", async () => {
  const { refresh_token } = await tokensFor(ostiary, alice, demoWeb);
  await ostiary.faults({ binding: "DB", mode: "fail" });
  await unavailable(await demoWeb.refresh(ostiary, refresh_token));
  await sleep(3_000);
  await ostiary.faults();
  const second = await tokensOf(await demoWeb.refresh(ostiary, refresh_token));
  assert.equal(lineageOf(second.access_token).generation, 2);
  await sleep(3_000);
  await refused(await demoWeb.refresh(ostiary, refresh_token), "invalid_grant");
});

test("a code exchange of which nobody heard is no second success", async () => {
  const code = await codeFor(alice, demoServer);
  await ostiary.faults({ binding: "GRANTS", mode: "failAfter" });
  await unavailable(await demoServer.redeem(ostiary, code));
  await ostiary.faults();
  await refused(await demoServer.redeem(ostiary, code), "invalid_grant");
  await tokensFor(ostiary, alice, demoServer); // it starts over
});

test("a Queue that fails loses no request, and the log says how many events are lost", async () => {
  await ostiary.faults({ binding: "EVENTS", mode: "fail" });
  const person = await signedIn(ostiary, "bob");
  const tokens = await tokensFor(ostiary, person, demoServer);
  await tokensOf(await demoServer.refresh(ostiary, tokens.refresh_token));
  await wasCalled(ostiary, "EVENTS.send");
  await logged(ostiary, "events are lost");
});

for (const mode of ["fail", "delay"] as const)
  test(`with KV, Queue, rate limit and audit log all down (${mode}), people sign in and clients get tokens`, async () => {
    const down = ["CODES", "EVENTS", "LOGIN_LIMITER", "AUDIT_DB"];
    await faults(...down.map((binding) => ({ binding, mode, ms: ENDLESS_MS })));
    const person = await signedIn(ostiary, "bob");
    const { refresh_token } = await tokensFor(elsewhere, person, demoServer);
    await tokensOf(await demoServer.refresh(elsewhere, refresh_token));
    await wasCalled(ostiary, "CODES.put", "EVENTS.send", "LOGIN_LIMITER.limit");
    await wasCalled(elsewhere, "CODES.get");
  });

test("a Queue that fails once loses nothing", async () => {
  const { refresh_token } = await tokensFor(ostiary, alice, demoServer);
  await ostiary.faults({ binding: "EVENTS", mode: "fail", times: 1 });
  await demoServer.revoke(ostiary, refresh_token);
  assert.equal((await endings([refresh_token])).length, 1);
});

test("a Queue that does not answer holds no request up, and the log says how many events are lost", async () => {
  const before = lostEvents();
  await ostiary.faults({ binding: "EVENTS", mode: "delay", ms: ENDLESS_MS });
  // If anybody waited, everybody would; a busy machine is slow at some of them.
  const took: number[] = [];
  while (took.length < 5 && !took.some((ms) => ms < SOONER_MS)) {
    const began = performance.now();
    await signedIn(ostiary, "bob");
    took.push(performance.now() - began);
  }
  assert.ok(Math.min(...took) < SOONER_MS, `nobody waited: ${took}`);
  await eventually("a line in the log", async () => lostEvents() > before || undefined);
});

const troublesOfTheAuditDatabase: [string, Fault][] = [
  ["fails", { binding: "AUDIT_DB", mode: "fail", times: 2 }],
  ["fails after it wrote", { binding: "AUDIT_DB", mode: "failAfter", times: 2 }],
  ["does not answer", { binding: "AUDIT_DB", mode: "delay", ms: ENDLESS_MS, times: 1 }],
];
for (const [trouble, fault] of troublesOfTheAuditDatabase) {
  test(`an audit database that ${trouble} at first gets every row later, and none twice`, async () => {
    const tokens = await Promise.all([1, 2, 3].map(() => tokensFor(ostiary, alice, demoServer)));
    await ostiary.faults(fault);
    for (const { refresh_token } of tokens) await demoServer.revoke(ostiary, refresh_token);
    const rows = await endings(tokens.map(({ refresh_token }) => refresh_token));
    assert.equal(rows.length, 3);
    assert.ok((await ostiary.disturbances()) > 0);
    await sleep(LATER_MS); // a message that came again would be there by now
    assert.equal((await endings(tokens.map(({ refresh_token }) => refresh_token))).length, 3);
  });
}

/** The audit rows that say that these tokens' grants have ended, once there are as many of them. */
async function endings(refreshTokens: string[]): Promise<unknown[]> {
  const database = await ostiary.database("AUDIT_DB");
  const grants = JSON.stringify(refreshTokens.map((token) => token.split(".")[0]));
  const rows = database.prepare(
    "SELECT id FROM audit WHERE kind = 'grant_ended' AND grant_id IN (SELECT value FROM json_each(?))",
  );
  return eventually("the audit rows", async () => {
    const { results } = await rows.bind(grants).all();
    return results.length >= refreshTokens.length ? results : undefined;
  });
}

function lostEvents(): number {
  return ostiary.logs.filter((line) => line.includes("events are lost")).length;
}

test("a limiter that fails keeps nobody out, a login guard that fails lets nobody in", async () => {
  await ostiary.faults({ binding: "LOGIN_LIMITER", mode: "fail" });
  await signedIn(ostiary, "bob");
  await ostiary.faults({ binding: "LOGIN_GUARD", mode: "fail" });
  const answer = await new Person(ostiary).signIn("bob");
  assert.equal(answer.status, 503);
});
