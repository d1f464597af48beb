/** examples/agents/broker: agents that are given the token of an account at a provider, over HTTP and over a WebSocket. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { agentApp, agentTokens, saysNo, saysYes } from "../../worker/support/agent-yes.ts";
import { makeProvider, provider } from "../../worker/support/agents.ts";
import { signedIn, startSeeded } from "../../worker/support/flow.ts";
import { ROOT } from "../../worker/support/settings.ts";
import { Example } from "../support/example.ts";
import { pythonProgram } from "../support/python.ts";

const AGENTS = join(ROOT, "examples/agents/broker");
const python = pythonProgram("examples/agents/broker/requirements.txt");

const ostiary = await startSeeded({
  outbound: (request) => provider(request) ?? new Response(null, { status: 502 }),
});
after(() => ostiary.stop());
await makeProvider(ostiary, "mail");
const alice = await signedIn(ostiary);
const { access_token: OSTIARY_TOKEN } = await agentTokens(ostiary, await agentApp(ostiary), alice);

for (const [language, command, file, BROWSER] of [
  ["Python", python, "agent.py", "echo %s"],
  ["JavaScript", process.execPath, "agent.mjs", "echo"],
] as const) {
  const start = (way: string, token = OSTIARY_TOKEN) =>
    new Example(command, [join(AGENTS, file), way, "mail"], {
      OSTIARY_URL: ostiary.url,
      OSTIARY_TOKEN: token,
      BROWSER,
    });

  test(`the agent in ${language} is given a token over HTTP for what its person copies`, async () => {
    const agent = start("http");
    const { authorization_code, state } = await saysYes(alice, await agent.opened());
    agent.type(authorization_code, state);
    const { printed, problems, code } = await agent.ended();
    assert.equal(code, 0, problems);
    assert.equal(
      printed,
      "Code: State: A Bearer token of alice@mail.example at mail: mail:read\n",
      problems,
    );
  });

  test(`the agent in ${language} is told over its WebSocket, and given a token`, async () => {
    const agent = start("websocket");
    await saysYes(alice, await agent.opened());
    const { printed, problems, code } = await agent.ended();
    assert.deepEqual([printed, code], ["A Bearer token at mail: mail:read\n", 0], problems);
  });

  test(`the agent in ${language} says so when its person said no`, async () => {
    const agent = start("websocket");
    await saysNo(alice, await agent.opened());
    const { problems, code } = await agent.ended();
    assert.equal(code, 1);
    assert.ok(problems.includes("access_denied: access was not allowed at mail"), problems);
  });

  test(`the agent in ${language} is refused with a token that is no good`, async () => {
    for (const way of ["http", "websocket"]) {
      const { code, problems } = await start(way, "wrong").ended();
      assert.equal(code, 1, way);
      assert.match(problems, way === "http" ? /invalid_token/ : /401|opens no socket/, way);
    }
  });
}
