/** examples/clients/curl/client.sh, typed by alice. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { claimsOf, demoServer } from "../worker/support/client.ts";
import { signedIn, startSeeded } from "../worker/support/flow.ts";
import { ROOT } from "../worker/support/settings.ts";
import { Example } from "./support/example.ts";
import { examplesIn } from "./support/markdown.ts";
import { Terminal } from "./support/terminal.ts";

const SCRIPT = join(ROOT, "examples/clients/curl/client.sh");
const ostiary = await startSeeded();
after(() => ostiary.stop());
const alice = await signedIn(ostiary);

function start(what: string, env: Record<string, string> = {}): Example {
  return new Example("bash", [SCRIPT, what], { OSTIARY_URL: ostiary.url, ...env });
}

/** Starts it, and goes where it sends her; the address that her browser ends at, as `change` leaves it. */
async function person(change: (address: URL) => void, answer: "approve" | "deny" = "approve") {
  const script = start("person");
  const { pathname, search } = new URL(await script.opened());
  const page = await alice.get(pathname + search);
  const came = await alice.submit(page, { action: answer });
  const address = new URL(came.location);
  change(address);
  script.type(address.href);
  return script.ended();
}

test("the curl script registers, signs alice in, and has UserInfo, a refresh and a revocation", async () => {
  const { printed, problems, code } = await person(() => {});
  assert.equal(code, 0, problems);
  const [first, userinfo, second] = printed
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  assert.equal(userinfo.name, "Alice Example");
  assert.equal(claimsOf(first.access_token).sub, userinfo.sub);
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.ok(
    printed.endsWith("The grant is revoked: neither of the tokens is good for anything now.\n"),
  );
  assert.equal(await demoServer.isActive(ostiary, second.access_token), false);
});

test("the curl script takes no answer of another request or another server, and says a no in the server's words", async () => {
  const forged = (name: string) => (address: URL) =>
    address.searchParams.set(name, "https://no.example");
  for (const [ended, said] of [
    [await person(forged("state")), "this is the answer to another request"],
    [await person(forged("iss")), "this is the answer of another server"],
    [await person(() => {}, "deny"), "access_denied: the resource owner denied the request"],
    [
      await person(forged("code")),
      '"error":"invalid_grant","error_description":"the code is not known"',
    ],
  ] as const) {
    assert.equal(ended.code, 1, said);
    assert.ok(ended.problems.includes(said), `${said}: ${ended.problems}`);
    assert.ok(!ended.printed.includes("access_token"), said);
  }
});

test("the curl script gets a token for a client itself, and what it is worth", async () => {
  const OSTIARY_CLIENT_ID = demoServer.id;
  const OSTIARY_CLIENT_SECRET = demoServer.secret ?? "";
  const { printed, problems, code } = await start("itself", {
    OSTIARY_CLIENT_ID,
    OSTIARY_CLIENT_SECRET,
  }).ended();
  assert.equal(code, 0, problems);
  const [token, worth] = printed
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual([worth.active, worth.sub], [true, "demo-server"]);
  assert.equal(token.scope, worth.scope);
  const wrong = await start("itself", {
    OSTIARY_CLIENT_ID,
    OSTIARY_CLIENT_SECRET: "wrong",
  }).ended();
  assert.equal(wrong.code, 1);
  assert.match(wrong.problems, /client authentication failed/);
});

test("the lines of examples/clients/README.md register a client for the web apps", async (t) => {
  const terminal = new Terminal();
  t.after(() => terminal.close());
  const [registration] = examplesIn("examples/clients/README.md");
  const here = registration?.script
    .replace("http://localhost:8787", ostiary.url)
    .replace("admin_token=…", `admin_token=${ostiary.adminToken}`);
  const { output, statuses } = await terminal.type(here ?? "");
  assert.deepEqual(statuses, [201], output);
  const { client_secret, redirect_uris, token_endpoint_auth_method } = JSON.parse(output);
  assert.ok(client_secret);
  assert.deepEqual(redirect_uris, ["http://localhost:3000/callback"]);
  assert.equal(token_endpoint_auth_method, "client_secret_basic");
});
