/** The MCP inspector's command line: from the address of /mcp alone, by registration and a person, to what a tool says. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { freePort } from "../../worker/support/free_port.ts";
import { Alice } from "../support/alice.ts";
import { openForecastHouse } from "../support/forecast_house.ts";
import { mcpProgram } from "../support/mcp_program.ts";
import { FORECAST } from "../support/tool_users.ts";

const INSPECTOR = mcpProgram("inspector", "mcp-inspector");

/** Without a terminal it asks a person only when it may open a browser; here that is `true`, which opens nothing. */
const ALONE = {
  MCP_AUTO_OPEN_ENABLED: "true",
  BROWSER: "true",
  MCP_INSPECTOR_SECRET_STORE: "memory",
};

const house = await openForecastHouse();
after(() => house.close());

/** What it prints, once alice has let it in. */
async function inspect(era: string, ...asked: string[]): Promise<Record<string, unknown>> {
  await using alice = await Alice.arrive(house, `http://127.0.0.1:${await freePort()}/`);
  const home = mkdtempSync(join(tmpdir(), "mcp-inspector-"));
  const where = ["--server-url", `${house.ostiary.url}/mcp`, "--callback-url", alice.redirectUri];
  const program = spawn(
    process.execPath,
    [INSPECTOR, "--cli", ...where, "--protocol-era", era, "--format", "json", ...asked],
    { env: { ...process.env, HOME: home, ...ALONE }, stdio: "pipe" },
  );
  try {
    const printed = text(program.stdout);
    for await (const line of createInterface({ input: program.stderr })) {
      if (process.env.OSTIARY_LOG) console.error(line);
      const url = /^Please navigate to: (\S+)/.exec(line)?.[1];
      if (url) assert.equal((await fetch(await alice.answer(url))).status, 200);
    }
    return JSON.parse(await printed).result;
  } finally {
    program.kill();
    rmSync(home, { recursive: true, force: true });
  }
}

for (const era of ["legacy", "modern"]) {
  test(`it lists the person's tools (${era})`, async () => {
    const { tools } = (await inspect(era, "--method", "tools/list")) as {
      tools: { name: string; description: string; inputSchema: unknown }[];
    };
    const { name, description, input_schema } = FORECAST;
    assert.deepEqual(tools, [{ name, description, inputSchema: input_schema }]);
  });

  test(`it calls a tool (${era})`, async () => {
    const call = ["--method", "tools/call", "--tool-name", FORECAST.name];
    const result = await inspect(era, ...call, "--tool-args-json", '{"city": "Oslo", "days": 2}');
    assert.deepEqual(result.structuredContent, {
      asked: { days: "2" },
      authorization: "Bearer the-tools-own-secret",
      city: "Oslo",
    });
  });
}
