/**
 * What the button "Deploy to Cloudflare" goes by: wrangler.toml, package.json and .dev.vars.example. What Cloudflare makes of it
 * cannot be tried here; that it says what it must, can.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { config, ROOT } from "./support/settings.ts";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

const { scripts, cloudflare } = JSON.parse(read("package.json")) as {
  scripts: Record<string, string>;
  cloudflare: { bindings: Record<string, { description: string }> };
};

/** Made for the account that is deployed to, and bound. */
const RESOURCES = [
  ...config.d1_databases.map(({ binding }) => binding),
  ...config.kv_namespaces.map(({ binding }) => binding),
  ...config.queues.producers.map(({ binding }) => binding),
  ...config.durable_objects.bindings.map(({ name }) => name),
];

/** Without these a first deployment serves nothing, or has nobody who could administer it. */
const SECRETS = ["SIGNING_KEYS", "ENCRYPTION_KEYS", "ADMIN_TOKEN"];

/** The entries of .dev.vars.example: those that the page asks for, and those that are commented out. */
function examples(comment: RegExp): string[] {
  const entry = new RegExp(`^${comment.source}([A-Z_]+)=`);
  return read(".dev.vars.example")
    .split("\n")
    .flatMap((line) => entry.exec(line)?.[1] ?? []);
}

test("the page asks for the secrets of a first deployment, and for no setting of development", () => {
  assert.deepEqual(examples(/\s*/), SECRETS);
  const others = examples(/# */);
  assert.ok(others.includes("ENABLE_DEV_ENDPOINTS") && others.includes("SETUP_CODE"));
});

test("no secret has a value in .dev.vars.example, since the page would fill it in for everybody", () => {
  for (const line of read(".dev.vars.example").split("\n"))
    if (/^[^#]/.test(line)) assert.match(line, /^[A-Z_]+=$/);
});

test("the page describes every resource, every secret that it asks for, and the issuer; and nothing that is not there", () => {
  const described = Object.keys(cloudflare.bindings);
  assert.deepEqual(described.toSorted(), ["OAUTH_ISSUER_URL", ...SECRETS, ...RESOURCES].toSorted());
  assert.ok("OAUTH_ISSUER_URL" in config.vars);
  for (const { description } of Object.values(cloudflare.bindings))
    assert.match(description, /^[A-Z].{20,}\.$/);
});

test("every resource has a name and an id of its own in wrangler.toml, for the page to put others in their place", () => {
  const { d1_databases, kv_namespaces, queues } = config;
  const ids = [...d1_databases.map((one) => one.database_id), ...kv_namespaces.map(({ id }) => id)];
  const names = queues.producers.map(({ queue }) => queue);
  for (const all of [ids, names]) {
    assert.ok(all.every((one) => /^[a-z0-9-]{8,}$/.test(one)));
    assert.equal(new Set(all).size, all.length);
  }
  const consumed = queues.consumers.map(({ queue }) => queue);
  assert.deepEqual(consumed.toSorted(), names.toSorted(), "what is sent is consumed");
});

test("docs/deployment.md tells of every binding", () => {
  const limits = config.ratelimits.map(({ name }) => name);
  for (const name of [...RESOURCES, ...limits])
    assert.match(read("docs/deployment.md"), new RegExp(`^\\| \`${name}\` \\(`, "m"));
});

test("npm run build and npm run deploy are programs of ours, and the latter migrates by the names of the bindings", () => {
  assert.deepEqual(Object.keys(scripts), ["build", "deploy"]);
  for (const script of Object.values(scripts)) accessSync(join(ROOT, script), constants.X_OK);
  assert.match(read(scripts.deploy ?? ""), /scripts\/migrate\.sh --remote/);
  const migrated =
    /for database in (.+); do\n\s+wrangler d1 migrations apply "\$database" "\$where"/;
  const bindings = migrated.exec(read("scripts/migrate.sh"))?.[1]?.split(" ");
  assert.deepEqual(
    bindings,
    config.d1_databases.map(({ binding }) => binding),
  );
});

test("wrangler takes wrangler.toml, and binds all of it", () => {
  const folder = mkdtempSync(join(tmpdir(), "ostiary-dry-run-"));
  const entry = process.env.OSTIARY_BUILD === "dev" ? ["build/dev/index.js"] : [];
  try {
    const said = execFileSync(
      join(ROOT, "node_modules/.bin/wrangler"),
      ["deploy", ...entry, "--dry-run", "--outdir", folder],
      { cwd: ROOT, encoding: "utf8", env: { ...process.env, WRANGLER_SEND_METRICS: "false" } },
    );
    for (const name of [...RESOURCES, ...config.ratelimits.map(({ name }) => name)])
      assert.match(said, new RegExp(`^env\\.${name}\\b`, "m"), said);
    for (const name of Object.keys(config.vars)) assert.ok(said.includes(`env.${name} (`), name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
