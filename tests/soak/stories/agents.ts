/** Agents that ask for their person's accounts: over HTTP, and at WebSockets, most of which are idle. */
import assert from "node:assert/strict";
import { AgentSocket } from "../../worker/support/agent-socket.ts";
import { type Proof, saysYes } from "../../worker/support/agent-yes.ts";
import { agentRequest } from "../../worker/support/agents.ts";
import type { Person } from "../../worker/support/person.ts";
import type { Chain } from "../support/chain.ts";
import { chance } from "../support/chance.ts";
import type { Sleeper } from "../support/lounge.ts";
import type { World } from "../support/world.ts";
import { agentOf } from "./tools.ts";

const BOT = { agent_id: "bot", provider: "mail" };

/** It asks, its person says yes, it is given a token, once; then the person removes it. */
export function agent(world: World): Promise<void> {
  return world.borrow(async (account) => {
    const person = await world.signedIn(account);
    const chain = await agentOf(world, person, account);
    await (chance(0.5) ? overHttp : atASocket)(world, person, chain);
    const question = await person.get(`/account/connections/agent?id=${BOT.agent_id}`);
    const done = await person.submit(question, {});
    assert.equal(done.location, "/account/connections?done=agent-removed", done.html);
    await chain.revoke();
  });
}

async function overHttp(world: World, person: Person, chain: Chain): Promise<void> {
  const ask = async (status: number, path: string, body?: unknown) => {
    const answer = await agentRequest(world.server, chain.held.access_token, path, body);
    const text = await answer.text();
    assert.equal(answer.status, status, text);
    return JSON.parse(text) as Record<string, unknown>;
  };
  const { authorization_url } = await ask(200, "authenticate", BOT);
  const session = `${BOT.agent_id}/session?provider=${BOT.provider}`;
  assert.equal((await ask(200, session)).authenticated, false);
  const proof = await saysYes(person, authorization_url);
  assert.equal((await ask(200, session)).authenticated, true);
  const { access_token } = await ask(200, `${BOT.agent_id}/token`, proof);
  assert.match(String(access_token), /\.access$/);
  assert.equal((await ask(400, `${BOT.agent_id}/token`, proof)).error, "invalid_grant");
}

async function atASocket(world: World, person: Person, chain: Chain): Promise<void> {
  await using socket = await open(world, chain);
  const { authorization_url } = await socket.result("oauth/initiate", BOT);
  const proof: Proof = await saysYes(person, authorization_url);
  const told = await socket.next();
  assert.deepEqual([told.method, told.params?.state], ["oauth/completed", proof.state]);
  const { access_token } = await socket.result("oauth/token", { ...BOT, ...proof });
  assert.match(String(access_token), /\.access$/);
  const again = await socket.error("oauth/token", { ...BOT, ...proof });
  assert.equal(again.data?.error, "invalid_grant");
  world.server.note("WS agent", "answered");
}

/** An agent that said nothing for long says something, or goes; another one comes and says nothing. */
export async function sleeper(world: World): Promise<void> {
  const { lounge } = world;
  const woken = lounge.wake();
  if (!woken) return newcomer(world);
  const { socket, chain } = woken;
  await isStillHeard(woken);
  world.server.note("WS sleeper", "answered");
  if (chance(0.8)) return lounge.sleep(woken);
  await chain.revoke();
  assert.equal((await socket.error("oauth/session", BOT)).data?.error, "invalid_token");
  await socket.close();
  await newcomer(world);
}

/** An agent at a socket that was idle, whose token is over by now. */
export async function isStillHeard({ socket, chain }: Sleeper): Promise<void> {
  await chain.refresh();
  await socket.result("authenticate", { token: chain.held.access_token });
  await isHeard(socket);
}

/** One more agent, at a socket of its own. */
function newcomer(world: World): Promise<void> {
  return world.borrow(async (account) => {
    const chain = await agentOf(world, await world.signedIn(account), account);
    const socket = await open(world, chain);
    await isHeard(socket);
    world.lounge.sleep({ socket, chain });
  });
}

/** With the token at once, or as the first thing that is said. */
async function open({ server }: World, chain: Chain): Promise<AgentSocket> {
  const token = chain.held.access_token;
  if (chance(0.5)) return AgentSocket.open(server, { token });
  const socket = await AgentSocket.open(server);
  assert.deepEqual(await socket.result("authenticate", { token }), { authenticated: true });
  return socket;
}

async function isHeard(socket: AgentSocket): Promise<void> {
  assert.equal((await socket.result("oauth/session", BOT)).provider, BOT.provider);
}
