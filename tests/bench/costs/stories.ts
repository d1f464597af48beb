/** What people and programs do, each a story whose use is counted. */
import assert from "node:assert/strict";
import { Client, demoServer, type Tokens, tokensOf } from "../../worker/support/client.ts";
import { signedIn, startSeeded, tokensFor } from "../../worker/support/flow.ts";
import type { Ostiary } from "../../worker/support/ostiary.ts";
import { type Page, Person } from "../../worker/support/person.ts";
import { UsageMeter } from "./meter.ts";
import { each, plus, type Usage } from "./prices.ts";

export interface Story {
  name: string;
  usage: Usage;
}

const CROWD = 100;
const SIGN_IN = "sign-in with password, code";
/** A sign-in and all that follows from it. */
export const WHOLE_SIGN_IN = `${SIGN_IN}, with its end`;
export const REFRESH_OF_MANY = "refresh, of many";
const END = "the end of a sign-in's session and grant";
const CLEAN_UP = "clean-up with nothing to do";
/** These happen by themselves. */
export const BY_THEMSELVES = [END, CLEAN_UP];
const LIFETIMES_SECONDS = 400 * 86_400;

/** All of them; a minute or two. */
export async function tell(): Promise<Story[]> {
  await using ostiary = await startSeeded({ faults: true });
  const scene = new Scene(ostiary);
  await scene.warmUp();
  await scene.signIns();
  await scene.tokens();
  await scene.others();
  const end = await theEnd();
  return [...scene.stories, end, together(scene.stories, end)];
}

class Scene {
  readonly stories: Story[] = [];
  readonly #ostiary: Ostiary;
  readonly #meter: UsageMeter;

  constructor(ostiary: Ostiary) {
    this.#ostiary = ostiary;
    this.#meter = new UsageMeter(ostiary);
  }

