/** What a page must be, whatever it says: it fits, everything on it has a name, and the keyboard reaches all of it. */
import axe from "axe-core";
import type { Page } from "playwright-core";

/** What is wrong with the page as it is shown now; empty when it is well made. */
export async function faultsOf(page: Page, hasScript: boolean): Promise<string[]> {
  return [
    ...(await width(page)),
    ...(await keyboard(page)),
    ...(await names(page)),
    // It waits for timers, which a page without script has not.
    ...(hasScript ? await accessibility(page) : []),
  ];
}

async function width(page: Page): Promise<string[]> {
  const [content, window] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth] as const;
  });
  return content > window ? [`it is ${content} px wide in a window of ${window} px`] : [];
}

/** Tab goes through every control that is shown once, in the order of the page, and one sees where one is. */
async function keyboard(page: Page): Promise<string[]> {
  const controls = await page.evaluate(() => {
    const all = document.querySelectorAll(
      "a[href], button, input:not([type=hidden]), select, summary, textarea",
    );
    const usable = [...all].filter(
      (control) => control.checkVisibility() && !control.matches(":disabled"),
    );
    return usable.map((control) => control.id || control.outerHTML);
  });
  const faults: string[] = [];
  const reached: string[] = [];
  // Between the last and the first, Chromium itself has the focus for a while.
  for (let presses = 0; presses <= controls.length + 1; presses += 1) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const focused = document.activeElement ?? document.body;
      const { outlineStyle, outlineWidth } = getComputedStyle(focused);
      const visible = outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
      return focused === document.body
        ? undefined
        : { id: focused.id || focused.outerHTML, visible };
    });
    if (!focus || reached.includes(focus.id)) continue;
    reached.push(focus.id);
    if (!focus.visible) faults.push(`one does not see that ${focus.id} has the focus`);
  }
  const first = Math.max(controls.indexOf(reached[0] ?? ""), 0);
  const wanted = [...controls.slice(first), ...controls.slice(0, first)];
  if (reached.join() !== wanted.join())
    faults.push(`the keyboard goes ${reached.join(", ")}, the page has ${wanted.join(", ")}`);
  return faults;
}

/** Each control as a screen reader announces it. */
async function names(page: Page): Promise<string[]> {
  const chromium = await page.context().newCDPSession(page);
  const { nodes } = await chromium.send("Accessibility.getFullAXTree");
  await chromium.detach();
  const controls = ["button", "checkbox", "combobox", "link", "radio", "textbox"];
  return nodes
    .filter((node) => !node.ignored && controls.includes(String(node.role?.value)))
    .filter((node) => !node.name?.value)
    .map((node) => `a ${node.role?.value} has no name`);
}

/** The rules of WCAG 2.2 AA that a machine can check, contrast among them, and those of good practice. */
async function accessibility(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    // Else it fetches the stylesheets again, which our policy forbids.
    const result = await window.axe.run({ runOnly: rules, preload: false } as axe.RunOptions);
    return result.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      where: nodes.map((node) => node.html),
    }));
  });
  return violations.map(({ id, help, where }) => `${id}: ${help}: ${where.join(" ")}`);
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}
