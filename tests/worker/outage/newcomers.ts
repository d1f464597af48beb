/** Clients that register themselves, and look after that. */
import type { Prepared } from "../support/ostiary.ts";
import { type Answer, type Binding, json, ok, type Request } from "./requests.ts";
import { newName, type World } from "./world.ts";

const CHANGE: Binding[] = ["DB", "REGISTRATION_LIMITER", "EVENTS", "PROGRAM_LIMITER"];

export const NEWCOMER_REQUESTS: Request[] = [
  json("register", CHANGE, registering, isRegistered),
  json("registered: look", ["DB", "PROGRAM_LIMITER"], (w) => ofClient(w, "GET"), ok),
  json("registered: change", CHANGE, (w) => ofClient(w, "PUT"), isChanged),
  json("registered: remove", CHANGE, (w) => ofClient(w, "DELETE"), isGone),
];

function metadata(name: string) {
  return { client_name: name, redirect_uris: ["https://agent.example/callback"] };
}

/** From an address that has registered nothing yet. */
function ask(world: World, method: string, path: string, body?: unknown, token?: string): Prepared {
  const headers = new Headers(world.stranger().prepare(path).init.headers);
  headers.set("Content-Type", "application/json");
  if (token) headers.set("Authorization", `Bearer ${token}`);
  return {
    path,
    init: { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) },
  };
}

function registering(world: World): Prepared {
  return ask(world, "POST", "/oauth/register", metadata(newName()));
}

/** A request of a client that has just registered. */
async function ofClient(world: World, method: string): Promise<Prepared> {
  const answer = await world.server.send(registering(world));
  const made = (await answer.json()) as Record<string, string>;
  const changed = { ...metadata("Changed"), client_id: made.client_id };
  const body = method === "PUT" ? changed : undefined;
  const path = `/oauth/register/${made.client_id}`;
  return ask(world, method, path, body, made.registration_access_token);
}

function isRegistered({ status, body }: Answer): boolean {
  return status === 201 && Boolean(JSON.parse(body).registration_access_token);
}

function isChanged(answer: Answer): boolean {
  return ok(answer) && JSON.parse(answer.body).client_name === "Changed";
}

function isGone({ status }: Answer): boolean {
  return status === 204;
}
