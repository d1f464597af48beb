/** What `make todo` and `make camera` tell the server before they serve, and what they say when they can't. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startSeeded } from "../../worker/support/flow.ts";
import { freePort } from "../../worker/support/free_port.ts";
import { Demo } from "../support/demo.ts";
import { read } from "../support/markdown.ts";

const ostiary = await startSeeded();
after(() => ostiary.stop());
const headers = { "X-Admin-Token": ostiary.adminToken, "Content-Type": "application/json" };

/** What the admin API has of the demo apps. */
async function registered(noun: "scopes" | "resources" | "clients") {
  const answer = await ostiary.fetch(`/admin/api/${noun}?limit=200`, { headers });
  const all = (await answer.json())[noun] as Record<string, unknown>[];
  return all.filter(({ name, client_id }) =>
    /^(todos:|camera:|To-do|Camera|demo-todo|demo-camera)/.test(String(client_id ?? name)),
  );
}

async function all() {
  return [await registered("scopes"), await registered("resources"), await registered("clients")];
}

/** Starts it, waits until it serves, and ends it. */
async function run(app: "todo" | "camera", port: string): Promise<string> {
  await using demo = await (await Demo.beside(app, ostiary, port)).ready();
  return demo.origin;
}

test("the command registers scopes with their sentences, the API, and a public client of these scopes", async () => {
  const origin = await run("camera", String(await freePort()));
  const [scopes, resources, clients] = await all();
  const [scope, resource, client] = [scopes, resources, clients].map((rows) => {
    assert.equal(rows?.length, 1);
    return rows[0];
  });
  assert.deepEqual(
    [scope?.name, scope?.description, scope?.open],
    ["camera:view", "Look through your camera", false],
  );
  assert.deepEqual([resource?.resource, resource?.name], [`${origin}/api`, "Camera"]);
  assert.deepEqual(
    [client?.client_id, client?.token_endpoint_auth_method, client?.require_pkce],
    ["demo-camera", "none", true],
  );
  assert.deepEqual(client?.redirect_uris, [`${origin}/callback`]);
  assert.deepEqual(client?.grant_types, ["authorization_code", "refresh_token"]);
  assert.deepEqual(client?.scope, "openid profile camera:view");
});

test("run again, the command changes nothing, and puts right what was changed meanwhile", async () => {
  const port = String(await freePort());
  await run("todo", port);
  const before = await all();
  await run("todo", port);
  const times = (rows: unknown) => JSON.stringify(rows).replaceAll(/"updated_at":"[^"]+"/g, "");
  assert.equal(times(await all()), times(before));

  const body = JSON.stringify({ scope: "openid", client_name: "Spoiled" });
  const spoiled = { method: "PATCH", headers, body };
  assert.equal((await ostiary.fetch("/admin/api/clients/demo-todo", spoiled)).status, 200);
  await run("todo", port);
  assert.equal(times(await all()), times(before));
});

test("at another port it is another API, and the client comes back there", async () => {
  const [first, second] = [String(await freePort()), String(await freePort())];
  for (const port of [first, second]) {
    const origin = await run("todo", port);
    const [client] = (await registered("clients")).filter((one) => one.client_id === "demo-todo");
    assert.deepEqual(client?.redirect_uris, [`${origin}/callback`]);
    assert.deepEqual(client?.post_logout_redirect_uris, [`${origin}/`]);
  }
  const apis = (await registered("resources")).map(({ resource }) => resource);
  for (const port of [first, second]) assert.ok(apis.includes(`http://localhost:${port}/api`));
});

test("a command that can't do its work says what to do", async () => {
  const nobody = { url: `http://127.0.0.1:${await freePort()}`, adminToken: ostiary.adminToken };
  const down = await (await Demo.beside("todo", nobody)).ended();
  assert.notEqual(down.code, 0);
  assert.ok(
    down.printed.includes(`Nobody answers at ${nobody.url}: start \`make dev\`.`),
    down.printed,
  );

  const stranger = { url: ostiary.url, adminToken: "not-the-token-of-this-server" };
  const refused = await (await Demo.beside("todo", stranger)).ended();
  assert.notEqual(refused.code, 0);
  assert.ok(refused.printed.includes("has another ADMIN_TOKEN"), refused.printed);

  const taken = new URL(ostiary.url).port;
  const served = await (await Demo.beside("todo", ostiary, taken)).ended();
  assert.notEqual(served.code, 0);
  assert.match(served.printed, /EADDRINUSE/);
});

test("the packages of the demo apps have the versions that are tested", () => {
  const { devDependencies } = JSON.parse(read("package.json"));
  for (const [name, version] of Object.entries(
    JSON.parse(read("examples/web/package.json")).dependencies,
  ))
    assert.equal(version, devDependencies[name], name);
});
