// Makes .dev.vars, the secrets and settings of `make dev`. What is in it stays as it is; only what is missing or empty
// is added, and of two lines for one name the last counts.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { makeEncryptionKeys, makeSigningKeys, makeToken } from "./jwk.mjs";

const FILE = new URL("../.dev.vars", import.meta.url);
const WANTED = {
  SIGNING_KEYS: () => `'${makeSigningKeys()}'`,
  ENCRYPTION_KEYS: () => `'${makeEncryptionKeys()}'`,
  ADMIN_TOKEN: makeToken,
  ENABLE_DEV_ENDPOINTS: () => "true",
  AUTH_CODE_TTL_SECONDS: () => "600",
};

const present = existsSync(FILE) ? readFileSync(FILE, "utf8") : "";
const missing = Object.keys(WANTED).filter(
  (name) => !new RegExp(`^\\s*${name}[^\\S\\n]*=[^\\S\\n]*\\S`, "m").test(present),
);
const separator = present === "" || present.endsWith("\n") ? "" : "\n";
const lines = missing.map((name) => `${name}=${WANTED[name]()}\n`).join("");
if (lines) appendFileSync(FILE, separator + lines, { mode: 0o600 });
console.log(
  missing.length ? `    .dev.vars: added ${missing.join(", ")}` : "    .dev.vars: complete",
);
