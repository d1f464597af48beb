// `make keys`: prints fresh secrets and how to give them to the deployed Worker. Nothing is written to disk.
import { makeEncryptionKeys, makeSigningKeys, makeToken } from "./jwk.mjs";

const SECRETS = [
  ["SIGNING_KEYS", "private keys that sign tokens: ES256 and RSA-2048", makeSigningKeys()],
  [
    "ENCRYPTION_KEYS",
    "seals what is stored; keep a copy elsewhere, a lost key loses what it sealed",
    makeEncryptionKeys(),
  ],
  ["ADMIN_TOKEN", "opens the admin API", makeToken()],
];

console.log(
  "# Fresh keys, shown once and kept nowhere. Run each command; it asks for the value: paste the line under it.",
);
for (const [name, meaning, value] of SECRETS) {
  console.log(`\n# ${name}: ${meaning}\nnpx wrangler secret put ${name}\n${value}`);
}
console.log(`
# A new key beside one in use goes into the other slot, SIGNING_KEYS_NEXT or ENCRYPTION_KEYS_NEXT.`);
