/** The lines of README.md and docs/api.md, typed into a shell as they stand. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, test } from "node:test";
import { demoWeb } from "../worker/support/client.ts";
import { codeFor, eventually, signedIn, startSeeded, tokensFor } from "../worker/support/flow.ts";
import { blocksIn, type Example, examplesIn, read } from "./support/markdown.ts";
import { assertAsPromised } from "./support/promise.ts";
import { Terminal } from "./support/terminal.ts";

/** The address that the documents name, because `make dev` serves there. */
const PORT = 8787;
const ISSUER = `http://localhost:${PORT}`;

await eventually(
  `port ${PORT} is free: README.md's lines name it, so end what listens there, be it \`make dev\``,
  async () => ((await somebodyListens()) ? undefined : true),
);
const ostiary = await startSeeded({
  port: PORT,
  // As `make dev` has them.
  vars: { OAUTH_ISSUER_URL: ISSUER, AUTH_CODE_TTL_SECONDS: "600" },
});
after(() => ostiary.stop());
const alice = await signedIn(ostiary);

async function somebodyListens(): Promise<boolean> {
  const answers = await Promise.all(["127.0.0.1", "::1"].map((host) => listens(host)));
  return answers.includes(true);
}

function listens(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(PORT, host, () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

/** Types an example; all its requests must be answered well, and with what the document says. */
async function run(terminal: Terminal, example: Example, script = example.script): Promise<string> {
  const { output, statuses } = await terminal.type(script);
  const place = `"${example.section}", line ${example.line}`;
  const curls = script.match(/\bcurl /g)?.length ?? 0;
  assert.equal(statuses.length, curls, `${place}: each curl says its status`);
  for (const status of statuses)
    assert.ok(status >= 200 && status < 300, `${place}: ${status} ${output}`);
  if (example.answer !== undefined) assertAsPromised(JSON.parse(output), example.answer);
  return output;
}

const readme = examplesIn("README.md");
const section = (name: string) => readme.filter((example) => example.section === name);

test("the lines of README.md that get a first token work as they stand", async (t) => {
  const terminal = openTerminal(t);
  const examples = section("A first token");
  assert.equal(examples.length, 2);
  for (const example of examples) {
    assert.notEqual(example.answer, undefined);
    await run(terminal, example);
  }
});

test("the lines of README.md that get a first token for a person work as they stand", async (t) => {
  const terminal = openTerminal(t);
  const [ask, exchange, call, refresh, ...more] = section("A first token for a person");
  assert.ok(ask && exchange && call && refresh && more.length === 0);

  const address = new URL((await run(terminal, ask)).trim().split("\n").at(-1) ?? "");
  assert.equal(address.origin, ISSUER);
  const callback = await alice.approve(`${address.pathname}${address.search}`);
  assert.ok(callback.href.startsWith("http://localhost:3000/callback?code="), callback.href);
  const code = /[?&]code=([^&]*)/.exec(callback.href)?.[1] ?? "";
  const first = await run(terminal, exchange, exchange.script.replace("PASTE_IT_HERE", code));
  assert.match(await run(terminal, call), /"client_name":"alice OAuth Client"/);
  const second = JSON.parse(await run(terminal, refresh));
  assertAsPromised(second, exchange.answer);
  assert.notEqual(second.refresh_token, JSON.parse(first).refresh_token);
});

test("the lines of README.md that make the first user and client work, at this server's address", async (t) => {
  const terminal = openTerminal(t);
  const deploy = section("Deploy").filter((example) => example.script.includes("curl"));
  const here = (script: string) =>
    script.replaceAll("https://ostiary.your-subdomain.workers.dev", ISSUER);
  const [wellness, first, ...more] = deploy;
  assert.ok(wellness && first && more.length === 0);

  const health = wellness.script.replace("make deploy\n", "");
  assert.equal(await run(terminal, wellness, here(health)), '{"status":"ok"}');
  const paste = first.script.replace(/^read -rs admin_token.*$/m, `$&\n${ostiary.adminToken}`);
  assert.notEqual(paste, first.script);
  const secrets = (await run(terminal, first, here(paste))).match(/"client_secret":"[^"]+"/g);
  assert.equal(secrets?.length, 2, "both answers show a secret");
});

test("no curl line of README.md stands where no test looks", () => {
  const tested = ["A first token", "A first token for a person", "Deploy"];
  for (const example of readme.filter(({ script }) => script.includes("curl")))
    assert.ok(tested.includes(example.section), `line ${example.line}`);
});

test("the lines of docs/api.md work as they stand", async (t) => {
  const terminal = openTerminal(t);
  const [variables, ...examples] = examplesIn("docs/api.md");
  assert.ok(variables);
  await run(terminal, variables, variables.script.replace("…", ostiary.adminToken));
  assert.ok(examples.length > 12);
  for (const example of examples) {
    for (const [name, value] of Object.entries(await needs(example.script)))
      await terminal.set(name, value);
    await run(terminal, example);
  }
});

test("the lines of docs/clients.md stand in the tested programs that it names", () => {
  const sections = read("docs/clients.md").split(/^## /m).slice(1);
  const shown = sections.flatMap((section) => {
    const program = /\]\(\.\.\/(tests\/clients\/[^)]+)\)/.exec(section)?.[1];
    return blocksIn(section).map(({ text }) => ({ program: program ?? "", text }));
  });
  assert.equal(new Set(shown.map(({ program }) => program)).size, 6);
  for (const { program, text } of shown)
    assert.ok(tight(read(program)).includes(tight(text)), `${program} has not:\n${text}`);
});

test("docs/clients.md names the versions that are tested", () => {
  const { devDependencies } = JSON.parse(read("package.json"));
  const python = read("tests/clients/python/requirements.txt");
  const versions = [
    devDependencies["openid-client"],
    devDependencies.oauth4webapi,
    /^Authlib==(.+)$/m.exec(python)?.[1],
    /^requests-oauthlib==(.+)$/m.exec(python)?.[1],
    /golang\.org\/x\/oauth2 v(\S+)/.exec(read("tests/clients/go/go.mod"))?.[1],
    /^oauth2 = .*"=([^"]+)"/m.exec(read("tests/clients/rust/Cargo.toml"))?.[1],
  ];
  const named = [...read("docs/clients.md").matchAll(/^\| \[.*?\) +\| (\S+)/gm)];
  assert.deepEqual(
    named.map((row) => row[1]),
    versions,
  );
});

/** Without what formatters add and remove. */
function tight(source: string): string {
  return source.replace(/\s+/g, "").replace(/,(?=[)\]}])/g, "");
}

/** The variables of a script, as a reader has them who did what the document says before. */
async function needs(script: string): Promise<Record<string, string>> {
  if (/\$(code|verifier)\b/.test(script)) return { ...(await codeFor(alice, demoWeb)) };
  if (/\$(access|refresh)\b/.test(script)) {
    const tokens = await tokensFor(ostiary, alice, demoWeb);
    return { access: tokens.access_token, refresh: tokens.refresh_token };
  }
  if (!/\$id\b/.test(script)) return {};
  const database = await ostiary.database("DB");
  const id = await database.prepare("SELECT id FROM users WHERE name = 'bob'").first("id");
  return { id: String(id) };
}

function openTerminal(t: { after: (what: () => void) => void }): Terminal {
  const terminal = new Terminal();
  t.after(() => terminal.close());
  return terminal;
}
