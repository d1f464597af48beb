/** The lines of README.md that a reader types first, typed as they stand. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { eventually } from "../../worker/support/flow.ts";
import type { Person } from "../../worker/support/person.ts";
import { type Example, examplesIn } from "./markdown.ts";
import { assertAsPromised } from "./promise.ts";
import { Terminal } from "./terminal.ts";

/** The address that the documents name, because `make dev` serves there. */
export const PORT = 8787;
export const ISSUER = `http://localhost:${PORT}`;

/** Waits a while for the port, since another test may be about to give it up. */
export async function portIsFree(): Promise<void> {
  await eventually(
    `port ${PORT} is free: README.md's lines name it, so end what listens there, be it \`make dev\``,
    async () => {
      const answers = await Promise.all(["127.0.0.1", "::1"].map((host) => listens(host)));
      return answers.includes(true) ? undefined : true;
    },
  );
}

function listens(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(PORT, host, () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

/** A terminal until the end of the test. */
export function openTerminal(t: { after: (what: () => void) => void }): Terminal {
  const terminal = new Terminal();
  t.after(() => terminal.close());
  return terminal;
}

/** Types an example; all its requests must be answered well, and with what the document says. */
export async function run(
  terminal: Terminal,
  example: Example,
  script = example.script,
): Promise<string> {
  const { output, statuses } = await terminal.type(script);
  const place = `"${example.section}", line ${example.line}`;
  const curls = script.match(/\bcurl /g)?.length ?? 0;
  assert.equal(statuses.length, curls, `${place}: each curl says its status`);
  for (const status of statuses)
    assert.ok(status >= 200 && status < 300, `${place}: ${status} ${output}`);
  if (example.answer !== undefined) assertAsPromised(JSON.parse(output), example.answer);
  return output;
}

export const readme = examplesIn("README.md");

export function section(name: string): Example[] {
  return readme.filter((example) => example.section === name);
}

/** The sections that need nothing but the seeded server at `ISSUER`, and alice, who is signed in there. */
export const FIRST_SECTIONS = ["A first token", "A first token for a person", "Your own app"];

export function testFirstSections(alice: Person): void {
  test("the line of README.md that makes an app of one's own works as it stands", async (t) => {
    const [example, ...others] = section("Your own app");
    assert.ok(example && others.length === 0);
    const made = JSON.parse(await run(openTerminal(t), example));
    assert.ok(made.client_id && made.client_secret, JSON.stringify(made));
    assert.equal(made.scope, "openid profile read:tools");
  });

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
}
