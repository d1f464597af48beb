/**
 * The requests of the matrix, one each: what it is called, which bindings it asks, how a failure is told, what comes
 * before it, and how success looks. A new endpoint is one more.
 */
import { type Client, claimsOf } from "../support/client.ts";
import { codeFor } from "../support/flow.ts";
import { type Prepared, secrets } from "../support/ostiary.ts";
import type { Person } from "../support/person.ts";
import { newName, ownTokenRequest, TOOL_SCOPES, toolNamed, type World } from "./world.ts";

export type Binding =
  | "DB"
  | "AUDIT_DB"
  | "CODES"
  | "GRANTS"
  | "LOGIN_GUARD"
  | "CONNECTIONS"
  | "SOCKETS"
  | "PAGE_LIMITER"
  | "PROGRAM_LIMITER"
  | "GUESS_LIMITER"
  | "LOGIN_LIMITER"
  | "REGISTRATION_LIMITER"
  | "OUTBOUND_LIMITER"
  | "LOGOUTS"
  | "EVENTS";

/** An answer, read whole. */
export interface Answer {
  status: number;
  location: string;
  headers: Headers;
  body: string;
}

/** As JSON; on a page; or to the client by redirect once the destination is proven, before on a page. */
export type Fails = "json" | "page" | "client";

export interface Request {
  name: string;
  asks: Binding[];
  fails: Fails;
  prepare(world: World): Prepared | Promise<Prepared>;
  success(answer: Answer): boolean;
}

