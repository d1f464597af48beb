/** Agents, each of a person of its own, since only the newest yes counts. */
import {
  AGENT_SCOPES,
  askForAccount,
  CODE,
  makeProvider,
  preparedAgent,
  sayYes,
} from "../support/agents.ts";
import { tokensOf } from "../support/client.ts";
import { codeFor, newPerson } from "../support/flow.ts";
import type { Prepared } from "../support/ostiary.ts";
import type { Person } from "../support/person.ts";
import { type Answer, json, ok, page, type Request } from "./requests.ts";
import type { World } from "./world.ts";

const AGENT = { agent_id: "mail-bot", provider: "mail" };

export const AGENT_REQUESTS: Request[] = [
  json("agents: ask", ["DB", "GRANTS", "EVENTS"], ask, isAsked),
  json("agents: session", ["DB", "GRANTS"], session, isAuthenticated),
  json("agents: token", ["DB", "GRANTS", "EVENTS"], token, isGiven),
  page("account: remove an agent", ["DB", "EVENTS", "PAGE_LIMITER"], remove, isDone),
];

/** Makes the provider known. */
export async function prepareAgents(world: World): Promise<void> {
  await makeProvider(world.server, "mail");
}

async function bearerOf(world: World, person: Person): Promise<string> {
  const client = await world.client({ scope: AGENT_SCOPES });
  const code = await codeFor(person, client, AGENT_SCOPES);
  return (await tokensOf(await client.redeem(world.server, code))).access_token;
}

/** Somebody new has said yes to an agent. */
async function connected(world: World) {
  const person = await newPerson(world.server);
  const bearer = await bearerOf(world, person);
  const state = await sayYes(person, await askForAccount(world.server, bearer, AGENT));
  return { person, bearer, state };
}

async function ask(world: World): Promise<Prepared> {
  const bearer = await bearerOf(world, await newPerson(world.server));
  return preparedAgent(bearer, "authenticate", AGENT);
}

async function session(world: World): Promise<Prepared> {
  const { bearer } = await connected(world);
  return preparedAgent(bearer, "mail-bot/session?provider=mail");
}

async function token(world: World): Promise<Prepared> {
  const { bearer, state } = await connected(world);
  return preparedAgent(bearer, "mail-bot/token", { authorization_code: CODE, state });
}

async function remove(world: World): Promise<Prepared> {
  const { person } = await connected(world);
  return person.prepareForm(await person.get("/account/connections/agent?id=mail-bot"), {});
}

function isAsked(answer: Answer): boolean {
  return ok(answer) && JSON.parse(answer.body).flow_type === "agent_oauth";
}

function isAuthenticated(answer: Answer): boolean {
  return ok(answer) && JSON.parse(answer.body).authenticated === true;
}

function isGiven(answer: Answer): boolean {
  return ok(answer) && JSON.parse(answer.body).access_token === "access-token-of-the-provider";
}

/** The second time it is gone already. */
function isDone({ location }: Answer): boolean {
  return /^\/account\/connections\?done=(agent-removed|no-agent)$/.test(location);
}
