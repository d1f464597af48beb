/** The story that every MCP SDK goes through, in each way that it can become a client, and in each version it speaks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, claimsOf, lineageOf } from "../../worker/support/client.ts";
import { describe } from "../../worker/support/newcomers.ts";
import type { Ostiary } from "../../worker/support/ostiary.ts";
import { Web } from "../../worker/support/web.ts";
import type { Agent, AgentSetup, Sight } from "./agent.ts";
import { Alice } from "./alice.ts";
import { Stage } from "./story.ts";
import { FORECAST, forecast, TOOLS, ToolUsers } from "./tool_users.ts";

export interface Sdk {
  name: string;
  /** Starts it as this agent. */
  start: (setup: AgentSetup) => Promise<Agent>;
  /** What it asks for by itself. */
  scope: string;
  /** The versions of the protocol that it speaks, and that we do; its usual one is the first. */
  versions: [string, ...string[]];
}

/** How an agent becomes a client: it registers itself with this method, or has a metadata document. */
export type Way = AgentSetup["method"] | "metadata document";

/** Where it is at home: a program on this machine or, where it can keep a secret, a site. */
const HOME: Record<Way, string> = {
  none: "http://127.0.0.1:33418/",
  "metadata document": "http://127.0.0.1:33418/",
  client_secret_basic: "https://app.example/",
  client_secret_post: "https://app.example/",
};
const METADATA_URL = "https://agent.example/client.json";

const TOKEN_LIFE_S = 30 * 60;

/** The tests of one SDK. */
export async function tellAgentStory(sdk: Sdk, ways: Way[]): Promise<void> {
  const web = new Web();
  const stage = await Stage.open({ outbound: web.outbound });
  await giveTool(stage, web);
  for (const version of sdk.versions)
    test(`${sdk.name}, in ${version}: from the address of /mcp alone to what a tool says`, async () => {
      await using actor = await Actor.enter(stage, web, sdk, "none", version);
      isAtHome(await actor.authorize(), version);
      await calls(actor.agent, version);
    });
  const [version] = sdk.versions;
  for (const way of ways) {
    const enter = () => Actor.enter(stage, web, sdk, way, version);
    const title = `${sdk.name}, by ${way}`;
    test(`${title}: from the address of /mcp alone to the tools, and on after its token is over`, async () => {
      await using actor = await enter();
      await walk(actor, way, version);
    });
    test(`${title}: with a token that is not ours it asks the person anew`, async () => {
      await using actor = await enter();
      await actor.authorize();
      await actor.agent.hold("not-a-token");
      await actor.isToAsk();
    });
    test(`${title}: it begins anew when what it holds was taken back`, async () => {
      await using actor = await enter();
      await actor.authorize();
      await actor.takeBack();
      await actor.isToAsk();
    });
  }
}

/** An agent, and the person who uses it. */
class Actor {
  readonly agent: Agent;
  readonly server: Ostiary;
  readonly scope: string;
  readonly #alice: Alice;

  private constructor(server: Ostiary, scope: string, agent: Agent, alice: Alice) {
    this.server = server;
    this.scope = scope;
    this.agent = agent;
    this.#alice = alice;
  }

  static async enter(
    stage: Stage,
    web: Web,
    { start, scope }: Sdk,
    way: Way,
    version: string,
  ): Promise<Actor> {
    const { ostiary } = stage.house;
    const alice = await Alice.arrive(stage.house, HOME[way]);
    const { redirectUri } = alice;
    const setup = { mcp: `${ostiary.url}/mcp`, redirectUri, version, ...method(way) };
    if (setup.metadataUrl) describe(web, setup.metadataUrl, redirectUri);
    return new Actor(ostiary, scope, await start(setup), alice);
  }

  get mcp(): string {
    return `${this.server.url}/mcp`;
  }

