/** Tools that a test plays, and users who have them: made as an administrator makes them. */
import assert from "node:assert/strict";
import { Client } from "../../worker/support/client.ts";
import type { Ostiary } from "../../worker/support/ostiary.ts";

/** Where the tools' server is, which the test plays as `Options.outbound`. Loopback is for development only. */
export const TOOLS = "http://127.0.0.1:9";

const REDIRECT_URI = "http://localhost:8501/oauth/callback";

export interface User {
  id: string;
  name: string;
  /** The user's own client. */
  client: Client;
}

export class ToolUsers {
  readonly #ostiary: Ostiary;

  constructor(ostiary: Ostiary) {
    this.#ostiary = ostiary;
  }

  /** A tool that every user has who is made from now on; its id. */
  async tool(settings: Record<string, unknown>): Promise<string> {
    return (await this.#admin("POST", "tools", { default_enabled: true, ...settings })).id ?? "";
  }

  async removeTool(id: string): Promise<void> {
    await this.#admin("DELETE", `tools/${id}`);
  }

  async user(name: string, password?: string): Promise<User> {
    const made = await this.#admin("POST", "users", { name, ...(password && { password }) });
    const { id = "", client_id = "", client_secret } = made;
    return { id, name, client: new Client(client_id, REDIRECT_URI, client_secret) };
  }

  /** "Generate New Secret": from now on the user's client has another. */
  async newSecret({ client }: User): Promise<string> {
    return (await this.#admin("POST", `clients/${client.id}/secret`)).client_secret ?? "";
  }

  /** A token for the user's own client. */
  async token({ client }: User, scope = "read:tools call:tools"): Promise<string> {
    const form = client.prepare("/oauth/token", { grant_type: "client_credentials", scope });
    const answer = await this.#ostiary.send(form);
    const tokens = (await answer.json()) as { access_token: string };
    assert.equal(answer.status, 200, JSON.stringify(tokens));
    return tokens.access_token;
  }

  /** The Python module of the token's user. */
  async module(token: string): Promise<string> {
    const headers = { Authorization: `Bearer ${token}` };
    const answer = await this.#ostiary.fetch("/api/users/me", { headers });
    const module = await answer.text();
    assert.equal(answer.status, 200, module);
    return module;
  }

  async #admin(method: string, path: string, body?: unknown): Promise<Record<string, string>> {
    const answer = await this.#ostiary.fetch(`/admin/api/${path}`, {
      method,
      headers: { "Content-Type": "application/json", "X-Admin-Token": this.#ostiary.adminToken },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : {};
  }
}

/** A forecast of so many days, for a city in the path; the query and a bearer token go along. */
export const FORECAST = {
  name: "forecast",
  description: "Foretells the weather.",
  input_schema: {
    type: "object",
    properties: {
      city: { type: "string", minLength: 1, description: "Where." },
      days: { type: "integer", minimum: 1, maximum: 14, default: 3 },
      units: { enum: ["metric", "imperial"] },
    },
    required: ["city"],
    additionalProperties: false,
  },
  request: {
    method: "GET",
    url: `${TOOLS}/forecast/{city}`,
    query: { days: "{days}", units: "{units}" },
  },
  authentication: { bearer: { secret: "the-tools-own-secret" } },
};

/** Plays FORECAST: what it was asked. */
export function forecast(request: Request): Response {
  const { pathname, searchParams } = new URL(request.url);
  return Response.json({
    city: decodeURIComponent(pathname.split("/").at(-1) ?? ""),
    asked: Object.fromEntries(searchParams),
    authorization: request.headers.get("Authorization"),
  });
}
