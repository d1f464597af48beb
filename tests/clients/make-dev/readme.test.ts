/** README.md from its first line: `make dev`, then what it says to type. Uses this folder's local data, as `make dev` does. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after } from "node:test";
import { signedIn } from "../../worker/support/flow.ts";
import { Server } from "../../worker/support/ostiary.ts";
import { ROOT } from "../../worker/support/settings.ts";
import { ISSUER, portIsFree, testFirstSections } from "../support/readme.ts";

/** The first build takes minutes. */
const LIMIT_MS = 10 * 60_000;

await portIsFree();
const dev = spawn("bash", ["scripts/dev.sh"], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
let printed = "";
for (const stream of [dev.stdout, dev.stderr])
  stream.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
const ended = new Promise<void>((resolve) => dev.on("close", () => resolve()));
after(async () => {
  dev.kill("SIGTERM"); // the script ends the server it started
  await ended;
});

const runs = new Promise<void>((resolve) => {
  dev.stdout.on("data", () => printed.includes(`Ostiary runs at ${ISSUER}`) && resolve());
});
const late = AbortSignal.timeout(LIMIT_MS);
await Promise.race([
  runs,
  ended,
  new Promise((resolve) => late.addEventListener("abort", resolve)),
]);
assert.ok(printed.includes(`Ostiary runs at ${ISSUER}`), `make dev does not serve:\n${printed}`);

testFirstSections(await signedIn(new Server(ISSUER)));