export const REQUESTS: Request[] = [
  json("metadata", [], () => get("/.well-known/oauth-authorization-server"), ok),
  json("keys", [], () => get("/.well-known/jwks.json"), ok),
  json("health", [], () => get("/healthz"), ok),
  json("brand", [], () => get("/brand.css"), ok),
  json(
    "logo",
    ["DB", "OUTBOUND_LIMITER"],
    async (w) => get(`/client-logo/${(await w.client()).id}`),
    ok,
  ),

  client(
    "authorize: nobody signed in",
    ["DB", "PAGE_LIMITER"],
    authorizeAsStranger,
    shows("login-form"),
  ),
  client("authorize: consent wanted", ["DB"], (w) => authorize(w, true), shows("consent-form")),
  client("authorize: consent known", ["DB", "CODES"], (w) => authorize(w, false), hasCode),
  page("login page", [], () => get("/login"), shows("login-form")),
  page(
    "login",
    ["DB", "LOGIN_GUARD", "LOGIN_LIMITER", "EVENTS", "PAGE_LIMITER"],
    (w) => login(w, "sign_in"),
    signsIn,
  ),
  page(
    "login again",
    ["DB", "LOGIN_GUARD", "LOGIN_LIMITER", "EVENTS", "PAGE_LIMITER"],
    loginAgain,
    signsIn,
  ),
  client(
    "login: cancelled",
    ["DB", "LOGIN_LIMITER", "EVENTS", "PAGE_LIMITER"],
    (w) => login(w, "cancel"),
    isDenied,
  ),
  client("consent page", ["DB"], consentPage, shows("consent-form")),
  client("consent: yes", ["DB", "CODES", "EVENTS"], (w) => consent(w, "approve"), hasCode),
  client("consent: no", ["DB", "EVENTS"], (w) => consent(w, "deny"), isDenied),
  client(
    "consent: somebody else",
    ["DB"],
    (w) => consent(w, "switch_account"),
    shows("login-form"),
  ),
  page("account page", ["DB"], (w) => w.alice.prepare("/account"), ok),
  page("account page: apps", ["DB", "GRANTS"], appsPage, shows("apps")),
  page("account: profile", ["DB", "EVENTS"], saveProfile, isDone),
  page(
    "account: password",
    ["DB", "LOGIN_GUARD", "LOGIN_LIMITER", "EVENTS", "PAGE_LIMITER"],
    changePassword,
    isDone,
  ),
  page("account: remove an app", ["DB", "GRANTS", "EVENTS"], removeApp, isDone),
  page("account: secret", ["DB", "EVENTS"], newOwnSecret, shows("client-secret")),
  page("password link", ["DB", "LOGIN_GUARD", "EVENTS", "PAGE_LIMITER"], setPassword, goesOn),
  page(
    "admin: sign in",
    ["DB", "LOGIN_LIMITER", "EVENTS", "PAGE_LIMITER"],
    adminSignIn,
    administers,
  ),
  page("admin: overview", ["DB", "PAGE_LIMITER"], (w) => adminPage(w, "/admin"), shows("sections")),
  page("admin: audit", ["DB", "AUDIT_DB", "PAGE_LIMITER"], (w) => adminPage(w, "/admin/audit"), ok),
  page("admin: sign out", ["DB", "EVENTS", "PAGE_LIMITER"], adminSignOut, goesOn),
  page("logout", ["DB", "EVENTS", "PAGE_LIMITER"], logout, goesOn),
  page("logged out", ["DB"], (w) => w.alice.prepare("/logout"), goesOn),

  json("token: client", ["DB"], async (w) => ownTokenRequest(await w.client()), ok),
  json("token: code, public", ["DB", "CODES", "GRANTS"], (w) => code(w, true), isGeneration(1)),
  json("token: code", ["DB", "CODES", "GRANTS"], (w) => code(w, false), isGeneration(1)),
  json("token: refresh, public", ["DB", "GRANTS"], (w) => refresh(w, true), isGeneration(2)),
  json("token: refresh", ["DB", "GRANTS"], (w) => refresh(w, false), isGeneration(2)),
  json(
    "introspect: access",
    ["DB", "GRANTS"],
    (w) => show(w, "introspect", "access_token"),
    isActive,
  ),
  json(
    "introspect: refresh",
    ["DB", "GRANTS"],
    (w) => show(w, "introspect", "refresh_token"),
    isActive,
  ),
  json("introspect: client's", ["DB"], (w) => showOwn(w, "introspect"), isActive),
  json("revoke: access", ["DB", "GRANTS", "EVENTS"], (w) => show(w, "revoke", "access_token"), ok),
  json(
    "revoke: refresh",
    ["DB", "GRANTS", "EVENTS"],
    (w) => show(w, "revoke", "refresh_token"),
    ok,
  ),
  json("revoke: client's", ["DB", "EVENTS"], (w) => showOwn(w, "revoke"), ok),
  json("own clients", ["DB", "GRANTS"], (w) => bearing(w, "/api/oauth/clients/me"), ok),
  json("own tools", ["DB", "GRANTS"], (w) => bearing(w, "/api/users/me"), ok),

  json("openapi", [], () => get("/admin/api/openapi.json"), ok),
  json("stats", ["DB", "AUDIT_DB"], () => asOperator("/oauth/stats"), ok),
  json("signing keys: list", ["DB"], (w) => w.admin("GET", "keys"), ok),
  json("signing keys: promote", ["DB", "EVENTS"], promoteKey, ok),

  json("users: list", ["DB"], (w) => w.admin("GET", "users"), ok),
  json(
    "users: make",
    ["DB", "LOGIN_GUARD", "EVENTS"],
    (w) => w.admin("POST", "users", newUser()),
    made,
  ),
  json("users: edit", ["DB", "LOGIN_GUARD", "EVENTS"], editUser, ok),
  json("users: password link", ["DB", "EVENTS"], newPasswordLink, ({ status }) => status === 201),
  json("clients: list", ["DB"], (w) => w.admin("GET", "clients"), ok),
  json("clients: make", ["DB", "EVENTS"], (w) => w.admin("POST", "clients", newClient()), made),
  json("clients: edit", ["DB", "EVENTS"], editClient, ok),
  json(
    "call",
    ["DB", "GRANTS", "OUTBOUND_LIMITER"],
    (w) => tooling(w, "POST", "api/tools/search/call", {}),
    isCalled,
  ),
  json("mcp: list", ["DB", "GRANTS"], (w) => mcp(w, "tools/list"), isListed),
  json("mcp: call", ["DB", "GRANTS", "OUTBOUND_LIMITER"], (w) => mcp(w, "tools/call"), isTold),
  json("switches: list", ["DB", "GRANTS"], (w) => tooling(w, "GET", "api/users/me/tools"), ok),
  json(
    "switches: set",
    ["DB", "GRANTS", "EVENTS"],
    (w) => tooling(w, "PUT", "api/users/me/tools/search", { enabled: true }),
    isOn,
  ),
  json(
    "switches: group",
    ["DB", "GRANTS", "EVENTS"],
    (w) => tooling(w, "PUT", "api/users/me/tool-groups/all", { enabled: true }),
    isOn,
  ),
  json("tools: list", ["DB"], (w) => w.admin("GET", "tools"), ok),
  json("tools: make", ["DB", "EVENTS"], (w) => w.admin("POST", "tools", newTool()), isThere),
  json("tools: edit", ["DB", "EVENTS"], editTool, ok),
  json("tools: try", ["DB", "EVENTS", "OUTBOUND_LIMITER"], tryTool, isCalled),
  json(
    "tool groups: make",
    ["DB", "EVENTS"],
    (w) => w.admin("POST", "tool-groups", { name: newName() }),
    isThere,
  ),
  json("clients: secret", ["DB", "EVENTS"], newSecret, ok),
];

