/** Providers that lie: each ends on a page and in a line of the log that say why, and nothing is stored. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ClientKey } from "./support/assertion.ts";
import { eventually, signedIn, startSeeded } from "./support/flow.ts";
import { HOSTILE, SLOW } from "./support/hostile.ts";
import { Idp, type Lie, type Place } from "./support/idp.ts";
import { Web } from "./support/web.ts";

const web = new Web();
const ostiary = await startSeeded({ outbound: web.outbound });
after(() => ostiary.stop());
const alice = await signedIn(ostiary);
const mallory = await signedIn(ostiary, "bob");

interface Told {
  status: number;
  text: string;
}

/** What alice is told in the end, who says yes wherever she is asked; `swap`: what becomes of the answer on its way. */
async function connect(idp: Idp, swap = (answer: URLSearchParams) => `${idp.id}?${answer}`) {
  const begun = await alice.submit(await alice.get(`/connect/${idp.id}`), {});
  if (begun.status !== 303) return told(begun);
  return told(await alice.get(`/oauth/callback/${swap(idp.answer(begun.location))}`));
}

function told({ status, html }: { status: number; html: string }): Told {
  const text = /id="message-text">([^<]*)</.exec(html)?.[1] ?? "";
  return { status, text: text.replaceAll("&#39;", "'") };
}

/** What a page says stands in the log, too, and nothing that was ever given stands anywhere. */
async function isRefused(idp: Idp, { status, text }: Told, says: RegExp, expected = 502) {
  assert.match(text, says);
  assert.equal(status, expected, text);
  const words = text.replace(/\.$/, "").toLowerCase();
  await eventually(`a line of the log: ${text}`, async () =>
    ostiary.logs.find((line) => line.toLowerCase().includes(words)),
  );
  for (const token of idp.given) assert.ok(!ostiary.logs.join().includes(token));
  assert.deepEqual(await stored(), [0, 0]);
}

/** How many connections there are, and how many that were begun. */
async function stored(): Promise<unknown[]> {
  const database = await ostiary.database("DB");
  const count = (table: string) =>
    database.prepare(`SELECT COUNT(*) AS rows FROM ${table}`).first("rows");
  return [await count("connections"), await count("connect_states")];
}

const MALLORYS_KEY = new ClientKey("ES256", "a key of the provider");

