/**
 * Another provider, with the server of a tool that takes its tokens: a refresh token of it is good once. Plays every host that
 * the Worker asks, as `Options.outbound`.
 */
import assert from "node:assert/strict";
import type { Ostiary } from "./ostiary.ts";
import type { Person } from "./person.ts";
import { administer, agentToken, callTool, switchTool } from "./tools.ts";

const SECRET = "secret-of-our-client-there";

export class RotatingProvider {
  /** Every text that nobody but the provider and the tool may ever see. */
  readonly secrets: string[] = [SECRET];
  /** The refresh tokens that came, in their order, and those among them that were used up. */
  readonly refreshed: string[] = [];
  readonly replayed: string[] = [];
  /** How often it was asked for a token of the server itself. */
  ownTokens = 0;
  /** The tokens that the tool was called with. */
  readonly called: string[] = [];
  /** How long the tokens live that it gives next, in seconds; `null`: it does not say. */
  lifetime: number | null = 3600;
  /** What it waits for before it answers a refresh. */
  before: () => Promise<unknown> = () => Promise.resolve();
  #made = 0;
  #access = "";
  #refresh = "";

  readonly answer = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (pathname === "/token") return this.#token(new URLSearchParams(await request.text()));
    if (pathname === "/user") return Response.json({ sub: "alice-there", email: "a@idp.example" });
    const bearer = request.headers.get("Authorization")?.replace("Bearer ", "") ?? "";
    this.called.push(bearer);
    return new Response("letters", { status: bearer === this.#access ? 200 : 401 });
  };

  /** The access token that was given last: the only good one. */
  get access(): string {
    return this.#access;
  }

  /** From now on no access token is good. */
  revoke(): void {
    this.#access = "none";
  }

  /** From now on no refresh token is good either. */
  revokeAll(): void {
    this.revoke();
    this.#refresh = "none";
  }

  forget(): void {
    for (const list of [this.refreshed, this.replayed, this.called]) list.length = 0;
  }

  async #token(form: URLSearchParams): Promise<Response> {
    switch (form.get("grant_type")) {
      case "client_credentials":
        this.ownTokens += 1;
        await this.before();
        return this.#given(false);
      case "refresh_token": {
        const sent = form.get("refresh_token") ?? "";
        this.refreshed.push(sent);
        if (sent !== this.#refresh) {
          this.replayed.push(sent);
          return Response.json({ error: "invalid_grant" }, { status: 400 });
        }
        const given = this.#given(true);
        await this.before();
        return given;
      }
      default:
        return this.#given(true);
    }
  }

  #given(hasRefresh: boolean): Response {
    this.#made += 1;
    this.#access = `access-token-number-${this.#made}-of-the-provider`;
    this.secrets.push(this.#access);
    if (hasRefresh) {
      this.#refresh = `refresh-token-number-${this.#made}-of-the-provider`;
      this.secrets.push(this.#refresh);
    }
    return Response.json({
      access_token: this.#access,
      token_type: "Bearer",
      ...(hasRefresh && { refresh_token: this.#refresh }),
      ...(this.lifetime !== null && { expires_in: this.lifetime }),
    });
  }
}

/** Makes the provider known as `idp`, and a tool `mail` that needs its tokens, on for alice; answers a token of hers. */
export async function house(
  ostiary: Ostiary,
  settings: Record<string, unknown> = {},
): Promise<string> {
  await administer(ostiary, "POST", "providers", {
    id: "idp",
    kind: "oauth",
    client_id: "us",
    client_secret: SECRET,
    scopes: "mail:read",
    authorization_endpoint: "https://idp.example/authorize",
    token_endpoint: "https://idp.example/token",
    userinfo_endpoint: "https://idp.example/user",
    ...settings,
  });
  await administer(ostiary, "POST", "tools", {
    name: "mail",
    description: "Reads mail",
    input_schema: { type: "object" },
    request: { method: "GET", url: "https://tools.example/mail" },
    authentication: { connection: { provider: "idp", scopes: "mail:read" } },
  });
  return switchedOn(ostiary, "alice");
}

/** A token of this person's, for whom the tool is on. */
export async function switchedOn(ostiary: Ostiary, name: string): Promise<string> {
  const token = await agentToken(ostiary, name);
  await switchTool(ostiary, token, "mail", true);
  return token;
}

/** Connects the person's account there, from our page to the callback. */
export async function connect(person: Person): Promise<void> {
  const away = await person.submit(await person.get("/connect/idp"), {});
  assert.equal(away.status, 303, away.html);
  const state = new URL(away.location).searchParams.get("state");
  const back = await person.get(`/oauth/callback/idp?code=the-code&state=${state}`);
  assert.equal(back.status, 200, back.html);
}

/** What fifty calls of the tool at the same time are answered, half of them at each of the two Workers. */
export async function fiftyCalls(ostiary: Ostiary, token: string): Promise<unknown[]> {
  const servers = [ostiary, ostiary.twin];
  const calls = Array.from({ length: 50 }, async (_, n) => {
    const answer = await callTool(servers[n % 2] ?? ostiary, token, "mail");
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return JSON.parse(text) as unknown;
  });
  return Promise.all(calls);
}
