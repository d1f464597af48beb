/** Everybody and everything that the load plays with. */
import assert from "node:assert/strict";
import { Client, type Code, demoServer, demoWeb, tokensOf } from "../../worker/support/client.ts";
import { Person } from "../../worker/support/person.ts";
import { Chain } from "./chain.ts";
import type { Meter } from "./meter.ts";

/** A client that people let in. */
export interface App {
  client: Client;
  /** Whether a yes is remembered. */
  remembers: boolean;
}

/** Somebody with an account and an address of their own. Who is borrowed does one thing at a time. */
export interface Account {
  name: string;
  password: string;
  address: string;
  /** Signed in from there before, so that strangers' guesses don't hold them up. */
  known: boolean;
}

const PEOPLE = 24;
/** Grants that are left alone for a while before they are used again. */
const LOUNGE = 30;

export class World {
  readonly server: Meter;
  readonly #adminToken: string;
  readonly apps: App[] = [];
  /** A client without refresh tokens: its grants end with their access token. */
  brief!: App;
  readonly accounts: Account[] = [];
  readonly #free: Account[] = [];
  /** Live grants, the one left alone longest first. */
  readonly lounge: Chain[] = [];
  readonly #consents = new Set<string>();
  #names = 0;
  readonly #made: Record<string, number> = { users: 0, clients: 0 };

  constructor(server: Meter, adminToken: string) {
    this.server = server;
    this.#adminToken = adminToken;
  }

  /** Rows that the load made and that stay, by table. */
  get made(): Record<string, number> {
    return { ...this.#made, consents: this.#consents.size };
  }

  /** People and clients, before the load. */
  async prepare(): Promise<void> {
    for (let n = 0; n < PEOPLE; n += 1)
      this.accounts.push(await this.makeAccount(`person-${n}`, `192.0.2.${n + 1}`));
    this.#free.push(...this.accounts);
    this.apps.push({ client: demoServer, remembers: true });
    this.apps.push({ client: demoWeb, remembers: false }); // on the person's own device
    const uri = "https://app.example/callback";
    const spa = { client_id: "spa", client_name: "SPA", public: true, redirect_uris: [uri] };
    this.apps.push({ client: await this.makeClient(spa), remembers: true });
    const careful = { client_id: "careful", client_name: "Careful", redirect_uris: [uri] };
    const always = { ...careful, consent_policy: "always" };
    this.apps.push({ client: await this.makeClient(always), remembers: false });
    const brief = { client_id: "brief", client_name: "Brief", redirect_uris: [uri] };
    const withoutRefresh = { ...brief, grant_types: ["authorization_code"] };
    this.brief = { client: await this.makeClient(withoutRefresh), remembers: true };
    this.#made.users = 0;
    this.#made.clients = 0;
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
    const request = app.client.request();
    const answer = await person.approve(request.path);
    if (app.remembers) this.#consents.add(`${account.name} ${app.client.id}`);
    return app.client.codeOf(answer, request);
  }

  async redeem(app: App, code: Code): Promise<Chain> {
    const tokens = await tokensOf(await app.client.redeem(this.server, code));
    return new Chain(this.server, demoServer, app.client, tokens);
  }

  /** Leaves a live grant alone; what was left alone longest comes back when there are too many. */
  leave(chain: Chain): Chain | undefined {
    this.lounge.push(chain);
    return this.lounge.length > LOUNGE ? this.lounge.shift() : undefined;
  }

  /** A name that nobody had before. */
  newName(kind: string): string {
    this.#names += 1;
    return `${kind}-${this.#names}`;
  }

  async makeAccount(name: string, address: string): Promise<Account & { id: string }> {
    const password = `password of ${name}`;
    const made = await this.admin("POST", "/users", { name, password });
    this.#made.users = (this.#made.users ?? 0) + 1;
    this.#made.clients = (this.#made.clients ?? 0) + 1;
    return { id: String(made.id), name, password, address, known: false };
  }

  async makeClient(settings: Record<string, unknown>): Promise<Client> {
    const made = await this.admin("POST", "/clients", { scope: "read:tools", ...settings });
    this.#made.clients = (this.#made.clients ?? 0) + 1;
    const [redirectUri] = made.redirect_uris as string[];
    const secret = made.client_secret as string | undefined;
    return new Client(String(made.client_id), redirectUri ?? "", secret);
  }

  /** Something that an administrator does, which must go well. */
  async admin(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const headers = { "X-Admin-Token": this.#adminToken, "Content-Type": "application/json" };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const answer = await this.server.fetch(`/admin/api${path}`, init);
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  }
}
