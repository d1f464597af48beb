/** An agent's app, and what its person answers in the browser. */
import assert from "node:assert/strict";
import { AGENT_SCOPES, CODE } from "./agents.ts";
import { Client, type Tokens, tokensOf } from "./client.ts";
import { codeFor } from "./flow.ts";
import type { Ostiary } from "./ostiary.ts";
import type { Page, Person } from "./person.ts";
import { administer } from "./tools.ts";

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
export async function agentTokens(ostiary: Ostiary, app: Client, person: Person): Promise<Tokens> {
  return tokensOf(await app.redeem(ostiary, await codeFor(person, app, AGENT_SCOPES)));
}

/** What an agent must bring for the token. */
export interface Proof {
  authorization_code: string;
  state: string;
}

/** The person opens the page that the agent was given, and says yes there and at the provider; what the last page shows. */
export async function saysYes(person: Person, authorizationUrl: unknown): Promise<Proof> {
  const done = await answered(person, authorizationUrl, { code: CODE });
  assert.equal(done.status, 200, done.html);
  assert.match(done.html, /Authorization successful! You can close this window\./);
  const shown = (id: string) => new RegExp(`id="${id}"[^>]*>([^<]+)<`).exec(done.html)?.[1] ?? "";
  return { authorization_code: shown("agent-code"), state: shown("agent-state") };
}

/** The same, but at the provider they say no. */
export async function saysNo(person: Person, authorizationUrl: unknown): Promise<void> {
  const refused = await answered(person, authorizationUrl, { error: "access_denied" });
  assert.equal(refused.status, 403, refused.html);
}

async function answered(
  person: Person,
  authorizationUrl: unknown,
  answer: Record<string, string>,
): Promise<Page> {
  const { pathname, search } = new URL(String(authorizationUrl));
  const asked = await person.get(pathname + search);
  assert.equal(asked.status, 200, asked.html);
  const there = new URL((await person.submit(asked, {})).location);
  const state = there.searchParams.get("state") ?? "";
  const back = new URL(there.searchParams.get("redirect_uri") ?? "").pathname;
  return person.get(`${back}?${new URLSearchParams({ ...answer, state })}`);
}
