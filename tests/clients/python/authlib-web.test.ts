/** Authlib as a web client: a Flask app on this machine, which alice visits in Chromium. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { eventually } from "../../worker/support/flow.ts";
import { freePort } from "../../worker/support/free_port.ts";
import { pythonProgram } from "../support/python.ts";
import type { Claims, RelyingPartySetup } from "../support/relying_party.ts";
import { isAlice, isSignIn } from "../support/sign_in_story.ts";
import { Stage } from "../support/story.ts";

const python = pythonProgram();
const stage = await Stage.open();
const { house } = stage;

/** The app, and the client that it is. */
class WebApp {
  readonly origin: string;
  readonly setup: RelyingPartySetup;
  readonly #process: ChildProcess;

  private constructor(origin: string, setup: RelyingPartySetup, process: ChildProcess) {
    this.origin = origin;
    this.setup = setup;
    this.#process = process;
  }

  static async start(idTokenAlg: "ES256" | "RS256"): Promise<WebApp> {
    const port = await freePort();
    const origin = `http://localhost:${port}`;
    const addresses = {
      redirect_uris: [`${origin}/callback`],
      post_logout_redirect_uris: [`${origin}/signed-out`],
    };
    const setup = await stage.relyingParty("confidential", { idTokenAlg }, addresses);
    const { issuer: ISSUER, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET = "" } = setup;
    const env = { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT: String(port), NO_PROXY: "127.0.0.1" };
    const process_ = spawn(python, [join(import.meta.dirname, "authlib_web.py")], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", process.env.OSTIARY_LOG ? "inherit" : "ignore"],
    });
    const app = new WebApp(origin, setup, process_);
    await eventually("the app listens", () =>
      fetch(`http://127.0.0.1:${port}/nowhere`).then(
        () => true,
        () => undefined,
      ),
    );
    return app;
  }

  /** Opens a page of the app; what it shows in the end. */
  async show(page: Page, path: string): Promise<Claims> {
    await page.goto(`${this.origin}${path}`);
    return this.shown(page);
  }

  async shown(page: Page): Promise<Claims> {
    assert.equal(new URL(page.url()).origin, this.origin);
    return JSON.parse((await page.locator("pre").textContent()) ?? "");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill();
  }
}

for (const algorithm of ["ES256", "RS256"] as const)
  test(`Authlib as a web app with ${algorithm}: sign-in, claims, refresh, sign-out`, async () => {
    await using app = await WebApp.start(algorithm);
    await using visitor = await house.visitor();
    const { page } = visitor;
    await page.goto(`${app.origin}/sign-in`);
    await visitor.signIn("alice", "alice");
    await page.locator("#approve").click();
    await page.waitForURL(`${app.origin}/me`);
    const first = (await app.shown(page)) as Record<string, Claims>;
    await isSignIn(stage, app.setup, first.id_token ?? {});
    isAlice(first.id_token?.sub, first.userinfo ?? {});

    const later = (await app.show(page, "/refresh")) as Record<string, Claims>;
    const { nonce: _, at_hash, iat, exp, ...same } = first.id_token ?? {};
    assert.deepEqual({ ...later.id_token, ...same }, later.id_token);
    assert.notEqual(later.id_token?.at_hash, at_hash, "another access token");
    assert.ok(Number(later.id_token?.iat) >= Number(iat) && Number(exp) > 0);
    isAlice(first.id_token?.sub, later.userinfo ?? {});

    await page.goto(`${app.origin}/sign-out`);
    assert.equal(new URL(page.url()).pathname, "/signed-out");
    assert.deepEqual(await app.shown(page), {
      post_logout_redirect_uri: `${app.origin}/signed-out`,
    });
    assert.deepEqual(await app.show(page, "/refresh"), {
      error: "invalid_grant",
      error_description: "the grant has ended",
    });
    await page.goto(`${app.origin}/sign-in`);
    assert.equal(await page.locator("#login-form").count(), 1);
  });

test("Authlib as a web app shows access_denied when the person says no", async () => {
  await using app = await WebApp.start("ES256");
  await using visitor = await house.visitor();
  const { page } = visitor;
  await page.goto(`${app.origin}/sign-in`);
  await visitor.signIn("alice", "alice");
  await page.locator("#deny").click();
  await page.waitForURL(`${app.origin}/callback*`);
  assert.deepEqual(await app.shown(page), {
    error: "access_denied",
    error_description: "the resource owner denied the request",
  });
});
