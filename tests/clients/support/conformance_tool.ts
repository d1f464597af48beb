/**
 * `@modelcontextprotocol/conformance`. In its `authorization` mode it looks at the metadata of an authorization server, prints
 * an address for a person, and exchanges the code that comes back; in its `server` mode it plays a client. What it found, it
 * writes to files.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { ROOT } from "../../worker/support/settings.ts";

const TOOL = join(ROOT, "node_modules/@modelcontextprotocol/conformance/dist/index.js");

/** What it is told of the client that it is to play. A secret is no use: it takes `none` where the metadata has it. */
export interface Played {
  issuer: string;
  clientId: string;
  /** Where it listens for the answer, at `http://127.0.0.1:<port>/callback`. */
  port: number;
  /** RFC 8707. */
  resource?: string;
}

/** One thing that it looked at. */
export interface Check {
  id: string;
  status: "SUCCESS" | "FAILURE" | "WARNING" | "SKIPPED" | "INFO";
  errorMessage?: string;
  details?: { untestable?: boolean };
}

/** All that it checked of an MCP server, which must let everybody in, by this scenario in this version of the protocol. */
export async function scenarioOf(url: string, scenario: string, version: string): Promise<Check[]> {
  const what = ["--url", url, "--scenario", scenario, "--spec-version", version];
  return run(["server", ...what], async (lines) => {
    for await (const line of lines) if (process.env.OSTIARY_LOG) console.error(line);
  });
}

/** All that it checked. `send`: brings the person to the address that it prints. */
export async function checksOf(
  played: Played,
  send: (url: string) => Promise<void>,
): Promise<Check[]> {
  return run(["authorization", ...options(played)], async (lines) => {
    for await (const line of lines) {
      if (process.env.OSTIARY_LOG) console.error(line);
      if (line.startsWith(`${played.issuer}/`)) await send(line.trim());
    }
  });
}

/** Starts it, lets `read` have what it prints, and reads what it wrote. */
async function run(args: string[], read: (lines: Interface) => Promise<void>): Promise<Check[]> {
  const folder = mkdtempSync(join(tmpdir(), "mcp-conformance-"));
  const tool = spawn(process.execPath, [TOOL, ...args, "--output-dir", folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const ended = new Promise((resolve) => tool.once("close", resolve));
    await read(createInterface({ input: tool.stdout }));
    await ended;
    return readChecks(folder);
  } finally {
    tool.kill();
    rmSync(folder, { recursive: true });
  }
}

function options({ issuer, clientId, port, resource }: Played): string[] {
  const target = resource ? ["--resource", resource] : [];
  return ["--url", issuer, "--client-id", clientId, ...target, "--port", String(port)];
}

function readChecks(folder: string): Check[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith("checks.json"))
    .flatMap((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Check[]);
}
