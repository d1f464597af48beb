/** examples/agents/mcp: agents that are told nothing but the address of /mcp. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { openHouse } from "../../browser/support/house.ts";
import { ROOT } from "../../worker/support/settings.ts";
import { Example, waitsAt } from "../support/example.ts";
import { askForNoAddress } from "../support/no_address.ts";
import { pythonProgram } from "../support/python.ts";
import { FORECAST, forecast, ToolUsers } from "../support/tool_users.ts";

const PASSWORD = "correct horse battery staple";
const AGENTS = join(ROOT, "examples/agents/mcp");
const python = pythonProgram("examples/agents/mcp/requirements.txt");

const house = await openHouse({ outbound: forecast });
after(() => house.close());
const users = new ToolUsers(house.ostiary);
await users.tool(FORECAST);
await users.user("dana", PASSWORD);

/** Starts an agent, whose person signs in and answers; how it ended. `before` is told where it waits for them. */
type Run = (
  args: string[],
  button?: "approve" | "deny",
  before?: (port: string) => Promise<void>,
) => ReturnType<Example["ended"]>;

const agent =
  (command: string, file: string, browser: string): Run =>
  async (args, button = "approve", before?) => {
    const mcp = `${house.ostiary.url}/mcp`;
    const program = new Example(command, [join(AGENTS, file), mcp, ...args], { BROWSER: browser });
    await using visitor = await house.visitor();
    const address = await program.opened();
    await before?.(waitsAt(address));
    await visitor.page.goto(address);
    await visitor.signIn("dana", PASSWORD);
    await visitor.page.locator(`#${button}`).click();
    await visitor.page.getByText("Thank you. You can close this window.").waitFor();
    return program.ended();
  };

for (const [language, run] of [
  ["Python", agent(python, "agent.py", "echo %s")],
  ["JavaScript", agent(process.execPath, "agent.mjs", "echo")],
] as const) {
  test(`the agent in ${language} lists the person's tools`, async () => {
    const { printed, problems, code } = await run([]);
    assert.deepEqual([printed, code], ["forecast: Foretells the weather.\n", 0], problems);
  });

  test(`the agent in ${language} calls a tool`, async () => {
    const { printed, problems, code } = await run(["forecast", '{"city": "Rome", "days": 2}']);
    assert.equal(code, 0, problems);
    for (const told of ["Rome", "the-tools-own-secret", '"days"'])
      assert.ok(printed.includes(told), printed);
  });

  test(`the agent in ${language} fails with what the tool says, when that refuses`, async () => {
    const refused = await run(["forecast", '{"city": "Rome", "days": 99}']);
    assert.equal(refused.code, 1, refused.problems);
    assert.ok(refused.printed.includes("/days"), refused.printed);
  });

  test(`the agent in ${language} waits on when it is asked for what is no address`, async () => {
    const { problems, code } = await run([], "approve", askForNoAddress);
    assert.equal(code, 0, problems);
  });

  test(`the agent in ${language} says so when the person said no`, async () => {
    const denied = await run([], "deny");
    assert.equal(denied.code, 1);
    assert.ok(denied.problems.includes("The person said no: access_denied"), denied.problems);
  });
}
