/** Changes that rest on an entity tag, on the real database and from two isolates. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startSeeded } from "./support/flow.ts";
import type { Ostiary, Server } from "./support/ostiary.ts";

const AT_ONCE = 10;
let ostiary: Ostiary;

before(async () => {
  ostiary = await startSeeded({ twin: true });
});
after(() => ostiary.stop());

type Shown = Record<string, unknown>;

function admin(server: Server, method: string, path: string, body?: Shown, expected?: string) {
  const headers: Record<string, string> = {
    "X-Admin-Token": ostiary.adminToken,
    "Content-Type": "application/json",
    ...(expected && { "If-Match": expected }),
  };
  return server.fetch(`/admin/api/${path}`, {
    method,
    headers,
    body: body && JSON.stringify(body),
  });
}

/** What is shown, and its tag. */
async function read(path: string): Promise<{ shown: Shown; tag: string }> {
  const answer = await admin(ostiary, "GET", path);
  assert.equal(answer.status, 200);
  return { shown: (await answer.json()) as Shown, tag: answer.headers.get("etag") ?? "" };
}

/** One of each kind that has a list: how it is made, where its id stands, and what is changed. */
const KINDS: { path: string; id: string; made: Shown; member: string }[] = [
  { path: "users", id: "id", made: { name: "tagged" }, member: "name" },
  {
    path: "clients",
    id: "client_id",
    made: { client_name: "Tagged", redirect_uris: ["https://tagged.example/"] },
    member: "client_name",
  },
  { path: "scopes", id: "name", made: { name: "tagged", description: "X" }, member: "description" },
  {
    path: "resources",
    id: "id",
    made: { resource: "https://tagged.example/api", name: "Tagged" },
    member: "name",
  },
  { path: "initial-access-tokens", id: "id", made: { name: "tagged" }, member: "name" },
  {
    path: "tools",
    id: "id",
    made: { name: "tagged", request: { method: "GET", url: "https://tagged.example/" } },
    member: "name",
  },
  { path: "tool-groups", id: "id", made: { name: "tagged" }, member: "name" },
];

for (const { path, id, made, member } of KINDS) {
  test(`of ten changes of ${path} at the same time that rest on the same tag one is made`, async () => {
    const created = await admin(ostiary, "POST", path, made);
    const row = (await created.json()) as Shown;
    assert.equal(created.status, 201, JSON.stringify(row));
    const here = `${path}/${row[id]}`;
    const { tag } = await read(here);
    assert.equal(created.headers.get("etag"), tag);

    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, number) => {
        const server = number % 2 ? ostiary : ostiary.twin;
        return admin(server, "PATCH", here, { [member]: `tagged_${number}` }, tag);
      }),
    );
    const won = answers.filter(({ status }) => status === 200);
    const lost = answers.filter(({ status }) => status === 412);
    assert.deepEqual([won.length, lost.length], [1, AT_ONCE - 1]);
    for (const answer of lost) {
      assert.equal(answer.headers.get("content-type"), "application/problem+json");
      assert.equal(((await answer.json()) as Shown).error, "precondition_failed");
    }
    const kept = (await won[0]?.json()) as Shown;
    assert.deepEqual(await read(here), { shown: kept, tag: won[0]?.headers.get("etag") });

    assert.equal((await admin(ostiary.twin, "DELETE", here, undefined, tag)).status, 412);
    const now = (await read(here)).tag;
    assert.equal((await admin(ostiary.twin, "DELETE", here, undefined, now)).status, 204);
  });
}
