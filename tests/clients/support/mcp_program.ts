/** A program of npm for the Model Context Protocol, in a folder of its own. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../../worker/support/settings.ts";

/** Its path; `name` is the folder of tests/clients/mcp that says which versions. */
export function mcpProgram(name: string, program: string): string {
  const script = join(ROOT, "scripts/mcp-program.sh");
  return execFileSync("bash", [script, name, program], { stdio: ["ignore", "pipe", "inherit"] })
    .toString()
    .trim();
}
