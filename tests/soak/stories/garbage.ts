/** What comes from the internet at large. Never a 500 (the meter looks), never a token. */
import assert from "node:assert/strict";
import { Client, demoServer, demoWeb, refused } from "../../worker/support/client.ts";
import { chance, noise, pick } from "../support/chance.ts";
import type { World } from "../support/world.ts";

const PATHS = [
  "/oauth/token",
  "/oauth/introspect",
  "/oauth/revoke",
  "/oauth/authorize",
  "/login",
  "/consent",
  "/logout",
  "/admin/api/users",
  "/api/oauth/clients/me",
  "/api/tools/search/call",
  "/api/users/me/tools/search",
  "/mcp",
  "/mcp/ws",
  "/metrics",
  "/oauth/callback/mail",
  "/oauth/fastmcp/agent/authenticate",
  "/oauth/logout",
  "/oauth/register",
  "/oauth/register/nobody",
  "/oauth/userinfo",
  "/admin/login",
  "/nowhere",
];
const TYPES = ["application/x-www-form-urlencoded", "application/json", "text/plain", "x/y; z="];

export async function garbage(world: World): Promise<void> {
  await pick([rubbish, rubbish, forgeries, impostor, badRequest])(world);
}

async function rubbish({ server }: World): Promise<void> {
  const path = `${pick(PATHS)}${chance(0.5) ? `?${encodeURIComponent(noise(20))}=${noise(0)}%` : ""}`;
  const method = pick(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]);
  const headers = {
    "Content-Type": pick(TYPES),
    Authorization: pick(["Basic !!", "Bearer x", "x"]),
  };
  const body = Buffer.from(noise(pick([0, 10, 1_000, 70_000])), "latin1");
  const init = method === "GET" ? { method, headers } : { method, headers, body };
  const answer = await server.fetch(path, init);
  assert.ok(!(await answer.text()).includes("access_token"), `${method} ${path} gave a token`);
}

async function forgeries({ server }: World): Promise<void> {
  const forged = pick([noise(40), `${"A".repeat(43)}.1.${"A".repeat(43)}`, "a.b.c", "e30.e30."]);
  await refused(await demoWeb.refresh(server, forged), "invalid_grant");
  const code = { code: `${"A".repeat(43)}.${"A".repeat(43)}`, verifier: "A".repeat(43) };
  await refused(await demoWeb.redeem(server, code), "invalid_grant");
  assert.equal(await demoServer.isActive(server, forged), false);
  assert.equal((await demoServer.revoke(server, forged)).status, 200);
}

async function impostor({ server }: World): Promise<void> {
  const id = pick([demoServer.id, "no-such-client"]);
  const client = new Client(id, demoServer.redirectUri, "a wrong secret");
  await refused(await client.refresh(server, "x"), "invalid_client", 401);
}

async function badRequest({ server }: World): Promise<void> {
  const [name, value] = pick<[string, string]>([
    ["client_id", "no-such-client"],
    ["redirect_uri", "https://thief.example/"],
    ["response_type", "token"],
    ["scope", "admin"],
    ["code_challenge_method", "plain"],
  ]);
  const url = new URL(demoWeb.request().path, server.url);
  url.searchParams.set(name, value);
  const answer = await server.fetch(url.pathname + url.search);
  assert.ok([303, 400].includes(answer.status), `${url}: ${answer.status}`);
  const location = answer.headers.get("Location") ?? "";
  assert.ok(!location.includes("thief"), "an open redirect");
}