type Row = [string, Binding[], Request["prepare"], Request["success"]];

export function json(...[name, asks, prepare, success]: Row): Request {
  return { name, asks, fails: "json", prepare, success };
}

export function page(...[name, asks, prepare, success]: Row): Request {
  return { name, asks, fails: "page", prepare, success };
}

function client(...[name, asks, prepare, success]: Row): Request {
  return { name, asks, fails: "client", prepare, success };
}

function asOperator(path: string): Prepared {
  return { path, init: { headers: { "X-Admin-Token": secrets.ADMIN_TOKEN } } };
}

function get(path: string): Prepared {
  return { path, init: {} };
}

/** The one that signs: it goes on, chosen. */
function promoteKey(world: World): Prepared {
  const [{ kid }] = JSON.parse(secrets.SIGNING_KEYS).keys;
  return world.admin("POST", `keys/${kid}/promote`);
}

async function authorizeAsStranger(world: World): Promise<Prepared> {
  return world.stranger().prepare((await world.client()).request().path);
}

async function authorize(world: World, asks: boolean): Promise<Prepared> {
  return world.alice.prepare((await world.client({ asks })).request().path);
}

async function login(world: World, action: string): Promise<Prepared> {
  const person = world.stranger();
  const page = await person.get((await world.client()).request().path);
  return person.prepareForm(page, { username: "alice", password: "alice", action });
}

async function loginAgain(world: World): Promise<Prepared> {
  const person = world.stranger();
  await person.signIn("alice");
  const page = await person.get("/login");
  return person.prepareForm(page, { username: "alice", password: "alice", action: "sign_in" });
}

async function consentPage(world: World): Promise<Prepared> {
  const { html } = await world.consentPage();
  const interaction = /name="interaction" value="([^"]+)"/.exec(html)?.[1];
  return world.alice.prepare(`/consent?interaction=${interaction}`);
}

async function consent(world: World, action: string): Promise<Prepared> {
  return world.alice.prepareForm(await world.consentPage(), { action });
}

async function appsPage(world: World): Promise<Prepared> {
  await world.tokens(await world.client());
  return world.alice.prepare("/account/apps");
}

/** A form of an account: what goes there, with the token of this browser. */
async function ownForm(
  person: Person,
  path: string,
  fields: Record<string, string> = {},
): Promise<Prepared> {
  const { html } = await person.get("/account");
  const csrf_token = /name="csrf_token" value="([^"]+)"/.exec(html)?.[1] ?? "";
  const body = new URLSearchParams({ csrf_token, ...fields });
  return person.prepare(path, { method: "POST", body });
}

