/** The first start (`/setup`) on the runtime: one token, however many ask; and nothing for strangers on the internet. */
import assert from "node:assert/strict";
import { type IncomingMessage, request } from "node:http";
import { describe, test } from "node:test";
import { eventually } from "./support/flow.ts";
import { type Ostiary, startOstiary } from "./support/ostiary.ts";
import { Person } from "./support/person.ts";

const CODE = "a-setup-code-of-the-tests";
const AT_ONCE = 10;
const elementWith = (id: string) => new RegExp(`id="${id}"[^>]*>([^<]*)<`);

/** The admin token that a page shows, if it does. */
const shown = (html: string) => elementWith("admin-token").exec(html)?.[1];

async function opens(ostiary: Ostiary, token: string): Promise<boolean> {
  const headers = { "X-Admin-Token": token };
  const answer = await ostiary.fetch("/admin/api/scopes", { headers });
  assert.ok([200, 401].includes(answer.status), await answer.text());
  return answer.status === 200;
}

async function kept(ostiary: Ostiary): Promise<Record<string, unknown>[]> {
  const database = await ostiary.database("DB");
  return (await database.prepare("SELECT * FROM admin_token").all()).results;
}

test("of ten who set up at once, in two isolates, one gets the token and the others are told", async () => {
  await using ostiary = await startOstiary({ vars: { ADMIN_TOKEN: undefined }, twin: true });
  const people = Array.from(
    { length: AT_ONCE },
    (_, number) => new Person(number % 2 ? ostiary.twin : ostiary),
  );
  const forms = await Promise.all(people.map((person) => person.get("/setup")));
  const answers = await Promise.all(
    people.map((person, number) => person.submit(forms[number] ?? assert.fail(), {})),
  );
  const made = answers.filter(({ status }) => status === 200);
  const told = answers.filter(({ status }) => status === 409);
  assert.deepEqual([made.length, told.length], [1, AT_ONCE - 1]);
  for (const { html } of told) {
    assert.equal(elementWith("message-title").exec(html)?.[1], "Set-up is done");
    assert.equal(shown(html), undefined);
  }
  const token = shown(made[0]?.html ?? "") ?? "";
  assert.match(token, /^[\w-]{43}$/);
  assert.ok(await opens(ostiary, token));
  const rows = await kept(ostiary);
  assert.equal(rows.length, 1);
  assert.ok(!JSON.stringify(rows).includes(token), "its hash alone is kept");
  assert.ok(!ostiary.logs.join("\n").includes(token), "nor is it in the log");
});

test("who signed in with a token is out, in every isolate, when another one is made", async () => {
  await using ostiary = await startOstiary({ vars: { ADMIN_TOKEN: undefined }, twin: true });
  const [operator, other] = [new Person(ostiary), new Person(ostiary)];
  const old = shown((await operator.submit(await operator.get("/setup"), {})).html) ?? "";
  for (const person of [operator, other]) {
    const entrance = await person.get("/admin/login");
    const entered = await person.submit(entrance, { token: old, action: "sign_in" });
    assert.equal(entered.location, "/admin");
  }
  const elsewhere = other.prepare("/admin");
  assert.equal((await ostiary.twin.send(elsewhere)).status, 200);
  const page = await operator.get("/admin/token");
  const token = shown((await operator.submit(page, {})).html) ?? "";
  assert.ok((await opens(ostiary, token)) && !(await opens(ostiary, old)));
  assert.equal((await ostiary.twin.send(elsewhere)).status, 303);
  assert.equal((await operator.get("/admin")).status, 200, "who made it stays");

  const database = await ostiary.database("AUDIT_DB");
  const events = "SELECT kind, actor FROM audit WHERE actor = 'admin'";
  const told = await eventually("all four events", async () => {
    const { results } = await database.prepare(events).all();
    return results.length >= 4 ? results : undefined;
  });
  const said = (told as Record<string, unknown>[]).map(({ kind, actor }) => `${kind} by ${actor}`);
  assert.deepEqual(said.sort(), [
    "admin_sign_in by admin",
    "admin_sign_in by admin",
    "admin_token_created by admin",
    "admin_token_created by admin",
  ]);
});

describe("on the public internet", () => {
  const HOST = "auth.example.com";
  const deployed = { OAUTH_ISSUER_URL: `https://${HOST}`, ENABLE_DEV_ENDPOINTS: "false" };

  test("a stranger finds no set-up, unless there is a code, and none without it", async () => {
    await using ostiary = await startOstiary({ vars: { ...deployed, ADMIN_TOKEN: undefined } });
    assert.equal((await at(ostiary, "/setup")).status, 404);
    await ostiary.setVars({ SETUP_CODE: CODE });
    const page = await at(ostiary, "/setup");
    assert.match(page.html, /id="code"/);
    assert.match(page.cookie, /^__Host-ostiary_browser=/);
    const csrf = /name="csrf_token" value="([^"]+)"/.exec(page.html)?.[1] ?? "";
    const attempt = (code: string) =>
      at(ostiary, "/setup", new URLSearchParams({ csrf_token: csrf, code }), page.cookie);
    assert.equal((await attempt("wrong-code-wrong-code")).status, 403);
    assert.deepEqual(await kept(ostiary), []);
    assert.match(shown((await attempt(CODE)).html) ?? "", /^[\w-]{43}$/);
    assert.equal((await attempt(CODE)).status, 409);
    await ostiary.setVars({ SETUP_CODE: undefined });
    assert.equal((await at(ostiary, "/setup")).status, 404);
  });

  /** As if it had come to the issuer: `fetch` sends no `Host` but its own. */
  async function at(ostiary: Ostiary, path: string, form?: URLSearchParams, cookie?: string) {
    const headers = {
      Host: HOST,
      ...(cookie && { Cookie: cookie }),
      ...(form && { "Content-Type": "application/x-www-form-urlencoded" }),
    };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const method = form ? "POST" : "GET";
      const asked = request(new URL(path, ostiary.url), { method, headers }, resolve);
      asked.once("error", reject);
      asked.end(form?.toString());
    });
    const html = (await answer.setEncoding("utf8").toArray()).join("");
    const set = answer.headers["set-cookie"]?.[0] ?? "";
    return { status: answer.statusCode, html, cookie: set.split(";")[0] ?? "" };
  }
});
