/** The story that every client library goes through, each with clients of its own. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type House, openHouse } from "../../browser/support/house.ts";
import { ALGORITHMS, type Algorithm, ClientKey } from "../../worker/support/assertion.ts";
import { demoServer } from "../../worker/support/client.ts";
import { Alice, REDIRECT_URI, SIGNED_OUT_URI } from "./alice.ts";
import { type Library, Refused, type Setup, type Tokens } from "./library.ts";
import type { RelyingPartySetup } from "./relying_party.ts";

/** Starts a library as this client. */
export type Start = (setup: Setup) => Promise<Library>;

export type Kind = "public" | "confidential";

/** A server with its people, and clients to play. */
export class Stage {
  readonly house: House;

  private constructor(house: House) {
    this.house = house;
  }

  static async open(): Promise<Stage> {
    const stage = new Stage(await openHouse());
    after(() => stage.house.close());
    return stage;
  }

  /** A new client; each sign-in of it asks the person, since the tests also say no. */
  client(kind: Kind): Promise<Setup> {
    return this.#register(kind, { scope: "read:tools call:tools" });
  }

  /** A new client that has a key, and no secret. */
  async signer(algorithm: Algorithm): Promise<Setup> {
    const clientKey = new ClientKey(algorithm, `a key for ${algorithm}`);
    const setup = await this.#register("confidential", {
      scope: "read:tools call:tools",
      token_endpoint_auth_method: "private_key_jwt",
      jwks: { keys: [clientKey.jwk] },
    });
    return { ...setup, clientKey };
  }

  /** A new client that people sign in to; `more`: other settings of it. */
  async relyingParty(
    kind: Kind,
    { idTokenAlg, userinfoAlg }: Pick<RelyingPartySetup, "idTokenAlg" | "userinfoAlg">,
    more: Record<string, unknown> = {},
  ): Promise<RelyingPartySetup> {
    const setup = await this.#register(kind, {
      scope: "openid profile email address phone offline_access",
      id_token_signed_response_alg: idTokenAlg,
      userinfo_signed_response_alg: userinfoAlg ?? "",
      post_logout_redirect_uris: [SIGNED_OUT_URI],
      ...more,
    });
    const signedOutUri = SIGNED_OUT_URI;
    return { ...setup, idTokenAlg, ...(userinfoAlg && { userinfoAlg }), signedOutUri };
  }

  async #register(kind: Kind, settings: Record<string, unknown>): Promise<Setup> {
    const { ostiary } = this.house;
    const grants = ["authorization_code", "refresh_token"];
    const made = await this.house.newClient({
      client_name: "A client of others",
      public: kind === "public",
      redirect_uris: [REDIRECT_URI],
      grant_types: kind === "public" ? grants : [...grants, "client_credentials"],
      consent_policy: "always",
      ...settings,
    });
    return {
      issuer: ostiary.url,
      redirectUri: REDIRECT_URI,
      clientId: made.id,
      ...(made.secret && { clientSecret: made.secret }),
    };
  }

  /** What the server knows a person by. */
  async userId(name: string): Promise<string> {
    const users = await this.house.ostiary.database("DB");
    const id = await users.prepare("SELECT id FROM users WHERE name = ?").bind(name).first("id");
    assert.ok(typeof id === "string");
    return id;
  }

  /** Asked by a resource server, so that no library is judge in its own cause. */
  isActive({ access_token }: Tokens): Promise<boolean> {
    return demoServer.isActive(this.house.ostiary, access_token);
  }
}

/** Checks that the library shows our error with our description. */
export async function isRefused(
  promise: Promise<unknown>,
  error: string,
  description: string,
): Promise<void> {
  await assert.rejects(promise, (thrown) => {
    assert.ok(thrown instanceof Refused, String(thrown));
    assert.deepEqual([thrown.error, thrown.description], [error, description]);
    return true;
  });
}

/** The tests of one library. `can`: what it has of introspection and client credentials. */
export function tellStory(stage: Stage, name: string, start: Start, can: Ability[]): void {
  for (const kind of ["confidential", "public"] as const)
    test(`${name} as a ${kind} client: sign-in, code, call, refresh, revocation`, async () => {
      await using actor = await Actor.enter(stage, start, await stage.client(kind));
      await walk(stage, actor);
    });
  test(`${name} shows access_denied when the person says no`, async () => {
    await using actor = await Actor.enter(stage, start, await stage.client("confidential"));
    await isRefused(
      actor.signIn("read:tools", "deny"),
      "access_denied",
      "the resource owner denied the request",
    );
  });
  test(`${name} shows invalid_grant when a code comes again`, async () => {
    await using actor = await Actor.enter(stage, start, await stage.client("confidential"));
    const callback = await actor.alice.answer(await actor.library.authorize("read:tools"));
    await actor.library.redeem(callback);
    const again = actor.library.redeem(callback);
    await isRefused(again, "invalid_grant", "the code was used already");
  });
  test(`${name} shows invalid_client when its secret is wrong`, async () => {
    const setup = { ...(await stage.client("confidential")), clientSecret: "wrong" };
    await using actor = await Actor.enter(stage, start, setup);
    await isRefused(actor.signIn("read:tools"), "invalid_client", "client authentication failed");
  });
  if (can.includes("introspection")) test(`${name} introspects`, () => introspect(stage, start));
  if (can.includes("client credentials"))
    test(`${name} gets a token for itself by client credentials`, () => own(stage, start));
  if (can.includes("keys")) tellOfKeys(stage, name, start);
}

