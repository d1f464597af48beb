/** What operators look at and look after, beside the things that `nouns.ts` has. */
import { type Prepared, secrets } from "../support/ostiary.ts";
import {
  type Answer,
  adminPage,
  isDone,
  json,
  ok,
  operator,
  page,
  type Request,
} from "./requests.ts";
import type { World } from "./world.ts";

export const OPERATOR_REQUESTS: Request[] = [
  json("metrics", ["AUDIT_DB"], metrics, hasCounters),
  json("audit", ["AUDIT_DB"], (w) => w.admin("GET", "audit?event=sign_in&limit=5"), ok),
  json("settings", [], (w) => w.admin("GET", "settings"), ok),
  json("reseal", ["DB"], (w) => w.admin("POST", "encryption-keys/reseal"), isAll),
  json("providers: list", ["DB"], (w) => w.admin("GET", "providers"), ok),
  page("admin: settings", ["DB", "PAGE_LIMITER"], (w) => adminPage(w, "/admin/settings"), ok),
  page("admin: token", ["DB", "PAGE_LIMITER"], (w) => adminPage(w, "/admin/token"), ok),
  page("keys page", ["DB", "PAGE_LIMITER"], (w) => adminPage(w, "/admin/keys"), ok),
  page("keys page: promote", ["DB", "EVENTS", "PAGE_LIMITER"], promote, isDone),
];

function metrics(world: World): Prepared {
  const headers = { Authorization: `Bearer ${world.server.adminToken}` };
  return { path: "/metrics", init: { headers } };
}

function hasCounters(answer: Answer): boolean {
  return ok(answer) && answer.body.includes("# TYPE ostiary_events_total counter");
}

function isAll(answer: Answer): boolean {
  return ok(answer) && JSON.parse(answer.body).next === null;
}

/** The one that signs: it goes on, chosen. */
async function promote(world: World): Promise<Prepared> {
  const [{ kid }] = JSON.parse(secrets.SIGNING_KEYS).keys;
  const person = await operator(world);
  return person.prepareForm(await person.get(`/admin/keys/promote?kid=${kid}`), {});
}
