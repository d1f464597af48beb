/**
 * The patterns of tools' schemas: an administrator wrote them, a stranger's argument is held against them. They are matched in
 * one pass (src/cloudflare/schemas.js), with the verdicts of the runtime's own expressions, which may take time without end.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { violations, wrongPattern } from "../../src/cloudflare/schemas.js";
import { startSeeded } from "./support/flow.ts";
import { administer, agentToken, callTool, switchTool } from "./support/tools.ts";

/** Whether a text fits a pattern. */
function fits(pattern: string, text: string): boolean {
  return violations(JSON.stringify({ pattern }), JSON.stringify(text)) === "[]";
}

/** Numbers that are the same each time (mulberry32). */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const below = chance(7);
const pick = (list: string[]): string => list[below(list.length)] ?? "";
const several = (least: number, most: number, make: () => string): string[] =>
  Array.from({ length: least + below(most - least + 1) }, make);

const LETTERS = ["a", "b", "c", "1", ".", "\u{1f600}"];
const CLASSES = ["[ab]", "[^a]", "[a-c\\d]", "[\\]a]", "[\\s-]", "[^]", "[]", "[(|]"];
const ESCAPES = [
  ..."d|D|w|W|s|S|.|n|/|(".split("|").map((letter) => `\\${letter}`),
  "\\p{L}",
  "\\P{Lu}",
  "\\u0061",
  "\\x62",
  "\\u{1f600}",
  "\\ud83d\\ude00",
  "\\cJ",
];
const OFTEN = ["", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "+?", "{0}", "{0,2}?"];
const TEXTS = [
  ..."|a|b|ab|ba|abc|aab|aaa|1|a1|1a b|a\nb|]|-| |a b c|cab.1|é|aaaaab|bcbcbc|_x|A|(|\0".split("|"),
  "\u{1f600}",
  "a\u{1f600}b",
  "\ud83d",
];

let groups = 0;

function term(depth: number): string {
  const kind = below(depth > 0 ? 10 : 7);
  if (kind === 0) return pick(["^", "$", "\\b", ""]);
  const group = () => {
    groups += 1;
    return `${pick(["(", "(?:", `(?<g${groups}>`])}${alternatives(depth - 1)})`;
  };
  const one = kind < 3 ? pick(LETTERS) : kind < 5 ? pick(CLASSES) : pick(ESCAPES);
  return (kind < 7 ? one : group()) + pick(OFTEN);
}

function alternatives(depth: number): string {
  return several(1, 3, () => several(0, 3, () => term(depth)).join("")).join("|");
}

test("generated patterns get the verdicts of the runtime's own expressions", () => {
  let [held, fitting] = [0, 0];
  for (let count = 0; count < 400; count += 1) {
    const pattern = alternatives(3);
    const native = new RegExp(pattern, "u");
    assert.equal(wrongPattern([pattern]), undefined, pattern);
    for (const text of TEXTS) {
      assert.equal(fits(pattern, text), native.test(text), `${pattern} ${JSON.stringify(text)}`);
      held += 1;
      fitting += Number(native.test(text));
    }
  }
  assert.ok(held > 10_000 && fitting > 1_000 && held - fitting > 1_000, `${fitting} of ${held}`);
});

test("what is no pattern, or too large, is named", () => {
  for (const wrong of ["(", "a{2,1}", "[b-a]", "\\", "*", "(((a{50}){50}){50})", "a{100000}"])
    assert.equal(wrongPattern(["a", wrong]), wrong);
  assert.equal(globalThis.RegExp, /a/.constructor, "the runtime's own is put back");
});

test("no pattern takes much time, whatever is held against it", () => {
  const long = "a".repeat(60_000);
  for (const [pattern, text] of [
    ["^(a+)+$", `${long}!`],
    ["^(a|a)*$", `${long}!`],
    ["^(\\w+\\s?)*$", `${long}!`],
    [".*.*.*.*.*b", long],
    ["(a?){1,1000}b", long],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", long],
    ["((a*)*)*b", long],
  ] as const) {
    const before = process.cpuUsage();
    assert.equal(fits(pattern, text), false, pattern);
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / 1_000_000; // of this process, whatever else the machine has to do
    assert.ok(seconds < 10, `${pattern} took ${seconds} s`);
  }
  assert.equal(fits("^(a+)+$", long), true);
});

test("a tool whose pattern would run for ever answers, and others meanwhile", async () => {
  await using ostiary = await startSeeded({ outbound: () => new Response("fits") });
  const token = await agentToken(ostiary);
  const name = { type: "string", pattern: "^(a+)+$" };
  const input_schema = { type: "object", properties: { name } };
  const request = { method: "POST", url: "https://tools.example/", body: "arguments" };
  await administer(ostiary, "POST", "tools", { name: "slow", request, input_schema });
  await switchTool(ostiary, token, "slow", true);
  const hostile = callTool(ostiary, token, "slow", { name: `${"a".repeat(40_000)}!` });
  assert.equal((await ostiary.fetch("/healthz")).status, 200);
  assert.equal((await hostile).status, 422);
  assert.equal((await callTool(ostiary, token, "slow", { name: "aaa" })).status, 200);
});
