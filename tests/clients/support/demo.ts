/** The demo apps of examples/, started by the command that their README tells. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import type { Page } from "playwright-core";
import type { Visitor } from "../../browser/support/visitor.ts";
import { eventually } from "../../worker/support/flow.ts";
import { freePort } from "../../worker/support/free_port.ts";
import { ROOT } from "../../worker/support/settings.ts";
import { examplesIn } from "./markdown.ts";

export type App = "todo" | "camera";

/** The one line of its README. */
function commandOf(app: App): string {
  const [example, ...more] = examplesIn(`examples/${app}/README.md`);
  assert.ok(example && more.length === 0, "its README has one command");
  return example.script;
}

export class Demo {
  readonly origin: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<number | null>;
  #printed = "";

  private constructor(app: App, origin: string, env: Record<string, string>) {
    this.origin = origin;
    // A process group of its own, as a terminal has one: what ends it ends all of it.
    this.#process = spawn("bash", ["-c", commandOf(app)], {
      cwd: ROOT,
      detached: true,
      env: { ...process.env, NO_PROXY: "127.0.0.1,localhost", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#printed += text;
      });
    this.#ended = new Promise((resolve) => this.#process.once("close", resolve));
  }

  /** Beside a server at an address of its own, whose admin token it is given. */
  static async beside(
    app: App,
    server: { url: string; adminToken: string },
    port?: string,
  ): Promise<Demo> {
    const PORT = port ?? String(await freePort());
    const { url: OSTIARY_URL, adminToken: ADMIN_TOKEN } = server;
    const env = { OSTIARY_URL, ADMIN_TOKEN, PORT };
    return new Demo(app, `http://localhost:${PORT}`, env);
  }

  /** Beside `make dev`, just as the README has it. */
  static asTold(app: App): Demo {
    return new Demo(app, `http://localhost:${{ todo: 8788, camera: 8789 }[app]}`, {});
  }

  /** Waits until it serves. */
  async ready(): Promise<this> {
    await eventually(`examples of ${this.origin} are served`, async () => {
      if (this.#process.exitCode !== null) throw new Error(`it has ended: ${this.#printed}`);
      return this.#printed.includes(`Open ${this.origin}\n`) || undefined;
    });
    return this;
  }

  /** What it said, and how it ended by itself. */
  async ended(): Promise<{ printed: string; code: number | null }> {
    const code = await this.#ended;
    return { printed: this.#printed, code };
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.pid) process.kill(-this.#process.pid);
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** Somebody opens the app and presses "Sign in"; where they are asked, they sign in. Ends on the consent page. */
export async function askToSignIn(visitor: Visitor, demo: Demo, name = "alice"): Promise<void> {
  const { page } = visitor;
  await page.goto(demo.origin);
  await page.locator("#sign-in").click();
  await page.locator("#login-form, #consent-form").waitFor();
  if (await page.locator("#login-form").count()) await visitor.signIn(name, name);
}

/** The same, and they approve; back at the app they are known by name. */
export async function signIn(visitor: Visitor, demo: Demo, name = "alice"): Promise<void> {
  await askToSignIn(visitor, demo, name);
  await approve(visitor.page, demo);
  const called = { alice: "Alice Example", bob: "Bob Example" }[name] ?? name;
  await visitor.page.locator("#name", { hasText: called }).waitFor();
}

export async function approve(page: Page, demo: Demo): Promise<void> {
  await page.locator("#approve").click();
  await page.waitForURL(`${demo.origin}/`);
}

/** Somebody who is signed in adds an item, and sees it. */
export async function add(page: Page, text: string): Promise<void> {
  await page.locator("#text").fill(text);
  await page.locator("#add").click();
  await page.locator("#items li", { hasText: text }).waitFor();
}

export function items(page: Page): Promise<string[]> {
  return page.locator("#items li span").allTextContents();
}

/** Somebody who is signed in without the camera's scope reads why there is no picture, allows it, and sees one. */
export async function allowCamera(visitor: Visitor, demo: Demo): Promise<void> {
  const { page } = visitor;
  visitor.expect(403);
  await page.locator("#closed").waitFor();
  assert.deepEqual(await page.locator("#closed dd").allTextContents(), [
    "403",
    "insufficient_scope",
    "camera:view",
  ]);
  assert.ok(await page.locator("#picture").isHidden());
  await page.locator("#allow").click();
  await page.locator("#scopes", { hasText: "Look through your camera camera:view" }).waitFor();
  await approve(page, demo);
  await page.locator("#taken", { hasText: /^at \d/ }).waitFor();
  assert.ok(await page.locator("#closed").isHidden());
  const image = page.locator("#image");
  assert.equal(await image.evaluate((image: HTMLImageElement) => image.naturalWidth), 640);
}
