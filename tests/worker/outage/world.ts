/** A server in use, at which the matrix prepares its requests: alice is signed in, and clients are made on demand. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { Client, type Tokens, tokensOf } from "../support/client.ts";
import { codeFor, signedIn } from "../support/flow.ts";
import type { Ostiary, Prepared } from "../support/ostiary.ts";
import { type Page, Person } from "../support/person.ts";

const REDIRECT_URI = "https://app.example/callback";
/** A tool that everybody has on. */
export const TOOL = "search";
export const TOOL_SCOPES = "read:tools call:tools manage:tools";
export const LOGO = "https://logo.example/logo";

export class World {
  readonly server: Ostiary;
  readonly alice: Person;

  private constructor(server: Ostiary, alice: Person) {
    this.server = server;
    this.alice = alice;
  }

  static async at(server: Ostiary): Promise<World> {
    const world = new World(server, await signedIn(server));
    await world.made("tools", toolNamed(TOOL));
    await world.made("tool-groups", { name: "all", tools: [TOOL] });
    const database = await server.database("DB");
    await database
      .prepare("INSERT INTO user_tools SELECT users.id, tools.id, 1 FROM users, tools")
      .run();
    return world;
  }

  /** A client that no isolate knows yet. With `asks` alice must consent, otherwise she is not asked. */
  async client(
    kind: { public?: boolean; asks?: boolean; tools?: boolean; scope?: string } = {},
  ): Promise<Client> {
    const body = {
      client_name: "App",
      public: kind.public ?? false,
      redirect_uris: [REDIRECT_URI],
      grant_types: [
        "authorization_code",
        "refresh_token",
        ...(kind.public ? [] : ["client_credentials"]),
      ],
      scope: kind.scope ?? (kind.tools ? TOOL_SCOPES : "read:tools"),
      first_party: !kind.asks,
      consent_policy: kind.asks ? "once" : "skip",
      logo_uri: LOGO,
    };
    const { client_id, client_secret } = await this.made("clients", body);
    return new Client(String(client_id), REDIRECT_URI, client_secret as string | undefined);
  }

  /** The first tokens of a new grant. */
  async tokens(client: Client, scope?: string): Promise<Tokens> {
    return tokensOf(await client.redeem(this.server, await codeFor(this.alice, client, scope)));
  }

  /** A token that the client has for itself. */
  async ownToken(client: Client): Promise<string> {
    return (await tokensOf(await this.server.send(ownTokenRequest(client)))).access_token;
  }

  /** A consent page for alice. */
  async consentPage(): Promise<Page> {
    const client = await this.client({ asks: true });
    const page = await this.alice.get(client.request().path);
    assert.match(page.html, /id="consent-form"/);
    return page;
  }

  /** Makes something by the admin API, and answers what the API shows of it. */
  async made(path: string, body: unknown): Promise<Record<string, unknown>> {
    const answer = await this.server.send(this.admin("POST", path, body));
    const text = await answer.text();
    assert.equal(answer.status, 201, text);
    return JSON.parse(text) as Record<string, unknown>;
  }

  /** A request of the administrator's. */
  admin(method: string, path: string, body?: unknown): Prepared {
    const headers = {
      "X-Admin-Token": this.server.adminToken,
      "Content-Type": "application/json",
    };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    return { path: `/admin/api/${path}`, init };
  }

  /** Somebody at an address of their own, whom the rate limit has never seen. */
  stranger(): Person {
    return new Person(this.server, `10.${[...randomBytes(3)].join(".")}`);
  }
}

/** A tool that asks `https://tools.example/<name>`. */
export function toolNamed(name: string) {
  return { name, request: { method: "GET", url: `https://tools.example/${name}` } };
}

export function newName(): string {
  return `new-${randomBytes(6).toString("hex")}`;
}

export function ownTokenRequest(client: Client): Prepared {
  return client.prepare("/oauth/token", { grant_type: "client_credentials" });
}
