import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AgentSocket } from "./support/agent-socket.ts";
import { agentApp, agentTokens, saysYes } from "./support/agent-yes.ts";
import { makeProvider, provider } from "./support/agents.ts";
import type { Client, Tokens } from "./support/client.ts";
import { eventually, signedIn, sleep, startSeeded } from "./support/flow.ts";
import type { Ostiary } from "./support/ostiary.ts";
import type { Person } from "./support/person.ts";
import { config } from "./support/settings.ts";

/**
 * Says when an object of a socket begins to live: for the first time, or after a sleep. And moves the clock of its isolate
 * by `/__later/<seconds>`, since `advance` starts the server anew, so that sockets break.
 */
const ENTRY = `
import Worker, * as built from "./index.js";
export * from "./index.js";
export default {
  fetch(request, env, context) {
    const [, moved, seconds] = new URL(request.url).pathname.split("/");
    if (moved !== "__later") return new Worker(context, env).fetch(request);
    const then = Date.now;
    Date.now = () => then() + seconds * 1_000;
    return new Response();
  },
  queue: (batch, env, context) => new Worker(context, env).queue(batch),
};
export class SocketObject extends built.SocketObject {
  constructor(state, env) {
    super(state, env);
    console.log("a socket's object awakes: " + state.id);
  }
}`;

const BOT = { agent_id: "bot", provider: "mail" };
const outbound = (request: Request) => provider(request) ?? new Response(null, { status: 502 });
const NO_TOKEN = { code: -32001, data: { error: "invalid_token" } };

let ostiary: Ostiary;
let alice: Person;
let app: Client;
let tokens: Tokens;

before(async () => {
  const vars = { ACCESS_TOKEN_EXPIRE_MINUTES: "5" };
  ostiary = await startSeeded({ entry: ENTRY, outbound, vars });
  await makeProvider(ostiary, "mail");
  alice = await signedIn(ostiary);
  app = await agentApp(ostiary);
  tokens = await agentTokens(ostiary, app, alice);
});
after(() => ostiary.stop());

/** The object of the socket that asked last, in the runtime's spelling. */
async function objectThatAsked(): Promise<string> {
  const database = await ostiary.database("DB");
  const found = await database
    .prepare("SELECT socket FROM connect_states WHERE socket IS NOT NULL ORDER BY expires_at DESC")
    .first<string>("socket");
  assert.ok(found);
  return Buffer.from(found, "base64url").toString("hex");
}

/** What of an error is the same each time. */
async function refusal(socket: AgentSocket, method: string, params: unknown = BOT) {
  const { code, data } = await socket.error(method, params);
  return { code, data };
}

async function isHeard(socket: AgentSocket): Promise<void> {
  assert.equal((await socket.result("oauth/session", BOT)).provider, "mail");
}

test("an agent asks, is told when its user said yes, and is given the token", async () => {
  await using socket = await AgentSocket.open(ostiary, { token: tokens.access_token });
  const asked = await socket.result("oauth/initiate", { ...BOT, requested_scopes: ["mail:read"] });
  assert.deepEqual(asked, { ...BOT, authorization_url: asked.authorization_url });
  const shown = await saysYes(alice, asked.authorization_url);

  const told = await socket.next();
  assert.deepEqual([told.jsonrpc, told.method, told.id], ["2.0", "oauth/completed", undefined]);
  const { expires_at, state, ...rest } = told.params ?? {};
  const scopes = ["mail:read"];
  const { authorization_code } = shown;
  assert.equal(state, shown.state);
  assert.deepEqual(rest, { ...BOT, authenticated: true, scopes, authorization_code });
  const session = await socket.result("oauth/session", BOT);
  assert.deepEqual(session, { ...BOT, authenticated: true, expires_at, scopes });

  const proof = { ...BOT, authorization_code, state };
  const given = await socket.result("oauth/token", proof);
  assert.ok(Date.parse(String(given.expires_at)) > Date.now() + 3_500_000, "an hour, as RFC 3339");
  assert.deepEqual(given, {
    ...BOT,
    access_token: "access-token-of-the-provider",
    token_type: "Bearer",
    expires_at: given.expires_at,
    scope: "mail:read",
  });
  const again = await refusal(socket, "oauth/token", proof);
  assert.deepEqual(again, { code: -32005, data: { error: "invalid_grant" } });

  await eventually("the events of a socket are kept", async () => {
    const list = (await ostiary.database("AUDIT_DB")).prepare("SELECT kind FROM audit");
    const kinds = (await list.all<{ kind: string }>()).results.map(
      (row: { kind: string }) => row.kind,
    );
    return ["agent_made", "agent_token_given"].every((kind) => kinds.includes(kind)) || undefined;
  });
});

