/** Clients that come by themselves: they register and look after that, or describe themselves. Most are never used. */
import assert from "node:assert/strict";
import { Client, refused } from "../../worker/support/client.ts";
import { chance } from "../support/chance.ts";
import { REDIRECT_URI } from "../support/elsewhere.ts";
import type { World } from "../support/world.ts";

/** So many apps describe themselves. */
const DESCRIBED = 50;

interface Registered {
  client_id: string;
  client_secret: string;
  registration_access_token: string;
  registration_client_uri: string;
  client_name: string;
}

/** Registers, looks, is used or not, and goes or is forgotten. */
export async function registering(world: World): Promise<void> {
  const { server } = world;
  const made = await ask(world, "POST", "/oauth/register", 201);
  const { pathname } = new URL(made.registration_client_uri);
  const bearer = made.registration_access_token;
  assert.equal((await ask(world, "GET", pathname, 200, bearer)).client_id, made.client_id);
  const changed = await ask(world, "PUT", pathname, 200, bearer, { client_id: made.client_id });
  assert.equal(changed.client_name, "Changed");
  const client = new Client(made.client_id, REDIRECT_URI, made.client_secret);
  if (chance(0.3)) await use(world, client);
  if (chance(0.5)) return; // clean-up's work
  const headers = { Authorization: `Bearer ${changed.registration_access_token ?? bearer}` };
  assert.equal((await server.fetch(pathname, { method: "DELETE", headers })).status, 204);
  await refused(await client.refresh(server, "x"), "invalid_client", 401);
}

async function ask(
  { server }: World,
  method: string,
  path: string,
  status: number,
  bearer?: string,
  more: Record<string, unknown> = {},
): Promise<Registered> {
  const headers = {
    "Content-Type": "application/json",
    ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
  };
  const metadata = {
    client_name: method === "PUT" ? "Changed" : "Newcomer",
    redirect_uris: [REDIRECT_URI],
    scope: "read:tools",
    ...more,
  };
  const body = method === "GET" ? undefined : JSON.stringify(metadata);
  const answer = await server.fetch(path, { method, headers, ...(body && { body }) });
  const text = await answer.text();
  assert.equal(answer.status, status, text);
  return JSON.parse(text) as Registered;
}

/** An app whose id is the address of its description. */
export function describing(world: World): Promise<void> {
  const id = `https://described-${Math.floor(Math.random() * DESCRIBED)}.example/client.json`;
  return use(world, new Client(id, REDIRECT_URI));
}

/** Somebody lets it in; their yes goes with the client, so it is none that stays. */
function use(world: World, client: Client): Promise<void> {
  return world.borrow(async (account) => {
    const person = await world.signedIn(account);
    const app = { client, remembers: false };
    const chain = await world.redeem(app, await world.codeFor(person, account, app));
    await chain.isAlive();
    await chain.retry();
    await chain.revoke();
  });
}
