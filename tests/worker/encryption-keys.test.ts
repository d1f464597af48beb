/** The encryption keys are changed on the runtime, and `make reseal` makes the old ones needless. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { makeEncryptionKeys } from "../../scripts/jwk.mjs";
import { startSeeded } from "./support/flow.ts";
import { secrets } from "./support/ostiary.ts";
import { administer, agentToken, callTool, switchTool } from "./support/tools.ts";

const SECRET = "s3cret-of-the-tool";
const [first, second] = [secrets.ENCRYPTION_KEYS, makeEncryptionKeys()];
/** What the tool's server was sent as `Authorization`. */
const sent: (string | null)[] = [];

const ostiary = await startSeeded({
  outbound: (request) => {
    sent.push(request.headers.get("authorization"));
    return Response.json({});
  },
});
after(() => ostiary.stop());

const token = await agentToken(ostiary);
await administer(ostiary, "POST", "tools", {
  name: "weather",
  request: { method: "GET", url: "https://tools.example/" },
  authentication: { bearer: { secret: SECRET } },
});
await switchTool(ostiary, token, "weather", true);

async function reseal(adminToken: string): Promise<string> {
  const env = { ...process.env, ISSUER: ostiary.url, ADMIN_TOKEN: adminToken };
  const { stdout } = await promisify(execFile)(process.execPath, ["scripts/reseal.mjs"], { env });
  return stdout.trim();
}

async function calls(): Promise<number> {
  return (await callTool(ostiary, token, "weather")).status;
}

test("what an older key sealed is sealed anew by a command, and the older key may go", async () => {
  assert.equal(await calls(), 200);
  await ostiary.setVars({ ENCRYPTION_KEYS: second, ENCRYPTION_KEYS_NEXT: first });
  assert.equal(await calls(), 200);
  const done = (count: number) => `${count} were sealed anew by the first key of ENCRYPTION_KEYS.`;
  assert.equal(await reseal(ostiary.adminToken), done(1));
  assert.equal(await reseal(ostiary.adminToken), done(0));
  await ostiary.setVars({ ENCRYPTION_KEYS_NEXT: undefined });
  assert.equal(await calls(), 200);
  assert.deepEqual(sent, Array(3).fill(`Bearer ${SECRET}`));
});

test("what no key opens is named, and the command fails", async () => {
  await ostiary.setVars({ ENCRYPTION_KEYS: first });
  await assert.rejects(
    reseal(ostiary.adminToken),
    /No key of the settings opens these[\s\S]*tool /,
  );
  await ostiary.setVars({ ENCRYPTION_KEYS: second });
  assert.equal(await calls(), 200);
  await assert.rejects(reseal("wrong"), /answered 401/);
});
