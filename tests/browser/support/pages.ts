/** Every page there is, and how a person comes to see it. */
import assert from "node:assert/strict";
import { provider } from "../../worker/support/agents.ts";
import { ACCOUNT_PAGES } from "./account_pages.ts";
import { ADMINISTRATION_PAGES } from "./administration_pages.ts";
import { Client } from "./client.ts";
import type { House } from "./house.ts";
import { NOUN_PAGES } from "./noun_pages.ts";
import { square } from "./picture.ts";
import { SIGN_IN_PAGES } from "./sign_in_pages.ts";
import type { Visitor } from "./visitor.ts";

export interface PageCase {
  name: string;
  /** The template that it is made of. */
  template: string;
  /** Settings it takes to see it. */
  vars?: Record<string, string>;
  /** Statuses on the way there that are no problem. */
  statuses?: number[];
  open: (house: House, visitor: Visitor) => Promise<void>;
}

/** Of the kind that breaks layouts and tempts people, but is allowed. */
const LONG_NAME = `${"Donaudampfschifffahrtsgesellschaftskapitaen".repeat(2)} <b>&amp;`;
const LONG_HOST = `https://${"a-rather-long-label.".repeat(5)}example/callback`;

const STRANGER = "https://agent.example/oauth/client.json";
const STRANGER_CALLBACK = "http://127.0.0.1/callback";

/** Plays the hosts that the server asks while pages are looked at. */
export function hosts(request: Request): Response {
  const played = provider(request);
  if (played) return played;
  if (request.url === STRANGER)
    return Response.json({
      client_id: STRANGER,
      client_name: "Stranger",
      redirect_uris: [STRANGER_CALLBACK],
    });
  if (request.url.startsWith("https://tools.example/"))
    return Response.json({ forecast: "sun", page: "<b>&amp;</b>", long: LONG_NAME.repeat(4) });
  if (request.url.endsWith(".json")) return new Response("nothing is here", { status: 404 });
  return new Response(new Uint8Array(square(48)), { headers: { "Content-Type": "image/png" } });
}

const A_WHILE = 10;

export const PAGES: PageCase[] = [
  { name: "start", template: "start", open: goTo("/") },
  { name: "login", template: "login", open: (house, visitor) => ask(house, visitor) },
  { name: "login-alone", template: "login", open: goTo("/login") },
  { name: "login-wrong", template: "login", statuses: [403], open: wrongPassword },
  { name: "login-slowed", template: "login", statuses: [403, 429], open: tooManyGuesses },
  { name: "consent", template: "consent", open: consent },
  { name: "consent-device", template: "consent", open: consentOfProgram },
  { name: "login-unread", template: "login", open: askAsStranger },
  { name: "consent-described", template: "consent", open: consentOfStranger },
  {
    name: "no-such-document",
    template: "message",
    statuses: [400],
    open: consentOfUnreadableStranger,
  },
  { name: "consent-long", template: "consent", open: consentOfLongNames },
  { name: "select-account", template: "select_account", open: selectAccount },
  { name: "select-account-long", template: "select_account", open: selectAccountOfLongNames },
  { name: "form-post", template: "form_post", open: formPost },
  { name: "sign-out", template: "sign_out", open: signOut },
  { name: "sign-out-long", template: "sign_out", open: signOutOfLongNames },
  { name: "sign-out-unknown", template: "sign_out", open: signOutOfUnknown },
  { name: "signed-out", template: "message", open: signedOut },
  { name: "not-found", template: "message", statuses: [404], open: goTo("/nowhere") },
  {
    name: "unknown-client",
    template: "message",
    statuses: [400],
    open: goTo("/oauth/authorize?client_id=nobody"),
  },
  { name: "refused", template: "message", statuses: [403], open: withoutCookies },
  { name: "answered", template: "message", statuses: [409], open: answered },
  { name: "expired", template: "message", statuses: [400], open: expired },
  { name: "unavailable", template: "message", statuses: [503], open: unavailable },
  { name: "too-many", template: "message", statuses: [429], open: tooMany },
  {
    name: "switched-off",
    template: "message",
    vars: { OAUTH_ENABLED: "false" },
    statuses: [503],
    open: (house, visitor) => ask(house, visitor),
  },
  {
    name: "wrong-address",
    template: "message",
    vars: {
      OAUTH_ISSUER_URL: "https://elsewhere.example",
      ENABLE_DEV_ENDPOINTS: "false",
      CLOCK_OFFSET_SECONDS: "0",
    },
    statuses: [421],
    open: goTo("/"),
  },
  {
    name: "wrong-setting",
    template: "message",
    vars: { SESSION_TTL_HOURS: "forever" },
    statuses: [500],
    open: goTo("/"),
  },
  {
    name: "branded",
    template: "consent",
    vars: {
      BRAND_NAME: "The Long-Winded Example Company of Upper and Lower Bavaria, Limited",
      BRAND_COLOR: "#ffd400",
      TERMS_URL: "https://terms.example/",
    },
    open: consent,
  },
  ...ACCOUNT_PAGES,
  ...SIGN_IN_PAGES,
  ...ADMINISTRATION_PAGES,
  ...NOUN_PAGES,
];

