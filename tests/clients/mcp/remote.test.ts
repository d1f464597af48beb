/** mcp-remote, the bridge for clients that speak no HTTP: from the address of /mcp alone to what a tool says. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { after, test } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { freePort } from "../../worker/support/free_port.ts";
import { Alice } from "../support/alice.ts";
import { openForecastHouse } from "../support/forecast_house.ts";
import { mcpProgram } from "../support/mcp_program.ts";
import { FORECAST } from "../support/tool_users.ts";

const REMOTE = mcpProgram("remote", "mcp-remote");
const house = await openForecastHouse();
after(() => house.close());

/** Alice goes where the bridge sends her, and her browser brings it the answer. */
async function letIn(alice: Alice, said: Readable): Promise<void> {
  for await (const line of createInterface({ input: said })) {
    if (process.env.OSTIARY_LOG) console.error(line);
    const url = /^(http\S+\/oauth\/authorize\S+)/.exec(line)?.[1];
    if (url) assert.equal((await fetch(await alice.answer(url))).status, 200);
  }
}

test("mcp-remote registers, is let in by alice, and lists and calls her tools", async (t) => {
  const port = String(await freePort());
  await using alice = await Alice.arrive(house, `http://localhost:${port}/oauth/`);
  const home = mkdtempSync(join(tmpdir(), "mcp-remote-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const { PATH = "" } = process.env;
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [REMOTE, `${house.ostiary.url}/mcp`, port, "--allow-http", "--transport", "http-only"],
    env: { PATH, HOME: home, MCP_REMOTE_CONFIG_DIR: home, BROWSER: "true" },
    stderr: "pipe",
  });
  const heard = letIn(alice, transport.stderr as Readable);
  const client = new Client({ name: "a client without HTTP", version: "1" });
  await client.connect(transport, { timeout: 60_000 });
  const { tools } = await client.listTools();
  assert.deepEqual(
    tools.map(({ name, description }) => [name, description]),
    [[FORECAST.name, FORECAST.description]],
  );
  const asked = { name: FORECAST.name, arguments: { city: "Oslo", days: 2 } };
  const { structuredContent } = await client.callTool(asked);
  assert.deepEqual(structuredContent, {
    asked: { days: "2" },
    authorization: "Bearer the-tools-own-secret",
    city: "Oslo",
  });
  await client.close();
  await heard;
});
