/** The admin API does what its OpenAPI document says: schemathesis over the document, against the running Worker. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { Client, tokensOf } from "../../worker/support/client.ts";
import { codeFor, startSeeded } from "../../worker/support/flow.ts";
import type { Ostiary } from "../../worker/support/ostiary.ts";
import { Person } from "../../worker/support/person.ts";
import { pythonProgram } from "../support/python.ts";

const LIMIT_MS = 12 * 60 * 1000;
const PASSWORD = "correct horse battery staple";
const CALLBACK = "https://app.example/callback";

const python = pythonProgram("tests/clients/openapi/requirements.txt");
const schemathesis = join(dirname(python), "schemathesis");
const here = import.meta.dirname;
let ostiary: Ostiary;
/** The key that the operations about keys are about. */
let kid: string;

before(async () => {
  ostiary = await startSeeded();
  await api("POST", "scopes", { name: "kept", description: "Stay" });
  await api("POST", "clients", {
    client_id: "kept",
    client_name: "Kept",
    redirect_uris: [CALLBACK],
  });
  const { keys } = (await api("GET", "keys")) as unknown as { keys: { kid: string }[] };
  assert.ok(keys[0]);
  kid = keys[0].kid;
});
after(() => ostiary.stop());

async function api(method: string, path: string, body?: unknown): Promise<Record<string, string>> {
  const headers = { "X-Admin-Token": ostiary.adminToken, "Content-Type": "application/json" };
  const answer = await ostiary.fetch(`/admin/api/${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  assert.ok(answer.ok, text);
  return JSON.parse(text) as Record<string, string>;
}

/** An access token with the scope `admin`, and the user and the client it would be gone with. */
async function administrator(): Promise<{ token: string; spared: string[] }> {
  const made = await api("POST", "clients", {
    client_name: "Console",
    redirect_uris: [CALLBACK],
    scope: "admin",
    first_party: true,
  });
  const client = new Client(made.client_id ?? "", CALLBACK, made.client_secret);
  const user = await api("POST", "users", { name: "root", password: PASSWORD, role: "admin" });
  const person = new Person(ostiary);
  assert.equal((await person.signIn("root", PASSWORD)).location, "/account");
  const code = await codeFor(person, client, "admin");
  const { access_token } = await tokensOf(await client.redeem(ostiary, code));
  return { token: access_token, spared: [user.id ?? "", client.id] };
}

/** Runs schemathesis with this header; nobody in `spared` is touched. */
async function run(header: string, spared: string[], ...more: string[]): Promise<void> {
  const document = `${ostiary.url}/admin/api/openapi.json`;
  const config = ["--config-file", join(here, "schemathesis.toml"), "--no-color"];
  const env = {
    ...process.env,
    KID: kid,
    SPARED: spared.join(" "),
    SCHEMATHESIS_HOOKS: join(here, "spared.py"),
    NO_PROXY: "127.0.0.1,localhost",
    PYTHONDONTWRITEBYTECODE: "1",
  };
  const settings = { env, timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 };
  const args = [...config, "run", document, "--header", header, ...more];
  const { code, printed } = await new Promise<{ code: number | null; printed: string }>((done) => {
    const program = execFile(schemathesis, args, settings, (_, stdout, stderr) =>
      done({ code: program.exitCode, printed: stdout + stderr }),
    );
  });
  assert.equal(code, 0, printed);
  const [played, found] = [/Tested: (\d+)/, /(\d+) generated, /].map((of) => of.exec(printed)?.[1]);
  assert.ok(Number(played) >= 46 && Number(found) >= 500, printed);
  console.log(`${found} requests of ${played} operations`);
}

test("whatever is sent to the admin API with the operator's token, its answer is one that the document promises", () =>
  run(`X-Admin-Token: ${ostiary.adminToken}`, [], "--max-examples", "100"));

test("nor is it another for an administrator's access token, which still opens afterwards", async () => {
  const { token, spared } = await administrator();
  const header = `Authorization: Bearer ${token}`;
  await run(header, spared, "--phases", "fuzzing,stateful", "--max-examples", "20");
  const answer = await ostiary.fetch("/admin/api/scopes", {
    headers: { Authorization: `Bearer ${token}` },
  });
  assert.equal(answer.status, 200, await answer.text());
});
