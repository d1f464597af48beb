/** Links that are worth nothing, some of which never were worth anything: nobody may tell which by the time it takes. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { demoServer, tokensOf } from "../../worker/support/client.ts";
import { secrets } from "../../worker/support/ostiary.ts";
import { Person } from "../../worker/support/person.ts";
import type { Running } from "../support/boot.ts";
import { type Answered, type Kind, timed } from "./probe.ts";

const PASSWORD = "battery staple";

/** What a page says, without what is another on each. */
const said = (html: string) => /id="message-text">[^<]*/.exec(html)?.[0] ?? html;

function unknown(): string {
  return randomBytes(32).toString("base64url");
}

async function administer(running: Running, path: string, body: unknown): Promise<unknown> {
  const answer = await running.fetch(`/admin/api/${path}`, {
    method: "POST",
    headers: { "X-Admin-Token": secrets.ADMIN_TOKEN, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.ok(answer.ok, await answer.clone().text());
  return answer.json();
}

/** Links to set a password: one that was used, and such as never were. */
export async function passwordLinks(running: Running): Promise<Kind[]> {
  const { id } = (await administer(running, "users", { name: "invited" })) as { id: string };
  const { url } = (await administer(running, `users/${id}/password-link`, {})) as { url: string };
  const used = new URL(url).pathname;
  const person = new Person(running);
  const fields = { new_password: PASSWORD, repeat_password: PASSWORD };
  assert.equal((await person.submit(await person.get(used), fields)).status, 303);
  const ask = (path: () => string) => () => timed(() => running.fetch(path()), said);
  return [
    { name: "used", ask: ask(() => used) },
    { name: "unknown", ask: ask(() => `/password/${unknown()}`) },
  ];
}

/** Tickets of agents, opened by whom they are for: one that is for another provider, and such as never were. */
export async function tickets(running: Running, alice: Person): Promise<Kind[]> {
  for (const id of ["mail", "files"]) await administer(running, "providers", providerNamed(id));
  const asked = demoServer.request("agent:connect");
  const code = demoServer.codeOf(await alice.approve(asked.path), asked);
  const { access_token } = await tokensOf(await demoServer.redeem(running, code));
  const answer = await running.fetch("/oauth/fastmcp/agent/authenticate", {
    method: "POST",
    headers: { Authorization: `Bearer ${access_token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ agent_id: "bot", provider: "mail", requested_scopes: ["read"] }),
  });
  const { authorization_url } = (await answer.json()) as { authorization_url: string };
  const ticket = new URL(authorization_url).searchParams.get("ticket");
  const ask = (of: () => string | null) => async (): Promise<Answered> => {
    const began = performance.now();
    const page = await alice.get(`/connect/files?ticket=${of()}`);
    return { status: page.status, body: said(page.html), millis: performance.now() - began };
  };
  return [
    { name: "of another provider", ask: ask(() => ticket) },
    { name: "unknown", ask: ask(unknown) },
  ];
}

function providerNamed(id: string) {
  return {
    id,
    kind: "oauth",
    client_id: "us",
    client_secret: "a-secret",
    scopes: "read",
    authorization_endpoint: `https://${id}.example/authorize`,
    token_endpoint: `https://${id}.example/token`,
    userinfo_endpoint: `https://${id}.example/me`,
  };
}