test("a token comes by header, by subprotocol, or by the first message", async () => {
  const token = tokens.access_token;
  await using byHeader = await AgentSocket.open(ostiary, { token });
  await using byProtocol = await AgentSocket.open(ostiary, { protocols: ["bearer", token] });
  await using byMessage = await AgentSocket.open(ostiary);
  assert.deepEqual(await byMessage.result("authenticate", { token }), { authenticated: true });
  for (const socket of [byHeader, byProtocol, byMessage]) await isHeard(socket);
  assert.deepEqual([byHeader.protocol, byProtocol.protocol], ["", "bearer"]);
});

test("a wrong token is refused: by HTTP before the socket is open, or by a message and its end", async () => {
  const spoilt = `${tokens.access_token}x`;
  for (const opening of [{ token: spoilt }, { protocols: ["bearer", spoilt] }]) {
    const answer = await AgentSocket.refusal(ostiary, opening);
    assert.equal(answer.status, 401);
    assert.match(
      answer.headers.get("www-authenticate") ?? "",
      /error="invalid_token", scope="agent:connect"/,
    );
    assert.equal(((await answer.json()) as { error: string }).error, "invalid_token");
  }
  const socket = await AgentSocket.open(ostiary);
  assert.deepEqual(await refusal(socket, "authenticate", { token: spoilt }), NO_TOKEN);
  assert.deepEqual(await socket.closed(), { code: 4401, reason: "not authenticated" });
});

