/** Bindings in trouble while an agent is at its socket: what stands in docs/troubleshooting.md. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { AgentSocket } from "./support/agent-socket.ts";
import { agentApp, agentTokens, saysYes } from "./support/agent-yes.ts";
import { makeProvider, provider } from "./support/agents.ts";
import { signedIn, startSeeded } from "./support/flow.ts";
import type { Fault, Ostiary } from "./support/ostiary.ts";
import type { Person } from "./support/person.ts";

const BOT = { agent_id: "bot", provider: "mail" };
const LATE_MS = 10_000;

let ostiary: Ostiary;
let alice: Person;
let token: string;

before(async () => {
  ostiary = await startSeeded({
    faults: true,
    outbound: (request) => provider(request) ?? new Response(null, { status: 502 }),
  });
  await makeProvider(ostiary, "mail");
  alice = await signedIn(ostiary);
  token = (await agentTokens(ostiary, await agentApp(ostiary), alice)).access_token;
});
beforeEach(() => ostiary.faults());
after(() => ostiary.stop());

const troubles = (binding: string): Fault[] => [
  { binding, mode: "fail" },
  { binding, mode: "delay", ms: LATE_MS },
];

const FAILING_GRANTS: Fault = { binding: "GRANTS", mode: "fail" };

test("where no socket can be opened a later try may work", async () => {
  for (const fault of [...troubles("SOCKETS"), FAILING_GRANTS]) {
    await ostiary.faults(fault);
    const answer = await AgentSocket.refusal(ostiary, { token });
    const { error } = (await answer.json()) as { error: string };
    assert.deepEqual([answer.status, error], [503, "temporarily_unavailable"], fault.binding);
    assert.equal(answer.headers.get("retry-after"), "5");
    assert.ok((await ostiary.disturbances()) > 0);
    await ostiary.faults();
    await using socket = await AgentSocket.open(ostiary, { token });
    assert.equal((await socket.result("oauth/session", BOT)).authenticated, false);
  }
});

test("a call that fails through our fault is told so, and the socket stays", async () => {
  await using socket = await AgentSocket.open(ostiary, { token });
  for (const fault of [...troubles("DB"), FAILING_GRANTS]) {
    await ostiary.faults(fault);
    const { code, data } = await socket.error("oauth/session", BOT);
    const told = { code: -32003, data: { error: "temporarily_unavailable", retry_after: 5 } };
    assert.deepEqual({ code, data }, told, `${fault.binding} ${fault.mode}`);
    await ostiary.faults();
    assert.equal((await socket.result("oauth/session", BOT)).provider, "mail");
  }
});

test("a stranger whose token cannot be checked may try again", async () => {
  await using socket = await AgentSocket.open(ostiary);
  await ostiary.faults(FAILING_GRANTS);
  assert.equal((await socket.error("authenticate", { token })).code, -32003);
  await ostiary.faults();
  assert.deepEqual(await socket.result("authenticate", { token }), { authenticated: true });
});

test("no call waits for its log, or fails because of it", async () => {
  await using socket = await AgentSocket.open(ostiary, { token });
  await ostiary.faults({ binding: "EVENTS", mode: "fail" });
  assert.ok((await socket.result("oauth/initiate", BOT)).authorization_url);
});

test("an agent that cannot be told is none the worse, nor is its user", async () => {
  for (const fault of troubles("SOCKETS")) {
    await using socket = await AgentSocket.open(ostiary, { token });
    const asked = await socket.result("oauth/initiate", BOT);
    await ostiary.faults(fault);
    const proof = await saysYes(alice, asked.authorization_url);
    assert.ok((await ostiary.disturbances()) > 0);
    await ostiary.faults();
    assert.equal((await socket.result("oauth/session", BOT)).authenticated, true);
    const given = await socket.result("oauth/token", { ...BOT, ...proof });
    assert.equal(given.access_token, "access-token-of-the-provider");
  }
});
