/** Clients whose metadata documents change while people and tokens are about. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Client, tokensOf } from "./support/client.ts";
import { newPerson, startSeeded, tokensFor } from "./support/flow.ts";
import { type Good, HOSTILE } from "./support/hostile.ts";
import { describe, documentOf, isShown } from "./support/newcomers.ts";
import { Web } from "./support/web.ts";

const REDIRECT_URI = "https://app.example/callback";

const web = new Web();
const ostiary = await startSeeded({ outbound: web.outbound });
after(() => ostiary.stop());

let hosts = 0;

function good(id: string): Good {
  const body = new TextEncoder().encode(JSON.stringify(documentOf(id, REDIRECT_URI)));
  return { body, type: "application/json" };
}

/** Longer than a document stays fresh that says nothing of it. */
const STALE_S = 61 * 60;

test("a client that comes to call itself otherwise keeps its tokens, and people are asked again", async () => {
  const person = await newPerson(ostiary);
  const id = `https://host-${++hosts}.example/changing`;
  const client = describe(web, id, REDIRECT_URI);
  const { refresh_token } = await tokensFor(ostiary, person, client);
  assert.equal((await person.get(client.request().path)).status, 303, "the yes is remembered");

  const moved = describe(web, id, "https://evil.example/callback");
  await ostiary.advance(STALE_S);
  await tokensOf(await client.refresh(ostiary, refresh_token));
  assert.equal((await person.get(client.request().path)).status, 400, "it answers there no more");
  assert.equal(await isShown(person, moved), true, "they are asked anew");
});

test("a host that turns hostile ends no tokens, and gets nobody back", async () => {
  const person = await newPerson(ostiary);
  const id = `https://host-${++hosts}.example/turning`;
  const client = describe(web, id, REDIRECT_URI);
  let tokens = await tokensFor(ostiary, person, client);
  await ostiary.advance(STALE_S);
  for (const [how, answer] of Object.entries(HOSTILE)) {
    web.show(id, () => answer(good(id)));
    assert.equal(await isShown(person, client), false, how);
    tokens = await tokensOf(await client.refresh(ostiary, tokens.refresh_token));
  }
  describe(web, id, REDIRECT_URI);
  const answer = await person.get(client.request().path);
  assert.equal(answer.status, 303, "it is what it was, and so is the yes");
});

test("an answer goes where its page said, and nowhere once the document says otherwise", async () => {
  const person = await newPerson(ostiary);
  const id = `https://host-${++hosts}.example/alternating`;
  const [here, there] = [REDIRECT_URI, "https://evil.example/callback"];
  let reads = 0;
  const init = { headers: { "Cache-Control": "max-age=300" } };
  web.show(id, () => Response.json(documentOf(id, ++reads % 2 ? here : there), init));
  const shown = await person.get(new Client(id, here).request().path);
  assert.match(shown.html, /id="destination">app\.example</);
  await ostiary.advance(301);
  const other = await person.get(new Client(id, there).request().path);
  assert.match(other.html, /id="destination">evil\.example</);
  const first = await person.submit(shown, { action: "approve" });
  assert.deepEqual([first.status, first.location], [400, ""]);
  assert.match(first.html, /id="error-code">invalid_request</);
  const second = await person.submit(other, { action: "approve" });
  assert.equal(second.location.split("?")[0], there, "which this page said");
});
