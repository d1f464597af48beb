/** examples/python/oauth_client.py (A10), as a program of its own and as a library. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { openHouse } from "../../browser/support/house.ts";
import { claimsOf } from "../../worker/support/client.ts";
import { ROOT } from "../../worker/support/settings.ts";
import { Example, waitsAt } from "../support/example.ts";
import { askForNoAddress } from "../support/no_address.ts";
import { pythonProgram } from "../support/python.ts";
import { FORECAST, ToolUsers, type User } from "../support/tool_users.ts";

const PROGRAM = join(ROOT, "examples/python/oauth_client.py");
const PASSWORD = "correct horse battery staple";
const python = pythonProgram("examples/python/requirements.txt");

const house = await openHouse();
after(() => house.close());
const { ostiary } = house;
const users = new ToolUsers(ostiary);
await users.tool(FORECAST);
const dana = await users.user("dana", PASSWORD);

function credentials({ client }: User, secret = client.secret ?? ""): Record<string, string> {
  return {
    OSTIARY_URL: ostiary.url,
    OSTIARY_CLIENT_ID: client.id,
    OSTIARY_CLIENT_SECRET: secret,
    BROWSER: "echo %s",
  };
}

/** Runs lines of Python that may use `OAuth2Client` as dana's; what they print. */
async function lines(program: string): Promise<string[]> {
  const head =
    "import os, sys, time; sys.path.insert(0, sys.argv[1])\nfrom oauth_client import *\n";
  const of =
    "client = OAuth2Client(os.environ['OSTIARY_CLIENT_ID'], os.environ['OSTIARY_CLIENT_SECRET'])\n";
  const args = ["-c", `${head}${of}${program}`, join(ROOT, "examples/python")];
  const { printed, problems, code } = await new Example(python, args, credentials(dana)).ended();
  assert.equal(code, 0, problems);
  return printed.trimEnd().split("\n");
}

/** Somebody signs in where the program sent them, and answers what they are asked. */
async function answer(
  program: Example,
  button: "approve" | "deny",
  name = "dana",
): Promise<string> {
  await using visitor = await house.visitor();
  await visitor.page.goto(await program.opened());
  await visitor.signIn(name, PASSWORD);
  await visitor.page.locator(`#${button}`).click();
  await visitor.page.waitForURL(/oauth\/callback/);
  return (await visitor.page.textContent("body")) ?? "";
}

test("a client of an id and a secret gets a token, the module, and what the token is worth, all as dicts", async () => {
  const [scope, valid, functions, module, active, username] = await lines(`
print(client.client_credentials_flow()["scope"])
print(client.is_token_valid())
tools = client.get_external_tools()
print(tools["functions"])
print("def forecast(" in tools["module"])
seen = client.introspect_token()
print(seen["active"])
print(seen["username"])`);
  assert.equal(scope, "read:tools call:tools");
  assert.deepEqual([valid, functions, module], ["True", "['forecast']", "True"]);
  assert.deepEqual([active, username], ["True", "dana"]);
});

test("the token is got by itself where there is none, or it is over", async () => {
  const printed = await lines(`
print(client.is_token_valid(), client.get_external_tools()["functions"], client.is_token_valid())
first = client.token["access_token"]
real = time.time
time.time = lambda: real() + client.token["expires_in"]
print(client.is_token_valid())
client.get_external_tools()
print(client.is_token_valid(), client.token["access_token"] != first)
time.time = real
all = get_external_tools_with_oauth(os.environ['OSTIARY_CLIENT_ID'], os.environ['OSTIARY_CLIENT_SECRET'])
print(sorted(all), all["token"]["token_type"], all["functions"])`);
  assert.deepEqual(printed, [
    "False ['forecast'] True",
    "False",
    "True True",
    "['functions', 'module', 'token'] Bearer ['forecast']",
  ]);
});

test("on the command line it prints the module, or in the server's words why not", async () => {
  const run = (env: Record<string, string>) => new Example(python, [PROGRAM, "tools"], env).ended();
  const good = await run(credentials(dana));
  assert.equal(good.code, 0, good.problems);
  assert.equal(good.printed, await users.module(await users.token(dana)));
  const refused = await run(credentials(dana, "wrong"));
  assert.deepEqual(refused, {
    printed: "",
    problems: "invalid_client: client authentication failed\n",
    code: 1,
  });
});

test("login signs a person in by the browser, with the client that is theirs", async () => {
  const program = new Example(python, [PROGRAM, "login"], credentials(dana));
  assert.equal(await answer(program, "approve"), "Thank you. You can close this window.");
  const { printed, problems, code } = await program.ended();
  assert.equal(code, 0, problems);
  const token = JSON.parse(printed) as Record<string, string>;
  const { sub, client_id, scope } = claimsOf(token.access_token ?? "");
  assert.deepEqual([sub, client_id, scope], [dana.id, dana.client.id, "read:tools call:tools"]);
  assert.ok(token.refresh_token);
  assert.ok((await users.module(token.access_token ?? "")).includes("def forecast("));
});

test("login without a client registers one, and needs nothing but the server's address", async () => {
  const env = { OSTIARY_URL: ostiary.url, BROWSER: "echo %s" };
  const program = new Example(python, [PROGRAM, "login"], env);
  await answer(program, "approve");
  const { printed, problems, code } = await program.ended();
  assert.equal(code, 0, problems);
  const { sub, client_id } = claimsOf(
    (JSON.parse(printed) as { access_token: string }).access_token,
  );
  assert.equal(sub, dana.id);
  assert.notEqual(client_id, dana.client.id);
});

test("login waits on when it is asked for what is no address", async () => {
  const env = { OSTIARY_URL: ostiary.url, BROWSER: "echo %s" };
  const program = new Example(python, [PROGRAM, "login"], env);
  await askForNoAddress(waitsAt(await program.opened()));
  await answer(program, "approve");
  const { problems, code } = await program.ended();
  assert.equal(code, 0, problems);
});

test("login says so when the person said no", async () => {
  const erin = await users.user("erin", PASSWORD);
  const program = new Example(python, [PROGRAM, "login"], credentials(erin));
  await answer(program, "deny", "erin");
  const { printed, problems, code } = await program.ended();
  assert.deepEqual([printed, code], ["", 1]);
  assert.ok(problems.endsWith("access_denied: the resource owner denied the request\n"), problems);
});
