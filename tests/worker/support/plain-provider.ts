/** What an agent needs in a test: a provider, a token of its user's, and the user's yes. */
import assert from "node:assert/strict";
import { Client, tokensOf } from "./client.ts";
import { codeFor } from "./flow.ts";
import type { Ostiary } from "./ostiary.ts";
import type { Person } from "./person.ts";
import { administer } from "./tools.ts";

/** All that an agent may be allowed. */
export const AGENT_SCOPES = "agent:connect connections:token";

const HOST = "https://plain.example";

/** A provider of plain OAuth 2.0, for `Options.outbound`: it gives everybody the same token. */
export function plainProvider(request: Request): Response {
  switch (new URL(request.url).pathname) {
    case "/token":
      return Response.json({
        access_token: "token-of-the-provider",
        token_type: "Bearer",
        expires_in: 3600,
        scope: "files",
      });
    case "/user":
      return Response.json({ sub: "alice-there", email: "alice@plain.example", name: "Alice" });
    default:
      return new Response("nothing here", { status: 404 });
  }
}

/** Makes it known to the server, as `plain`. */
export async function makePlainProvider(ostiary: Ostiary): Promise<void> {
  await administer(ostiary, "POST", "providers", {
    id: "plain",
    name: "Plain",
    kind: "oauth",
    client_id: "us",
    client_secret: "secret-at-the-provider",
    scopes: "files",
    authorization_endpoint: `${HOST}/authorize`,
    token_endpoint: `${HOST}/token`,
    userinfo_endpoint: `${HOST}/user`,
  });
}

/** The app that an agent is: it may be allowed all that agents may. */
export async function agentApp(ostiary: Ostiary): Promise<Client> {
  const uri = "https://agent.example/callback";
  const made = await administer(ostiary, "POST", "clients", {
    client_name: "Agent",
    redirect_uris: [uri],
    scope: AGENT_SCOPES,
  });
  return new Client(String(made.client_id), uri, String(made.client_secret));
}

/** Tokens of this person's for the agent. */
export async function agentTokens(ostiary: Ostiary, app: Client, person: Person) {
  return tokensOf(await app.redeem(ostiary, await codeFor(person, app, AGENT_SCOPES)));
}

/** The person opens the page that the agent was given, says yes there and at the provider; answers the last page. */
export async function saysYes(person: Person, authorizationUrl: unknown): Promise<string> {
  const done = await answered(person, authorizationUrl, { code: "code-of-the-provider" });
  assert.equal(done.status, 200, done.html);
  return done.html;
}

/** The same, but at the provider they say no. */
export async function saysNo(person: Person, authorizationUrl: unknown): Promise<void> {
  const refused = await answered(person, authorizationUrl, { error: "access_denied" });
  assert.equal(refused.status, 403, refused.html);
}

async function answered(person: Person, authorizationUrl: unknown, answer: Record<string, string>) {
  const { pathname, search } = new URL(String(authorizationUrl));
  const asked = await person.get(pathname + search);
  assert.equal(asked.status, 200, asked.html);
  const there = new URL((await person.submit(asked, {})).location);
  assert.equal(there.origin, HOST);
  const state = there.searchParams.get("state") ?? "";
  return person.get(`/oauth/callback/plain?${new URLSearchParams({ ...answer, state })}`);
}
