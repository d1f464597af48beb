import assert from "node:assert/strict";
import { after, test } from "node:test";
import { demoWeb } from "./support/client.ts";
import { eventually, logged, signedIn, startSeeded, tokensFor } from "./support/flow.ts";
import type { Ostiary } from "./support/ostiary.ts";

/** Writes down what goes to the dataset, and hands it on; `broken`: throws instead. */
const RECORDER = `
import Worker, * as built from "./index.js";
export const { ConnectionObject, GrantObject, LoginGuardObject, SocketObject } = built;
const points = [];
let broken = false;
const recorded = (env) => new Proxy(env, {
  get(target, name) {
    if (name !== "ANALYTICS") return target[name];
    return { writeDataPoint(point) {
      if (broken) throw new Error("the dataset is broken");
      points.push(point);
      target.ANALYTICS.writeDataPoint(point);
    } };
  },
});
export default {
  fetch(request, env, context) {
    const { pathname } = new URL(request.url);
    if (pathname === "/__points") return Response.json(points);
    if (pathname === "/__break") return Response.json((broken = true));
    return new Worker(context, recorded(env)).fetch(request);
  },
  queue: (batch, env, context) => new Worker(context, recorded(env)).queue(batch),
};`;

interface Point {
  indexes: string[];
  blobs: string[];
  doubles: number[];
}

async function points(ostiary: Ostiary): Promise<Point[]> {
  return (await (await ostiary.fetch("/__points")).json()) as Point[];
}

const ostiary = await startSeeded({ analytics: true, entry: RECORDER });
after(() => ostiary.stop());

test("where ANALYTICS is bound each event is a data point that names no person, and no secret or address", async () => {
  const alice = await signedIn(ostiary);
  const tokens = await tokensFor(ostiary, alice, demoWeb);
  assert.equal((await demoWeb.refresh(ostiary, "no.token")).status, 400);
  const written = await points(ostiary);
  const point = (kind: string, outcome: string, client: string) => ({
    indexes: [kind],
    blobs: [kind, outcome, client, ""],
    doubles: [1, 0],
  });
  for (const wanted of [
    point("sign_in", "success", ""),
    point("token_issued", "success", demoWeb.id),
    point("token_refused", "failure", demoWeb.id),
  ]) {
    const found = written.filter(({ indexes }) => indexes[0] === wanted.indexes[0]);
    assert.ok(
      found.some(({ blobs }) => blobs[2] === wanted.blobs[2]),
      JSON.stringify([wanted, found]),
    );
    assert.deepEqual(found[0]?.doubles, wanted.doubles);
    assert.deepEqual(found[0]?.blobs.slice(0, 2), wanted.blobs.slice(0, 2));
  }
  const { results } = await (await ostiary.database("DB")).prepare("SELECT id FROM users").all();
  const people = results.map((row: Record<string, unknown>) => String(row.id));
  assert.ok(people.length >= 2);
  const text = JSON.stringify(written);
  const hidden = [tokens.access_token, tokens.refresh_token, ostiary.adminToken, "127.0.0.1"];
  for (const word of [...hidden, ...people]) assert.ok(!text.includes(word), word);
});

test("a dataset that fails fails nobody, and the log says so once", async () => {
  await ostiary.fetch("/__break");
  for (let times = 0; times < 3; times += 1)
    await tokensFor(ostiary, await signedIn(ostiary), demoWeb);
  // The glue of a build of the dev profile logs whatever an import throws, by itself.
  const told = () => ostiary.logs.filter((line) => /^\{.*the dataset is broken/.test(line));
  await eventually("a line in the log", async () => told()[0]);
  // Lines come in their order, so what the first two rounds had to say has come before this one.
  await ostiary.fetch("/healthz", { headers: { "CF-Ray": "ray-after-the-rounds" } });
  await logged(ostiary, "ray-after-the-rounds");
  assert.equal(told().length, 1, told().join("\n"));
});

test("where ANALYTICS is not bound events come into the audit log all the same, and the log misses nothing", async () => {
  await using without = await startSeeded();
  await tokensFor(without, await signedIn(without), demoWeb);
  const rows = (await without.database("AUDIT_DB")).prepare(
    "SELECT kind FROM audit WHERE kind IN ('sign_in', 'consent') ORDER BY kind",
  );
  const kinds = await eventually("the audit rows", async () => {
    const { results } = await rows.all();
    return results.length >= 2 ? results : undefined;
  });
  assert.deepEqual(kinds, [{ kind: "consent" }, { kind: "sign_in" }]);
  assert.ok(!without.logs.some((line) => /analytics/i.test(line)), without.logs.join("\n"));
});
