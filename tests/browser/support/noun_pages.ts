/** The pages of what administrators look after: lists, forms, what is shown once, and what goes along. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { administer } from "./administration_pages.ts";
import type { House } from "./house.ts";
import type { PageCase } from "./pages.ts";
import { press } from "./press.ts";
import type { Visitor } from "./visitor.ts";

/** Of the kind that breaks layouts. */
const LONG_NAME = "Donaudampfschifffahrtsgesellschaftskapitaen".repeat(2);

export const NOUN_PAGES: PageCase[] = [
  { name: "nouns-empty", template: "noun_list", open: emptyList },
  { name: "nouns-full", template: "noun_list", open: fullList },
  { name: "nouns-none", template: "noun_list", open: administer("/admin/users?q=nobody") },
  { name: "noun-new", template: "noun_form", open: administer("/admin/new/clients") },
  { name: "noun-new-tool", template: "noun_form", open: administer("/admin/new/tools") },
  { name: "noun", template: "noun_form", open: administer("/admin/clients/demo-web") },
  { name: "noun-wrong", template: "noun_form", statuses: [400], open: wrongClient },
  { name: "noun-conflict", template: "noun_form", statuses: [409], open: takenName },
  { name: "noun-meanwhile", template: "noun_form", statuses: [409], open: changedMeanwhile },
  { name: "noun-remove", template: "confirm", open: administer("/admin/clients/demo-web/remove") },
  { name: "noun-user", template: "noun_form", open: aUser },
  { name: "noun-user-wrong", template: "noun_form", statuses: [400], open: wrongClaims },
  { name: "noun-try", template: "noun_action", open: tryTool },
  { name: "noun-try-answer", template: "noun_action", open: triedTool },
  { name: "noun-try-wrong", template: "noun_action", statuses: [422], open: triedWrongly },
  { name: "noun-try-off", template: "noun_action", statuses: [404], open: triedByNobody },
  { name: "noun-made", template: "noun_made", open: made },
  { name: "users-full", template: "users", open: selected },
  { name: "users-nobody", template: "users", open: administer("/users?q=nobody") },
  { name: "users-new", template: "new_user", open: administer("/users/new") },
  { name: "users-new-wrong", template: "new_user", statuses: [409], open: takenUser },
  { name: "keys", template: "keys", open: administer("/admin/keys") },
  { name: "keys-retire", template: "confirm", open: administer("/admin/keys/retire?kid=a-key") },
];