  /** The agent asks the person, who says yes. */
  async authorize(): Promise<Sight> {
    return this.agent.finish(await this.#alice.answer(await this.isToAsk()));
  }

  /** The agent can't come in before it has asked the person; the address that it sends them to. */
  async isToAsk(): Promise<string> {
    const visit = await this.agent.visit();
    assert.ok("url" in visit, "the person is asked");
    const { origin, pathname, searchParams } = new URL(visit.url);
    assert.equal(origin + pathname, `${this.server.url}/oauth/authorize`);
    assert.equal(searchParams.get("resource"), this.mcp);
    assert.equal(searchParams.get("scope"), this.scope);
    assert.equal(searchParams.get("code_challenge_method"), "S256");
    return visit.url;
  }

  /** What it holds once it was authorized. */
  async tokens(): Promise<{ client_id: string; access_token: string; refresh_token: string }> {
    const { client_id, access_token, refresh_token } = await this.agent.held();
    assert.ok(access_token && refresh_token);
    return { client_id, access_token, refresh_token };
  }

  /** The person, or the server, ends what the agent was given. */
  async takeBack(): Promise<void> {
    const { client_id, client_secret, refresh_token = "" } = await this.agent.held();
    const client = new Client(client_id, this.#alice.redirectUri, client_secret);
    assert.equal((await client.revoke(this.server, refresh_token)).status, 200);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.agent.stop?.();
    await this.#alice[Symbol.asyncDispose]();
  }
}

async function walk(actor: Actor, way: Way, version: string): Promise<void> {
  isAtHome(await actor.authorize(), version);
  const first = await actor.tokens();
  const { aud, scope, client_id } = claimsOf(first.access_token);
  assert.deepEqual([aud, scope], [actor.mcp, actor.scope]);
  assert.equal(client_id, first.client_id);
  if (way === "metadata document") assert.equal(client_id, METADATA_URL);
  isAtHome(await actor.agent.visit(), version);
  assert.deepEqual(await actor.tokens(), first, "it got on with what it held");

  for (const party of [actor.agent, actor.server]) await party.advance(TOKEN_LIFE_S + 60);
  isAtHome(await actor.agent.visit(), version);
  const second = await actor.tokens();
  assert.notEqual(second.refresh_token, first.refresh_token);
  const { grant, generation } = lineageOf(first.access_token);
  assert.deepEqual(lineageOf(second.access_token), { grant, generation: generation + 1 });
  assert.equal(claimsOf(second.access_token).aud, actor.mcp, "it is still for /mcp");
}

/** It came in, and found what is here. */
function isAtHome(visit: object, version: string): void {
  assert.deepEqual(visit, { server: "ostiary", version, tools: [FORECAST.name] });
}

/** alice has a tool; what its server answers in Oslo, and what it refuses. */
async function giveTool({ house }: Stage, web: Web): Promise<void> {
  await new ToolUsers(house.ostiary).tool(FORECAST);
  const database = await house.ostiary.database("DB");
  await database
    .prepare("INSERT INTO user_tools SELECT users.id, tools.id, 1 FROM users, tools")
    .run();
  web.show(`${TOOLS}/forecast/Oslo?days=2`, forecast);
}

/** What it is told depends on the version, not on the SDK. */
async function calls(agent: Agent, version: string): Promise<void> {
  const told = {
    asked: { days: "2" },
    authorization: "Bearer the-tools-own-secret",
    city: "Oslo",
  };
  const said = await agent.call(FORECAST.name, { city: "Oslo", days: 2 });
  assert.deepEqual(JSON.parse(said.text), told);
  assert.equal(said.isError, false);
  assert.deepEqual(said.structured, version > "2025-03-26" ? told : undefined);

  const refused = await agent.call(FORECAST.name, { city: "Bergen" });
  assert.equal(refused.isError, true, refused.text);
  assert.match(refused.text, /^The tool's server answered with status 404\./);
  assert.equal(refused.structured, undefined);

  if (version < "2025-11-25") return;
  const unfit = await agent.call(FORECAST.name, { city: "Oslo", days: 99 });
  assert.equal(unfit.isError, true, unfit.text);
  assert.match(unfit.text, /\n\/days: /);
}

function method(way: Way): Pick<AgentSetup, "method" | "metadataUrl"> {
  return way === "metadata document"
    ? { method: "none", metadataUrl: METADATA_URL }
    : { method: way };
}
