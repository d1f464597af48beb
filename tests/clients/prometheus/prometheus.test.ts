/** `/metrics` as Prometheus' own client library for Python reads it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, test } from "node:test";
import { demoServer, demoWeb, tokensOf } from "../../worker/support/client.ts";
import { eventually, signedIn, startSeeded, tokensFor } from "../../worker/support/flow.ts";
import { pythonProgram } from "../support/python.ts";

const python = pythonProgram("tests/clients/prometheus/requirements.txt");
const ostiary = await startSeeded();
after(() => ostiary.stop());

type Labels = Record<string, string>;

interface Family {
  name: string;
  type: string;
  help: string;
  samples: [name: string, labels: Labels, value: number][];
}

async function scrape(): Promise<Map<string, Family>> {
  const headers = { Authorization: `Bearer ${ostiary.adminToken}` };
  const answer = await ostiary.fetch("/metrics", { headers });
  assert.equal(answer.headers.get("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  const input = await answer.text();
  const read = execFileSync(python, [join(import.meta.dirname, "read.py")], { input });
  const families = JSON.parse(read.toString()) as Family[];
  return new Map(families.map((family) => [family.name, family]));
}

function value(found: Map<string, Family>, family: string, sample: string, labels: Labels) {
  const same = (other: Labels) =>
    Object.entries(labels).every(([name, text]) => other[name] === text);
  const { samples } = found.get(family) ?? { samples: [] };
  return samples.find(([name, other]) => name === sample && same(other))?.[2];
}

/** Sessions of an agent with a name that wants escaping, as the consumer of the Queue counts them. */
const AGENT = 'agent "1" \\ of\nalice';

async function countSessions(): Promise<void> {
  const labels = (le?: string) =>
    JSON.stringify({ agent_id: AGENT, provider: "google", ...(le && { le }) });
  const rows: [string, string, number][] = [
    ["oauth_session_duration_seconds_bucket", labels("60"), 1],
    ["oauth_session_duration_seconds_bucket", labels("3600"), 2],
    ["oauth_session_duration_seconds_bucket", labels("+Inf"), 3],
    ["oauth_session_duration_seconds_sum", labels(), 100_060],
    ["oauth_session_duration_seconds_count", labels(), 3],
  ];
  const database = await ostiary.database("AUDIT_DB");
  const insert = database.prepare("INSERT INTO metrics (name, labels, value) VALUES (?1, ?2, ?3)");
  await database.batch(rows.map((row) => insert.bind(...row)));
}

test("all families have their types and help, and what was done is what the parser reads", async () => {
  const tokens = await tokensFor(ostiary, await signedIn(ostiary), demoWeb);
  await tokensOf(await demoWeb.refresh(ostiary, tokens.refresh_token));
  await demoServer.ownToken(ostiary);
  await countSessions();
  const issued = { grant_type: "client_credentials" };
  const found = await eventually("the counts", async () => {
    const found = await scrape();
    const total = "ostiary_tokens_issued_total";
    return value(found, "ostiary_tokens_issued", total, issued) === 1 ? found : undefined;
  });
  // The parser leaves a counter's `_total` out of the name of its family.
  const types = {
    oauth_authentication_attempts: "counter",
    oauth_token_refreshes: "counter",
    oauth_session_duration_seconds: "histogram",
    ostiary_tokens_issued: "counter",
    ostiary_events: "counter",
  };
  assert.deepEqual(
    Object.fromEntries([...found.values()].map((family) => [family.name, family.type])),
    types,
  );
  for (const { name, help } of found.values()) assert.ok(help.length > 10, name);
  for (const grant_type of ["authorization_code", "refresh_token", "client_credentials"]) {
    const labels = { grant_type };
    const read = value(found, "ostiary_tokens_issued", "ostiary_tokens_issued_total", labels);
    assert.equal(read, 1, grant_type);
  }
  const signIn = { event: "sign_in", outcome: "success" };
  assert.equal(value(found, "ostiary_events", "ostiary_events_total", signIn), 1);
});

test("a histogram has its buckets in order, the last as large as its count, whatever its labels say", async () => {
  const family = (await scrape()).get("oauth_session_duration_seconds");
  const samples = (family?.samples ?? []).map(([name, labels, counted]) => {
    assert.equal(labels.agent_id, AGENT);
    assert.equal(labels.provider, "google");
    return [name.replace("oauth_session_duration_seconds", ""), labels.le, counted];
  });
  assert.deepEqual(samples, [
    ["_bucket", "60", 1],
    ["_bucket", "3600", 2],
    ["_bucket", "+Inf", 3],
    ["_count", undefined, 3],
    ["_sum", undefined, 100_060],
  ]);
});
