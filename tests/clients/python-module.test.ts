/** The Python module of a person's tools (A7): fetched, imported and called by a real Python, which has nothing else. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { startOstiary } from "../worker/support/ostiary.ts";
import { FORECAST, forecast, TOOLS, ToolUsers } from "./support/tool_users.ts";

const CALLER = join(import.meta.dirname, "support/call_tools.py");

const ostiary = await startOstiary({ outbound: play });
const folder = mkdtempSync(join(tmpdir(), "ostiary-module-"));
after(async () => {
  await ostiary.stop();
  rmSync(folder, { recursive: true, force: true });
});

function play(request: Request): Response | Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname.startsWith("/forecast/")) return forecast(request);
  if (pathname === "/slow") return new Promise(() => {});
  return new Response("it broke", { status: 500 });
}

const users = new ToolUsers(ostiary);
await users.tool(FORECAST);
await users.tool({
  name: "broken",
  description: "Fails.",
  input_schema: { type: "object", properties: {} },
  request: { method: "GET", url: `${TOOLS}/broken` },
});
await users.tool({
  name: "slow",
  description: "Takes its time.",
  input_schema: { type: "object", properties: {} },
  request: { method: "GET", url: `${TOOLS}/slow` },
  timeout_seconds: 1,
});
const dana = await users.user("dana");
const token = await users.token(dana);
let modules = 0;

/** The module of the token's user in a folder of its own; the folder. */
async function fetched(bearer = token): Promise<string> {
  const place = mkdtempSync(join(folder, `${++modules}-`));
  writeFileSync(join(place, "external_tool_agents.py"), await users.module(bearer));
  return place;
}

/** What Python prints, run in `place` with this environment and no other. */
async function python(
  place: string,
  args: string[],
  env: Record<string, string>,
  input = "",
): Promise<string> {
  const child = spawn("python3", ["-B", ...args], {
    cwd: place,
    env: { PATH: process.env.PATH ?? "", NO_PROXY: "*", PYTHONPATH: place, ...env },
    timeout: 120_000,
  });
  child.stdin.end(input);
  const [printed, problems, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.once("close", resolve)),
  ]);
  assert.equal(code, 0, problems);
  return printed;
}

type Call = [name: string, args: Record<string, unknown>];
type Outcome = Record<string, unknown>;

async function call(calls: Call[], env: Record<string, string>, place?: string) {
  const input = calls.map((one) => JSON.stringify(one)).join("\n");
  const printed = await python(place ?? (await fetched()), [CALLER], env, input);
  return printed
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Outcome);
}

test("it imports without a token, and prints nothing", async () => {
  const place = await fetched();
  assert.equal(await python(place, ["-c", "import external_tool_agents"], {}), "");
  const help =
    "import external_tool_agents as e; print(e.forecast.__doc__, e.forecast.__annotations__['city'])";
  const printed = await python(place, ["-c", help], {});
  for (const told of ["Foretells the weather.", "city: Where.", "Default: 3.", "<class 'str'>"])
    assert.ok(printed.includes(told), printed);
});

test("a function calls its tool, and answers what its server said; what is None is left out", async () => {
  const answer = (city: string, asked: Record<string, string>) => ({
    answer: {
      status: 200,
      content_type: "application/json",
      body: { city, asked, authorization: "Bearer the-tools-own-secret" },
    },
  });
  const outcomes = await call(
    [
      ["forecast", { city: "Zürich/1?x=&y=#%41" }],
      ["forecast", { city: "Rome", days: 2, units: "metric" }],
      ["forecast", { city: "Rome", days: null }],
    ],
    { OSTIARY_TOKEN: token },
  );
  assert.deepEqual(outcomes, [
    answer("Zürich/1?x=&y=#%41", {}),
    answer("Rome", { days: "2", units: "metric" }),
    answer("Rome", {}),
  ]);
});

test("what goes wrong is an error that says what", async () => {
  const [arguments_, broken, slow] = await call(
    [
      ["forecast", { city: "Rome", days: 99 }],
      ["broken", {}],
      ["slow", {}],
    ],
    { OSTIARY_TOKEN: token },
  );
  assert.deepEqual([arguments_?.raised, arguments_?.status], ["InvalidArgumentsError", 422]);
  const violations = arguments_?.violations as { pointer: string; message: string }[];
  assert.deepEqual(
    violations.map(({ pointer }) => pointer),
    ["/days"],
  );
  assert.ok(String(arguments_?.message).endsWith(`\n  /days: ${violations[0]?.message}`));
  assert.deepEqual([broken?.raised, broken?.status], ["ToolFailedError", 502]);
  assert.deepEqual([slow?.raised, slow?.status], ["ToolTimeoutError", 504]);
  assert.equal(slow?.message, "the tool's server took too long");
});