function goTo(path: string) {
  return async ({ ostiary }: House, { page }: Visitor) => {
    await page.goto(`${ostiary.url}${path}`);
  };
}

/** A client of this machine asks; nobody is signed in. */
async function ask(house: House, { page }: Visitor): Promise<void> {
  await page.goto(house.demoWeb().request(house.ostiary, "read:tools call:tools").url);
}

async function wrongPassword(house: House, visitor: Visitor): Promise<void> {
  await ask(house, visitor);
  await visitor.signIn("alice", "wrong");
}

async function tooManyGuesses({ ostiary }: House, visitor: Visitor): Promise<void> {
  await visitor.page.goto(`${ostiary.url}/login`);
  const problem = visitor.page.locator("#login-problem");
  for (let guesses = 0; guesses < 20; guesses += 1) {
    await visitor.signIn("bob", "guess");
    if ((await problem.textContent())?.startsWith("Too many")) return;
  }
  assert.fail("nobody slows this down");
}

/** A client with everything a client may show of itself. */
async function consent(house: House, visitor: Visitor): Promise<void> {
  const site = "https://photos.example";
  const client = await house.newClient({
    client_name: "Photo printer",
    redirect_uris: [`${site}/callback`],
    scope: "read:tools call:tools",
    client_uri: `${site}/`,
    logo_uri: `${site}/logo.png`,
    policy_uri: `${site}/privacy`,
    tos_uri: `${site}/terms`,
  });
  await visitor.page.goto(client.request(house.ostiary, "read:tools call:tools").url);
  await visitor.signIn("alice", "alice");
}

async function consentOfProgram(house: House, visitor: Visitor): Promise<void> {
  await ask(house, visitor);
  await visitor.signIn("alice", "alice");
}

/** An app of which nothing is known but where it describes itself. */
async function askAsStranger({ ostiary }: House, { page }: Visitor): Promise<void> {
  await page.goto(new Client(STRANGER, STRANGER_CALLBACK).request(ostiary).url);
}

async function consentOfStranger(house: House, visitor: Visitor): Promise<void> {
  await askAsStranger(house, visitor);
  await visitor.signIn("alice", "alice");
}

async function consentOfUnreadableStranger(house: House, visitor: Visitor): Promise<void> {
  await account(house, visitor);
  const nowhere = new Client("https://nowhere.example/client.json", STRANGER_CALLBACK);
  await visitor.page.goto(nowhere.request(house.ostiary).url);
}

async function consentOfLongNames(house: House, visitor: Visitor): Promise<void> {
  const client = await house.newClient({ client_name: LONG_NAME, redirect_uris: [LONG_HOST] });
  await visitor.page.goto(client.request(house.ostiary).url);
  await visitor.signIn("alice", "alice");
}

