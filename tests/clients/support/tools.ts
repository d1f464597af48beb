/** Builds the client programs that must be built, into tests/clients/output. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT } from "../../worker/support/settings.ts";

const OUTPUT = join(ROOT, "tests/clients/output");

/** Whether a tool can be found on the path. */
export function isInstalled(command: string): boolean {
  return spawnSync(command, ["version"], { stdio: "ignore" }).error === undefined;
}

/** The path of the built program in tests/clients/go. */
export function goProgram(): string {
  return goBuilt("tests/clients/go", ".");
}

/** The path of a built web app in examples/clients/go. */
export function goWebApp(name: "session" | "stateless"): string {
  return goBuilt("examples/clients/go", `./${name}`);
}

function goBuilt(folder: string, what: string): string {
  const program = join(OUTPUT, `go-${what === "." ? "client" : basename(what)}`);
  run("go", ["build", "-C", join(ROOT, folder), "-buildvcs=false", "-o", program, what]);
  return program;
}

/** The path of a built program in tests/clients/rust. */
export function rustProgram(name: "client" | "relying_party"): string {
  return rustBuilt("tests/clients/rust", name);
}

/** The path of a built web app in examples/clients/rust. */
export function rustWebApp(name: "session" | "stateless"): string {
  return rustBuilt("examples/clients/rust", name);
}

function rustBuilt(folder: string, name: string): string {
  const target = join(OUTPUT, "rust");
  const manifest = join(ROOT, folder, "Cargo.toml");
  const options = ["--quiet", "--locked", "--manifest-path", manifest, "--target-dir", target];
  run("cargo", ["build", ...options]);
  return join(target, "debug", name);
}

/** What the tool says goes to standard error, where it does not mix with the test's report. */
function run(command: string, args: string[]): void {
  mkdirSync(OUTPUT, { recursive: true });
  execFileSync(command, args, { cwd: ROOT, stdio: ["ignore", 2, 2] });
}
