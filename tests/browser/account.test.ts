/** What people do with their own accounts. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Client, tokensOf } from "../worker/support/client.ts";
import { tokensFor } from "../worker/support/flow.ts";
import { Person } from "../worker/support/person.ts";
import { openHouse } from "./support/house.ts";
import { makeResident, move, passwordLink } from "./support/resident.ts";
import type { Visitor } from "./support/visitor.ts";

const house = await openHouse();
after(() => house.close());
const { ostiary } = house;

const NEW = "correct horse battery";
const SITE = "https://printer.example/callback";

async function open({ page }: Visitor, path: string): Promise<void> {
  await page.goto(`${ostiary.url}${path}`);
}

async function changePassword({ page }: Visitor, current: string): Promise<void> {
  await page.locator("#current_password").fill(current);
  await page.locator("#new_password").fill(NEW);
  await page.locator("#repeat_password").fill(NEW);
  await page.locator("#save").click();
  await page.locator("#done").waitFor();
}

/** A confidential client that an administrator made, as a program of its own. */
async function printer(): Promise<Client> {
  const made = await house.newClient({ client_name: "Photo printer", redirect_uris: [SITE] });
  return new Client(made.id, SITE, made.secret);
}

for (const javaScript of [true, false])
  test(`a new password signs a person out in the other browser, javaScript: ${javaScript}`, async () => {
    await using here = await house.visitor({ javaScript });
    await using there = await house.visitor({ javaScript });
    there.expect(403);
    const resident = await move(house, here, "/account/password");
    await open(there, "/account/sessions");
    await there.signIn(resident.name, resident.password);
    assert.equal(await there.page.locator("#sessions > li").count(), 2);

    await changePassword(here, resident.password);
    await open(here, "/account/sessions");
    assert.equal(await here.page.locator("#sessions > li").count(), 1);

    await there.page.reload();
    assert.equal(new URL(there.page.url()).pathname, "/login");
    await there.signIn(resident.name, resident.password);
    await there.page.locator("#login-problem").waitFor();
    await there.signIn(resident.name, NEW);
    await there.page.locator("#sessions").waitFor();
  });

test("an app that is removed has a dead refresh token, and must ask again", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  const resident = await move(house, visitor, "/account/apps");
  await page.locator("#no-apps").waitFor();
  const person = new Person(ostiary);
  await person.signIn(resident.name, resident.password);
  const client = await printer();
  const first = await tokensFor(ostiary, person, client);
  const { refresh_token, access_token } = await tokensOf(
    await client.refresh(ostiary, first.refresh_token),
  );

  await page.reload();
  assert.match((await page.locator("#apps").textContent()) ?? "", /Photo printer/);
  await page.locator("#remove-1").click();
  assert.equal(await page.locator("#confirm-title").textContent(), "Remove Photo printer?");
  await page.locator("#back").click();
  assert.ok((await client.refresh(ostiary, refresh_token)).ok, "asking ends nothing");

  await page.locator("#remove-1").click();
  await page.locator("#confirm").click();
  await page.locator("#done").waitFor();
  await page.locator("#no-apps").waitFor();
  assert.equal((await client.refresh(ostiary, refresh_token)).status, 400);
  const me = await ostiary.fetch("/api/oauth/clients/me", {
    headers: { Authorization: `Bearer ${access_token}` },
  });
  assert.equal(me.status, 401);
  const asked = await person.get(client.request().path);
  assert.match(asked.html, /id="consent-form"/);
});

test("a new secret is shown once, can be copied, and works at once", async () => {
  await using visitor = await house.visitor();
  const { page } = visitor;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await move(house, visitor, "/account/client");
  await page.locator("#new-secret").click();
  await page.locator("#confirm").click();
  const id = (await page.locator("#client-id").textContent()) ?? "";
  const secret = (await page.locator("#client-secret").textContent()) ?? "";
  await page.locator("#copy-client-secret").click();
  await page.getByText("Copied", { exact: true }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
  assert.ok((await new Client(id, "", secret).ownToken(ostiary)).access_token);

  await page.locator("#back").click();
  assert.ok(!(await page.content()).includes(secret));
  await page.locator("#new-secret").click();
  await page.locator("#confirm").click();
  const next = (await page.locator("#client-secret").textContent()) ?? "";
  assert.ok((await new Client(id, "", next).ownToken(ostiary)).access_token);
  await assert.rejects(new Client(id, "", secret).ownToken(ostiary), "the one before does no more");
});

test("a profile is kept as it was typed, and what is wrong is said beside its field", async () => {
  await using visitor = await house.visitor({ javaScript: false });
  visitor.expect(400);
  const { page } = visitor;
  await move(house, visitor, "/account/profile");
  await page.locator("#name").fill("Alice Liddell");
  await page.locator("#zoneinfo").fill("over there");
  await page.locator("#save").click();
  await page.locator("#zoneinfo-problem").waitFor();
  assert.equal(await page.locator("#name").inputValue(), "Alice Liddell");
  assert.equal(await page.locator("#zoneinfo").inputValue(), "over there");
  await page.locator("#zoneinfo").fill("Europe/Amsterdam");
  await page.locator("#save").click();
  await page.locator("#done").waitFor();
  await page.reload();
  assert.equal(await page.locator("#zoneinfo").inputValue(), "Europe/Amsterdam");
});

test("one signs out in another browser, and then everywhere else", async () => {
  await using here = await house.visitor();
  await using there = await house.visitor();
  await using elsewhere = await house.visitor({ javaScript: false });
  const resident = await move(house, here, "/account/sessions");
  for (const other of [there, elsewhere]) {
    await open(other, "/account");
    await other.signIn(resident.name, resident.password);
  }
  await here.page.reload();
  assert.equal(await here.page.locator("#sessions > li").count(), 3);
  assert.match((await here.page.locator("#sessions").textContent()) ?? "", /Chrome on Linux/);
  await here.page.locator("#end-2").click();
  await here.page.locator("#done").waitFor();
  assert.equal(await here.page.locator("#sessions > li").count(), 2);
  await here.page.locator("#end-others").click();
  await here.page.locator("#confirm").click();
  await here.page.locator("#nowhere-else").waitFor();
  for (const other of [there, elsewhere]) {
    await other.page.reload();
    assert.equal(new URL(other.page.url()).pathname, "/login");
  }
});

test("a link sets a password once", async () => {
  await using visitor = await house.visitor({ javaScript: false });
  visitor.expect(410);
  const { page } = visitor;
  const resident = await makeResident(house);
  const url = await passwordLink(house, resident);
  await page.goto(url);
  assert.equal(await page.locator("#username").textContent(), resident.name);
  await page.locator("#new_password").fill(NEW);
  await page.locator("#repeat_password").fill(NEW);
  await page.locator("#save").click();
  await page.locator("#message-link").click();
  await visitor.signIn(resident.name, NEW);
  assert.equal(await page.locator("#signed-in-as").textContent(), resident.name);
  await page.goto(url);
  assert.equal(await page.locator("#message-title").textContent(), "This link is over");
});
