/** Those who only read: metadata, keys, health, style. */
import assert from "node:assert/strict";
import { pick } from "../support/chance.ts";
import type { World } from "../support/world.ts";

const PATHS = [
  "/",
  "/healthz",
  "/brand.css",
  "/login",
  "/.well-known/oauth-authorization-server",
  "/.well-known/jwks.json",
];

export async function reader({ server }: World): Promise<void> {
  for (let n = 0; n < 3; n += 1) {
    const path = pick(PATHS);
    assert.equal((await server.fetch(path)).status, 200, path);
  }
}
