/** The Chromium that all browser tests share the flags of. It talks to this machine only. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { ROOT } from "../../worker/support/settings.ts";

/** What a browser finds beyond this machine's own names. */
export interface World {
  /** Hosts that are played at a port here. */
  hosts?: Record<string, number>;
  /** The certificate that it trusts though nobody vouches for it, by the SHA-256 of its public key. */
  trusted?: string;
}

const FLAGS = [
  "--no-sandbox", // tests also run as root, in containers without user namespaces
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launchChromium({ hosts = {}, trusted }: World = {}): Promise<Browser> {
  const script = join(ROOT, "scripts/chromium.sh");
  const found = execFileSync("bash", [script], { stdio: ["ignore", "pipe", "inherit"] });
  const played = Object.entries(hosts).map(([host, port]) => `MAP ${host} 127.0.0.1:${port}`);
  // What a test does not play does not exist, so nothing leaves the machine.
  const rules = [...played, "MAP * ~NOTFOUND", "EXCLUDE localhost", "EXCLUDE 127.0.0.1"];
  const trust = trusted ? [`--ignore-certificate-errors-spki-list=${trusted}`] : [];
  return chromium.launch({
    executablePath: found.toString().trim(),
    args: [...FLAGS, `--host-resolver-rules=${rules.join(", ")}`, ...trust],
  });
}
