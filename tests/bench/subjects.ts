/** The Workers that are compared, each with what can be asked of it. */
import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { demoServer, type Tokens, tokensOf } from "../worker/support/client.ts";
import { applyMigrations } from "../worker/support/migrations.ts";
import { secrets } from "../worker/support/ostiary.ts";
import { Person } from "../worker/support/person.ts";
import {
  config,
  durableObjects,
  queueConsumers,
  ROOT,
  sharedBindings,
} from "../worker/support/settings.ts";
import { type Made, OUTSIDE_SAYS, Running } from "./support/boot.ts";
import type { Load } from "./support/wrk.ts";

/** A Worker that runs, and its rows of the table. */
export interface Subject {
  name: "empty" | "ostiary" | "peer" | "direct";
  running: Running;
  loads: Record<string, Load>;
}

const TOOL = "find";
const TOOL_URL = "https://tools.example/find";
const JSON_TYPE = "application/json";

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };

/** What each is made of, and a path that answers without asking a store. */
export async function subjects(): Promise<
  Record<"empty" | "ostiary" | "peer", { made: Made; path: string }>
> {
  return {
    empty: { made: empty(), path: "/" },
    ostiary: { made: ostiary({}), path: "/healthz" },
    peer: { made: await peer(), path: "/.well-known/oauth-authorization-server" },
  };
}

/** A Rust Worker that answers "ok". */
export async function startEmpty(): Promise<Subject> {
  const running = await Running.start(empty());
  return { name: "empty", running, loads: { "empty Worker": same("GET", "/", "-", "", "ok") } };
}

/** A Worker that does nothing but ask the tool's server, as an agent would that knew its secret. */
export async function startDirect(): Promise<Subject> {
  const contents = `export default { fetch: () => fetch(${JSON.stringify(TOOL_URL)}) };`;
  const modules = [{ type: "ESModule", path: "/direct.js", contents }];
  const running = await Running.start({ modulesRoot: "/", modules, options: () => ({}) });
  const loads = { "direct fetch": same("POST", "/", "-", "{}", OUTSIDE_SAYS) };
  return { name: "direct", running, loads };
}

/**
 * Ostiary, and alice signed in who has allowed `demo-server` before. It runs with the settings of a deployment, apart
 * from those named in `changed`.
 */
export async function startOstiary(
  changed: Record<string, string> = {},
): Promise<Subject & { person: Person }> {
  const running = await Running.start(ostiary({ ENABLE_DEV_ENDPOINTS: "true" }));
  await applyMigrations(running.miniflare);
  const seeded = await running.fetch("/dev/seed", { method: "POST" });
  assert.equal(seeded.status, 200, await seeded.text());
  await running.restart(ostiary(changed));
  const person = new Person(running);
  const welcome = await person.signIn("alice");
  assert.equal(welcome.location, "/account", welcome.html);
  const code = async (scope?: string) => {
    const asked = demoServer.request(scope);
    return demoServer.codeOf(await person.approve(asked.path), asked);
  };
  const tokens = async (scope?: string) =>
    tokensOf(await demoServer.redeem(running, await code(scope)));
  const authorization = basic(demoServer.id, demoServer.secret ?? "");
  const { access_token } = await tokens();
  await makeTool(running);
  const call = JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: TOOL },
  });
  const agent = `Bearer ${(await tokens("read:tools call:tools")).access_token}`;
  const loads = {
    "/healthz": same("GET", "/healthz", "-", "", '"ok"'),
    JWKS: same("GET", "/.well-known/jwks.json", "-", "", '"keys"'),
    client_credentials: same(
      "POST",
      "/oauth/token",
      authorization,
      "grant_type=client_credentials",
      '"access_token"',
    ),
    "code flow": codeFlow("/oauth/authorize", demoServer.id, person.cookieHeader, authorization),
    refresh: refresh(authorization, tokens),
    introspection: same(
      "POST",
      "/oauth/introspect",
      authorization,
      `token=${access_token}`,
      '"active":true',
    ),
    "protected call": same(
      "GET",
      "/api/oauth/clients/me",
      `Bearer ${access_token}`,
      "",
      "client_id",
    ),
    "tool call": same("POST", `/api/tools/${TOOL}/call`, agent, "{}", '"found":true', JSON_TYPE),
    "tool call by MCP": same("POST", "/mcp", agent, call, '"isError":false', JSON_TYPE),
  };
  return { name: "ostiary", running, loads, person };
}

