/** Strangers who guess passwords, of names that exist and names that don't. */
import assert from "node:assert/strict";
import { Person } from "../../worker/support/person.ts";
import { chance, pick } from "../support/chance.ts";
import type { World } from "../support/world.ts";

/** So many addresses, so many names that nobody has: what the guards remember is bounded. */
const OF_EACH = 100;

export async function guesser(world: World): Promise<void> {
  // Not of those who never signed in: at a new address even the right password waits while strangers guess.
  const targets = world.accounts.filter(({ known }) => known);
  const n = Math.floor(Math.random() * OF_EACH);
  const name = chance(0.5) && targets.length > 0 ? pick(targets).name : `nobody-${n}`;
  const stranger = new Person(world.server, `100.64.${n}.7`);
  const page = await stranger.signIn(name, "a guess");
  assert.ok([403, 429].includes(page.status), `a guess was answered with ${page.status}`);
  assert.notEqual((await stranger.get("/account")).status, 200, "a stranger got in");
}