  /** An isolate's first requests fill its caches, and write what only its first may: no part of a story. */
  async warmUp(): Promise<void> {
    const alice = await signedIn(this.#ostiary);
    const { refresh_token, access_token } = await tokensFor(this.#ostiary, alice, demoServer);
    await tokensOf(await demoServer.refresh(this.#ostiary, refresh_token));
    await demoServer.introspect(this.#ostiary, access_token);
    await demoServer.ownToken(this.#ostiary);
  }

  async signIns(): Promise<void> {
    const app = await this.#app();
    await this.#tell("sign-in with password and consent, code", async () => {
      await this.#signInFor(app, true);
    });
    await this.#tell(SIGN_IN, () => this.#signInFor(app, false));
    const alice = await signedIn(this.#ostiary);
    await this.#tell("single sign-on, code", () => tokensFor(this.#ostiary, alice, app));
    await this.#tell("wrong password", async () => {
      const page = await new Person(this.#ostiary, "198.51.100.9").signIn("alice", "wrong");
      assert.match(page.html, /name or password is not right/);
    });
  }

  async tokens(): Promise<void> {
    const alice = await signedIn(this.#ostiary);
    let { refresh_token } = await tokensFor(this.#ostiary, alice, demoServer);
    await this.#tell("refresh", async () => {
      ({ refresh_token } = await tokensOf(await demoServer.refresh(this.#ostiary, refresh_token)));
    });
    const chains: Tokens[] = [];
    for (let n = 0; n < CROWD; n += 1)
      chains.push(await tokensFor(this.#ostiary, alice, demoServer));
    await this.#crowd(REFRESH_OF_MANY, (n) =>
      demoServer.refresh(this.#ostiary, chains[n]?.refresh_token ?? "").then(tokensOf),
    );
    await this.#tell("client_credentials", () => demoServer.ownToken(this.#ostiary));
    await this.#crowd("client_credentials, of many", () => demoServer.ownToken(this.#ostiary));
    const { access_token } = chains[0] ?? assert.fail();
    const introspect = () => demoServer.isActive(this.#ostiary, access_token);
    await this.#tell("introspection", introspect);
    await this.#crowd("introspection, of many", introspect);
  }

  async others(): Promise<void> {
    const alice = await signedIn(this.#ostiary);
    const { access_token } = await tokensFor(this.#ostiary, alice, demoServer);
    const headers = { Authorization: `Bearer ${access_token}` };
    await this.#tell("protected call", () => this.#get("/api/oauth/clients/me", { headers }));
    await this.#tell("JWKS or metadata", () => this.#get("/.well-known/jwks.json"));
    await this.#tell(CLEAN_UP, () => this.#ostiary.cron());
  }

  /** A person new to the browser who follows the link of an app. */
  async #signInFor(app: Client, consents: boolean): Promise<void> {
    const person = new Person(this.#ostiary);
    const request = app.request();
    const login = await person.get(request.path);
    const fields = { username: "alice", password: "alice", action: "sign_in" };
    let back = await person.submit(login, fields);
    assert.equal(back.status, 303, back.html);
    if (!back.location.startsWith(app.redirectUri)) back = await person.get(back.location);
    if (consents) back = await person.submit(back, { action: "approve" });
    await this.#redeem(app, back, request);
  }

  async #redeem(app: Client, back: Page, request: ReturnType<Client["request"]>): Promise<void> {
    assert.ok(back.location.startsWith(app.redirectUri), `${back.location} ${back.html}`);
    const code = app.codeOf(new URL(back.location), request);
    await tokensOf(await app.redeem(this.#ostiary, code));
  }

  /** A client whose consent page alice has not seen yet. */
  async #app(): Promise<Client> {
    const { adminToken } = this.#ostiary;
    const headers = { "X-Admin-Token": adminToken, "Content-Type": "application/json" };
    const redirect = "https://costs.example/callback";
    const body = JSON.stringify({ client_name: "App", redirect_uris: [redirect] });
    const made = await this.#ostiary.fetch("/admin/api/clients", { method: "POST", headers, body });
    const text = await made.text();
    assert.equal(made.status, 201, text);
    const { client_id, client_secret } = JSON.parse(text) as Record<string, string>;
    return new Client(client_id ?? "", redirect, client_secret);
  }

  async #get(path: string, init: RequestInit = {}): Promise<void> {
    const answer = await this.#ostiary.fetch(path, init);
    assert.equal(answer.status, 200, await answer.text());
  }

  async #tell(name: string, act: () => Promise<unknown>): Promise<void> {
    this.stories.push({ name, usage: await this.#meter.measure(1, act) });
  }

  /** So many at once, as on a server in use: what is only counted shares a message. */
  async #crowd(name: string, act: (n: number) => Promise<unknown>): Promise<void> {
    const all = () => Promise.all(Array.from({ length: CROWD }, (_, n) => act(n)));
    this.stories.push({ name, usage: await this.#meter.measure(CROWD, all) });
  }
}

/** What a sign-in leaves behind, a session and a grant, is removed once both are over. */
async function theEnd(): Promise<Story> {
  await using ostiary = await startSeeded({ faults: true });
  for (let n = 0; n < CROWD; n += 1) {
    // Each from an address of their own, else the server has them wait.
    const person = new Person(ostiary, `198.18.0.${n}`);
    assert.equal((await person.signIn("alice")).location, "/account");
    await tokensFor(ostiary, person, demoServer);
  }
  await ostiary.advance(LIFETIMES_SECONDS);
  const usage = await new UsageMeter(ostiary).measure(CROWD, () => ostiary.cron());
  const left = await (await ostiary.database("DB"))
    .prepare("SELECT (SELECT COUNT(*) FROM sessions) + (SELECT COUNT(*) FROM grants) AS left_over")
    .first("left_over");
  assert.equal(left, 0, "what is over is removed");
  return { name: END, usage: withAlarms(usage) };
}

/** A sign-in, all told. */
function together(stories: Story[], end: Story): Story {
  const begin = stories.find(({ name }) => name === SIGN_IN) ?? assert.fail();
  return { name: WHOLE_SIGN_IN, usage: plus(begin.usage, end.usage) };
}

/** An object's alarms go by the real time, so they are told from its code: over, and then gone. */
function withAlarms(usage: Usage): Usage {
  const alarms: Partial<Usage> = {
    objectRequests: 2,
    objectRead: 2,
    objectWritten: 4,
    objectGbSeconds: 2 * 0.01 * 0.128,
    logEvents: 2,
  };
  return plus(
    usage,
    each((name) => alarms[name] ?? 0),
  );
}
