/** Builds the client programs that must be built, into tests/clients/output. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../worker/support/settings.ts";

const CLIENTS = join(ROOT, "tests/clients");
const OUTPUT = join(CLIENTS, "output");

/** Whether a tool can be found on the path. */
export function isInstalled(command: string): boolean {
  return spawnSync(command, ["version"], { stdio: "ignore" }).error === undefined;
}

/** The path of the built program in tests/clients/go. */
export function goProgram(): string {
  const program = join(OUTPUT, "go-client");
  run("go", ["build", "-C", join(CLIENTS, "go"), "-buildvcs=false", "-o", program, "."]);
  return program;
}

/** The path of a built program in tests/clients/rust. */
export function rustProgram(name: "client" | "relying_party"): string {
  const target = join(OUTPUT, "rust");
  const manifest = join(CLIENTS, "rust/Cargo.toml");
  const options = ["--quiet", "--locked", "--manifest-path", manifest, "--target-dir", target];
  run("cargo", ["build", ...options]);
  return join(target, "debug", name);
}

/** What the tool says goes to standard error, where it does not mix with the test's report. */
function run(command: string, args: string[]): void {
  mkdirSync(OUTPUT, { recursive: true });
  execFileSync(command, args, { cwd: ROOT, stdio: ["ignore", 2, 2] });
}
