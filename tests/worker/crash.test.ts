import assert from "node:assert/strict";
import { after, test } from "node:test";
import { App } from "./support/app.ts";
import { Client, demoServer } from "./support/client.ts";
import { codeFor, signedIn, sleep, startSeeded, tokensFor } from "./support/flow.ts";
import { rounds } from "./support/rounds.ts";

// Tokens that don't run out by themselves, however long all the rounds take.
const ostiary = await startSeeded({ vars: { ACCESS_TOKEN_EXPIRE_MINUTES: "1440" } });
after(() => ostiary.stop());

/** The apps of a round begin within so long, and the kill comes in the second half of it. */
const SPREAD_MS = 200;

/** A public client whose consent is remembered, which it isn't for one on the person's own device. */
async function publicClient(): Promise<Client> {
  const redirectUri = "https://spa.example/callback";
  const answer = await ostiary.fetch("/dev/client", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ public: true, redirect_uris: [redirectUri] }),
  });
  assert.equal(answer.status, 201);
  return new Client(((await answer.json()) as { client_id: string }).client_id, redirectUri);
}

test("a server killed in the middle of its work keeps what it has promised, and promises nothing twice", async (t) => {
  const person = await signedIn(ostiary);
  const clients = [demoServer, await publicClient()];
  for (const client of clients) await tokensFor(ostiary, person, client);
  const newApp = (client: Client) => new App(ostiary, client, () => codeFor(person, client));
  // Some apps live through everything; in every round new ones come, in the middle of their code exchange.
  const old = clients.map(newApp);
  await Promise.all(old.map((app) => app.prepare()));
  const wanted = rounds(50);
  const count = { unanswered: 0, regained: 0, startedOver: 0 };

  for (let round = 0; round < wanted; round += 1) {
    const young = Array.from({ length: 4 }, () => clients.map(newApp)).flat();
    for (const app of young) await app.prepare();
    let over = false;
    const running = [...old, ...young].map((app) =>
      app.live(Math.random() * SPREAD_MS, () => over),
    );
    await sleep(SPREAD_MS / 2 + (Math.random() * SPREAD_MS) / 2);
    await ostiary.kill();
    over = true;
    await Promise.all(running);

    for (const app of [...old, ...young]) await app.recover();
    for (const app of [...old, ...young]) await app.check(demoServer, "the last check");
    for (const app of young) add(count, app.count);
  }
  for (const app of old) {
    await app.check(demoServer, "ever");
    add(count, app.count);
  }
  assert.ok(count.unanswered >= wanted, "the kills came in the middle of something");
  t.diagnostic(`${wanted} kills: ${JSON.stringify(count)}`);
});

function add<K extends string>(sum: Record<K, number>, more: Record<K, number>): void {
  for (const key in more) sum[key] += more[key];
}
