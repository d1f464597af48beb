/** The story of people who sign in by an account at another provider: the same at every provider. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Client } from "../../browser/support/client.ts";
import { press } from "../../browser/support/press.ts";
import type { Visitor } from "../../browser/support/visitor.ts";
import { claimsOf, type Tokens, tokensOf } from "../../worker/support/client.ts";
import { NAME, PROVIDER, type Scene } from "./connect_scene.ts";

const BUTTON = `#sign-in-${PROVIDER}`;
/** Who nobody here has linked. */
const STRANGER = "bob";

/** The tests of one provider. */
export function tellSignInByProvider(name: string, scene: Scene): void {
  const { house, upstream } = scene;

  test(`${name}: who linked an account signs in by it, into the app that sent them, until it is removed`, async () => {
    await scene.change({ sign_in: true });
    await using owner = await scene.person();
    await link(scene, owner.visitor, () => owner.signIn());
    assert.match(await owner.connections(), new RegExp(`Sign-in .*${upstream.called()}`));

    await using elsewhere = await scene.stranger();
    const app = await photos(scene);
    const tokens = await comeInto(scene, app, elsewhere, {});
    assert.deepEqual(tokens, { sub: owner.id, askedThere: true });
    const again = await comeInto(scene, app, elsewhere, { prompt: "login" });
    assert.deepEqual(again, { sub: owner.id, askedThere: true }, "a new sign-in is one there, too");

    await owner.connections();
    await press(owner.visitor.page, "#remove-sign-in-1");
    await press(owner.visitor.page, "#confirm");
    await using late = await scene.stranger();
    await isNobody(scene, late);
  });

  test(`${name}: who has an account that nobody linked comes in only where an administrator said so`, async () => {
    await scene.change({ sign_in: true });
    const before = await users(scene);
    await using stranger = await scene.stranger();
    await isNobody(scene, stranger, STRANGER);
    assert.deepEqual(await users(scene), before);

    await scene.change({ unknown_accounts: "create" });
    for (const visit of ["first", "second"]) {
      await using newcomer = await scene.stranger();
      await signIn(scene, newcomer, STRANGER);
      assert.equal(newcomer.page.url(), `${house.ostiary.url}/account`, visit);
      const [newest, ...more] = (await users(scene)).slice(before.length);
      assert.deepEqual(more, [], `after the ${visit} visit`);
      assert.ok(newest?.includes(upstream.called(STRANGER)), newest);
    }
    await scene.change({ unknown_accounts: "never" });
  });

  test(`${name}: who says no there is not signed in, and can sign in another way`, async () => {
    await scene.change({ sign_in: true });
    await using visitor = await scene.stranger();
    visitor.expect(403);
    await signIn(scene, visitor, STRANGER, "no");
    const { page } = visitor;
    assert.equal(await page.locator("#message-title").textContent(), "You are not signed in");
    await press(page, "#message-link");
    assert.equal(await page.locator("#login-form").count(), 1);
  });
}

/** Links the account there to hers here, from her page. */
async function link(scene: Scene, visitor: Visitor, signIn: () => Promise<void>): Promise<void> {
  const { page } = visitor;
  await signIn();
  await page.goto(`${scene.house.ostiary.url}/account/connections`);
  await press(page, BUTTON);
  await scene.upstream.answer(page, "yes");
  assert.equal(page.url(), `${scene.house.ostiary.url}/account/connections?done=linked`);
}

/** Signs in by the button of the login page. */
async function signIn(scene: Scene, { page }: Visitor, who?: string, says: "yes" | "no" = "yes") {
  await page.goto(`${scene.house.ostiary.url}/login`);
  assert.equal((await page.locator(BUTTON).textContent())?.trim(), `Sign in with ${NAME}`);
  await press(page, BUTTON);
  await scene.upstream.answer(page, says, who);
}

/** They come back and are told that nobody here is known by that account. */
async function isNobody(scene: Scene, visitor: Visitor, who?: string): Promise<void> {
  visitor.expect(403);
  await signIn(scene, visitor, who);
  const { page } = visitor;
  assert.equal(await page.locator("#message-title").textContent(), "You are not signed in");
  assert.match(
    (await page.locator("#message-text").textContent()) ?? "",
    /^No account here belongs/,
  );
  await page.goto(`${scene.house.ostiary.url}/account`);
  assert.equal(await page.locator("#login-form").count(), 1);
}

/** Who the app is told that they are, and whether they were asked for a password at the provider. */
async function comeInto(
  { house, upstream }: Scene,
  app: Client,
  { page }: Visitor,
  wishes: Record<string, string>,
): Promise<{ sub: unknown; askedThere: boolean }> {
  const request = app.request(house.ostiary, "openid", wishes);
  await page.goto(request.url);
  await press(page, BUTTON);
  const askedThere = await upstream.answer(page, "yes");
  if ((await page.locator("#approve").count()) > 0) await press(page, "#approve");
  const answer = await app.redeem(house.ostiary, request, app.answerTo(request));
  const { id_token } = (await tokensOf(answer)) as Tokens & { id_token: string };
  return { sub: claimsOf(id_token).sub, askedThere };
}

/** An app that people sign in to. */
async function photos({ house }: Scene): Promise<Client> {
  const { app } = house;
  const client_name = "Photos";
  const made = { client_name, redirect_uris: [app.redirectUri], scope: "openid" };
  return app.play(await house.newClient(made));
}

/** What is known of each user, in the order in which they came. */
async function users({ house }: Scene): Promise<string[]> {
  const database = await house.ostiary.database("DB");
  const { results } = await database.prepare("SELECT claims FROM users ORDER BY rowid").all();
  return results.map(({ claims }: Record<string, unknown>) => String(claims));
}
