import assert from "node:assert/strict";
import { test } from "node:test";
import { startSeeded } from "./support/flow.ts";
import type { Ostiary } from "./support/ostiary.ts";
import { type Page, Person } from "./support/person.ts";

/** So many failures of one address, and of all addresses together, cost nothing; then each costs 2, 4, 8… seconds. */
const FREE = { address: 4, account: 19 };

const HOME = "192.0.2.1";
/** So many guess at once, half of them at each Worker. */
const CROWD = 4;

/** Tries the passwords at once, half of them at each Worker, each from the address that `from` says. */
function guess(ostiary: Ostiary, times: number, from: (n: number) => string): Promise<Page[]> {
  const tries = Array.from({ length: times }, (_, n) => {
    const server = n % 2 === 0 ? ostiary : ostiary.twin;
    return new Person(server, from(n)).signIn("alice", `wrong-${n}`);
  });
  return Promise.all(tries);
}

/** How many guesses may have been looked at within this time, if failures are counted strictly. */
function mostLookedAt(free: number, seconds: number): number {
  let looked = free + 1;
  for (let delay = 2, passed = 2; passed <= seconds; looked += 1) {
    delay *= 2;
    passed += delay;
  }
  return looked;
}

/** Counts the guesses that were looked at; the others must have been put off. */
function lookedAt(pages: Page[]): number {
  for (const page of pages) {
    assert.ok([403, 429].includes(page.status), `status ${page.status}`);
    assert.equal(page.headers.get("Set-Cookie")?.includes("ostiary_session") ?? false, false);
    if (page.status === 429) assert.match(page.html, /id="login-problem"/);
  }
  return pages.filter(({ status }) => status === 403).length;
}

/** Guesses in small crowds, so that no try waits long for the slow hashes of those before it: the guard is waited for 4 s. */
async function guessInCrowds(ostiary: Ostiary, crowds: number, from: (n: number) => string) {
  const began = performance.now();
  let looked = 0;
  for (let crowd = 0; crowd < crowds; crowd += 1)
    looked += lookedAt(await guess(ostiary, CROWD, (n) => from(crowd * CROWD + n)));
  return { looked, seconds: (performance.now() - began) / 1_000 };
}

test("wrong passwords from one address are slowed together, whichever Worker they come to", async () => {
  await using ostiary = await startSeeded({ twin: true });
  const { looked, seconds } = await guessInCrowds(ostiary, 6, () => HOME);
  assert.ok(looked > FREE.address, `${looked} were looked at`);
  assert.ok(looked <= mostLookedAt(FREE.address, seconds), `${looked} in ${seconds} s`);

  for (const server of [ostiary, ostiary.twin]) {
    const stranger = await new Person(server, "198.51.100.7").signIn("bob", "wrong");
    assert.equal(stranger.status, 403, "another account is not slowed");
  }
});

test("wrong passwords from everywhere slow the account, and its person gets in from a known address", async () => {
  await using ostiary = await startSeeded({ twin: true });
  const owner = new Person(ostiary, HOME);
  assert.equal((await owner.signIn("alice")).location, "/account");

  const { looked, seconds } = await guessInCrowds(ostiary, 9, (n) => `198.51.100.${n}`);
  assert.ok(looked > FREE.account, `${looked} were looked at`);
  assert.ok(looked <= mostLookedAt(FREE.account, seconds), `${looked} in ${seconds} s`);

  // Minutes of it more, until the delay is a whole minute, so that the next try is surely within it.
  for (let n = 0; n < 6; n += 1) {
    await ostiary.advance(60);
    await new Person(ostiary, `203.0.113.${n}`).signIn("alice", "wrong");
  }
  const elsewhere = await new Person(ostiary.twin, "203.0.113.99").signIn("alice");
  assert.equal(elsewhere.status, 429, "even the right password waits at a new address");
  for (const server of [ostiary, ostiary.twin])
    assert.equal((await new Person(server, HOME).signIn("alice")).location, "/account");

  await ostiary.advance(60);
  const later = await new Person(ostiary.twin, "203.0.113.99").signIn("alice");
  assert.equal(later.location, "/account", "nobody is locked out for good");
});
