/** The lines of README.md and docs/api.md, typed into a shell as they stand. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { AGENT_SCOPES, askForAccount, CODE, provider, sayYes } from "../worker/support/agents.ts";
import { demoWeb, tokensOf } from "../worker/support/client.ts";
import { codeFor, signedIn, startSeeded } from "../worker/support/flow.ts";
import { secrets } from "../worker/support/ostiary.ts";
import { agentToken, switchTool } from "../worker/support/tools.ts";
import { blocksIn, examplesIn, read } from "./support/markdown.ts";
import {
  FIRST_SECTIONS,
  ISSUER,
  openTerminal,
  PORT,
  portIsFree,
  readme,
  run,
  section,
  testFirstSections,
} from "./support/readme.ts";

await portIsFree();
const ostiary = await startSeeded({
  port: PORT,
  // As `make dev` has them.
  vars: { OAUTH_ISSUER_URL: ISSUER, AUTH_CODE_TTL_SECONDS: "600" },
  // The provider and the tool's server that docs/api.md tells of.
  outbound: (request) => provider(request) ?? Response.json({ forecast: "sun" }),
});
after(() => ostiary.stop());
const alice = await signedIn(ostiary);

testFirstSections(alice);

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
  const tested = [...FIRST_SECTIONS, "Deploy"];
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
    const program = /\]\(\.\.\/((?:tests\/clients|examples\/web)\/[^)]+)\)/.exec(section)?.[1];
    return blocksIn(section).map(({ text }) => ({ program: program ?? "", text }));
  });
  assert.equal(new Set(shown.map(({ program }) => program)).size, 9);
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
    /^mcp==(.+)$/m.exec(python)?.[1],
    devDependencies["@modelcontextprotocol/client"],
    devDependencies["@modelcontextprotocol/sdk"],
  ];
  assert.ok(read("docs/clients.md").includes(`jose ${devDependencies.jose} `));
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
  if (/\$agent\b/.test(script)) return needsOfAgent(script);
  if (/\$(code|verifier)\b/.test(script)) return { ...(await codeFor(alice, demoWeb)) };
  if (/\$(access|refresh)\b/.test(script)) {
    const code = await codeFor(alice, demoWeb, "openid profile read:tools");
    const tokens = await tokensOf(await demoWeb.redeem(ostiary, code));
    return { access: tokens.access_token, refresh: tokens.refresh_token };
  }
  if (/\$token\b/.test(script)) return { token: await agentToken(ostiary) };
  if (/\$tool\b/.test(script)) {
    if (script.includes("/try "))
      await switchTool(ostiary, await agentToken(ostiary), "get_weather", true);
    const tools = (await ostiary.database("DB")).prepare("SELECT id FROM tools");
    return { tool: String(await tools.first("id")) };
  }
  if (/\$kid\b/.test(script)) return { kid: JSON.parse(secrets.SIGNING_KEYS).keys[0].kid };
  if (!/\$id\b/.test(script)) return {};
  const database = await ostiary.database("DB");
  // An example has switched bob off, and the next ones want somebody who is not.
  const others = "SELECT id FROM users WHERE disabled_at IS NULL AND name != 'alice'";
  return { id: String(await database.prepare(others).first("id")) };
}

/** What an agent has, for whose account its person has said yes if the script wants that. */
async function needsOfAgent(script: string): Promise<Record<string, string>> {
  const agent = await agentToken(ostiary, "alice", AGENT_SCOPES);
  if (!/\$(code|state)\b/.test(script)) return { agent };
  const asked = { agent_id: "mail-bot", provider: "mail" };
  const state = await sayYes(alice, await askForAccount(ostiary, agent, asked));
  return { agent, code: CODE, state };
}
