/** Administrators, who make people and clients and switch them off. */
import assert from "node:assert/strict";
import { Client } from "../../worker/support/client.ts";
import { pick } from "../support/chance.ts";
import type { World } from "../support/world.ts";

export async function administrator(world: World): Promise<void> {
  await pick([dismiss, changePassword, retire, list])(world);
}

/** Somebody new, who is switched off again: all that they had begun is dead at once. */
async function dismiss(world: World): Promise<void> {
  const account = await guest(world);
  const person = await world.signedIn(account);
  const app = pick(world.apps);
  const chain = await world.redeem(app, await world.codeFor(person, account, app));
  await chain.isAlive();
  await world.admin("PATCH", `/users/${account.id}`, { disabled: true });
  await chain.hasEnded();
  assert.equal((await person.get("/account")).status, 303, "the session is dead");
  const again = await person.signIn(account.name, account.password);
  assert.equal(again.status, 403, "who is switched off stays out");
}

/** A new password ends what the old one had begun. */
async function changePassword(world: World): Promise<void> {
  const account = await guest(world);
  const person = await world.signedIn(account);
  const app = pick(world.apps);
  const chain = await world.redeem(app, await world.codeFor(person, account, app));
  await world.admin("PATCH", `/users/${account.id}`, { password: "another password" });
  await chain.hasEnded();
  await world.signedIn({ ...account, password: "another password" });
}

function guest(world: World) {
  const address = `100.66.${Math.floor(Math.random() * 250)}.7`;
  return world.makeAccount(world.newName("guest"), address);
}

/** A client of its own, that gets a new secret and is switched off. */
async function retire(world: World): Promise<void> {
  const settings = { client_name: "Program", grant_types: ["client_credentials"] };
  const client = await world.makeClient({ client_id: world.newName("program"), ...settings });
  const path = `/clients/${client.id}`;
  const { client_secret } = await world.admin("POST", `${path}/secret`);
  const renewed = new Client(client.id, "", String(client_secret));
  const { access_token } = await renewed.ownToken(world.server);
  const [app] = world.apps;
  assert.ok(app);
  assert.equal(await app.client.isActive(world.server, access_token), true);
  await world.admin("PATCH", path, { disabled: true });
  assert.equal(await app.client.isActive(world.server, access_token), false);
}

async function list(world: World): Promise<void> {
  const { users } = await world.admin("GET", "/users?limit=5");
  assert.equal((users as unknown[]).length, 5);
  const { clients } = await world.admin("GET", "/clients?limit=5");
  assert.equal((clients as unknown[]).length, 5);
  const answer = await world.server.fetch("/admin/api/users", {
    headers: { "X-Admin-Token": "a guess" },
  });
  assert.equal(answer.status, 401);
}
