/** A Python with the packages of tests/clients/python/requirements.txt; made at the first call. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../../worker/support/settings.ts";

export function pythonProgram(): string {
  const script = join(ROOT, "scripts/python-clients.sh");
  const path = execFileSync("bash", [script], { stdio: ["ignore", "pipe", "inherit"] });
  return path.toString().trim();
}
