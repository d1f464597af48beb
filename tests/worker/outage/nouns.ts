/** What administrators look after, as `requests.ts` has the rest. */
import type { Prepared } from "../support/ostiary.ts";
import { adminPage, isDone, json, ok, operator, page, type Request } from "./requests.ts";
import { newName, type World } from "./world.ts";

export const NOUN_REQUESTS: Request[] = [
  json("users: remove", ["DB", "EVENTS"], (w) => removal(w, "users"), isGone),
  json("clients: guarded edit", ["DB", "EVENTS"], guardedEdit, ok),
  json("scopes: list", ["DB"], (w) => w.admin("GET", "scopes"), ok),
  json(
    "scopes: make",
    ["DB", "EVENTS"],
    (w) => w.admin("POST", "scopes", newScope()),
    ({ status }) => status === 201,
  ),
  json("scopes: edit", ["DB", "EVENTS"], editScope, ok),
  page("nouns: list", ["DB", "PAGE_LIMITER"], (w) => adminPage(w, "/admin/clients"), ok),
  page("nouns: form", ["DB", "PAGE_LIMITER"], (w) => adminPage(w, "/admin/clients/demo-web"), ok),
  page("nouns: save", ["DB", "EVENTS", "PAGE_LIMITER"], save, isDone),
  page("nouns: remove", ["DB", "EVENTS", "PAGE_LIMITER"], removeByForm, isDone),
  page("users page", ["DB", "PAGE_LIMITER"], (w) => adminPage(w, "/users"), ok),
  page("users page: make", ["DB", "EVENTS", "PAGE_LIMITER"], userByForm, showsSecret),
];

function newScope() {
  return { name: newName(), description: "See photos" };
}

async function removal(world: World, kind: string): Promise<Prepared> {
  const { id } = await world.made(kind, { name: newName() });
  return world.admin("DELETE", `${kind}/${id}`);
}

/** By the entity tag of what was just made. */
async function guardedEdit(world: World): Promise<Prepared> {
  const path = `clients/${(await world.client()).id}`;
  const shown = await world.server.send(world.admin("GET", path));
  const edit = world.admin("PATCH", path, { client_name: "Other" });
  const headers = new Headers(edit.init.headers);
  headers.set("If-Match", shown.headers.get("ETag") ?? "");
  return { path: edit.path, init: { ...edit.init, headers } };
}

async function editScope(world: World): Promise<Prepared> {
  const { name } = await world.made("scopes", newScope());
  return world.admin("PATCH", `scopes/${name}`, { open: true });
}

/** The form of a page, filled in by the operator. */
async function byForm(world: World, path: string, fields: Record<string, string>) {
  const person = await operator(world);
  return person.prepareForm(await person.get(path), fields);
}

async function save(world: World): Promise<Prepared> {
  const { name } = await world.made("scopes", newScope());
  return byForm(world, `/admin/scopes/${name}`, { description: "See more" });
}

async function removeByForm(world: World): Promise<Prepared> {
  const { name } = await world.made("scopes", newScope());
  return byForm(world, `/admin/scopes/${name}/remove`, {});
}

function userByForm(world: World): Promise<Prepared> {
  return byForm(world, "/users/new", { name: newName() });
}

function isGone({ status }: { status: number }): boolean {
  return status === 204;
}

function showsSecret({ status, body }: { status: number; body: string }): boolean {
  return status === 200 && body.includes('id="shown-2"');
}