const LIES: [what: string, says: RegExp, lie: Lie][] = [
  [
    "names another issuer",
    /describes itself as another/,
    { metadata: { issuer: "https://x.example" } },
  ],
  ["names no issuer", /describes itself as another/, { metadata: { issuer: undefined } }],
  [
    "names no token endpoint",
    /names no token_endpoint/,
    { metadata: { token_endpoint: undefined } },
  ],
  [
    "sends us to a metadata service",
    /has a token_endpoint that may not be asked/,
    { metadata: { token_endpoint: "http://169.254.169.254/token" } },
  ],
  ["signs for another issuer", /another issuer \(iss\)/, { claims: { iss: "https://x.example" } }],
  ["signs for another client", /another client \(aud/, { claims: { aud: "them" } }],
  ["signs for us among others", /another client \(aud/, { claims: { aud: ["us", "them"] } }],
  ["signs for another request", /another request \(nonce\)/, { claims: { nonce: "another" } }],
  ["signs without a nonce", /another request \(nonce\)/, { claims: { nonce: undefined } }],
  ["signs what is over", /is over \(exp\)/, { claims: { exp: 1_000_000_000 } }],
  [
    "signs what is not yet",
    /from the future/,
    { claims: { iat: 4_000_000_000, exp: 4_000_000_300 } },
  ],
  ["signs about nobody", /who it is about \(sub\)/, { claims: { sub: undefined } }],
  [
    "signs another access token",
    /another access token/,
    { claims: { at_hash: "AAAAAAAAAAAAAAAAAAAAAA" } },
  ],
  ["says that nothing is signed", /is not signed with/, { header: { alg: "none" } }],
  ["says that it is signed with a secret", /is not signed with/, { header: { alg: "HS256" } }],
  ["demands what we do not know", /must be understood/, { header: { crit: ["b64"], b64: false } }],
  ["lets another sign", /none of its keys signed/, { key: MALLORYS_KEY }],
];

for (const [what, says, lie] of LIES)
  test(`a provider that ${what} gets nothing linked`, async () => {
    const idp = await Idp.at(ostiary, web, lie);
    await isRefused(idp, await connect(idp), says);
  });

/** What is said of each place where a host may answer something else. */
const PLACES: Record<Place, RegExp> = {
  metadata: /cannot be asked for its description|does not describe itself in JSON/,
  jwks: /cannot be asked for its description|does not describe itself in JSON/,
  token: /gave no tokens/,
};

for (const [at, says] of Object.entries(PLACES) as [Place, RegExp][])
  for (const [what, answer] of Object.entries(HOSTILE)) {
    // That a token endpoint says JSON of its JSON is nothing that anybody's safety hangs on.
    if (at === "token" && what.startsWith("of ")) continue;
    test(`a provider whose ${at} is ${what} gets nothing linked, and nobody else is asked`, async () => {
      const idp = await Idp.at(ostiary, web, { instead: { at, answer } });
      web.takeAsked();
      await isRefused(idp, await connect(idp), says);
      const others = web.takeAsked().filter((url) => !url.startsWith(`${idp.issuer}/`));
      assert.deepEqual(others, []);
    });
  }

test("a provider that takes longer than anybody waits gets nothing linked", async () => {
  const cases = Object.entries(PLACES).flatMap(([at, says]) =>
    Object.values(SLOW).map(async (answer) => {
      const idp = await Idp.at(ostiary, web, { instead: { at: at as Place, answer } });
      return { idp, says, told: await connect(idp) };
    }),
  );
  for (const { idp, says, told } of await Promise.all(cases)) await isRefused(idp, told, says);
});

test("an answer without a state, or with one that we never made, gets nothing linked", async () => {
  for (const state of ["", "&state=", "&state=guessed"]) {
    const idp = await Idp.at(ostiary, web);
    const answer = await alice.get(`/oauth/callback/${idp.id}?code=anything${state}`);
    await isRefused(idp, told(answer), /belongs to no request of this browser/, 400);
  }
});

test("the answer of one provider at another's address gets nothing linked, and neither code is redeemed", async () => {
  const [honest, evil] = [await Idp.at(ostiary, web), await Idp.at(ostiary, web)];
  const answered = await connect(honest, (answer) => `${evil.id}?${answer}`);
  await isRefused(evil, answered, /belongs to no request of this browser/, 400);
  assert.deepEqual([...honest.given, ...evil.given], []);
});

test("an answer that another issuer says is its own gets nothing linked", async () => {
  const idp = await Idp.at(ostiary, web, {
    metadata: { authorization_response_iss_parameter_supported: true },
  });
  for (const [iss, says] of [
    ["&iss=https://x.example", /another one answered \(iss\)/],
    ["", /did not say that the answer is its own \(iss\)/],
  ] as const)
    await isRefused(idp, await connect(idp, (answer) => `${idp.id}?${answer}${iss}`), says);
  assert.deepEqual(idp.given, []);
});

test("the code of somebody else's request gets nothing linked, whether the provider looks at verifiers or not", async () => {
  for (const [takesAnyCode, says] of [
    [false, /gave no tokens: invalid_grant/],
    [true, /another request \(nonce\)/],
  ] as const) {
    const idp = await Idp.at(ostiary, web, { takesAnyCode });
    const begun = await mallory.submit(await mallory.get(`/connect/${idp.id}`), {});
    const hers = idp.answer(begun.location);
    const told = await connect(idp, (answer) => {
      answer.set("code", hers.get("code") ?? "");
      return `${idp.id}?${answer}`;
    });
    // What mallory began is left where it was.
    const database = await ostiary.database("DB");
    await database.prepare("DELETE FROM connect_states WHERE provider_id = ?").bind(idp.id).run();
    await isRefused(idp, told, says);
  }
});

test("the answer of mallory's request in alice's browser gets nothing linked to either", async () => {
  const idp = await Idp.at(ostiary, web);
  const begun = await mallory.submit(await mallory.get(`/connect/${idp.id}`), {});
  const answer = await alice.get(`/oauth/callback/${idp.id}?${idp.answer(begun.location)}`);
  assert.deepEqual(await stored(), [0, 1], "nobody else uses it up");
  const database = await ostiary.database("DB");
  await database.prepare("DELETE FROM connect_states").run();
  await isRefused(idp, told(answer), /belongs to no request of this browser/, 400);
  assert.deepEqual(idp.given, []);
});

test("a provider that does not lie gets its account linked, sealed", async () => {
  const idp = await Idp.at(ostiary, web);
  const { status, text } = await connect(idp);
  assert.deepEqual([status, text], [200, "Authorization successful! You can close this window."]);
  assert.deepEqual(await stored(), [1, 0]);
  const database = await ostiary.database("DB");
  const row = JSON.stringify(await database.prepare("SELECT * FROM connections").first());
  assert.equal(idp.given.length, 2);
  for (const token of idp.given) assert.ok(!row.includes(token));
});
