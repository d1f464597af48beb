/** A terminal that somebody types the lines of a document into, in an empty folder. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "../../worker/support/flow.ts";

const LIMIT_MS = 120_000;

/** What a few lines printed, and what the requests among them were answered. */
export interface Printed {
  output: string;
  /** HTTP status of each curl, in order; 0 where no answer came. */
  statuses: number[];
}

export class Terminal {
  readonly #folder: string;
  readonly #shell: ChildProcessWithoutNullStreams;
  #output = "";
  #errors = "";

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), "ostiary-terminal-"));
    // So that each curl tells its status though its line does not ask for it, and none goes by a proxy.
    writeFileSync(
      join(this.#folder, ".curlrc"),
      'write-out = "%{stderr}status %{http_code}\\n"\nnoproxy = "*"\nmax-time = 60\n',
    );
    this.#shell = spawn("bash", ["--norc", "--noprofile", "-o", "pipefail", "-s"], {
      cwd: this.#folder,
      env: { ...process.env, CURL_HOME: this.#folder, HOME: this.#folder },
    });
    this.#shell.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#output += text;
    });
    this.#shell.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
  }

  /** Sets a variable of the shell. */
  set(name: string, value: string): Promise<Printed> {
    return this.type(`${name}='${value.replaceAll("'", "'\\''")}'\n`);
  }

  /** Types these lines and waits until the last of them is done; throws when that one failed. */
  async type(lines: string): Promise<Printed> {
    const end = `end-${randomUUID()}`;
    this.#output = "";
    this.#errors = "";
    this.#shell.stdin.write(`${lines}\n_status=$?; echo "${end}" >&2; echo "${end} $_status"\n`);
    const done = new RegExp(`${end} (\\d+)\\n`);
    for (const began = Date.now(); ; ) {
      if (done.test(this.#output) && this.#errors.includes(end)) break;
      if (this.#shell.exitCode !== null || Date.now() - began > LIMIT_MS)
        throw new Error(`these lines do not end:\n${lines}\n${this.#output}${this.#errors}`);
      await sleep(20);
    }
    const [, status] = done.exec(this.#output) ?? [];
    if (status !== "0") throw new Error(`these lines fail:\n${lines}\n${this.#errors}`);
    return {
      output: this.#output.replace(done, ""),
      statuses: [...this.#errors.matchAll(/^status (\d+)$/gm)].map((match) => Number(match[1])),
    };
  }

  close(): void {
    this.#shell.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
