// `make keys`: prints fresh secrets and how to give them to the deployed Worker. Nothing is written to disk. With NEXT=1 only
// signing keys, to take the place of those in use: docs/deployment.md.
import { makeEncryptionKeys, makeSigningKeys, makeToken } from "./jwk.mjs";

const SECRETS = [
  ["SIGNING_KEYS", "private keys that sign tokens: ES256 and RSA-2048", makeSigningKeys],
  [
    "ENCRYPTION_KEYS",
    "seals what is stored; keep a copy elsewhere, a lost key loses what it sealed",
    makeEncryptionKeys,
  ],
  ["ADMIN_TOKEN", "opens the admin API", makeToken],
];

if (process.env.NEXT) printNext();
else printAll();

function printAll() {
  console.log(
    "# Fresh keys, shown once and kept nowhere. Run each command; it asks for the value: paste the line under it.",
  );
  for (const [name, meaning, make] of SECRETS)
    console.log(`\n# ${name}: ${meaning}\nnpx wrangler secret put ${name}\n${make()}`);
  console.log(`
# Signing keys to take the place of those in use: make keys NEXT=1. Another encryption key goes into ENCRYPTION_KEYS_NEXT.`);
}

function printNext() {
  const set = makeSigningKeys();
  console.log(`# Fresh signing keys, shown once and kept nowhere.
# 1. Put them into the slot that does not sign, SIGNING_KEYS_NEXT or SIGNING_KEYS: GET /admin/api/keys says which keys sign and in
#    which slot they are. The command asks for the value: paste the line under it.
npx wrangler secret put SIGNING_KEYS_NEXT
${set}

# 2. Six minutes later everybody knows them, and they may sign:`);
  for (const { kid } of JSON.parse(set).keys)
    console.log(
      `curl -s -X POST "$issuer/admin/api/keys/${kid}/promote" -H "X-Admin-Token: $admin_token"`,
    );
}
