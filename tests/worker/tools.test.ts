import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { logged, startSeeded } from "./support/flow.ts";
import type { Ostiary } from "./support/ostiary.ts";
import { administer, agentToken, callTool, switchTool } from "./support/tools.ts";

const MOST = 100_000;

interface Sent {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** What the tools' server of this test was sent. */
const sent: Sent[] = [];

/** In pieces, so without a length: 320 KiB in all. */
function pieces(): Response {
  let left = 20;
  const body = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(16 * 1024));
      if (--left === 0) controller.close();
    },
  });
  return new Response(body, { headers: { "Content-Type": "text/plain" } });
}

function redirect(status: number): Response {
  return new Response(null, { status, headers: { Location: "https://tools.example/ok" } });
}

async function toolsServer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  sent.push({
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(request.headers),
    body: await request.text(),
  });
  switch (url.pathname) {
    case "/full":
      return new Response("x".repeat(MOST), { headers: { "Content-Type": "text/plain" } });
    case "/over":
      return new Response("x".repeat(MOST + 1), { headers: { "Content-Type": "text/plain" } });
    case "/pieces":
      return pieces();
    case "/bytes":
      return new Response(new Uint8Array([137, 255]), { headers: { "Content-Type": "image/png" } });
    case "/silent":
      return new Promise(() => {});
    case "/empty":
      return new Response(null, { status: 204 });
    default: {
      const status = Number(/^\/status\/(\d+)/.exec(url.pathname)?.[1] ?? 200);
      if (status >= 300 && status < 400) return redirect(status);
      return Response.json({ status }, { status });
    }
  }
}

let ostiary: Ostiary;
let token: string;

/** Makes a tool, switched on for alice; answers its name. */
let made = 0;
async function tool(settings: Record<string, unknown>): Promise<string> {
  made += 1;
  const name = `tool_${made}`;
  await administer(ostiary, "POST", "tools", {
    name,
    timeout_seconds: 2,
    max_bytes: MOST,
    ...settings,
  });
  await switchTool(ostiary, token, name, true);
  sent.length = 0;
  return name;
}

function at(path: string): Record<string, unknown> {
  return { request: { method: "GET", url: `https://tools.example${path}` } };
}

