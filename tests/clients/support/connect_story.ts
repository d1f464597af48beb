/** The story of accounts that people connect: the same at every provider. What is asserted stands here. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { logged } from "../../worker/support/flow.ts";
import { administer } from "../../worker/support/tools.ts";
import type { Pending } from "./connect_person.ts";
import { NAME, PROVIDER, Scene } from "./connect_scene.ts";
import { tellSignInByProvider } from "./provider_sign_in_story.ts";
import type { Upstream } from "./upstream.ts";

/** Within the five minutes in which a token is refreshed though it lives. */
const SOON_OVER = 240;

/** The tests of one provider. */
export async function tellConnectStory(name: string, upstream: Upstream): Promise<void> {
  const scene = await Scene.open(upstream);
  after(() => scene.close());
  const { ostiary } = scene.house;

  test(`${name}: an administrator makes it by its issuer alone, and the check finds nothing wrong`, async () => {
    assert.equal(scene.provider.redirect_uri, `${ostiary.url}/oauth/callback/${PROVIDER}`);
    const checked = await administer(ostiary, "POST", `providers/${PROVIDER}/check`, {});
    assert.deepEqual(checked, { result: "Nothing is wrong." });
  });

  test(`${name}: a call says where to connect the account, and works once it is connected`, async () => {
    await using person = await scene.person();
    assert.equal(((await person.callByMcp()) as Pending).pending, true);
    await person.connect(await person.pending());
    for (const call of [() => person.call(), () => person.callByMcp()])
      assert.deepEqual(await call(), { whose: await scene.whose() });
    assert.ok(await scene.whose());
    assert.match(
      await person.connections(),
      new RegExp(`${NAME} ${upstream.called()} .*Last used`),
    );
  });

  // Before the clock is moved, since not every provider's is: who signs in anew must have done so a moment ago.
  tellSignInByProvider(name, scene);

  test(`${name}: a token that is soon over is refreshed once for all callers, and no refresh token is shown twice`, async () => {
    await using person = await scene.person();
    await person.connect(await person.pending());
    const tokens = new Set<string>();
    for (const round of [1, 2]) {
      await scene.advance(upstream.lifetime - SOON_OVER);
      const before = scene.wire.refreshed.length;
      const calls = Array.from({ length: 10 }, () => person.call());
      const answers = await Promise.all(calls);
      assert.equal(scene.wire.refreshed.length, before + 1, `requests in round ${round}`);
      answers.push(await person.call());
      const whose = await scene.whose();
      assert.ok(whose);
      for (const answer of answers) assert.deepEqual(answer, { whose });
      tokens.add(scene.tool.tokens.at(-1) ?? "");
    }
    assert.equal(tokens.size, 2, "each refresh gave another token");
    assert.equal(new Set(scene.wire.refreshed).size, scene.wire.refreshed.length);
  });

  test(`${name}: what is taken back there must be authorized again, and is asked for once`, async () => {
    await using person = await scene.person();
    await person.connect(await person.pending());
    await upstream.takeBack(person.visitor.page);
    await scene.advance(upstream.lifetime);
    const before = scene.wire.refreshed.length;
    await person.pending();
    const authUrl = await person.pending();
    assert.equal(scene.wire.refreshed.length, before + 1);
    assert.match(await person.connections(), new RegExp(`${NAME} Connect it again`));
    await person.connect(authUrl);
    assert.deepEqual(await person.call(), { whose: await scene.whose() });
    assert.doesNotMatch(await person.connections(), /Connect it again/);
  });

  test(`${name}: what is disconnected here is given back, and dead there`, async () => {
    await using person = await scene.person();
    await person.connect(await person.pending());
    await person.call();
    assert.ok(await scene.whose());
    const before = scene.wire.givenBack.length;
    await person.disconnect();
    assert.deepEqual(
      scene.wire.givenBack.slice(before).map(([, status]) => status),
      [200],
    );
    assert.equal(await scene.whose(), undefined);
    assert.match(await person.connections(), /No account is connected/);
    await person.pending();
  });

  test(`${name}: a no there links nothing, and is told in our words`, async () => {
    await using person = await scene.person();
    person.visitor.expect(403);
    await person.comeTo(await person.pending());
    await person.goOn("no");
    const text = await person.visitor.page.locator("#message-text").textContent();
    assert.match(text ?? "", new RegExp(`^Access was not allowed at ${NAME}\\b`));
    assert.match(await person.connections(), /No account is connected/);
    await person.pending();
  });

  test(`${name}: no token, code or secret of all this is stored or logged as it is`, async () => {
    await using person = await scene.person();
    await person.connect(await person.pending());
    await person.call();
    const secrets = scene.wire.secrets();
    const kinds = [
      "access_token",
      "client_secret",
      "code",
      "code_verifier",
      "id_token",
      "refresh_token",
    ];
    const found = new Set(secrets.values());
    assert.deepEqual(
      kinds.filter((kind) => !found.has(kind)),
      [],
      "the story had all of them",
    );
    await logged(ostiary, "connection_made");
    const logs = Buffer.from(ostiary.logs.join("\n"));
    const files = scene.stored();
    assert.ok(
      files.some((file) => file.includes(NAME)),
      "what is no secret is found",
    );
    for (const [secret, kind] of secrets)
      for (const place of [logs, ...files]) assert.ok(!place.includes(secret), `${kind} ${secret}`);
  });
}