test("requests that may open no socket are answered by HTTP", async () => {
  const token = tokens.access_token;
  const status = async (opening: object) =>
    (await AgentSocket.refusal(ostiary, { token, ...opening })).status;
  assert.equal(await status({ path: `/mcp/ws?access_token=${token}` }), 400);
  assert.equal(await status({ protocols: ["bearer", token] }), 400, "in two ways");
  for (const origin of ["null", "http://evil.example"])
    assert.equal(await status({ headers: { Origin: origin } }), 403, origin);
  for (const origin of ["https://app.example", "http://localhost:3000"]) {
    await using socket = await AgentSocket.open(ostiary, { token, headers: { Origin: origin } });
    await isHeard(socket);
  }
  const plain = await ostiary.fetch("/mcp/ws", { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(plain.status, 426);
  assert.equal(((await plain.json()) as { error: string }).error, "upgrade_required");
});

test("what says nothing for five seconds is closed", async () => {
  const began = Date.now();
  const silent = await AgentSocket.open(ostiary);
  await using spoken = await AgentSocket.open(ostiary);
  await spoken.result("authenticate", { token: tokens.access_token });
  assert.deepEqual(await silent.closed(), { code: 4401, reason: "not authenticated" });
  const took = Date.now() - began;
  assert.ok(took > 4_500 && took < 30_000, `after ${took} ms`);
  await sleep(1_000);
  await isHeard(spoken);
});

test("what is no message is told so and the socket stays, unless it is too long or no text", async () => {
  const open = () => AgentSocket.open(ostiary, { token: tokens.access_token });
  await using socket = await open();
  for (const [text, code] of [
    ["{", -32700],
    ["[]", -32600],
    ["7", -32600],
  ] as const) {
    socket.send(text);
    const { id, error } = await socket.next();
    assert.deepEqual([id, error?.code], [null, code], text);
  }
  assert.equal((await socket.error("ping")).code, -32601);
  await isHeard(socket);

  for (const [data, code] of [
    ["x".repeat(1_000_000), 1009],
    [Buffer.from("{}"), 1003],
  ] as const) {
    const other = await open();
    other.send(data);
    const { id, error } = await other.next();
    assert.deepEqual([id, error?.code], [null, -32600]);
    assert.deepEqual(await other.closed(), { code, reason: error?.message });
  }
  await isHeard(socket);
});

test("messages are taken one after another, and whoever sends too many at once is sent away", async () => {
  await using socket = await AgentSocket.open(ostiary, { token: tokens.access_token });
  const asking = (id: number) =>
    JSON.stringify({ jsonrpc: "2.0", id, method: "oauth/session", params: BOT });
  for (let id = 1; id <= 16; id += 1) socket.send(asking(id));
  const order = [];
  for (let n = 1; n <= 16; n += 1) order.push((await socket.next()).id);
  assert.deepEqual(
    order,
    Array.from({ length: 16 }, (_, n) => n + 1),
  );

  const flooding = await AgentSocket.open(ostiary, { token: tokens.access_token });
  for (let id = 1; id <= 200; id += 1) flooding.send(asking(id));
  assert.deepEqual(await flooding.closed(), { code: 1008, reason: "too many messages at once" });
  await isHeard(socket);
});

test("a socket outlives the sleep of its object", async () => {
  await using socket = await AgentSocket.open(ostiary, { token: tokens.access_token });
  const asked = await socket.result("oauth/initiate", BOT);
  const id = await objectThatAsked();
  const lives = (wanted: number) =>
    eventually(`life ${wanted} of the object`, async () => {
      const { length } = ostiary.logs.filter((line) => line.includes(`awakes: ${id}`));
      return length >= wanted ? length : undefined;
    });
  assert.equal(await lives(1), 1);
  await ostiary.miniflare.unsafeEvictDurableObject(config.name, "SocketObject", { id });
  await isHeard(socket);
  assert.equal(await lives(2), 2, "it awoke");
  await ostiary.miniflare.unsafeEvictDurableObject(config.name, "SocketObject", { id });
  await saysYes(alice, asked.authorization_url);
  assert.equal((await socket.next()).method, "oauth/completed");
  assert.equal(await lives(3), 3, "and once more");
});

test("an agent whose socket broke comes back and goes on where it was", async () => {
  const first = await AgentSocket.open(ostiary, { token: tokens.access_token });
  const agent = { ...BOT, agent_id: "returning" };
  const asked = await first.result("oauth/initiate", agent);
  first.break();
  const proof = await saysYes(alice, asked.authorization_url);
  await using second = await AgentSocket.open(ostiary, { token: tokens.access_token });
  assert.equal((await second.result("oauth/session", agent)).authenticated, true);
  const given = await second.result("oauth/token", { ...agent, ...proof });
  assert.equal(given.access_token, "access-token-of-the-provider");
});

test("an agent that is done ends its socket, which is answered", async () => {
  for (const [code, answered] of [
    [undefined, 1000],
    [1000, 1000],
    [4999, 4999],
  ] as const) {
    const socket = await AgentSocket.open(ostiary, { token: tokens.access_token });
    assert.deepEqual(await socket.close(code), { code: answered, reason: "" });
  }
});

test("a token that is taken back or over ends its calls, and the next one takes its place", async () => {
  await using socket = await AgentSocket.open(ostiary, { token: tokens.access_token });
  await isHeard(socket);
  assert.equal((await app.revoke(ostiary, tokens.refresh_token)).status, 200);
  assert.deepEqual(await refusal(socket, "oauth/session"), NO_TOKEN);
  const next = await agentTokens(ostiary, app, alice);
  assert.deepEqual(await socket.result("authenticate", { token: next.access_token }), {
    authenticated: true,
  });
  await isHeard(socket);
  const bobs = await agentTokens(ostiary, app, await signedIn(ostiary, "bob"));
  const other = await refusal(socket, "authenticate", { token: bobs.access_token });
  assert.deepEqual(other, { code: -32004, data: { error: "access_denied" } }, "of its user only");

  await isHeard(socket);
  await ostiary.fetch(`/__later/${5 * 60}`);
  assert.deepEqual(await refusal(socket, "oauth/session"), NO_TOKEN, "it is over");
  const newest = await agentTokens(ostiary, app, alice);
  await socket.result("authenticate", { token: newest.access_token });
  await isHeard(socket);
});
