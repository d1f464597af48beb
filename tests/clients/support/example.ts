/**
 * A program of examples/ as a person runs it, on a command line. Where it would open a browser, the browser is `echo`: the
 * address comes out as a line.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { eventually } from "../../worker/support/flow.ts";

const LIMIT_MS = 180_000;

/** What it was that a program printed, and how it ended. */
export interface Ended {
  printed: string;
  problems: string;
  code: number | null;
}

export class Example {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<number | null>;
  #printed = "";
  #problems = "";

  constructor(command: string, args: string[], env: Record<string, string> = {}) {
    this.#process = spawn(command, args, {
      env: {
        ...process.env,
        NO_PROXY: "127.0.0.1,localhost",
        PYTHONDONTWRITEBYTECODE: "1",
        ...env,
      },
      stdio: ["pipe", "pipe", "pipe"],
      timeout: LIMIT_MS,
    });
    this.#process.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#printed += text;
    });
    this.#process.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#problems += text;
    });
    this.#ended = new Promise((resolve) => this.#process.once("close", resolve));
  }

  /** The address that the browser was to open. */
  async opened(): Promise<string> {
    return eventually("the browser is opened", async () => {
      if (this.#process.exitCode !== null) throw new Error(`it has ended: ${this.#problems}`);
      return /^(http\S+)\n/m.exec(this.#printed)?.[1];
    });
  }

  /** Types these lines, and no more. */
  type(...lines: string[]): void {
    this.#process.stdin.end(lines.map((line) => `${line}\n`).join(""));
  }

  /** Ends a program that goes on by itself. */
  stop(): void {
    this.#process.kill();
  }

  async ended(): Promise<Ended> {
    const code = await this.#ended;
    const printed = this.#printed.replace(/^http\S+\n/m, "");
    return { printed, problems: this.#problems, code };
  }
}

/** The port of this machine at which a program waits for the person whom it sent to this address. */
export function waitsAt(address: string): string {
  return new URL(new URL(address).searchParams.get("redirect_uri") ?? "").port;
}
