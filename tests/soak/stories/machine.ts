/** Programs without a person: client_credentials. */
import assert from "node:assert/strict";
import { demoServer } from "../../worker/support/client.ts";
import { chance } from "../support/chance.ts";
import type { World } from "../support/world.ts";

/** A token of the client's own is good until it is taken back, and acts for nobody. */
export async function machine({ server }: World): Promise<void> {
  const { access_token } = await demoServer.ownToken(server);
  assert.equal(await demoServer.isActive(server, access_token), true);
  const headers = { Authorization: `Bearer ${access_token}` };
  assert.equal((await server.fetch("/api/oauth/clients/me", { headers })).status, 403);
  if (chance(0.5)) return;
  assert.equal((await demoServer.revoke(server, access_token)).status, 200);
  assert.equal(await demoServer.isActive(server, access_token), false, "a revoked token lives");
  assert.equal((await server.fetch("/api/oauth/clients/me", { headers })).status, 401);
}