/** A client asks with which account to go on; alice is signed in. */
async function selectAccount(house: House, visitor: Visitor): Promise<void> {
  await account(house, visitor);
  const more = { prompt: "select_account" };
  await visitor.page.goto(house.demoServer().request(house.ostiary, "openid", more).url);
}

async function selectAccountOfLongNames(house: House, visitor: Visitor): Promise<void> {
  const { ostiary } = house;
  const name = LONG_NAME.slice(0, 100);
  await ostiary.fetch("/admin/api/users", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Admin-Token": ostiary.adminToken },
    body: JSON.stringify({ name, password: "a long enough password" }),
  });
  await visitor.page.goto(`${ostiary.url}/login`);
  await visitor.signIn(name, "a long enough password");
  const client = await house.newClient({ client_name: LONG_NAME, redirect_uris: [LONG_HOST] });
  await visitor.page.goto(client.request(ostiary, undefined, { prompt: "select_account" }).url);
}

/** As it looks until its script has run, or where none runs. */
async function formPost(house: House, { page }: Visitor): Promise<void> {
  const script = { contentType: "text/javascript", body: "", headers: NOT_SNIFFED };
  await page.route("**/static/form-post.js", (route) => route.fulfill(script));
  const more = { response_mode: "form_post", prompt: "none" };
  await page.goto(house.demoServer().request(house.ostiary, "openid", more).url);
}

const NOT_SNIFFED = { "X-Content-Type-Options": "nosniff" };

async function signOut(house: House, visitor: Visitor): Promise<void> {
  await account(house, visitor);
  await visitor.page.goto(`${house.ostiary.url}/oauth/logout?client_id=demo-server`);
}

async function signOutOfLongNames(house: House, visitor: Visitor): Promise<void> {
  const client = await house.newClient({ client_name: LONG_NAME, redirect_uris: [LONG_HOST] });
  await account(house, visitor);
  await visitor.page.goto(`${house.ostiary.url}/oauth/logout?client_id=${client.id}`);
}

async function signOutOfUnknown(house: House, visitor: Visitor): Promise<void> {
  await account(house, visitor);
  await visitor.page.goto(`${house.ostiary.url}/oauth/logout`);
}

async function account({ ostiary }: House, visitor: Visitor): Promise<void> {
  await visitor.page.goto(`${ostiary.url}/account`);
  await visitor.signIn("alice", "alice");
}

async function signedOut(house: House, visitor: Visitor): Promise<void> {
  await account(house, visitor);
  await visitor.page.locator("#sign-out").click();
  await visitor.page.locator("#message-title").waitFor();
}

async function withoutCookies(house: House, visitor: Visitor): Promise<void> {
  await ask(house, visitor);
  await visitor.page.context().clearCookies();
  await visitor.signIn("alice", "alice");
}

async function answered(house: House, visitor: Visitor): Promise<void> {
  await consentOfProgram(house, visitor);
  await visitor.page.locator("#approve").click();
  await visitor.page.waitForURL(/\/callback/);
  await house.ostiary.advance(A_WHILE);
  await visitor.page.goBack();
  await visitor.page.locator("#approve").click();
  await visitor.page.locator("#message-title").waitFor();
}

async function expired(house: House, visitor: Visitor): Promise<void> {
  await ask(house, visitor);
  await house.ostiary.advance(30 * 60);
  await visitor.signIn("alice", "alice");
}

/** From an address that counts, unlike this machine's own, until the limit is reached. */
async function tooMany({ ostiary }: House, { page }: Visitor): Promise<void> {
  await page.setExtraHTTPHeaders({ "CF-Connecting-IP": "198.51.100.99" });
  let answer = await page.goto(`${ostiary.url}/login`);
  while (answer?.status() !== 429) answer = await page.goto(`${ostiary.url}/login`);
  await page.setExtraHTTPHeaders({});
}

async function unavailable(house: House, visitor: Visitor): Promise<void> {
  await house.ostiary.faults({ binding: "DB", mode: "fail" });
  await ask(house, visitor);
  await house.ostiary.faults();
}
