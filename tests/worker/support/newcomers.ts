/** Clients that come without an administrator: they register themselves, or describe themselves. */
import assert from "node:assert/strict";
import { Client } from "./client.ts";
import type { Server } from "./ostiary.ts";
import type { Person } from "./person.ts";
import type { Web } from "./web.ts";

export interface Registration {
  redirect_uris: string[];
  token_endpoint_auth_method?: string;
  [member: string]: unknown;
}

/** A client that has just registered itself (RFC 7591); without a method it has a secret. `address`: where it did so from. */
export async function register(
  server: Server,
  metadata: Registration,
  address?: string,
): Promise<Client> {
  const headers = new Headers({ "Content-Type": "application/json" });
  if (address) headers.set("CF-Connecting-IP", address);
  const body = JSON.stringify(metadata);
  const answer = await server.fetch("/oauth/register", { method: "POST", headers, body });
  const made = (await answer.json()) as { client_id: string; client_secret?: string };
  assert.equal(answer.status, 201, JSON.stringify(made));
  return new Client(made.client_id, metadata.redirect_uris[0] ?? "", made.client_secret);
}

/** A client that describes itself in a document at the URL that is its id, which `web` plays from now on. */
export function describe(
  web: Web,
  id: string,
  redirectUri: string,
  more: Record<string, unknown> = {},
): Client {
  web.show(id, () => Response.json(documentOf(id, redirectUri, more)));
  return new Client(id, redirectUri);
}

/** What such a client says of itself. */
export function documentOf(
  id: string,
  redirectUri: string,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    client_id: id,
    client_name: `Client of ${new URL(id).host}`,
    redirect_uris: [redirectUri],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
    ...more,
  };
}

/** Whether the person is asked for consent; else they see what is wrong, and nobody is told of it. */
export async function isShown(person: Person, client: Client): Promise<boolean> {
  const page = await person.get(client.request().path);
  if (page.status === 200) return page.html.includes('id="consent-form"');
  assert.deepEqual([page.status, page.location], [400, ""], page.html);
  assert.match(page.html, /id="error-code">invalid_client_metadata</);
  return false;
}
