/** The page of examples/streamlit (A10), run by Streamlit's own AppTest against the running Worker. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { Client } from "../../worker/support/client.ts";
import { startOstiary } from "../../worker/support/ostiary.ts";
import { ROOT } from "../../worker/support/settings.ts";
import { Program } from "../support/program.ts";
import { pythonProgram } from "../support/python.ts";
import { FORECAST, forecast, TOOLS, ToolUsers, type User } from "../support/tool_users.ts";

const python = pythonProgram("examples/streamlit/requirements.txt");
const ostiary = await startOstiary({ outbound: forecast, twin: true });
after(() => ostiary.stop());
const users = new ToolUsers(ostiary);
await users.tool(FORECAST);
await users.tool({
  name: "shout",
  description: "Says it louder.",
  input_schema: {
    type: "object",
    properties: { words: { type: "array", items: { type: "string" } } },
    required: ["words"],
  },
  request: { method: "POST", url: `${TOOLS}/forecast/shout`, body: "arguments" },
});

type Shown = Record<"success" | "info" | "error" | "caption" | "json" | "text", string[]>;

class Page {
  readonly #program: Program;

  constructor() {
    const setup = { issuer: ostiary.url, clientId: "", redirectUri: "" };
    const more = {
      OSTIARY_URL: ostiary.url,
      PYTHONPATH: join(ROOT, "tests/clients/python"),
      PYTHONDONTWRITEBYTECODE: "1",
    };
    const program = join(import.meta.dirname, "streamlit_page.py");
    this.#program = new Program(python, [program], setup, more);
  }

  authenticate({ client }: User, secret = client.secret ?? ""): Promise<Shown> {
    return this.#shown("authenticate", { client_id: client.id, secret });
  }

  press(button: "fetch" | "introspect" | "call"): Promise<Shown> {
    return this.#shown("press", { button });
  }

  /** Calls a function with what is typed for its arguments. */
  async call(name: string, typed: Record<string, string>): Promise<Shown> {
    await this.#program.ask("choose", { function: name });
    for (const [argument, value] of Object.entries(typed))
      await this.#program.ask("fill", { argument, value });
    return this.press("call");
  }

  async functions(): Promise<string[]> {
    return (await this.#program.ask<{ functions: string[] }>("functions")).functions;
  }

  async module(): Promise<string> {
    return (await this.#program.ask<{ text: string }>("module")).text;
  }

  advance(seconds: number): Promise<Shown> {
    return this.#shown("advance", { seconds: String(seconds) });
  }

  async #shown(what: string, more: Record<string, string>): Promise<Shown> {
    return (await this.#program.ask<{ shown: Shown }>(what, more)).shown;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program.stop();
  }
}

let people = 0;
const somebody = () => users.user(`person-${++people}`);

test("id and secret give a token, the token the module, and the module the tools", async () => {
  const user = await somebody();
  await using page = new Page();
  const shown = await page.authenticate(user);
  assert.deepEqual(shown.error, []);
  assert.match(
    shown.success[0] ?? "",
    /^The token is good until \d\d:\d\d:\d\d\. Scope: read:tools call:tools$/,
  );
  const seen = JSON.parse((await page.press("introspect")).json[0] ?? "");
  assert.deepEqual([seen.active, seen.username], [true, user.name]);

  await page.press("fetch");
  assert.deepEqual(await page.functions(), ["forecast", "shout"]);
  assert.equal(await page.module(), await users.module(await users.token(user)));

  const rome = await page.call("forecast", { city: "Rome", days: "2", units: "metric" });
  assert.ok(rome.text[0]?.startsWith("Foretells the weather."));
  const { status, body } = JSON.parse(rome.json[0] ?? "");
  assert.deepEqual([status, body.city, body.asked], [200, "Rome", { days: "2", units: "metric" }]);
  const shout = await page.call("shout", { words: '["a", "b"]' });
  assert.equal(JSON.parse(shout.json[0] ?? "").body.city, "shout");
});

test("arguments that do not fit are told, and so is a secret that is wrong", async () => {
  const user = await somebody();
  await using page = new Page();
  const wrong = await page.authenticate(user, "wrong");
  assert.deepEqual(wrong.error, ["invalid_client: client authentication failed"]);
  await page.authenticate(user);
  await page.press("fetch");
  const refused = await page.call("forecast", { city: "Rome", days: "99" });
  assert.match(refused.error[0] ?? "", /^InvalidArgumentsError: .*\n {2}\/days: /);
  assert.deepEqual(refused.json, []);
});

test("a token that has expired says so, and fetches nothing until one authenticates again", async () => {
  const user = await somebody();
  await using page = new Page();
  await page.authenticate(user);
  const expired = await page.advance(30 * 60);
  assert.match(
    expired.error[0] ?? "",
    /^The token has expired at \d\d:\d\d:\d\d\. Authenticate again\.$/,
  );
  assert.deepEqual(expired.success, []);
  const refused = await page.press("fetch");
  assert.ok(refused.error.includes("The token has expired, so nothing was fetched."));
  assert.deepEqual(refused.caption, []);
  const again = await page.authenticate(user);
  assert.equal(again.success.length, 1);
  assert.deepEqual(again.error, []);
});

test("what is fetched again is loaded anew", async () => {
  const passing = await users.tool({ ...FORECAST, name: "passing" });
  const user = await somebody();
  await using page = new Page();
  await page.authenticate(user);
  await page.press("fetch");
  assert.deepEqual(await page.functions(), ["forecast", "passing", "shout"]);
  await users.removeTool(passing);
  await page.press("fetch");
  assert.deepEqual(await page.functions(), ["forecast", "shout"]);
  assert.ok(!(await page.module()).includes("passing"));
});

test("a new secret works at once in isolates that know the client, and the old one no more", async () => {
  const user = await somebody();
  const [old, { client }] = [user.client.secret ?? "", user];
  for (const isolate of [ostiary, ostiary.twin]) await client.ownToken(isolate);
  const secret = await users.newSecret(user);
  assert.notEqual(secret, old);
  await using page = new Page();
  assert.equal((await page.authenticate(user, secret)).success.length, 1);
  const refused = await page.authenticate(user, old);
  assert.deepEqual(refused.error, ["invalid_client: client authentication failed"]);
  assert.deepEqual(refused.success, [], "the token of before is not shown either");
  const renewed = new Client(client.id, client.redirectUri, secret);
  assert.ok((await renewed.ownToken(ostiary.twin)).access_token);
});
