/** The pages by which people sign in with an account at a provider, in a house of their own: its login page has a button. */
import { randomUUID } from "node:crypto";
import type { House } from "./house.ts";
import type { PageCase } from "./pages.ts";
import { move, passwordLink } from "./resident.ts";
import type { Visitor } from "./visitor.ts";

const vars = { BRAND_NAME: "Signing in elsewhere" };

export const SIGN_IN_PAGES: PageCase[] = [
  { name: "login-elsewhere", template: "login", vars, open: opened("/login") },
  { name: "set-password-elsewhere", template: "set_password", vars, open: invited },
  { name: "connections-sign-in", template: "connections", vars, open: linked },
  { name: "connections-sign-in-empty", template: "connections", vars, open: unlinked },
  { name: "sign-in-remove", template: "confirm", vars, open: lastWayIn },
  {
    name: "sign-in-of-another-browser",
    template: "message",
    vars,
    statuses: [400],
    open: opened("/oauth/callback/example?code=c&state=in.x"),
  },
];

/** Providers by which people may sign in; another test of this house may have made them. */
async function offer({ ostiary }: House): Promise<void> {
  for (const [id, name] of [
    ["example", "Example"],
    ["long", `Example ${"Donaudampfschifffahrtsgesellschaft".repeat(2)}`],
  ])
    await ostiary.fetch("/admin/api/providers", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Admin-Token": ostiary.adminToken },
      body: JSON.stringify({
        id,
        name,
        issuer: "https://idp.example",
        client_id: "us",
        client_authentication: "none",
        sign_in: true,
        unknown_accounts: "invite",
      }),
    });
}

function opened(path: string): PageCase["open"] {
  return async (house, visitor) => {
    await offer(house);
    await visitor.page.goto(`${house.ostiary.url}${path}`);
  };
}

async function invited(house: House, visitor: Visitor): Promise<void> {
  await offer(house);
  await visitor.page.goto(await passwordLink(house));
}

async function unlinked(house: House, visitor: Visitor): Promise<void> {
  await offer(house);
  await move(house, visitor, "/account/connections");
}

/** Two accounts of somebody: one that was used, and one that was not. */
async function linked(house: House, visitor: Visitor): Promise<void> {
  await link(house, visitor, ["example", "long"]);
}

/** Somebody without a password, who has one account. */
async function lastWayIn(house: House, visitor: Visitor): Promise<void> {
  const { id } = await link(house, visitor, ["long"]);
  const database = await house.ostiary.database("DB");
  await database.prepare("UPDATE users SET password_hash = NULL WHERE id = ?1").bind(id).run();
  await visitor.page.click("#remove-sign-in-1");
}

async function link(house: House, visitor: Visitor, providers: string[]) {
  await offer(house);
  const resident = await move(house, visitor, "/account/connections");
  const database = await house.ostiary.database("DB");
  for (const provider of providers)
    await database
      .prepare(
        `INSERT INTO user_identities (id, user_id, provider_id, issuer, provider_user_id, email, created_at, last_used_at)
         SELECT ?1, id, ?2, 'https://idp.example', ?1, 'me@example.com', created_at, iif(?2 = 'long', created_at, NULL)
         FROM users WHERE id = ?3`,
      )
      .bind(randomUUID(), provider, resident.id)
      .run();
  await visitor.page.goto(`${house.ostiary.url}/account/connections`);
  return resident;
}
