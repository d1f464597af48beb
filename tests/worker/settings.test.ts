import assert from "node:assert/strict";
import { after, test } from "node:test";
import { makeEncryptionKeys, makeSigningKeys } from "../../scripts/jwk.mjs";
import { logged } from "./support/flow.ts";
import { secrets, startOstiary } from "./support/ostiary.ts";
import { config } from "./support/settings.ts";

const ostiary = await startOstiary();
after(() => ostiary.stop());

/** The members of a JWK that nobody may see. */
const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "k"];

type Jwk = Record<string, string>;
const keysOf = (set: string) => (JSON.parse(set) as { keys: Jwk[] }).keys;
const setOf = (...keys: Jwk[]) => JSON.stringify({ keys });
const [es256 = {}, rs256 = {}] = keysOf(makeSigningKeys());
const [seal = {}] = keysOf(makeEncryptionKeys());

/** Each setting, and texts that are wrong for it. */
const WRONG: Record<string, (string | undefined)[]> = {
  OAUTH_ISSUER_URL: ["localhost:8787", "http://auth.example.com", "https://auth.example.com/"],
  OAUTH_ENABLED: ["yes"],
  OAUTH_VALID_SCOPES: ['mail"s'],
  OAUTH_DEFAULT_SCOPES: ["no:such", "admin"],
  AUTH_CODE_TTL_SECONDS: ["601", "0", "1.5"],
  ACCESS_TOKEN_EXPIRE_MINUTES: ["0", "thirty"],
  REFRESH_TOKEN_TTL_DAYS: ["-1"],
  REFRESH_RETRY_WINDOW_SECONDS: ["a minute"],
  GRANT_TTL_DAYS: ["0"],
  SESSION_TTL_HOURS: ["169"],
  ENABLE_DEV_ENDPOINTS: ["1"],
  REQUIRE_PKCE: ["never"],
  DYNAMIC_REGISTRATION: ["sometimes"],
  UNUSED_CLIENT_DAYS: ["0"],
  AUDIT_RETENTION_DAYS: ["0", "3651", "a year"],
  TOOL_TIMEOUT_SECONDS: ["0", "301"],
  TOOL_MAX_BYTES: ["0", "8388609", "1 MB"],
  AGENT_SESSION_TTL: ["0", "604801", "an hour"],
  CLOCK_OFFSET_SECONDS: ["soon"],
  LOG_LEVEL: ["loud"],
  OAUTH_DEBUG: ["on"],
  JURISDICTION: ["moon"],
  BRAND_NAME: ["x".repeat(81)],
  BRAND_LOGO_URL: ["http://logo.example/a.png", "//logo.example"],
  BRAND_COLOR: ["red"],
  TERMS_URL: ["javascript:alert(1)"],
  ADMIN_TOKEN: ["too-short", "a secret with spaces in it"],
  SETUP_CODE: ["too-short", "a secret with spaces in it"],
  GITHUB_OAUTH_CLIENT_ID: ["an id without its secret"],
  GITHUB_OAUTH_CLIENT_SECRET: ["a secret without its id"],
  GOOGLE_OAUTH_CLIENT_ID: ["an id without its secret"],
  GOOGLE_OAUTH_CLIENT_SECRET: ["a secret without its id"],
  MICROSOFT_OAUTH_CLIENT_ID: ["an id without its secret"],
  MICROSOFT_OAUTH_CLIENT_SECRET: ["a secret without its id"],
  SIGNING_KEYS: [
    undefined,
    "not JSON, but a secret",
    '{"keys":[]}',
    setOf(rs256),
    setOf({ ...es256, d: "a-wrong-secret" }),
    setOf({ ...es256, kid: "not-its-thumbprint" }),
  ],
  SIGNING_KEYS_NEXT: [setOf({ ...es256, alg: "HS256" }), "{"],
  ENCRYPTION_KEYS: [undefined, "[]", setOf({ ...seal, k: "c2hvcnQtc2VjcmV0" }), setOf(seal, seal)],
  ENCRYPTION_KEYS_NEXT: [setOf({ ...seal, kty: "EC" }), "not JSON, but a secret"],
};

const isSecret = (name: string) =>
  name in secrets ||
  name === "SETUP_CODE" ||
  name.endsWith("_NEXT") ||
  name.endsWith("_CLIENT_SECRET");

/** What of a setting's text must not be seen: all of it, and of keys each private member. */
function hidden(text: string): string[] {
  const members = PRIVATE.flatMap((name) =>
    [...text.matchAll(new RegExp(`"${name}":"([^"]+)"`, "g"))].map((match) => match[1] ?? ""),
  );
  return text.length > 8 ? [text, ...members] : members;
}

/** Every request must be answered by a page that names `setting`, and the log must name it, too. */
async function isNamed(setting: string, text: string | undefined): Promise<void> {
  ostiary.logs.length = 0;
  for (const path of ["/", "/oauth/authorize", "/healthz", "/.well-known/jwks.json"]) {
    const answer = await ostiary.fetch(path);
    assert.equal(answer.status, 500, `${setting}=${text}`);
    assert.equal(answer.headers.get("Cache-Control"), "no-store");
    const page = await answer.text();
    assert.match(page, new RegExp(`<p id="message-text">[^<]*\\b${setting}\\b`));
    if (isSecret(setting))
      for (const secret of hidden(text ?? ""))
        assert.ok(!page.includes(secret), "a secret is shown");
  }
  await logged(ostiary, setting);
  const log = ostiary.logs.join("\n");
  for (const secret of [...Object.values(secrets), ...(isSecret(setting) ? [text ?? ""] : [])])
    for (const part of hidden(secret)) assert.ok(!log.includes(part), "a secret is logged");
}

test("each setting that is wrong stops the server with a page and a log line that name it, and show no secret", async () => {
  for (const [setting, texts] of Object.entries(WRONG)) {
    const right = { ...config.vars, ...secrets, ENABLE_DEV_ENDPOINTS: "true" } as Record<
      string,
      string
    >;
    right.OAUTH_ISSUER_URL = ostiary.url;
    for (const text of texts) {
      await ostiary.setVars({ [setting]: text });
      await isNamed(setting, text);
    }
    await ostiary.setVars({ [setting]: right[setting] });
  }
  assert.equal((await ostiary.fetch("/healthz")).status, 200, "right settings work again");
});

test("no setting of wrangler.toml goes untested", () => {
  for (const setting of Object.keys(config.vars)) assert.ok(setting in WRONG, setting);
  for (const setting of Object.keys(secrets)) assert.ok(setting in WRONG, setting);
});

test("development with an issuer elsewhere refuses every request", async () => {
  await ostiary.setVars({
    OAUTH_ISSUER_URL: "https://auth.example.com",
    ENABLE_DEV_ENDPOINTS: "true",
  });
  await isNamed("ENABLE_DEV_ENDPOINTS", "true");
});

test("a moved clock outside development refuses every request", async () => {
  await ostiary.setVars({
    OAUTH_ISSUER_URL: ostiary.url,
    ENABLE_DEV_ENDPOINTS: "false",
    CLOCK_OFFSET_SECONDS: "1",
  });
  await isNamed("CLOCK_OFFSET_SECONDS", "1");
});
