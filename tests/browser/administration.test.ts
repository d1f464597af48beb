/** How administrators get in: the first start, by token, as who they are signed in as; and how they get out. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openHouse } from "./support/house.ts";
import { press } from "./support/press.ts";
import type { Resident } from "./support/resident.ts";
import type { Visitor } from "./support/visitor.ts";

const house = await openHouse({ vars: { ADMIN_TOKEN: undefined } });
after(() => house.close());
const { ostiary, app } = house;
const PASSWORD = "a long enough password";

const pathOf = ({ page }: Visitor) => new URL(page.url()).pathname;

/** The server as it is before anybody has set it up; the token that is made then. */
async function setUp({ page }: Visitor): Promise<string> {
  const database = await ostiary.database("DB");
  await database.prepare("DELETE FROM admin_token").run();
  await page.goto(`${ostiary.url}/setup`);
  await page.locator("#set-up").click();
  return (await page.locator("#admin-token").textContent()) ?? "";
}

async function enter({ page }: Visitor, token: string): Promise<void> {
  await page.locator("#token").fill(token);
  await page.locator("#sign-in").click();
}

async function api(token: string, method: string, path: string, body: unknown): Promise<string> {
  const answer = await ostiary.fetch(`/admin/api/${path}`, {
    method,
    headers: { "Content-Type": "application/json", "X-Admin-Token": token },
    body: JSON.stringify(body),
  });
  assert.ok(answer.ok, await answer.clone().text());
  return ((await answer.json()) as { id: string }).id;
}

async function administrator(token: string): Promise<Resident> {
  const name = `administrator ${crypto.randomUUID()}`;
  const id = await api(token, "POST", "users", { name, password: PASSWORD, role: "admin" });
  return { id, name, password: PASSWORD };
}

for (const javaScript of [true, false])
  test(`the first start leads to the admin pages, javaScript: ${javaScript}`, async () => {
    await using visitor = await house.visitor({ javaScript });
    const { page } = visitor;
    const token = await setUp(visitor);
    assert.match(token, /^[\w-]{43}$/);
    await press(page, "#to-admin");
    assert.equal(pathOf(visitor), "/admin/login");
    await enter(visitor, token);
    await page.locator("#next").waitFor();
    assert.equal(await page.locator("#signed-in-as").textContent(), "the operator");
    assert.ok(!(await page.content()).includes(token));

    const cookies = await page.context().cookies();
    const session = cookies.find(({ name }) => name === "ostiary_admin") ?? assert.fail();
    assert.deepEqual([session.httpOnly, session.sameSite, session.path], [true, "Strict", "/"]);
    assert.ok(session.expires <= Date.now() / 1000 + 3600, "an hour at most");

    await page.locator("#nav-admin-settings").click();
    await page.locator("#settings").waitFor();
    assert.equal(await page.locator("[aria-current=page]").textContent(), "Settings");
    await page.locator("#sign-out").click();
    await page.locator("#token-form").waitFor();
    await page.goto(`${ostiary.url}/admin/settings`);
    assert.equal(pathOf(visitor), "/admin/login");
  });

test("the token is copied by a button where there is JavaScript", async () => {
  await using visitor = await house.visitor();
  await visitor.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const token = await setUp(visitor);
  await visitor.page.locator("#copy-admin-token").click();
  await visitor.page.getByText("Copied", { exact: true }).waitFor();
  assert.equal(await visitor.page.evaluate(() => navigator.clipboard.readText()), token);
});

test("an administrator signs in on the way to a page, and is out when the role is taken away", async () => {
  await using visitor = await house.visitor({ javaScript: false });
  const { page } = visitor;
  const token = await setUp(visitor);
  const { id, name, password } = await administrator(token);
  await page.goto(`${ostiary.url}/admin/audit?event=admin_sign_in`);
  await page.locator("#sign-in-as-person").click();
  await visitor.signIn(name, password);
  assert.equal(await page.locator("#continue").textContent(), `Continue as ${name}`);
  await press(page, "#continue");
  assert.equal(page.url(), `${ostiary.url}/admin/audit?event=admin_sign_in`);
  assert.equal(await page.locator("#signed-in-as").textContent(), name);

  await api(token, "PATCH", `users/${id}`, { role: "user" });
  await press(page, "#nav-admin");
  assert.equal(pathOf(visitor), "/admin/login");
  await page.locator("#sign-in-as-person").click();
  await visitor.signIn(name, password);
  await page.locator("#no-administrator").waitFor();
});

