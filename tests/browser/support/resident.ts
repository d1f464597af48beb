/** Somebody with an account of their own, so that what they do there disturbs no other test. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { House } from "./house.ts";
import type { Visitor } from "./visitor.ts";

export interface Resident {
  id: string;
  name: string;
  password: string;
}

/** Makes an account. */
export async function makeResident({ ostiary }: House, name = `resident ${randomUUID()}`) {
  const password = "a long enough password";
  const made = await asAdmin(ostiary, "/admin/api/users", { name, password });
  return { id: made.id ?? "", name, password };
}

/** Makes an account, comes to a page of it, and signs in on the way. */
export async function move(house: House, visitor: Visitor, path: string): Promise<Resident> {
  const resident = await makeResident(house);
  await visitor.page.goto(`${house.ostiary.url}${path}`);
  await visitor.signIn(resident.name, resident.password);
  if (!visitor.page.url().endsWith(path)) await visitor.page.goto(`${house.ostiary.url}${path}`);
  return resident;
}

/** A link by which somebody sets a password. */
export async function passwordLink(house: House, resident?: Resident): Promise<string> {
  const { id } = resident ?? (await makeResident(house));
  const { url } = await asAdmin(house.ostiary, `/admin/api/users/${id}/password-link`);
  assert.ok(url);
  return url;
}

async function asAdmin(ostiary: House["ostiary"], path: string, body?: unknown) {
  const answer = await ostiary.fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Admin-Token": ostiary.adminToken },
    body: JSON.stringify(body ?? {}),
  });
  const text = await answer.text();
  assert.equal(answer.status, 201, text);
  return JSON.parse(text) as Record<string, string>;
}
