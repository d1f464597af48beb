/**
 * Hosts that strangers name, and that we ask: for a client's metadata document, its keys, its logo. What they answer may cost
 * us little and may get nobody anything.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { asserting, ClientKey } from "./support/assertion.ts";
import { type Client, refused } from "./support/client.ts";
import { newPerson, startSeeded } from "./support/flow.ts";
import { ELSEWHERE, type Good, HOSTILE, packed, SLOW } from "./support/hostile.ts";
import { describe, documentOf, isShown, type Registration, register } from "./support/newcomers.ts";
import { Web } from "./support/web.ts";

const REDIRECT_URI = "https://app.example/callback";
const JSON_TYPE = "application/json";
const GIF = Buffer.from("R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==", "base64");
/** Addresses that are nobody's business, as they may be written. */
const PRIVATE = [
  "10.0.0.1",
  "0xa.0.0.1",
  "012.0.0.1",
  "167772161",
  "10.1",
  "172.16.0.1",
  "192.168.1",
  "169.254.169.254",
  "2852039166",
  "0xA9FEA9FE",
  "[::ffff:a9fe:a9fe]",
  "[::ffff:10.0.0.1]",
  "[fd00:ec2::254]",
  "[fe80::1]",
  "100.64.0.1",
  "0.0.0.0",
  "127.0.0.2",
  "metadata.google.internal",
  "printer.local.",
  "app.localhost",
  "10.0.0.1.",
];

const web = new Web();
const ostiary = await startSeeded({ outbound: web.outbound });
after(() => ostiary.stop());

let hosts = 0;

/** Something that we fetch from a host that a stranger named. */
interface Fetched {
  what: string;
  /** Names a new address to us; what has us ask it, and says whether we took what it answered. */
  at: (uri: string) => Promise<() => Promise<boolean>>;
  good: (uri: string) => Good;
}

const documents: Fetched = {
  what: "a metadata document",
  at: async (id) => {
    const [person, client] = [await newPerson(ostiary), describe(web, id, REDIRECT_URI)];
    return () => isShown(person, client);
  },
  good: (id) => json(documentOf(id, REDIRECT_URI)),
};

const key = new ClientKey("ES256");
const keys: Fetched = {
  what: "a set of keys",
  at: async (jwks_uri) => {
    const signer = await newcomer({ jwks_uri, token_endpoint_auth_method: "private_key_jwt" });
    return () => isProven(signer.id);
  },
  good: () => json({ keys: [key.jwk] }),
};

const logos: Fetched = {
  what: "a logo",
  at: async (logo_uri) => {
    const { id } = await newcomer({ logo_uri });
    return async () => {
      const logo = await ostiary.fetch(`/client-logo/${id}`);
      if (logo.status === 200) return GIF.equals(Buffer.from(await logo.arrayBuffer()));
      await refused(logo, "not_found", 404);
      return false;
    };
  },
  good: () => ({ body: new Uint8Array(GIF), type: "image/gif" }),
};

function json(value: unknown): Good {
  return { body: new TextEncoder().encode(JSON.stringify(value)), type: JSON_TYPE };
}

/** A client that registered this, from an address of its own. */
function newcomer(metadata: Omit<Registration, "redirect_uris">): Promise<Client> {
  hosts += 1;
  const whole = { redirect_uris: [REDIRECT_URI], ...metadata };
  return register(ostiary, whole, `198.18.${hosts >> 8}.${hosts & 255}`);
}

/** Whether the client is known by its key. Its code is none, so `invalid_grant` is all that it gets. */
async function isProven(id: string): Promise<boolean> {
  const fields = { grant_type: "refresh_token", refresh_token: "none" };
  const answer = await ostiary.send(
    asserting("/oauth/token", fields, key.assertion(ostiary.url, id)),
  );
  const { error } = (await answer.json()) as { error: string };
  assert.ok(error === "invalid_grant" || error === "invalid_client", error);
  return error === "invalid_grant";
}

for (const { what, at, good } of [documents, keys, logos]) {
  const host = () => `https://host-${++hosts}.example/${what.replaceAll(" ", "-")}`;

  test(`${what} that a host does not answer as it must is none, and no redirect is followed`, async () => {
    for (const [how, answer] of Object.entries(HOSTILE)) {
      const uri = host();
      const ask = await at(uri);
      web.show(uri, () => answer(good(uri)));
      web.takeAsked();
      assert.equal(await ask(), false, how);
      assert.deepEqual(web.takeAsked(), [uri], how);
      web.show(uri, () => packed(good(uri)));
      assert.equal(await ask(), true, `${how}, and then it is all right`);
    }
    assert.equal(web.visits(ELSEWHERE), 0);
  });

  test(`${what} is waited for no longer than 5 s`, async () => {
    const waits = Object.entries(SLOW).map(async ([how, answer]) => {
      const uri = host();
      const ask = await at(uri);
      web.show(uri, () => answer(good(uri)));
      const began = Date.now();
      assert.equal(await ask(), false, how);
      const took = Date.now() - began;
      assert.ok(took >= 4_900 && took < 30_000, `${how}: after ${took} ms`);
    });
    await Promise.all(waits);
  });

  test(`${what} is asked of nobody at a private address, however it is written`, async () => {
    for (const address of PRIVATE) {
      // Such an address may be refused when it is named, or never be asked.
      const ask = await at(`https://${address}/document`).catch((error) => {
        assert.match(error.message, /invalid_client_metadata/);
        return async () => false;
      });
      web.takeAsked();
      assert.equal(await ask(), false, address);
      assert.deepEqual(web.takeAsked(), [], address);
    }
  });

  test(`${what} is asked for by nobody: we send no credentials and no trace of a person`, async () => {
    const uri = host();
    const ask = await at(uri);
    const seen: Request[] = [];
    web.show(uri, (request) => {
      seen.push(request);
      return packed(good(uri));
    });
    assert.equal(await ask(), true);
    const [request] = seen;
    assert.ok(request);
    assert.equal(request.method, "GET");
    for (const name of ["authorization", "cookie", "referer", "origin", "x-forwarded-for"])
      assert.equal(request.headers.get(name), null, name);
    assert.equal(request.headers.get("cf-connecting-ip"), null);
  });
}

test("registering has nobody asked", async () => {
  web.takeAsked();
  const uri = "https://named.example/";
  const more = { client_uri: uri, logo_uri: uri, policy_uri: uri, tos_uri: uri };
  await newcomer({ ...more, initiate_login_uri: uri, backchannel_logout_uri: uri, jwks_uri: uri });
  assert.deepEqual(web.takeAsked(), []);
});
