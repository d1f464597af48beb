/** Which stores each kind of request asks, by the `Server-Timing` header that development mode adds. */
import assert from "node:assert/strict";
import { demoServer } from "../../worker/support/client.ts";
import { Person } from "../../worker/support/person.ts";
import { startOstiary } from "../subjects.ts";
import type { Part } from "../support/plan.ts";

interface Kind {
  kind: string;
  /** Names of the stores asked, in the order in which they answered. */
  hops: string[];
}

export async function measure(): Promise<Part> {
  const kinds = await collect();
  return {
    title: "Hops",
    notes: [
      "In the order in which they answered; what can be asked at the same time is. How many follow one another is tested natively (tests/flows/depth.rs).",
    ],
    tables: [
      {
        head: ["request, warm", "hops", "to"],
        rows: kinds.map(({ kind, hops }) => [kind, hops.length, hops.join(", ")]),
      },
    ],
    data: kinds,
  };
}

async function collect(): Promise<Kind[]> {
  const { running, person } = await startOstiary({ ENABLE_DEV_ENDPOINTS: "true" });
  const kinds: Kind[] = [];
  const note = (kind: string, headers: Headers) => {
    const timing = headers.get("Server-Timing") ?? "";
    kinds.push({ kind, hops: timing.split(", ").flatMap((one) => one.split(";")[0] || []) });
  };
  const asked = async (
    kind: string,
    answer: Promise<Response>,
  ): Promise<Record<string, string>> => {
    const { status, headers, ...body } = await read(answer);
    assert.equal(status, 200, `${kind}: ${body.text}`);
    note(kind, headers);
    return JSON.parse(body.text) as Record<string, string>;
  };
  try {
    await asked("metadata", running.fetch("/.well-known/oauth-authorization-server"));
    await asked("JWKS", running.fetch("/.well-known/jwks.json"));
    const credentials = { client_id: demoServer.id, client_secret: demoServer.secret ?? "" };
    const body = new URLSearchParams({ grant_type: "client_credentials", ...credentials });
    await asked("client_credentials", running.fetch("/oauth/token", { method: "POST", body }));

    const request = demoServer.request();
    const back = await person.get(request.path);
    note("authorize, signed in, consent known", back.headers);
    const code = demoServer.codeOf(new URL(back.location), request);
    const tokens = await asked("token: code", demoServer.redeem(running, code));
    const { refresh_token = "", access_token = "" } = tokens;
    await asked("token: refresh", demoServer.refresh(running, refresh_token));
    const introspection = new URLSearchParams({ token: access_token, ...credentials });
    await asked(
      "introspection",
      running.fetch("/oauth/introspect", { method: "POST", body: introspection }),
    );
    const headers = { Authorization: `Bearer ${access_token}` };
    await asked("protected call", running.fetch("/api/oauth/clients/me", { headers }));

    const bob = new Person(running);
    const login = await bob.get(demoServer.request().path);
    const signedIn = await bob.submit(login, {
      username: "bob",
      password: "bob",
      action: "sign_in",
    });
    note("login POST", signedIn.headers);
    const answered = await bob.submit(await bob.get(signedIn.location), { action: "approve" });
    assert.equal(answered.status, 303, answered.html);
    note("consent POST", answered.headers);
    return kinds;
  } finally {
    await running.stop();
  }
}

async function read(answer: Promise<Response>) {
  const { status, headers, ...rest } = await answer.then(async (one) => ({
    status: one.status,
    headers: one.headers,
    text: await one.text(),
  }));
  return { status, headers, ...rest };
}
