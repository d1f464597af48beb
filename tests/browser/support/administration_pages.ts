/** The pages by which administrators get in, and those that only show; each empty, full, and with something wrong. */
import { randomUUID } from "node:crypto";
import type { House } from "./house.ts";
import type { PageCase } from "./pages.ts";
import { press } from "./press.ts";
import { makeResident } from "./resident.ts";
import type { Visitor } from "./visitor.ts";

const NOT_SET_UP = { ADMIN_TOKEN: "" };
const WITH_CODE = { ...NOT_SET_UP, SETUP_CODE: "a-setup-code-of-the-tests" };

export const ADMINISTRATION_PAGES: PageCase[] = [
  { name: "setup", template: "setup", vars: NOT_SET_UP, open: setup },
  { name: "setup-code", template: "setup", vars: WITH_CODE, open: setup },
  { name: "setup-wrong", template: "setup", vars: WITH_CODE, statuses: [403], open: wrongCode },
  { name: "setup-made", template: "admin_token_made", vars: NOT_SET_UP, open: setUp },
  { name: "setup-done", template: "message", vars: NOT_SET_UP, open: setUpBefore },
  { name: "setup-unneeded", template: "message", open: at("/setup") },
  { name: "admin-login", template: "admin_login", open: at("/admin/login") },
  { name: "admin-login-wrong", template: "admin_login", statuses: [403], open: wrongToken },
  { name: "admin-login-none", template: "admin_login", vars: NOT_SET_UP, open: withoutToken },
  { name: "admin-login-go-on", template: "admin_login", open: asPerson("admin") },
  { name: "admin-login-again", template: "admin_login", open: afterAWhile },
  { name: "admin-login-nobody", template: "admin_login", open: asPerson("user") },
  { name: "admin", template: "admin", open: administer("/admin") },
  { name: "admin-settings", template: "admin_settings", open: administer("/admin/settings") },
  { name: "admin-audit", template: "admin_audit", open: audit },
  { name: "admin-audit-empty", template: "admin_audit", open: administer("/admin/audit?actor=x") },
  {
    name: "admin-audit-wrong",
    template: "admin_audit",
    statuses: [400],
    open: administer("/admin/audit?from=yesterday&actor=admin"),
  },
  { name: "admin-token", template: "admin_token", vars: NOT_SET_UP, open: storedToken },
  { name: "admin-token-secret", template: "admin_token", open: administer("/admin/token") },
];

function at(path: string): PageCase["open"] {
  return async ({ ostiary }, { page }) => {
    await page.goto(`${ostiary.url}${path}`);
  };
}

/** Signs in with the admin token, on the way to a page. */
export function administer(path: string, token?: string): PageCase["open"] {
  return async ({ ostiary }, { page }) => {
    await page.goto(`${ostiary.url}${path}`);
    await page.locator("#token").fill(token ?? ostiary.adminToken);
    await press(page, "#sign-in");
  };
}

async function setup(house: House, visitor: Visitor): Promise<void> {
  const database = await house.ostiary.database("DB");
  await database.prepare("DELETE FROM admin_token").run();
  await at("/setup")(house, visitor);
}

async function wrongCode(house: House, visitor: Visitor): Promise<void> {
  await setup(house, visitor);
  await visitor.page.locator("#code").fill("not the one");
  await visitor.page.locator("#set-up").click();
  await visitor.page.locator("#code-problem").waitFor();
}

async function setUp(house: House, visitor: Visitor): Promise<void> {
  await setup(house, visitor);
  await visitor.page.locator("#set-up").click();
  await visitor.page.locator("#admin-token").waitFor();
}

async function setUpBefore(house: House, visitor: Visitor): Promise<void> {
  await setUp(house, visitor);
  await at("/setup")(house, visitor);
}

async function storedToken(house: House, visitor: Visitor): Promise<void> {
  await setUp(house, visitor);
  const token = (await visitor.page.locator("#admin-token").textContent()) ?? "";
  await administer("/admin/token", token)(house, visitor);
}

async function wrongToken(house: House, visitor: Visitor): Promise<void> {
  await administer("/admin", "not the one")(house, visitor);
}

async function withoutToken(house: House, visitor: Visitor): Promise<void> {
  await setup(house, visitor);
  await at("/admin/login")(house, visitor);
}

/** Somebody of this role, who is signed in. */
function asPerson(role: "admin" | "user"): PageCase["open"] {
  return async (house, visitor) => {
    const name = `${"Maximiliane von ".repeat(3)}${randomUUID()}`;
    const resident = await makeResident(house, name);
    const database = await house.ostiary.database("DB");
    const appoint = database.prepare("UPDATE users SET role = ?1 WHERE id = ?2");
    await appoint.bind(role, resident.id).run();
    await at("/login?admin=/admin")(house, visitor);
    await visitor.signIn(resident.name, resident.password);
  };
}

async function afterAWhile(house: House, visitor: Visitor): Promise<void> {
  await asPerson("admin")(house, visitor);
  await house.ostiary.advance(15 * 60);
  await visitor.page.reload();
}

/** Enough for a second page, some with all that an event may say. */
async function audit(house: House, visitor: Visitor): Promise<void> {
  const database = await house.ostiary.database("AUDIT_DB");
  const insert = database.prepare(
    `INSERT INTO audit (id, at, kind, outcome, actor, subject, client_id, address, request_id, reason)
     VALUES (?1, 1795248000000, ?2, ?3, 'admin', 'usr_0123456789abcdefghijkl', ?4, '2001:db8::1', ?1, ?5)`,
  );
  const url = `https://${"a-rather-long-label.".repeat(4)}example/client.json`;
  const rows = Array.from({ length: 60 }, (_, number) =>
    number % 3
      ? insert.bind(randomUUID(), "client_updated", "success", "demo-web", null)
      : insert.bind(randomUUID(), "sign_in", "failure", url, "name or password is wrong"),
  );
  await database.batch(rows);
  await administer("/admin/audit?to=2026-11-22")(house, visitor);
}
