/** Kinds of refusals, asked for in turns, each timed from the request's first byte to the answer's last. */
import assert from "node:assert/strict";
import { shuffled } from "./statistics.ts";

/** One kind of refusal. */
export interface Kind {
  name: string;
  /** Sends the request of this round; answers what must be the same for all kinds. */
  ask: (round: number) => Promise<Answered>;
}

/** An answer, and when it was asked for and there. */
export interface Answered {
  status: number;
  body: string;
  millis: number;
}

/** Milliseconds by kind, in the order of the rounds. Fails when the answers themselves tell the kinds apart. */
export async function times(
  kinds: Kind[],
  rounds: number,
  first = 0,
): Promise<Map<string, number[]>> {
  const found = new Map(kinds.map(({ name }) => [name, [] as number[]]));
  const seen = new Set<string>();
  for (let round = first; round < first + rounds; round += 1) {
    for (const { name, ask } of shuffled(kinds)) {
      const { status, body, millis } = await ask(round);
      seen.add(`${status} ${body}`);
      found.get(name)?.push(millis);
    }
  }
  assert.equal(seen.size, 1, `the answers differ: ${[...seen]}`);
  return found;
}

/** Times one request. `same` reduces the answer's text to what must be the same for all. */
export async function timed(
  send: () => Promise<Response>,
  same: (text: string) => string = (text) => text,
): Promise<Answered> {
  const began = performance.now();
  const answer = await send();
  const text = await answer.text();
  return { status: answer.status, body: same(text), millis: performance.now() - began };
}
