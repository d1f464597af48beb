/** How a test goes from page to page. */
import type { Locator, Page } from "playwright-core";

/**
 * Presses a button, and waits for the page that answers, wherever redirects lead to, and for all that belongs to it: what is still
 * under way when a test starts the server anew (`Ostiary.advance`) fails, and is a problem of that page.
 */
export async function press(page: Page, button: Locator | string): Promise<void> {
  const answered = page.waitForEvent("domcontentloaded");
  await (typeof button === "string" ? page.locator(button) : button).click();
  await answered;
  await page.waitForLoadState("load");
}
