/** An app's hold on one grant: what it was given, and what must be true of it. */
import assert from "node:assert/strict";
import {
  type Client,
  claimsOf,
  lineageOf,
  refused,
  type Tokens,
  tokensOf,
} from "../../worker/support/client.ts";
import type { Server } from "../../worker/support/ostiary.ts";

/** Access tokens live a minute in the soak; one this old is not said to be alive any more. */
const SURELY_ALIVE_MS = 40_000;

export class Chain {
  readonly client: Client;
  readonly #server: Server;
  readonly #resourceServer: Client;
  #held: Tokens;
  #before: Tokens | undefined;
  #issuedAt = Date.now();

  constructor(server: Server, resourceServer: Client, client: Client, tokens: Tokens) {
    this.#server = server;
    this.#resourceServer = resourceServer;
    this.client = client;
    this.#held = tokens;
  }

  get held(): Tokens {
    return this.#held;
  }

  /** What the app was told of the person, where it asked who they are. */
  get idToken(): string {
    const { id_token } = this.#held as Tokens & { id_token?: string };
    assert.ok(id_token, "an ID token");
    return id_token;
  }

  /** The next link, and no other: the same grant, one generation on. */
  async refresh(): Promise<void> {
    this.#next(await tokensOf(await this.#send(this.#held.refresh_token)));
  }

  /** So many refreshes at once are one successor. */
  async refreshAtOnce(times: number): Promise<void> {
    const token = this.#held.refresh_token;
    const answers = await Promise.all(Array.from({ length: times }, () => this.#send(token)));
    const [first, ...others] = await Promise.all(answers.map(tokensOf));
    assert.ok(first);
    for (const other of others) {
      assert.equal(other.refresh_token, first.refresh_token, "one successor");
      assert.deepEqual(claimsOf(other.access_token), claimsOf(first.access_token));
    }
    this.#next(first);
  }

  /** A refresh whose answer was lost, repeated: the very same successor. */
  async retry(): Promise<void> {
    await this.refresh();
    assert.ok(this.#before);
    const again = await tokensOf(await this.#send(this.#before.refresh_token));
    assert.equal(again.refresh_token, this.#held.refresh_token, "the same successor");
  }

  /** What it holds is good: at introspection and at our own resource alike. */
  async isAlive(): Promise<void> {
    if (Date.now() - this.#issuedAt > SURELY_ALIVE_MS) await this.refresh();
    assert.equal(await this.#isActive(this.#held), true, "the access token lives");
    assert.equal(await this.#bearer(this.#held), 200, "the access token opens our resource");
  }

  /** Takes the access token back: it dies alone. */
  async revokeAccess(): Promise<void> {
    assert.equal((await this.client.revoke(this.#server, this.#held.access_token)).status, 200);
    assert.equal(await this.#isActive(this.#held), false, "a revoked access token lives");
    assert.equal(await this.#bearer(this.#held), 401, "a revoked access token is admitted");
    await this.refresh();
    await this.isAlive();
  }

  /** Takes the refresh token back: everything dies. */
  async revoke(): Promise<void> {
    assert.equal((await this.client.revoke(this.#server, this.#held.refresh_token)).status, 200);
    await this.hasEnded();
  }

  /** A thief comes with an old refresh token: everything dies. */
  async replay(): Promise<void> {
    const stolen = this.#held.refresh_token;
    await this.refresh();
    await this.refresh();
    await refused(await this.#send(stolen), "invalid_grant");
    await this.hasEnded();
  }

  /** Nothing of it is good any more. */
  async hasEnded(): Promise<void> {
    await refused(await this.#send(this.#held.refresh_token), "invalid_grant");
    for (const tokens of [this.#held, this.#before ?? this.#held]) {
      assert.equal(await this.#isActive(tokens), false, "an access token of an ended grant lives");
      assert.equal(await this.#bearer(tokens), 401, "an ended grant's token is admitted");
    }
  }

  #next(tokens: Tokens): void {
    const [was, is] = [this.#held, tokens].map(({ access_token }) => lineageOf(access_token));
    assert.equal(is?.grant, was?.grant);
    assert.equal(is?.generation, Number(was?.generation) + 1, "the next link of the chain");
    this.#before = this.#held;
    this.#held = tokens;
    this.#issuedAt = Date.now();
  }

  #send(refreshToken: string): Promise<Response> {
    return this.client.refresh(this.#server, refreshToken);
  }

  #isActive({ access_token }: Tokens): Promise<boolean> {
    return this.#resourceServer.isActive(this.#server, access_token);
  }

  async #bearer({ access_token }: Tokens): Promise<number> {
    const headers = { Authorization: `Bearer ${access_token}` };
    return (await this.#server.fetch("/api/oauth/clients/me", { headers })).status;
  }
}