/** The answer's status and body. */
async function called(
  name: string,
  args?: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await callTool(ostiary, token, name, args);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

before(async () => {
  ostiary = await startSeeded({ outbound: toolsServer, twin: true });
  token = await agentToken(ostiary);
});
after(() => ostiary.stop());

test("a call is sent as the template says, each argument in its place, with the tool's secret", async () => {
  const text = { type: "string" };
  const name = await tool({
    input_schema: {
      type: "object",
      required: ["id"],
      properties: { id: text, q: text, trace: text, note: {}, tags: { type: "array" } },
    },
    request: {
      method: "PATCH",
      url: "https://tools.example/items/{id}/x",
      query: { q: "{q}", tag: "{tags}" },
      headers: { "X-Trace": "t-{trace}" },
      body: { json: { note: "{note}", said: "says {q}" } },
    },
    authentication: { api_key: { header: "X-Api-Key", secret: "s3cret-of-the-tool" } },
  });
  const hostile = `"a"&b=1#/../\u{1f600}\n`;
  const args = {
    id: "a/b?c#d%2e",
    q: hostile,
    trace: "7: x",
    note: { n: [hostile, null] },
    tags: [1, "&"],
  };
  assert.deepEqual(await called(name, args), {
    status: 200,
    body: { status: 200, content_type: "application/json", body: { status: 200 } },
  });
  const [request] = sent;
  assert.ok(request && sent.length === 1);
  const url = new URL(request.url);
  assert.equal(url.origin + url.pathname, "https://tools.example/items/a%2Fb%3Fc%23d%252e/x");
  assert.deepEqual(
    [...url.searchParams],
    [
      ["q", hostile],
      ["tag", "1"],
      ["tag", "&"],
    ],
  );
  assert.equal(request.method, "PATCH");
  assert.equal(request.headers["x-trace"], "t-7: x");
  assert.equal(request.headers["x-api-key"], "s3cret-of-the-tool");
  assert.equal(request.headers["content-type"], "application/json");
  assert.equal(request.headers.authorization, undefined, "the caller's token goes nowhere");
  assert.equal(request.headers.cookie, undefined);
  assert.deepEqual(JSON.parse(request.body), { note: args.note, said: `says ${hostile}` });
});

test("what the tool's server says is passed on up to the limit, whatever it is", async () => {
  const text = await called(await tool(at("/full")));
  assert.equal(text.status, 200);
  assert.deepEqual(text.body, { status: 200, content_type: "text/plain", body: "x".repeat(MOST) });
  assert.deepEqual((await called(await tool(at("/bytes")))).body, {
    status: 200,
    content_type: "image/png",
    body: "if8=",
    encoding: "base64",
  });
  assert.deepEqual((await called(await tool(at("/empty")))).body, {
    status: 204,
    content_type: null,
    body: "",
  });
  const missing = await called(await tool(at("/status/404")));
  assert.equal(missing.body.status, 404);
});

test("too much, a redirect and a failure are 502, and no redirect is followed", async () => {
  const statuses = [301, 302, 303, 307, 308, 500, 503].map((status) => `/status/${status}`);
  for (const path of ["/over", "/pieces", ...statuses]) {
    const name = await tool({ ...at(path), timeout_seconds: 20 });
    const began = Date.now();
    const answer = await called(name);
    assert.equal(answer.status, 502, path);
    assert.equal(answer.body.error, "bad_gateway");
    assert.deepEqual(
      sent.map(({ url }) => url),
      [`https://tools.example${path}`],
    );
    assert.ok(Date.now() - began < 19_900, `${path} was not waited for`);
  }
});

test("a server that does not answer in the tool's time is 504", async () => {
  const name = await tool(at("/silent"));
  const began = Date.now();
  const answer = await called(name);
  assert.deepEqual([answer.status, answer.body.error], [504, "gateway_timeout"]);
  const took = Date.now() - began;
  assert.ok(
    took >= 1_900 && took < 29_900,
    `${took} ms: the 2 s of the tool, not the 30 s of the setting`,
  );
});

test("arguments that do not fit are 422 with pointers, and nothing is sent", async () => {
  const schema = {
    type: "object",
    required: ["city"],
    additionalProperties: false,
    properties: {
      city: { type: "string", minLength: 2 },
      "a/b": { properties: { "c~ %d": { anyOf: [{ type: "integer" }, { enum: ["x"] }] } } },
      list: { items: { $ref: "#/$defs/n" }, contains: { const: 1 } },
    },
    $defs: { n: { type: "number", maximum: 3 } },
  };
  const name = await tool({ ...at("/ok"), input_schema: schema });
  for (const [args, pointers] of [
    [{}, [""]],
    [{ city: 1 }, ["/city"]],
    [{ city: "x", more: {} }, ["/city", "/more"]],
    [{ city: "xy", "a/b": { "c~ %d": "y" } }, ["/a~1b/c~0 %d"]],
    [{ city: "xy", list: [1, 4, "x"] }, ["/list/1", "/list/2"]],
    [{ city: "xy", list: [] }, ["/list"]],
  ] as const) {
    const { status, body } = await called(name, args);
    assert.deepEqual([status, body.error], [422, "invalid_arguments"]);
    const violations = body.violations as { pointer: string; message: string }[];
    assert.deepEqual(
      violations.map(({ pointer }) => pointer),
      pointers,
      JSON.stringify(body),
    );
    assert.ok(violations.every(({ message }) => message.length > 3));
  }
  assert.equal(sent.length, 0);
});

test("a schema is refused for a pattern that is no regular expression", async () => {
  const headers = { "X-Admin-Token": ostiary.adminToken, "Content-Type": "application/json" };
  const input_schema = { type: "object", properties: { a: { items: { pattern: "(" } } } };
  const body = JSON.stringify({ name: "wrong", ...at("/ok"), input_schema });
  const answer = await ostiary.fetch("/admin/api/tools", { method: "POST", headers, body });
  assert.equal(answer.status, 400);
  assert.match(await answer.text(), /regular expression/);
});

test("a switch that is flipped holds in the next call of every isolate", async () => {
  const name = await tool(at("/ok"));
  for (const enabled of [false, true, false, true, false]) {
    await switchTool(enabled ? ostiary.twin : ostiary, token, name, enabled);
    for (const server of [ostiary, ostiary.twin]) {
      const answer = await callTool(server, token, name);
      assert.equal(answer.status, enabled ? 200 : 404, await answer.text());
    }
  }
});

test("no secret of a tool is in the log, in the audit log or readable in the database", async () => {
  const secret = "another-s3cret-of-a-tool";
  const name = await tool({ ...at("/ok"), authentication: { bearer: { secret } } });
  assert.equal((await called(name)).status, 200);
  assert.equal(sent[0]?.headers.authorization, `Bearer ${secret}`);
  const database = await ostiary.database("DB");
  const { results } = await database.prepare("SELECT * FROM tools").all();
  assert.ok(results.length > 0 && !JSON.stringify(results).includes(secret));
  const auditDatabase = await ostiary.database("AUDIT_DB");
  const audit = await auditDatabase.prepare("SELECT * FROM audit").all();
  assert.ok(!JSON.stringify(audit.results).includes(secret));
  await logged(ostiary, "tool_called", name);
  assert.ok(!ostiary.logs.some((line) => line.includes(secret)));
});