function saveProfile(world: World): Promise<Prepared> {
  return ownForm(world.alice, "/account/profile", { name: newName() });
}

async function changePassword(world: World): Promise<Prepared> {
  const { name, password } = newUser();
  await world.made("users", { name, password });
  const person = world.stranger();
  await person.signIn(name, password);
  const next = "battery staple";
  const fields = { current_password: password, new_password: next, repeat_password: next };
  return ownForm(person, "/account/password", fields);
}

async function removeApp(world: World): Promise<Prepared> {
  const client = await world.client();
  await world.tokens(client);
  return ownForm(world.alice, "/account/apps/remove", { client_id: client.id });
}

function newOwnSecret(world: World): Promise<Prepared> {
  return ownForm(world.alice, "/account/client/secret");
}

async function newPasswordLink(world: World): Promise<Prepared> {
  const { id } = await world.made("users", { name: newName() });
  return world.admin("POST", `users/${id}/password-link`);
}

async function setPassword(world: World): Promise<Prepared> {
  const answer = await world.server.send(await newPasswordLink(world));
  const { url } = (await answer.json()) as { url: string };
  const person = world.stranger();
  const page = await person.get(new URL(url).pathname);
  const password = "battery staple";
  return person.prepareForm(page, { new_password: password, repeat_password: password });
}

async function logout(world: World): Promise<Prepared> {
  const person = world.stranger();
  await person.signIn("bob");
  return person.prepareForm(await person.get("/account"), {});
}

async function adminSignIn(world: World): Promise<Prepared> {
  const person = world.stranger();
  const entrance = await person.get("/admin/login");
  return person.prepareForm(entrance, { token: world.server.adminToken, action: "sign_in" });
}

/** Somebody who has come in with the admin token. */
export async function operator(world: World): Promise<Person> {
  const person = world.stranger();
  const entrance = await person.get("/admin/login");
  await person.submit(entrance, { token: world.server.adminToken, action: "sign_in" });
  return person;
}

export async function adminPage(world: World, path: string): Promise<Prepared> {
  return (await operator(world)).prepare(path);
}

async function adminSignOut(world: World): Promise<Prepared> {
  const person = await operator(world);
  return person.prepareForm(await person.get("/admin"), {});
}

function administers({ location, headers }: Answer): boolean {
  return location === "/admin" && /ostiary_admin=/.test(headers.get("Set-Cookie") ?? "");
}

async function code(world: World, isPublic: boolean): Promise<Prepared> {
  const client = await world.client({ public: isPublic });
  return client.redemption(await codeFor(world.alice, client));
}

async function refresh(world: World, isPublic: boolean): Promise<Prepared> {
  const client = await world.client({ public: isPublic });
  const { refresh_token } = await world.tokens(client);
  return client.prepare("/oauth/token", { grant_type: "refresh_token", refresh_token });
}

async function show(
  world: World,
  to: "introspect" | "revoke",
  which: "access_token" | "refresh_token",
): Promise<Prepared> {
  const client = await world.client();
  return shown(client, to, (await world.tokens(client))[which]);
}

async function showOwn(world: World, to: "introspect" | "revoke"): Promise<Prepared> {
  const client = await world.client();
  return shown(client, to, await world.ownToken(client));
}

function shown(client: Client, to: "introspect" | "revoke", token: string): Prepared {
  return client.prepare(`/oauth/${to}`, { token });
}

async function bearing(world: World, path: string): Promise<Prepared> {
  const { access_token } = await world.tokens(await world.client());
  const headers = { Authorization: `Bearer ${access_token}` };
  return { path, init: { headers } };
}

function newUser() {
  return { name: newName(), password: "correct horse" };
}

