/** Agents that call tools: by the API and by MCP, and one that needs its person's account elsewhere. */
import assert from "node:assert/strict";
import type { Person } from "../../worker/support/person.ts";
import { callTool, switchTool } from "../../worker/support/tools.ts";
import type { Chain } from "../support/chain.ts";
import { chance } from "../support/chance.ts";
import type { Account, World } from "../support/world.ts";
import { comeBack } from "./identity.ts";

/** An agent looks which tools there are, and calls one that needs no account. */
export function tools(world: World): Promise<void> {
  return world.borrow(async (account) => {
    const chain = await agentOf(world, await world.signedIn(account), account);
    const { tools } = (await mcp(world, chain, "tools/list")) as { tools: { name: string }[] };
    assert.deepEqual(tools.map(({ name }) => name).sort(), ["mail", "search"]);
    for (let n = 0; n < 3; n += 1) await search(world, chain);
    await switchTool(world.server, chain.held.access_token, "search", false);
    const refused = await callTool(world.server, chain.held.access_token, "search");
    assert.equal(refused.status, 404, await refused.text());
    await switchTool(world.server, chain.held.access_token, "search", true);
    await search(world, chain);
    await chain.revoke();
    assert.equal((await callTool(world.server, chain.held.access_token, "search")).status, 401);
  });
}

/** Somebody connects an account, a tool uses it, several times at once, and then it is disconnected. */
export function broker(world: World): Promise<void> {
  return world.borrow(async (account) => {
    const person = await world.signedIn(account);
    const chain = await agentOf(world, person, account);
    const asked = await called(world, chain, "mail");
    assert.equal(asked.pending, true, "nothing is connected yet");
    const { pathname, search } = new URL(String(asked.auth_url));
    const away = await person.submit(await person.get(pathname + search), {});
    assert.equal((await comeBack(person, away, account)).status, 200);
    for (let n = 0; n < 2; n += 1) {
      const answers = await Promise.all([1, 2, 3].map(() => called(world, chain, "mail")));
      for (const { body } of answers) assert.equal(body, "letters");
    }
    await disconnect(world, person, chain);
    assert.equal(
      (await called(world, chain, "mail")).pending,
      true,
      "nothing is connected any more",
    );
    await chain.revoke();
  });
}

export async function agentOf(world: World, person: Person, account: Account): Promise<Chain> {
  return world.redeem(world.agent, await world.codeFor(person, account, world.agent));
}

async function search(world: World, chain: Chain): Promise<void> {
  if (chance(0.5)) {
    assert.equal((await called(world, chain, "search")).body, "found");
    return;
  }
  const { content } = await mcp(world, chain, "tools/call", { name: "search", arguments: {} });
  assert.deepEqual(content, [{ type: "text", text: "found" }]);
}

async function called({ server }: World, chain: Chain, tool: string) {
  const answer = await callTool(server, chain.held.access_token, tool);
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return JSON.parse(text) as Record<string, unknown>;
}

/** The result of a message. */
async function mcp(
  { server }: World,
  chain: Chain,
  method: string,
  params: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const answer = await server.fetch("/mcp", {
    method: "POST",
    headers: {
      Authorization: `Bearer ${chain.held.access_token}`,
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      "MCP-Protocol-Version": "2025-11-25",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  const { result } = JSON.parse(text) as { result?: Record<string, unknown> };
  assert.ok(result, text);
  return result;
}

/** On the page, or by the API. */
async function disconnect({ server }: World, person: Person, chain: Chain): Promise<void> {
  const headers = { Authorization: `Bearer ${chain.held.access_token}` };
  const answer = await server.fetch("/api/users/me/connections", { headers });
  const { connections } = (await answer.json()) as { connections: { id: string }[] };
  assert.equal(connections.length, 1);
  const id = connections[0]?.id;
  if (chance(0.5)) {
    const path = `/api/users/me/connections/${id}`;
    assert.equal((await server.fetch(path, { method: "DELETE", headers })).status, 204);
    return;
  }
  const question = await person.get(`/account/connections/remove?id=${id}`);
  const done = await person.submit(question, {});
  assert.equal(done.location, "/account/connections?done=removed", done.html);
}
