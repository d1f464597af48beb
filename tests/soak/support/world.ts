/** Everybody and everything that the load plays with. */
import assert from "node:assert/strict";
import { Client, type Code, demoServer, demoWeb, tokensOf } from "../../worker/support/client.ts";
import { Person } from "../../worker/support/person.ts";
import { Chain } from "./chain.ts";
import { type Elsewhere, PROVIDER, REDIRECT_URI, TOLD_AT } from "./elsewhere.ts";
import { Lounge } from "./lounge.ts";
import type { Meter } from "./meter.ts";

/** A client that people let in. */
export interface App {
  client: Client;
  /** Whether a yes is remembered. */
  remembers: boolean;
  /** What it asks for, where that is not the least. */
  scope?: string;
}

/** Somebody with an account and an address of their own. Who is borrowed does one thing at a time. */
export interface Account {
  name: string;
  password: string;
  address: string;
  /** Signed in from there before, so that strangers' guesses don't hold them up. */
  known: boolean;
  /** They can sign in by an account elsewhere. */
  isLinked?: boolean;
}

const PEOPLE = 24;
const AGENT_SCOPES =
  "offline_access read:tools call:tools manage:tools agent:connect connections:token";
/** Where people are after they signed out. */
export const AFTERWARDS = "https://app.example/goodbye";

export class World {
  readonly server: Meter;
  readonly adminToken: string;
  readonly elsewhere: Elsewhere;
  readonly apps: App[] = [];
  /** A client that wants to know who is there, and is told when they go. */
  portal!: App;
  /** A client that calls tools and asks for accounts elsewhere. */
  agent!: App;
  /** A client without refresh tokens: its grants end with their access token. */
  brief!: App;
  readonly accounts: Account[] = [];
  readonly #free: Account[] = [];
  /** Grants and WebSockets that are left alone for a while. */
  readonly lounge = new Lounge();
  /** Rows that are made for good, by table, each by whatever there is one of. */
  readonly #kept: Record<string, Set<string>> = {};
  /** Counters as `/metrics` showed them last. */
  readonly counted = new Map<string, number>();
  #names = 0;
  /** How many of them there were before the load. */
  #before: Record<string, number> = {};

  constructor(server: Meter, adminToken: string, elsewhere: Elsewhere) {
    this.server = server;
    this.adminToken = adminToken;
    this.elsewhere = elsewhere;
  }

  /** Rows that the load made and that stay, by table. */
  get made(): Record<string, number> {
    const since = ([table, { size }]: [string, Set<string>]) =>
      [table, size - (this.#before[table] ?? 0)] as const;
    return Object.fromEntries(Object.entries(this.#kept).map(since));
  }

  /** There is a row in this table for good, one for each `row`. */
  keeps(table: string, row: string): void {
    this.#kept[table] ??= new Set();
    this.#kept[table].add(row);
  }

  /** People, clients, and what is elsewhere, before the load. */
  async prepare(): Promise<void> {
    // The signing keys are written down by whoever first asks for them.
    assert.equal((await this.server.fetch("/.well-known/jwks.json")).status, 200);
    await this.#makeElsewhere();
    for (let n = 0; n < PEOPLE; n += 1)
      this.accounts.push(await this.makeAccount(`person-${n}`, `100.65.${n}.7`));
    this.#free.push(...this.accounts);
    await this.#makeApps();
    this.#before = this.made;
  }

  async #makeApps(): Promise<void> {
    const make = async (id: string, more: Record<string, unknown>) =>
      this.makeClient({
        client_id: id,
        client_name: id,
        redirect_uris: [REDIRECT_URI],
        ...more,
      });
    this.apps.push({ client: demoServer, remembers: true });
    this.apps.push({ client: demoWeb, remembers: false }); // on the person's own device
    this.apps.push({ client: await make("spa", { public: true }), remembers: true });
    const careful = await make("careful", { consent_policy: "always" });
    this.apps.push({ client: careful, remembers: false });
    const brief = await make("brief", { grant_types: ["authorization_code"] });
    this.brief = { client: brief, remembers: true };
    const told = { backchannel_logout_uri: TOLD_AT, post_logout_redirect_uris: [AFTERWARDS] };
    const scope = "openid profile";
    this.portal = { client: await make("portal", { scope, ...told }), remembers: true, scope };
    const agent = await make("agent", { scope: AGENT_SCOPES });
    this.agent = { client: agent, remembers: true, scope: AGENT_SCOPES };
  }

  /** The provider, by which people sign in, too, and two tools, one of which needs an account there. */
  async #makeElsewhere(): Promise<void> {
    await this.admin("POST", "/providers", {
      id: "mail",
      kind: "oauth",
      client_id: "us",
      client_secret: "a-secret-of-ours-there",
      scopes: "mail:read",
      authorization_endpoint: `${PROVIDER}/authorize`,
      token_endpoint: `${PROVIDER}/token`,
      userinfo_endpoint: `${PROVIDER}/me`,
      revocation_endpoint: `${PROVIDER}/revoke`,
      sign_in: true,
    });
    for (const name of ["search", "mail"])
      await this.admin("POST", "/tools", {
        name,
        request: { method: "GET", url: `https://tools.example/${name}` },
        ...(name === "mail" && {
          authentication: { connection: { provider: "mail", scopes: "mail:read" } },
        }),
        default_enabled: true,
      });
  }

  /** Somebody whom nobody else is playing. */
  async borrow<T>(play: (account: Account) => Promise<T>): Promise<T> {
    const account = this.#free.shift();
    assert.ok(account, "there are more people than stories at the same time");
    try {
      return await play(account);
    } finally {
      this.#free.push(account);
    }
  }

  async signedIn(account: Account): Promise<Person> {
    const person = new Person(this.server, account.address);
    const page = await person.signIn(account.name, account.password);
    assert.equal(page.location, "/account", `${account.name} cannot sign in: ${page.status}`);
    account.known = true;
    return person;
  }

  /** A code from somebody who says yes. */
  async codeFor(person: Person, account: Account, app: App): Promise<Code> {
    const request = app.client.request(app.scope);
    const answer = await person.approve(request.path);
    if (app.remembers) this.keeps("consents", `${account.name} ${app.client.id}`);
    return app.client.codeOf(answer, request);
  }

  async redeem(app: App, code: Code): Promise<Chain> {
    const tokens = await tokensOf(await app.client.redeem(this.server, code));
    return new Chain(this.server, demoServer, app.client, tokens);
  }

  /** A name that nobody had before. */
  newName(kind: string): string {
    this.#names += 1;
    return `${kind}-${this.#names}`;
  }

  async makeAccount(name: string, address: string): Promise<Account & { id: string }> {
    const password = `password of ${name}`;
    const made = await this.admin("POST", "/users", { name, password });
    this.keeps("users", name);
    this.keeps("clients", `of ${name}`);
    this.keeps("user_tools", `search of ${name}`);
    this.keeps("user_tools", `mail of ${name}`);
    return { id: String(made.id), name, password, address, known: false };
  }

  async makeClient(settings: Record<string, unknown>): Promise<Client> {
    const made = await this.admin("POST", "/clients", { scope: "read:tools", ...settings });
    this.keeps("clients", String(made.client_id));
    const [redirectUri] = made.redirect_uris as string[];
    const secret = made.client_secret as string | undefined;
    return new Client(String(made.client_id), redirectUri ?? "", secret);
  }

  /** Something that an administrator does, which must go well. */
  async admin(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const headers = { "X-Admin-Token": this.adminToken, "Content-Type": "application/json" };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const answer = await this.server.fetch(`/admin/api${path}`, init);
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
  }
}
