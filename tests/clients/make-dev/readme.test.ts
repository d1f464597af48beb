/** README.md from its first line: `make dev`, then what it says to type. Uses this folder's local data, as `make dev` does. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, test } from "node:test";
import { launchChromium } from "../../browser/support/chromium.ts";
import { Visitor } from "../../browser/support/visitor.ts";
import { signedIn } from "../../worker/support/flow.ts";
import { Server } from "../../worker/support/ostiary.ts";
import { ROOT } from "../../worker/support/settings.ts";
import { add, allowCamera, Demo, signIn } from "../support/demo.ts";
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

const browser = await launchChromium();
after(() => browser.close());

test("make todo beside it, as its README has it: alice signs in and adds an item", async () => {
  await using demo = await Demo.asTold("todo").ready();
  await using visitor = await Visitor.arrive(browser, ISSUER, true);
  await signIn(visitor, demo);
  await add(visitor.page, "Read the README");
  assert.equal(await visitor.page.locator("#count").textContent(), "1 to do, 0 done.");
});

test("make camera beside it, as its README has it: no picture without the scope, and one with it", async () => {
  await using demo = await Demo.asTold("camera").ready();
  await using visitor = await Visitor.arrive(browser, ISSUER, true);
  visitor.expect(403);
  await signIn(visitor, demo);
  await allowCamera(visitor, demo);
});
