/** The Chromium that all browser tests share the flags of. It talks to this machine only. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { ROOT } from "../../worker/support/settings.ts";

const FLAGS = [
  "--no-sandbox", // tests also run as root, in containers without user namespaces
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // What a test does not play does not exist, so nothing leaves the machine.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
];

export function launchChromium(): Promise<Browser> {
  const script = join(ROOT, "scripts/chromium.sh");
  const found = execFileSync("bash", [script], { stdio: ["ignore", "pipe", "inherit"] });
  return chromium.launch({ executablePath: found.toString().trim(), args: FLAGS });
}