export type Ability = "introspection" | "client credentials" | "keys";

/** The same for a library that proves its client by a key of its own (private_key_jwt). */
function tellOfKeys(stage: Stage, name: string, start: Start): void {
  for (const algorithm of ALGORITHMS)
    test(`${name} as a client with an ${algorithm} key: sign-in, code, call, refresh, introspection, revocation`, async () => {
      await using actor = await Actor.enter(stage, start, await stage.signer(algorithm));
      const { scope } = await actor.signIn("read:tools");
      assert.equal(scope, "read:tools");
      assert.equal((await actor.library.introspect?.())?.active, true);
      await walk(stage, actor);
    });
  test(`${name} shows invalid_client when its key is another`, async () => {
    const setup = { ...(await stage.signer("ES256")), clientKey: new ClientKey("ES256") };
    await using actor = await Actor.enter(stage, start, setup);
    await isRefused(
      actor.signIn("read:tools"),
      "invalid_client",
      "client authentication failed: the client assertion is not signed by a key of a client that is registered for " +
        "private_key_jwt",
    );
  });
}

/** A library, and the person who uses its app. */
class Actor {
  readonly library: Library;
  readonly alice: Alice;

  private constructor(library: Library, alice: Alice) {
    this.library = library;
    this.alice = alice;
  }

  static async enter(stage: Stage, start: Start, setup: Setup): Promise<Actor> {
    const alice = await Alice.arrive(stage.house);
    return new Actor(await start(setup), alice);
  }

  async signIn(scope: string, button: "approve" | "deny" = "approve"): Promise<Tokens> {
    const callback = await this.alice.answer(await this.library.authorize(scope), button);
    return this.library.redeem(callback);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.library.stop?.();
    await this.alice[Symbol.asyncDispose]();
  }
}

async function walk(stage: Stage, actor: Actor): Promise<void> {
  const { library } = actor;
  const first = await actor.signIn("read:tools call:tools");
  assert.equal(first.scope, "read:tools call:tools");
  assert.ok(await stage.isActive(first));
  await isAlice(library);

  // Twice, so that the second time it must have kept what it was given the first time.
  const second = await library.refresh();
  const third = await library.refresh();
  const all = [first, second, third];
  assert.equal(new Set(all.map((tokens) => tokens.refresh_token)).size, 3, "each is used once");
  assert.ok(all.every((tokens) => tokens.refresh_token));
  assert.equal(new Set(all.map((tokens) => tokens.access_token)).size, 3);
  assert.ok(await stage.isActive(third));
  await isAlice(library);

  await library.revoke();
  for (const tokens of all) assert.equal(await stage.isActive(tokens), false);
  assert.equal((await library.call()).status, 401);
  await isRefused(library.refresh(), "invalid_grant", "the grant has ended");
}

async function isAlice(library: Library): Promise<void> {
  const { status, body } = await library.call();
  assert.equal(status, 200, body);
  const clients = JSON.parse(body) as { client_name: string }[];
  assert.deepEqual(
    clients.map((client) => client.client_name),
    ["alice OAuth Client"],
  );
}

async function introspect(stage: Stage, start: Start): Promise<void> {
  const setup = await stage.client("confidential");
  await using actor = await Actor.enter(stage, start, setup);
  await actor.signIn("read:tools");
  assert.ok(actor.library.introspect);
  const seen = await actor.library.introspect();
  const { active, username, scope, client_id, iss } = seen;
  assert.deepEqual(
    { active, username, scope, client_id, iss },
    {
      active: true,
      username: "alice",
      scope: "read:tools",
      client_id: setup.clientId,
      iss: setup.issuer,
    },
  );
  await actor.library.revoke();
  assert.equal((await actor.library.introspect()).active, false);
}

async function own(stage: Stage, start: Start): Promise<void> {
  await using actor = await Actor.enter(stage, start, await stage.client("confidential"));
  assert.ok(actor.library.clientCredentials);
  const tokens = await actor.library.clientCredentials("call:tools");
  assert.equal(tokens.scope, "call:tools");
  assert.ok(!tokens.refresh_token);
  assert.ok(await stage.isActive(tokens));
  await isRefused(
    actor.library.clientCredentials("admin"),
    "invalid_scope",
    "the client may not have the scope admin",
  );
}