test("a token that may not call is an error of its own, as is none", async () => {
  const place = await fetched();
  const once = async (env: Record<string, string>) =>
    (await call([["forecast", { city: "Rome" }]], env, place))[0];
  for (const [env, status, message] of [
    [{}, 0, "there is no access token: set OSTIARY_TOKEN, or call configure(token=...)"],
    [{ OSTIARY_TOKEN: "no-token" }, 401, "the access token is not valid here, expired or revoked"],
    [
      { OSTIARY_TOKEN: await users.token(dana, "read:tools") },
      403,
      "the access token lacks the scope call:tools",
    ],
  ] as const)
    assert.deepEqual(await once(env), {
      raised: "NotAllowedError",
      status,
      message,
      violations: [],
    });
  const nowhere = await once({ OSTIARY_TOKEN: token, OSTIARY_URL: "http://127.0.0.1:1" });
  assert.deepEqual([nowhere?.raised, nowhere?.status], ["ToolError", 0]);
});

test("a tool that is gone is unknown to a module of before, and in none of later", async () => {
  const id = await users.tool({ ...FORECAST, name: "passing" });
  const erin = await users.user("erin");
  const hers = await users.token(erin);
  const place = await fetched(hers);
  const pass: Call[] = [["passing", { city: "Rome" }]];
  assert.ok((await call(pass, { OSTIARY_TOKEN: hers }, place))[0]?.answer);
  await users.removeTool(id);
  const [gone] = await call(pass, { OSTIARY_TOKEN: hers }, place);
  assert.deepEqual([gone?.raised, gone?.status], ["UnknownToolError", 404]);
  assert.ok(!(await users.module(hers)).includes("passing"));
});

test("token and address may be given in the program, and go before the environment", async () => {
  const program = `
import external_tool_agents as tools
tools.configure(token=${JSON.stringify(token)}, url=${JSON.stringify(`${ostiary.url}/`)})
print(tools.forecast("Rome")["body"]["city"])`;
  const env = { OSTIARY_TOKEN: "no-token", OSTIARY_URL: "https://nowhere.invalid" };
  assert.equal(await python(await fetched(), ["-c", program], env), "Rome\n");
});

test("the token is taken nowhere else: no redirect is followed", async () => {
  const seen: string[] = [];
  const other = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(307, { Location: "/elsewhere" }).end();
  });
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  try {
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const env = { OSTIARY_TOKEN: token, OSTIARY_URL: url };
    const [outcome] = await call([["forecast", { city: "Rome" }]], env);
    assert.deepEqual([outcome?.raised, outcome?.status], ["ToolError", 307]);
    assert.deepEqual(seen, ["POST /api/tools/forecast/call"]);
  } finally {
    other.close();
  }
});

test("what a tool says of itself is data: it runs nowhere, and its arguments arrive by their own names", async () => {
  const evil = '"""\nimport os; os.mkdir("owned")\n"""\\"\n\t# \u2028os.mkdir("owned")';
  const names = ['"): os.mkdir("owned") #', "class", "user-id", "user_id", "__debug__", "名前"];
  const property = { type: "string", description: evil, default: evil, enum: ["a", evil] };
  await users.tool({
    name: "hostile",
    description: evil.replaceAll("\u2028", ""),
    input_schema: {
      type: "object",
      properties: Object.fromEntries(names.map((name) => [name, property])),
      required: names.slice(0, 2),
    },
    request: { method: "POST", url: `${TOOLS}/forecast/hostile`, body: "arguments" },
  });
  const frank = await users.user("frank");
  const his = await users.token(frank);
  const place = await fetched(his);
  const program = `
import inspect, external_tool_agents as tools
sent = []
tools._call = lambda *call: sent.append(call)
names = list(inspect.signature(tools.hostile).parameters)
tools.hostile(**dict.fromkeys(names, "a"))
[(name, required, optional)] = sent
print(name, sorted({**required, **optional}) == sorted(${JSON.stringify(names)}), list(required) == ${JSON.stringify(names.slice(0, 2))})`;
  assert.equal(await python(place, ["-c", program], {}), "hostile True True\n");
  assert.ok(!existsSync(join(place, "owned")));
});
