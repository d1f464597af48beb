/** Tools: what an administrator makes, what a person switches, what an agent calls. */
import assert from "node:assert/strict";
import { Client, tokensOf } from "./client.ts";
import { codeFor, signedIn } from "./flow.ts";
import type { Ostiary, Server } from "./ostiary.ts";

/** Sends JSON to the admin API and answers what comes back. */
export async function administer(
  ostiary: Ostiary,
  method: string,
  path: string,
  body: unknown,
): Promise<Record<string, unknown>> {
  const headers = { "X-Admin-Token": ostiary.adminToken, "Content-Type": "application/json" };
  const answer = await ostiary.fetch(`/admin/api/${path}`, {
    method,
    headers,
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, text);
  return JSON.parse(text) as Record<string, unknown>;
}

/** A token of this person's; by itself one that may switch and call tools. */
export async function agentToken(
  ostiary: Ostiary,
  name = "alice",
  scope = "read:tools call:tools manage:tools",
): Promise<string> {
  const uri = "https://app.example/callback";
  const made = await administer(ostiary, "POST", "clients", {
    client_name: "Agent",
    redirect_uris: [uri],
    scope,
  });
  const client = new Client(String(made.client_id), uri, String(made.client_secret));
  const code = await codeFor(await signedIn(ostiary, name), client, scope);
  return (await tokensOf(await client.redeem(ostiary, code))).access_token;
}

/** Switches a tool on or off for the token's user. */
export async function switchTool(
  server: Server,
  token: string,
  name: string,
  enabled: boolean,
): Promise<void> {
  const answer = await server.fetch(`/api/users/me/tools/${name}`, {
    method: "PUT",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ enabled }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

/** Calls a tool. */
export function callTool(
  server: Server,
  token: string,
  name: string,
  args: unknown = {},
): Promise<Response> {
  return server.fetch(`/api/tools/${name}/call`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify(args),
  });
}
