/** Agents: what they ask for, what their person does in the browser, and a provider that is played. */
import assert from "node:assert/strict";
import type { Ostiary, Prepared, Server } from "./ostiary.ts";
import type { Person } from "./person.ts";
import { administer } from "./tools.ts";

/** What an agent's token may do. */
export const AGENT_SCOPES = "agent:connect connections:token";
/** The code that the provider gives. */
export const CODE = "code-of-the-provider";

const PROVIDER = "https://mail.example";

/** Makes the provider known, as `id`. */
export async function makeProvider(ostiary: Ostiary, id: string): Promise<void> {
  await administer(ostiary, "POST", "providers", {
    id,
    kind: "oauth",
    client_id: "us",
    client_secret: "a-secret",
    scopes: "mail:read mail:send",
    authorization_endpoint: `${PROVIDER}/authorize`,
    token_endpoint: `${PROVIDER}/token`,
    userinfo_endpoint: `${PROVIDER}/me`,
  });
}

/** Answers for the provider; for nobody else. */
export function provider(request: Request): Response | undefined {
  if (request.url === `${PROVIDER}/me`)
    return Response.json({ sub: "4711", email: "alice@mail.example", name: "Alice" });
  if (request.url !== `${PROVIDER}/token`) return undefined;
  return Response.json({
    access_token: "access-token-of-the-provider",
    refresh_token: "refresh-token-of-the-provider",
    token_type: "Bearer",
    expires_in: 3600,
    scope: "mail:read",
  });
}

/** A request of an agent. */
export function agentRequest(
  server: Server,
  ...request: Parameters<typeof preparedAgent>
): Promise<Response> {
  return server.send(preparedAgent(...request));
}

/** The same, to be sent as often as one likes. */
export function preparedAgent(token: string, path: string, body?: unknown): Prepared {
  const init = {
    method: body === undefined ? "GET" : "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
  return { path: `/oauth/fastmcp/agent/${path}`, init };
}

/** The agent asks; answers the path of the page for its person. */
export async function askForAccount(
  server: Server,
  token: string,
  agent: { agent_id: string; provider: string },
): Promise<string> {
  const asked = await agentRequest(server, token, "authenticate", {
    ...agent,
    requested_scopes: ["mail:read"],
  });
  const text = await asked.text();
  assert.equal(asked.status, 200, text);
  const { pathname, search } = new URL(JSON.parse(text).authorization_url);
  return `${pathname}${search}`;
}

/** The person says yes on our page, and the provider sends them back; answers the state. */
export async function sayYes(person: Person, path: string): Promise<string> {
  const away = await person.submit(await person.get(path), {});
  assert.equal(away.status, 303, away.html);
  const there = new URL(away.location);
  assert.equal(there.origin, PROVIDER);
  const state = there.searchParams.get("state") ?? "";
  const back = new URL(there.searchParams.get("redirect_uri") ?? "").pathname;
  const done = await person.get(`${back}?${new URLSearchParams({ code: CODE, state })}`);
  assert.match(done.html, /Authorization successful! You can close this window\./);
  return state;
}
