/**
 * `@modelcontextprotocol/conformance` in its `authorization` mode: looks at the metadata of an authorization server, prints
 * an address for a person, and exchanges the code that comes back. What it found, it writes to files.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
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
}

/** All that it checked. `send`: brings the person to the address that it prints. */
export async function checksOf(
  played: Played,
  send: (url: string) => Promise<void>,
): Promise<Check[]> {
  const folder = mkdtempSync(join(tmpdir(), "mcp-conformance-"));
  const tool = spawn(process.execPath, [TOOL, "authorization", ...options(played, folder)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const ended = new Promise((resolve) => tool.once("close", resolve));
    for await (const line of createInterface({ input: tool.stdout })) {
      if (process.env.OSTIARY_LOG) console.error(line);
      if (line.startsWith(`${played.issuer}/`)) await send(line.trim());
    }
    await ended;
    return readChecks(folder);
  } finally {
    tool.kill();
    rmSync(folder, { recursive: true });
  }
}

function options({ issuer, clientId, port, resource }: Played, folder: string): string[] {
  const target = resource ? ["--resource", resource] : [];
  const place = ["--port", String(port), "--output-dir", folder];
  return ["--url", issuer, "--client-id", clientId, ...target, ...place];
}

function readChecks(folder: string): Check[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith("checks.json"))
    .flatMap((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Check[]);
}