async function editUser(world: World): Promise<Prepared> {
  const { id } = await world.made("users", { name: newName() });
  return world.admin("PATCH", `users/${id}`, { password: "correct horse" });
}

function newClient() {
  return { client_id: newName(), client_name: "App", redirect_uris: ["https://app.example/"] };
}

async function editClient(world: World): Promise<Prepared> {
  return world.admin("PATCH", `clients/${(await world.client()).id}`, { disabled: true });
}

async function newSecret(world: World): Promise<Prepared> {
  return world.admin("POST", `clients/${(await world.client()).id}/secret`);
}

/** A request of alice's agent. */
async function tooling(
  world: World,
  method: string,
  path: string,
  body?: unknown,
  more: Record<string, string> = {},
): Promise<Prepared> {
  const { access_token } = await world.tokens(await world.client({ tools: true }), TOOL_SCOPES);
  const headers = {
    Authorization: `Bearer ${access_token}`,
    "Content-Type": "application/json",
    ...more,
  };
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  return { path: `/${path}`, init };
}

/** A request of alice's agent, by MCP. */
function mcp(world: World, method: string): Promise<Prepared> {
  const message = { jsonrpc: "2.0", id: 1, method, params: { name: "search" } };
  return tooling(world, "POST", "mcp", message, { "MCP-Protocol-Version": "2025-11-25" });
}

function newTool() {
  return toolNamed(newName().replace("-", "_"));
}

async function editTool(world: World): Promise<Prepared> {
  const { id } = await world.made("tools", newTool());
  return world.admin("PATCH", `tools/${id}`, { description: "Other" });
}

async function tryTool(world: World): Promise<Prepared> {
  const tools = (await world.server.database("DB")).prepare(
    "SELECT id FROM tools WHERE name = 'search'",
  );
  return world.admin("POST", `tools/${await tools.first("id")}/try`, { user: "alice" });
}

function isListed(answer: Answer): boolean {
  return ok(answer) && JSON.parse(answer.body).result.tools[0].name === "search";
}

function isTold(answer: Answer): boolean {
  return ok(answer) && JSON.parse(answer.body).result.content[0].text === "found";
}

function isCalled(answer: Answer): boolean {
  return ok(answer) && JSON.parse(answer.body).body === "found";
}

function isOn(answer: Answer): boolean {
  return ok(answer) && JSON.parse(answer.body).enabled === true;
}

function isThere({ status, body }: Answer): boolean {
  return status === 201 && Boolean(JSON.parse(body).id);
}

export function ok(answer: Answer): boolean {
  return answer.status === 200;
}

function made({ status, body }: Answer): boolean {
  return status === 201 && Boolean(JSON.parse(body).client_secret);
}

/** A form that did what it is for, or finds it done. */
export function isDone({ status, location }: Answer): boolean {
  return status === 303 && location.includes("?done=");
}

function goesOn({ status, location }: Answer): boolean {
  return status === 303 && location.startsWith("/");
}

export function signsIn(answer: Answer): boolean {
  return goesOn(answer) && /ostiary_session=/.test(answer.headers.get("Set-Cookie") ?? "");
}

function shows(id: string): (answer: Answer) => boolean {
  return (answer) => ok(answer) && answer.body.includes(`id="${id}"`);
}

function hasCode({ status, location }: Answer): boolean {
  return status === 303 && new URL(location, "http://own.page").searchParams.has("code");
}

function isDenied({ status, location }: Answer): boolean {
  const error = new URL(location, "http://own.page").searchParams.get("error");
  return status === 303 && error === "access_denied";
}

function isActive(answer: Answer): boolean {
  return ok(answer) && JSON.parse(answer.body).active === true;
}

/** One step, not two, however often it was asked for. */
function isGeneration(generation: number): (answer: Answer) => boolean {
  return (answer) =>
    ok(answer) &&
    String(claimsOf(JSON.parse(answer.body).access_token).jti).split(".")[1] === String(generation);
}