test("a wrong token is refused and not shown, and a new one takes the place of the old", async () => {
  await using visitor = await house.visitor();
  visitor.expect(403);
  const { page } = visitor;
  const old = await setUp(visitor);
  await page.goto(`${ostiary.url}/admin/token`);
  await enter(visitor, "not-the-admin-token");
  await page.locator("#login-problem").waitFor();
  assert.equal(await page.locator("#token").inputValue(), "");
  await enter(visitor, old);
  await page.locator("#make-token").click();
  const token = (await page.locator("#admin-token").textContent()) ?? "";
  assert.notEqual(token, old);
  await page.locator("#to-admin").click();
  assert.equal(await page.locator("#signed-in-as").textContent(), "the operator");
  await page.locator("#sign-out").click();
  await enter(visitor, old);
  await page.locator("#login-problem").waitFor();
  await enter(visitor, token);
  await page.locator("#sections").waitFor();
});

test("a page of another site neither comes with the session nor does anything by it", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  const token = await setUp(visitor);
  await page.locator("#to-admin").click();
  await enter(visitor, token);
  const csrf = await page.locator("#sign-out-form [name=csrf_token]").inputValue();

  await page.goto(app.show("/link", `<a href="${ostiary.url}/admin/audit">Look here</a>`));
  await press(page, page.getByText("Look here"));
  assert.equal(pathOf(visitor), "/admin/login", "the cookie stays behind");

  const form = `<form method="post" action="${ostiary.url}/admin/token">
    <input type="hidden" name="csrf_token" value="${csrf}"><button>Go</button></form>`;
  await page.goto(app.show("/form", form));
  await page.getByRole("button", { name: "Go" }).click();
  await page.locator("#token-form").waitFor();
  assert.equal(pathOf(visitor), "/admin/login", "and so does it when a form comes from there");

  await page.goto(`${ostiary.url}/admin`);
  assert.equal(await page.locator("#signed-in-as").textContent(), "the operator");
  const headers = { "X-Admin-Token": token };
  assert.ok((await ostiary.fetch("/admin/api/scopes", { headers })).ok, "nothing was replaced");
});

test("events are found by what is typed, and what cannot be is said beside its field", async () => {
  await using visitor = await house.visitor({ javaScript: false });
  visitor.expect(400);
  const { page } = visitor;
  const database = await ostiary.database("AUDIT_DB");
  for (const [id, actor, at] of [
    ["first", "usr_first", "2020-02-01T08:00:00Z"],
    ["second", "usr_second", "2020-02-01T09:00:00Z"],
  ] as const)
    await database
      .prepare(
        "INSERT INTO audit (id, at, kind, outcome, actor, request_id) VALUES (?1, ?2, 'sign_in', 'success', ?3, ?1)",
      )
      .bind(id, Date.parse(at), actor)
      .run();
  const token = await setUp(visitor);
  await page.goto(`${ostiary.url}/admin/audit`);
  await enter(visitor, token);
  await page.locator("#event").selectOption("sign_in");
  await page.locator("#from").fill("2020-02-01 08:30");
  await page.locator("#to").fill("2020-02-02");
  await press(page, "#search");
  assert.equal(await page.locator("#events > li").count(), 1);
  assert.equal(await page.locator("#actor-1").textContent(), "usr_second");
  assert.equal(await page.locator("#from").inputValue(), "2020-02-01 08:30");
  assert.equal(await page.locator("#event").inputValue(), "sign_in");

  await page.locator("#from").fill("yesterday");
  await press(page, "#search");
  await page.locator("#from-problem").waitFor();
  assert.equal(await page.locator("#to").inputValue(), "2020-02-02");
  await press(page, "#all");
  await page.locator("#actor").fill("usr_first");
  await press(page, "#search");
  assert.equal(await page.locator("#events > li").count(), 1);
});
