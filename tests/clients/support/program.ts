/**
 * A client library in another language: a program of ours in that language that does, line by line, what it is told.
 *
 * It is told by JSON on standard input, `{"do": "authorize", "scope": "read:tools"}`, and answers each with one line
 * of JSON on standard output: what the method of `Library` gives, or `{"error": …, "error_description": …}` when the
 * library shows an OAuth error. It learns who it plays from ISSUER, CLIENT_ID, CLIENT_SECRET and REDIRECT_URI, and from
 * CLIENT_KEY, the private JWK of a client that has one. Anything else that goes wrong ends it, with a word on standard error.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { type Answer, type Library, Refused, type Setup, type Tokens } from "./library.ts";

const LIMIT_MS = 120_000;

export class Program implements Library {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  #errors = "";

  constructor(command: string, args: string[], setup: Setup, more: Record<string, string> = {}) {
    this.#process = spawn(command, args, {
      env: {
        ...process.env,
        NO_PROXY: "127.0.0.1,localhost",
        ISSUER: setup.issuer,
        CLIENT_ID: setup.clientId,
        CLIENT_SECRET: setup.clientSecret ?? "",
        CLIENT_KEY: setup.clientKey ? JSON.stringify(setup.clientKey.privateJwk) : "",
        REDIRECT_URI: setup.redirectUri,
        ...more,
      },
    });
    this.#process.on("error", (error) => {
      this.#errors += String(error);
    });
    this.#process.stdin.on("error", () => {}); // it has ended; `ask` says so
    this.#process.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    this.#lines = createInterface({ input: this.#process.stdout });
  }

  async authorize(scope: string): Promise<string> {
    return (await this.ask<{ url: string }>("authorize", { scope })).url;
  }

  redeem(callback: string): Promise<Tokens> {
    return this.ask("redeem", { callback });
  }

  refresh(): Promise<Tokens> {
    return this.ask("refresh");
  }

  call(): Promise<Answer> {
    return this.ask("call");
  }

  async revoke(): Promise<void> {
    await this.ask("revoke");
  }

  introspect(): Promise<Record<string, unknown>> {
    return this.ask("introspect");
  }

  clientCredentials(scope: string): Promise<Tokens> {
    return this.ask("client_credentials", { scope });
  }

  async stop(): Promise<void> {
    this.#lines.close();
    this.#process.kill();
  }

  /** Tells it to do `what`; what it answers. */
  async ask<T>(what: string, more: Record<string, string> = {}): Promise<T> {
    const line = this.#line();
    this.#process.stdin.write(`${JSON.stringify({ do: what, ...more })}\n`);
    const answer = JSON.parse(await line);
    if (answer.error !== undefined) throw new Refused(answer.error, answer.error_description);
    return answer as T;
  }

  #line(): Promise<string> {
    return new Promise((resolve, reject) => {
      const ends = new AbortController();
      const give = (why: string) => {
        ends.abort();
        reject(new Error(`the program ${why}\n${this.#errors}`));
      };
      const timer = setTimeout(() => give(`does not answer within ${LIMIT_MS} ms`), LIMIT_MS);
      ends.signal.addEventListener("abort", () => clearTimeout(timer));
      const ended = () => give("has ended");
      this.#process.once("close", ended);
      ends.signal.addEventListener("abort", () => this.#process.off("close", ended));
      this.#lines.once("line", (line) => {
        ends.abort();
        resolve(line);
      });
    });
  }
}
