/** Tokens of connections, renewed on the runtime: two Workers, the objects, and a provider whose refresh tokens are good once. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { eventually, logged, signedIn, sleep, startSeeded } from "./support/flow.ts";
import type { Server } from "./support/ostiary.ts";
import { connect, fiftyCalls, house, RotatingProvider, switchedOn } from "./support/rotating.ts";
import { rounds } from "./support/rounds.ts";
import { config } from "./support/settings.ts";
import { administer, callTool } from "./support/tools.ts";

const LETTERS = { status: 200, content_type: "text/plain;charset=UTF-8", body: "letters" };
const PENDING = { pending: true, message: "Authorization required" };

const folder = mkdtempSync(join(tmpdir(), "ostiary-keeper-"));
const provider = new RotatingProvider();
const ostiary = await startSeeded({
  twin: true,
  faults: true,
  persist: folder,
  outbound: provider.answer,
});
const token = await house(ostiary);
after(async () => {
  await ostiary.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  provider.forget();
  provider.lifetime = 3600;
  provider.before = () => Promise.resolve();
});

/** Alice's account is connected, and its token is over in `lifetime` seconds. */
async function connected(lifetime: number | null): Promise<void> {
  provider.lifetime = lifetime;
  await connect(await signedIn(ostiary));
  provider.lifetime = 3600;
  provider.forget();
}

async function called(server: Server = ostiary): Promise<Record<string, unknown>> {
  const answer = await callTool(server, token, "mail");
  return { ...((await answer.json()) as object), code: answer.status };
}

async function connectionId(): Promise<string> {
  const row = await (await ostiary.database("DB"))
    .prepare("SELECT id FROM connections")
    .first<{ id: string }>();
  return row?.id ?? "";
}

function assertPending(told: Record<string, unknown>): void {
  const { auth_url, code, ...rest } = told;
  assert.deepEqual([rest, code], [PENDING, 200]);
  assert.match(String(auth_url), /\/connect\/idp\?ticket=/);
}

for (const [when, left] of [
  ["that is over", 1],
  ["that still lives", 200],
] as const) {
  test(`fifty callers on two Workers with a token ${when} cause one refresh and all use the new one`, async () => {
    for (let round = 0; round < rounds(30); round += 1) {
      await connected(left);
      if (left === 1) await sleep(1_100);
      provider.before = () => sleep(300); // long enough for all fifty to come
      const answers = await fiftyCalls(ostiary, token);
      assert.deepEqual(answers, Array(50).fill(LETTERS));
      assert.equal(provider.refreshed.length, 1);
      assert.deepEqual(provider.called, Array(50).fill(provider.access));
      assert.deepEqual(provider.replayed, []);
    }
  });
}

test("fifty callers whose token is refused cause one refresh and all use the new one", async () => {
  await connected(null);
  assert.equal((await called()).body, "letters");
  provider.forget();
  provider.revoke();
  provider.before = () => sleep(300);
  assert.deepEqual(await fiftyCalls(ostiary, token), Array(50).fill(LETTERS));
  assert.deepEqual([provider.refreshed.length, provider.replayed], [1, []]);
  assert.equal(provider.called.filter((used) => used === provider.access).length, 50);
});

test("refreshes one after another never send a refresh token twice", async () => {
  await connected(1);
  const times = rounds(100);
  for (let round = 0; round < times; round += 1) {
    provider.lifetime = 1;
    await sleep(1_050);
    assert.equal((await called(round % 2 ? ostiary : ostiary.twin)).body, "letters");
  }
  assert.equal(new Set(provider.refreshed).size, times);
  assert.deepEqual(provider.replayed, []);
});

test("what happens in an object comes into the audit log", async () => {
  await connected(1);
  provider.revokeAll();
  await sleep(1_100);
  assertPending(await called());
  const lost = (await ostiary.database("AUDIT_DB")).prepare(
    "SELECT outcome, reason FROM audit WHERE kind = 'connection_lost'",
  );
  const row = await eventually(
    "the loss is in the audit log",
    async () => (await lost.first()) ?? undefined,
  );
  assert.deepEqual(row, { outcome: "failure", reason: "idp: invalid_grant" });
});

/** The provider has answered, and the write of that is held for so long; then `stop`. */
async function stoppedBeforeTheWrite(heldMs: number, stop: () => Promise<void>): Promise<void> {
  await connected(1);
  await sleep(1_100);
  provider.before = () => ostiary.faults({ binding: "DB", mode: "delay", ms: heldMs });
  const call = called().catch(() => ({ code: 0 }));
  await eventually(
    "the write is held",
    async () => (await ostiary.disturbances()) > 0 || undefined,
  );
  await stop();
  provider.before = () => Promise.resolve();
  await call;
  await ostiary.faults();
}

