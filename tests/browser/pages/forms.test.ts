/** Every page in every form: light and dark, narrow and wide, with and without JavaScript. Pictures in ../output. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { ROOT } from "../../worker/support/settings.ts";
import { openHouse } from "../support/house.ts";
import { look } from "../support/look.ts";
import { hosts, PAGES, type PageCase } from "../support/pages.ts";

const house = await openHouse({
  faults: true,
  outbound: hosts,
  limits: { PAGE_LIMITER: 1 }, // of networks; this machine itself has no limit
});
after(() => house.close());

/** Runs `what` under other settings, and puts back those of before. */
async function under(vars: PageCase["vars"], what: () => Promise<void>): Promise<void> {
  if (!vars) return what();
  const before: Record<string, string> = {
    OAUTH_ISSUER_URL: house.ostiary.url,
    ENABLE_DEV_ENDPOINTS: "true",
    ADMIN_TOKEN: house.ostiary.adminToken,
  };
  await house.ostiary.setVars(vars);
  try {
    await what();
  } finally {
    await house.ostiary.setVars(
      Object.fromEntries(Object.keys(vars).map((name) => [name, before[name]])),
    );
  }
}

for (const { name, vars, statuses = [], open } of PAGES)
  for (const script of ["script", "no-script"] as const)
    test(`the page ${name} is well made in every form, with ${script}`, () =>
      under(vars, async () => {
        await using visitor = await house.visitor({ javaScript: script === "script" });
        for (const status of statuses) visitor.expect(status);
        await open(house, visitor);
        assert.deepEqual(await look(visitor.page, name, script), []);
      }));

test("every template is among the pages", () => {
  const templates = readdirSync(join(ROOT, "src/web/templates")).filter(
    (file) => !file.startsWith("_") && !["layout.html", "wide.html"].includes(file),
  );
  const seen = new Set(PAGES.map(({ template }) => `${template}.html`));
  assert.deepEqual([...seen].sort(), templates.sort());
});
