/**
 * What the tests of one file share: a server with the development users and clients, a Chromium, an app.
 *
 *     const house = await openHouse();
 *     after(() => house.close());
 */
import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { type Options, type Ostiary, startOstiary } from "../../worker/support/ostiary.ts";
import { launchChromium } from "./chromium.ts";
import { Client, LoopbackApp } from "./client.ts";
import { Visitor } from "./visitor.ts";

export class House {
  readonly ostiary: Ostiary;
  readonly app: LoopbackApp;
  readonly #browser: Browser;

  constructor(ostiary: Ostiary, app: LoopbackApp, browser: Browser) {
    this.ostiary = ostiary;
    this.app = app;
    this.#browser = browser;
  }

  /** Somebody whose browser has never been here. */
  visitor({ javaScript = true } = {}): Promise<Visitor> {
    return Visitor.arrive(this.#browser, this.ostiary.url, javaScript);
  }

  /** The public client `demo-web`, which the app on this machine is from now on. */
  demoWeb(options: { onward?: boolean } = {}): Client {
    return this.app.play(new Client("demo-web", this.app.redirectUri), options.onward);
  }

  /** The confidential client `demo-server`, whose site must be played (`playSite`). */
  demoServer(): Client {
    return new Client("demo-server", "https://server.example/callback", "demo-server-secret");
  }

  /** A new confidential client with the app's redirect URI: its consent is remembered though the app is local. */
  async confidentialApp(options: { onward?: boolean } = {}): Promise<Client> {
    const answer = await this.ostiary.fetch("/dev/client", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name: "Local server", redirect_uris: [this.app.redirectUri] }),
    });
    const { client_id, client_secret } = (await answer.json()) as Record<string, string>;
    assert.ok(client_id);
    return this.app.play(
      new Client(client_id, this.app.redirectUri, client_secret),
      options.onward,
    );
  }

  /** A new confidential client of these settings (docs/api.md, `POST /admin/api/clients`). */
  async newClient(
    settings: { client_name: string; redirect_uris: string[] } & Record<string, unknown>,
  ): Promise<Client> {
    const answer = await this.ostiary.fetch("/admin/api/clients", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Admin-Token": this.ostiary.adminToken },
      body: JSON.stringify(settings),
    });
    const made = (await answer.json()) as { client_id: string; client_secret?: string };
    assert.equal(answer.status, 201, JSON.stringify(made));
    return new Client(made.client_id, settings.redirect_uris[0] ?? "", made.client_secret);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.app.close();
    await this.ostiary.stop();
  }
}

export async function openHouse(options: Options = {}): Promise<House> {
  const [ostiary, app, browser] = await Promise.all([
    startOstiary(options),
    LoopbackApp.listen(),
    launchChromium(),
  ]);
  const house = new House(ostiary, app, browser);
  const seeded = await ostiary.fetch("/dev/seed", { method: "POST" });
  if (!seeded.ok) {
    await house.close();
    throw new Error(`seeding failed: ${seeded.status} ${await seeded.text()}`);
  }
  return house;
}
