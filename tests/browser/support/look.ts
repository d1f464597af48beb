/** A page in every form that a screen gives it: light and dark, narrow and wide. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { ROOT } from "../../worker/support/settings.ts";
import { faultsOf } from "./inspect.ts";

const PICTURES = join(ROOT, "tests/browser/output");
const SCHEMES = ["light", "dark"] as const;
const WIDTHS = { narrow: 320, wide: 1280 };

/** Shows the page in each form, takes a picture, and looks; the faults found, with the form that has them. */
export async function look(
  page: Page,
  name: string,
  script: "script" | "no-script",
): Promise<string[]> {
  mkdirSync(PICTURES, { recursive: true });
  const forms = SCHEMES.flatMap((scheme) =>
    Object.keys(WIDTHS).map((shape) => ({ scheme, shape })),
  );
  const take = async ({ scheme, shape }: (typeof forms)[number]) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width: WIDTHS[shape as keyof typeof WIDTHS], height: 800 });
    return [name, scheme, shape, script].join("-");
  };
  // Before any look, since looking moves the focus.
  for (const form of forms) {
    const path = join(PICTURES, `${await take(form)}.png`);
    await page.screenshot({ path, fullPage: true });
  }
  const faults: string[] = [];
  for (const form of forms) {
    const called = await take(form);
    const found = await faultsOf(page, script === "script");
    faults.push(...found.map((fault) => `${called}: ${fault}`));
  }
  return faults;
}
