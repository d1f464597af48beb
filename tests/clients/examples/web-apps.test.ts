/** examples/clients/python and examples/clients/typescript: web apps with people in Chromium. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { openHouse } from "../../browser/support/house.ts";
import { ROOT } from "../../worker/support/settings.ts";
import { read } from "../support/markdown.ts";
import { pythonProgram } from "../support/python.ts";
import { tellWebApps } from "../support/web_app_story.ts";

const FOLDER = join(ROOT, "examples/clients");
const python = pythonProgram("examples/clients/python/requirements.txt");

const house = await openHouse();
after(() => house.close());

const inPython = (file: string) => ({ command: python, args: [join(FOLDER, "python", file)] });
tellWebApps(house, "Python", inPython("session.py"), inPython("stateless.py"));

const inTypeScript = (file: string) => ({
  command: process.execPath,
  args: [join(FOLDER, "typescript", file)],
});
tellWebApps(house, "TypeScript", inTypeScript("session.ts"), inTypeScript("stateless.ts"));

test("the versions that examples/clients names are those that are tested", () => {
  const file = (path: string) => read(`examples/clients/${path}`);
  const { devDependencies } = JSON.parse(read("package.json"));
  const { dependencies } = JSON.parse(file("typescript/package.json"));
  assert.deepEqual(dependencies, {
    jose: devDependencies.jose,
    "openid-client": devDependencies["openid-client"],
  });
  const pinned = (path: string, pattern: RegExp) => pattern.exec(file(path))?.[1];
  const readme = file("README.md");
  for (const [name, version] of [
    ["openid-client", dependencies["openid-client"]],
    ["jose", dependencies.jose],
    ["Authlib", pinned("python/requirements.txt", /^Authlib==(.+)$/m)],
    ["Flask", pinned("python/requirements.txt", /^Flask==(.+)$/m)],
    ["openidconnect", pinned("rust/Cargo.toml", /^openidconnect = "=(.+)"$/m)],
    ["axum", pinned("rust/Cargo.toml", /^axum = "=(.+)"$/m)],
    ["x/oauth2", pinned("go/go.mod", /x\/oauth2 v(\S+)/)],
    ["go-oidc", pinned("go/go.mod", /go-oidc\/v3 v(\S+)/)],
    ["securecookie", pinned("go/go.mod", /securecookie v(\S+)/)],
  ])
    assert.ok(readme.includes(`${name} ${version}`), `${name} ${version}`);
});
