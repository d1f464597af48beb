/** Agents over HTTP, where only the runtime can show it. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  AGENT_SCOPES,
  agentRequest,
  askForAccount,
  CODE,
  makeProvider,
  provider,
  sayYes,
} from "./support/agents.ts";
import { refused } from "./support/client.ts";
import { signedIn, startSeeded, tenTimes } from "./support/flow.ts";
import { agentToken } from "./support/tools.ts";

const ostiary = await startSeeded({
  twin: true,
  outbound: (request) => provider(request) ?? new Response("nobody", { status: 404 }),
});
after(() => ostiary.stop());
await makeProvider(ostiary, "mail");
const alice = await signedIn(ostiary);
const token = await agentToken(ostiary, "alice", AGENT_SCOPES);
const agent = { agent_id: "mail-bot", provider: "mail" };

test("of ten calls at two Workers at the same time one is given the token of an account", async () => {
  const state = await sayYes(alice, await askForAccount(ostiary, token, agent));
  const path = `${agent.agent_id}/token`;
  const answers = await tenTimes(ostiary, (server) =>
    agentRequest(server, token, path, { authorization_code: CODE, state }),
  );
  const given = answers.filter(({ status }) => status === 200);
  assert.equal(given.length, 1, answers.map(({ status }) => status).join());
  const answer = (await given[0]?.json()) as Record<string, unknown>;
  assert.equal(answer.access_token, "access-token-of-the-provider");
  assert.ok(!("refresh_token" in answer), "never a refresh token");
  for (const answer of answers.filter(({ status }) => status !== 200))
    await refused(answer, "invalid_grant");
  const session = await agentRequest(ostiary.twin, token, "mail-bot/session?provider=mail");
  const { authenticated, scopes } = (await session.json()) as Record<string, unknown>;
  assert.deepEqual([authenticated, scopes], [true, ["mail:read"]]);
});

test("an agent that is removed while the browser is at the provider gets nothing, and nothing of it is left", async () => {
  const removed = { ...agent, agent_id: "removed-bot" };
  const away = await alice.submit(
    await alice.get(await askForAccount(ostiary, token, removed)),
    {},
  );
  const question = await alice.get("/account/connections/agent?id=removed-bot");
  const done = await alice.submit(question, {});
  assert.equal(done.location, "/account/connections?done=agent-removed");
  const state = new URL(away.location).searchParams.get("state") ?? "";
  const back = `/oauth/callback/mail?${new URLSearchParams({ code: CODE, state })}`;
  const page = await alice.get(back);
  assert.equal(page.status, 400, page.html);
  const database = await ostiary.database("DB");
  for (const table of ["agents", "agent_sessions", "connections", "connect_states"]) {
    const rows = `SELECT COUNT(*) AS count FROM ${table} WHERE agent_id = 'removed-bot'`;
    assert.equal(await database.prepare(rows).first("count"), 0, table);
  }
});

test("what D1 refuses because the agent is gone is told as that, and nothing is linked", async () => {
  const gone = { ...agent, agent_id: "gone-bot" };
  const away = await alice.submit(await alice.get(await askForAccount(ostiary, token, gone)), {});
  const database = await ostiary.database("DB");
  await database
    .prepare("UPDATE connect_states SET agent_id = 'never-was' WHERE agent_id = 'gone-bot'")
    .run();
  const state = new URL(away.location).searchParams.get("state") ?? "";
  const page = await alice.get(
    `/oauth/callback/mail?${new URLSearchParams({ code: CODE, state })}`,
  );
  assert.equal(page.status, 400, page.html);
  assert.match(page.html, /has been removed meanwhile/);
  const rows = "SELECT COUNT(*) AS count FROM connections WHERE agent_id = 'never-was'";
  assert.equal(await database.prepare(rows).first("count"), 0);
});
