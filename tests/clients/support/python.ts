/** A Python with the packages of a requirements.txt; made at the first call. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../../worker/support/settings.ts";

export function pythonProgram(requirements = "tests/clients/python/requirements.txt"): string {
  const script = join(ROOT, "scripts/python-clients.sh");
  const stdio = ["ignore", "pipe", "inherit"] as const;
  return execFileSync("bash", [script, requirements], { stdio: [...stdio] })
    .toString()
    .trim();
}