async function api(
  { ostiary }: House,
  path: string,
  body: unknown,
  method = "POST",
): Promise<{ id: string }> {
  const answer = await ostiary.fetch(`/admin/api/${path}`, {
    method,
    headers: { "Content-Type": "application/json", "X-Admin-Token": ostiary.adminToken },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as { id: string };
}

/** Fills a form in, sends it, and waits for the page that answers. */
async function send({ page }: Visitor, fields: Record<string, string>, button: string) {
  for (const [id, text] of Object.entries(fields)) await page.locator(`#${id}`).fill(text);
  await press(page, button);
}

async function emptyList(house: House, visitor: Visitor): Promise<void> {
  const database = await house.ostiary.database("DB");
  await database.prepare("DELETE FROM initial_access_tokens").run();
  await administer("/admin/initial-access-tokens")(house, visitor);
}

async function fullList(house: House, visitor: Visitor): Promise<void> {
  for (let number = 0; number < 26; number++)
    await api(house, "clients", {
      client_name: `${number} ${LONG_NAME}`,
      public: true,
      redirect_uris: ["https://app.example/callback"],
    });
  await administer("/admin/clients")(house, visitor);
}

async function wrongClient(house: House, visitor: Visitor): Promise<void> {
  await administer("/admin/new/clients")(house, visitor);
  await send(visitor, { client_name: LONG_NAME, redirect_uris: "not a URI" }, "#save");
}

async function takenName(house: House, visitor: Visitor): Promise<void> {
  await administer("/admin/new/users")(house, visitor);
  await send(visitor, { name: "alice" }, "#save");
}

/** Two have the form open, and both save it. */
async function changedMeanwhile(house: House, visitor: Visitor): Promise<void> {
  const resource = `https://${randomUUID()}.example/`;
  const { id } = await api(house, "resources", { resource, name: "Photos", scope: "read:tools" });
  await administer(`/admin/resources/${id}`)(house, visitor);
  await api(house, `resources/${id}`, { name: LONG_NAME, scope: "" }, "PATCH");
  await send(visitor, { name: "Pictures" }, "#save");
}

async function made(house: House, visitor: Visitor): Promise<void> {
  await administer("/admin/new/initial-access-tokens")(house, visitor);
  await send(visitor, { name: `for somebody ${randomUUID()}` }, "#save");
}

async function aUser(house: House, visitor: Visitor): Promise<void> {
  const address = { country: "NL", locality: LONG_NAME };
  const { id } = await api(house, "users", {
    name: `claims ${randomUUID()}`,
    claims: { email: "a@b.example", email_verified: true, address, employee: 7 },
  });
  await administer(`/admin/users/${id}`)(house, visitor);
}

async function wrongClaims(house: House, visitor: Visitor): Promise<void> {
  await aUser(house, visitor);
  const { page } = visitor;
  await page.locator("#more summary").click();
  await send(visitor, { claims: '{ "employee" 7 }' }, "#save");
  assert.match((await page.locator("#claims-problem").textContent()) ?? "", /line 1, column 14/);
}

async function tryTool(house: House, visitor: Visitor): Promise<void> {
  await toolToTry(house, visitor);
}

/** The form to try a tool that is on for a user of its own; answers their name. */
async function toolToTry(house: House, visitor: Visitor): Promise<string> {
  const tool = `tool_${randomUUID().replaceAll("-", "_")}`;
  const { id } = await api(house, "tools", {
    name: tool,
    description: "What it does, in a sentence.",
    input_schema: {
      type: "object",
      properties: { city: { type: "string" }, days: { type: "integer", minimum: 1 } },
    },
    request: { method: "GET", url: "https://tools.example/", query: { city: "{city}" } },
  });
  const name = `tries ${randomUUID()}`;
  await api(house, "users", { name, tools: [tool] });
  await administer(`/admin/tools/${id}`)(house, visitor);
  await press(visitor.page, "#link-1");
  return name;
}

async function triedTool(house: House, visitor: Visitor): Promise<void> {
  const name = await toolToTry(house, visitor);
  await send(visitor, { user: name }, "#act");
  assert.equal(await visitor.page.locator("#answer-status").textContent(), "200");
  const body = (await visitor.page.locator("#answer-body").textContent()) ?? "";
  assert.match(body, /"page": "<b>&amp;<\/b>"/);
}

async function triedWrongly(house: House, visitor: Visitor): Promise<void> {
  const name = await toolToTry(house, visitor);
  await send(visitor, { user: name, arguments: '{ "days": 0 }' }, "#act");
  assert.match((await visitor.page.locator("#arguments-problem").textContent()) ?? "", /\/days: /);
}

async function triedByNobody(house: House, visitor: Visitor): Promise<void> {
  await toolToTry(house, visitor);
  await send(visitor, { user: "alice" }, "#act");
}

async function selected(house: House, visitor: Visitor): Promise<void> {
  const request = { method: "GET", url: "https://api.example/x" };
  const name = `tool_${randomUUID().replaceAll("-", "_")}`;
  await api(house, "tools", { name, description: "What it does, in a sentence.", request });
  await api(house, "tool-groups", { name: `group ${randomUUID()}`, tools: [name] });
  const { id } = await api(house, "users", {
    name: `a Donaudampfschifffahrt ${randomUUID()}`,
    tools: [name],
  });
  await administer("/users?q=a%20Donau")(house, visitor);
  await press(visitor.page, `li:has(input[value="${id}"]) button`);
}

async function takenUser(house: House, visitor: Visitor): Promise<void> {
  await administer("/users/new")(house, visitor);
  await send(visitor, { name: "alice" }, "#create");
}
