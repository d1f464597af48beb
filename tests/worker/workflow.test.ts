/** .github/workflows: what anybody who may push there, or to an action, could do with the token that deploys. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./support/settings.ts";

const FOLDER = join(ROOT, ".github/workflows");
const workflows = readdirSync(FOLDER).map((name) => readFileSync(join(FOLDER, name), "utf8"));
const deploying = workflows.filter((workflow) => workflow.includes("CLOUDFLARE_API_TOKEN"));

test("every action is pinned to a commit, with its version beside it", () => {
  const used = workflows.flatMap((workflow) => [...workflow.matchAll(/uses: *(.*)$/gm)]);
  assert.ok(used.length >= 4);
  for (const [, action = ""] of used)
    assert.match(action, /^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test("a workflow may only read the repository, and leaves no credentials of it on the machine", () => {
  for (const workflow of workflows) {
    assert.match(workflow, /^permissions:\n {2}contents: read\n\n/m);
    assert.doesNotMatch(workflow, /pull_request_target|: write\b/);
    const checkouts = workflow.match(/uses: actions\/checkout@/g)?.length ?? 0;
    assert.equal(workflow.match(/persist-credentials: false/g)?.length, checkouts);
  }
});

test("only a push to main deploys, after the tests, where the secret is set", () => {
  const [workflow = "", ...more] = deploying;
  assert.equal(more.length, 0);
  assert.match(workflow, /^ {2}push:\n {4}branches: \[main\]$/m);
  const [head = "", deploy = ""] = workflow.split(/^ {2}deploy:\n/m);
  assert.ok(!head.includes("secrets."), "the tests of a pull request never see it");
  assert.match(deploy, /^ {4}needs: test\n {4}if: github\.event_name == 'push'$/m);
  const [, ...steps] = deploy.split(/^ {6}- /m);
  assert.ok(steps.length > 2);
  for (const step of steps) assert.match(step, /^ {8}if: env\.CLOUDFLARE_API_TOKEN (!=|==) ''$/m);
  assert.match(steps.at(-1) ?? "", /run: make deploy\n$/);
});

test("the commands of a workflow are those of the Makefile", () => {
  const targets = [...readFileSync(join(ROOT, "Makefile"), "utf8").matchAll(/^([a-z-]+):/gm)];
  const names = targets.map(([, name]) => name);
  const commands = workflows.flatMap((workflow) => [...workflow.matchAll(/run: make (\S+)$/gm)]);
  assert.deepEqual(commands.map(([, name]) => name).toSorted(), ["deploy", "test"]);
  for (const [, name] of commands) assert.ok(names.includes(name), name);
});
