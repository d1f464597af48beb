/** The admin API does what its OpenAPI document says: schemathesis over the document, against the running Worker. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { startSeeded } from "../../worker/support/flow.ts";
import { pythonProgram } from "../support/python.ts";

const LIMIT_MS = 10 * 60 * 1000;

const schemathesis = join(
  dirname(pythonProgram("tests/clients/openapi/requirements.txt")),
  "schemathesis",
);
const ostiary = await startSeeded();
after(() => ostiary.stop());

function run(...args: string[]): Promise<{ code: number | null; printed: string }> {
  const env = {
    ...process.env,
    ADMIN_TOKEN: ostiary.adminToken,
    NO_PROXY: "127.0.0.1,localhost",
    PYTHONDONTWRITEBYTECODE: "1",
  };
  const settings = { env, timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    const program = execFile(schemathesis, args, settings, (_, stdout, stderr) =>
      resolve({ code: program.exitCode, printed: stdout + stderr }),
    );
  });
}

test("whatever is sent to the admin API, its answer is one that the document promises", async () => {
  const config = join(import.meta.dirname, "schemathesis.toml");
  const document = `${ostiary.url}/admin/api/openapi.json`;
  const { code, printed } = await run("--config-file", config, "--no-color", "run", document);
  assert.equal(code, 0, printed);
});