/** A tool that alice has on. */
async function makeTool(running: Running): Promise<void> {
  const headers = { "X-Admin-Token": secrets.ADMIN_TOKEN, "Content-Type": JSON_TYPE };
  const request = { method: "GET", url: TOOL_URL };
  const body = JSON.stringify({ name: TOOL, request });
  const made = await running.fetch("/admin/api/tools", { method: "POST", headers, body });
  assert.equal(made.status, 201, await made.text());
  const database = await running.miniflare.getD1Database("DB");
  await database
    .prepare("INSERT INTO user_tools SELECT users.id, tools.id, 1 FROM users, tools")
    .run();
}

/** `@cloudflare/workers-oauth-provider`; see peer/worker.js. */
export async function startPeer(): Promise<Subject> {
  const running = await Running.start(await peer());
  const client = (await (await running.fetch("/setup")).json()) as {
    clientId: string;
    clientSecret: string;
  };
  const authorization = basic(client.clientId, client.clientSecret);
  const tokens = async () => {
    const answer = await running.fetch(authorizePath("/authorize", client.clientId));
    const code = new URL(answer.headers.get("Location") ?? "").searchParams.get("code") ?? "";
    const body = `${TOKEN_REQUEST}&code=${encodeURIComponent(code)}`;
    const headers = { ...FORM, Authorization: authorization };
    return tokensOf(await running.fetch("/oauth/token", { method: "POST", headers, body }));
  };
  const { access_token } = await tokens();
  const loads = {
    "code flow": codeFlow("/authorize", client.clientId, "", authorization),
    refresh: refresh(authorization, tokens),
    "protected call": same("GET", "/api/me", `Bearer ${access_token}`, "", '"alice"'),
  };
  return { name: "peer", running, loads };
}

function empty(): Made {
  return rust("tests/bench/empty-worker/build", ["index.js"], () => ({}));
}

async function peer(): Promise<Made> {
  const bundle = await build({
    entryPoints: [join(import.meta.dirname, "peer/worker.js")],
    bundle: true,
    format: "esm",
    external: ["cloudflare:*"],
    write: false,
  });
  return {
    modulesRoot: "/",
    modules: [{ type: "ESModule", path: "/peer.js", contents: bundle.outputFiles[0]?.text }],
    options: (url) => ({ bindings: { ORIGIN: url }, kvNamespaces: { OAUTH_KV: "peer" } }),
  };
}

/** With these settings over those of wrangler.toml. `BENCH_BUILD` names the folder of another build to be measured. */
export function ostiary(changed: Record<string, string>): Made {
  // One user calls a tool as often as the machine can.
  const { assets: _, ...bindings } = sharedBindings({ OUTBOUND_LIMITER: 1e9 });
  const scripts = ["index.js", "built.js"];
  return rust(process.env.BENCH_BUILD ?? "build", scripts, (url) => ({
    ...bindings,
    bindings: vars(url, changed),
    durableObjects: durableObjects(),
    queueConsumers: queueConsumers(),
  }));
}

function vars(url: string, changed: Record<string, string>): Record<string, string> {
  return { ...config.vars, OAUTH_ISSUER_URL: url, ...secrets, ...changed };
}

function rust(folder: string, scripts: string[], options: Made["options"]): Made {
  const modulesRoot = resolve(ROOT, folder);
  const modules = [
    ...scripts.map((script) => ({ type: "ESModule", path: join(modulesRoot, script) })),
    { type: "CompiledWasm", path: join(modulesRoot, "index_bg.wasm") },
  ];
  return { modulesRoot, modules, options };
}

/** RFC 7636, appendix B. */
const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const TOKEN_REQUEST = new URLSearchParams({
  grant_type: "authorization_code",
  redirect_uri: demoServer.redirectUri,
  code_verifier: VERIFIER,
}).toString();

function authorizePath(path: string, clientId: string): string {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: demoServer.redirectUri,
    scope: "read:tools",
    state: "state-of-the-client",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
  });
  return `${path}?${query}`;
}

function codeFlow(path: string, clientId: string, cookie: string, authorization: string): Load {
  const own = [authorizePath(path, clientId), cookie, "/oauth/token", authorization, TOKEN_REQUEST];
  return { script: "code", arguments: async () => own };
}

function refresh(authorization: string, tokens: () => Promise<Tokens>): Load {
  return {
    script: "refresh",
    arguments: async (connections) => {
      const chains: string[] = [];
      for (let n = 0; n < connections; n += 1) chains.push((await tokens()).refresh_token);
      return ["/oauth/token", authorization, ...chains];
    },
  };
}

function same(
  method: string,
  path: string,
  authorization: string,
  body: string,
  expected: string,
  type = FORM["Content-Type"],
): Load {
  const own = [method, path, authorization, body, expected, type];
  return { script: "same", arguments: async () => own };
}

function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
}