test("an object evicted between the provider's answer and our write ends what it began, and asks nothing twice", async () => {
  const soon = 3_000; // below the database's deadline, so that the write comes to pass
  await stoppedBeforeTheWrite(soon, async () =>
    ostiary.miniflare.unsafeEvictDurableObject(config.name, "ConnectionObject", {
      name: await connectionId(),
    }),
  );
  await eventually("the new token is there", async () =>
    (await called()).body === "letters" ? true : undefined,
  );
  assert.deepEqual([provider.refreshed.length, provider.replayed], [1, []]);
  assert.equal(provider.called.at(-1), provider.access);
});

test("a server killed between the provider's answer and our write asks nothing twice, and the person is asked", async () => {
  const never = 60_000; // for the server is gone by then
  await stoppedBeforeTheWrite(never, () => ostiary.kill());
  assert.equal((await called()).code, 503, "for a minute the answer might still be written");
  await ostiary.advance(61);
  assertPending(await called());
  assert.deepEqual([provider.refreshed.length, provider.replayed], [1, []]);
  const person = await signedIn(ostiary);
  assert.match((await person.get("/account/connections")).html, /Connect it again/);
  await connect(person);
  assert.equal((await called()).body, "letters");
});

test("a row that is moved to another user or provider does not open", async () => {
  await connected(3600);
  const bobs = await switchedOn(ostiary, "bob");
  const database = await ostiary.database("DB");
  await database
    .prepare("UPDATE connections SET user_id = (SELECT id FROM users WHERE name = 'bob')")
    .run();
  const answer = await callTool(ostiary, bobs, "mail");
  assert.equal(answer.status, 500);
  assert.equal(((await answer.json()) as { error: string }).error, "server_error");
  await administer(ostiary, "POST", "providers", {
    id: "other",
    issuer: "https://other.example",
    client_id: "us",
    client_secret: "another-secret-of-ours",
    scopes: "mail:read",
  });
  await database
    .prepare(
      "UPDATE connections SET provider_id = 'other', user_id = (SELECT id FROM users WHERE name = 'alice')",
    )
    .run();
  await database
    .prepare("UPDATE tools SET authentication = replace(authentication, 'idp', 'other')")
    .run();
  assert.equal((await called()).code, 500);
  assert.deepEqual([provider.called, provider.refreshed], [[], []]);
  await database
    .prepare("UPDATE tools SET authentication = replace(authentication, 'other', 'idp')")
    .run();
  await database.prepare("DELETE FROM connections").run();
});

test("fifty callers on two Workers ask once for the token of the server itself, and once when it is refused", async () => {
  await administer(ostiary, "PATCH", "providers/idp", { flow: "client_credentials" });
  provider.before = () => sleep(300);
  assert.deepEqual(await fiftyCalls(ostiary, token), Array(50).fill(LETTERS));
  assert.equal(provider.ownTokens, 1);
  await sleep(1_000);
  provider.revoke();
  assert.deepEqual(await fiftyCalls(ostiary, token), Array(50).fill(LETTERS));
  assert.equal(provider.ownTokens, 2);
  const refused = await (await signedIn(ostiary)).get("/connect/idp");
  assert.equal(refused.status, 400);
  assert.match(refused.html, /there is no account of yours to connect/);
});

/** An object that is idle closes its files, and those beside its database are gone then. */
function content(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    assert.match(path, /-(shm|wal)$/);
    return Buffer.alloc(0);
  }
}

test("no file of the databases and objects holds a token or a secret in plain, nor does the log", async () => {
  assert.ok(provider.secrets.length > 30, `${provider.secrets.length} tokens were given`);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  );
  assert.ok(files.some((file) => file.name.endsWith(".sqlite")));
  const texts = provider.secrets.flatMap((secret) => [
    secret,
    Buffer.from(secret).toString("base64url"),
  ]);
  for (const file of files) {
    const bytes = content(join(file.parentPath, file.name));
    const found = texts.find((text) => bytes.includes(text));
    assert.equal(found, undefined, join(file.parentPath, file.name));
  }
  await logged(ostiary, "connection_refreshed");
  const log = ostiary.logs.join("\n");
  assert.equal(
    texts.find((text) => log.includes(text)),
    undefined,
  );
});
