/** Somebody whose programs call a tool here, and who connects an account at another provider in Chromium. */
import assert from "node:assert/strict";
import { Client as McpClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { press } from "../../browser/support/press.ts";
import type { Visitor } from "../../browser/support/visitor.ts";
import { callTool } from "../../worker/support/tools.ts";
import { NAME, PROVIDER, type Scene, TOOL } from "./connect_scene.ts";
import type { User } from "./tool_users.ts";

/** What a call is answered where the person must authorize first (docs/api.md). */
export interface Pending {
  pending: boolean;
  message: string;
  auth_url: string;
}

export class ConnectPerson {
  readonly #scene: Scene;
  readonly #user: User;
  readonly #password: string;
  readonly visitor: Visitor;

  constructor(scene: Scene, user: User, password: string, visitor: Visitor) {
    this.#scene = scene;
    this.#user = user;
    this.#password = password;
    this.visitor = visitor;
  }

  /** Her program calls the tool by the API; answers what the tool's server or we said. */
  async call(): Promise<unknown> {
    const { ostiary } = this.#scene.house;
    const answer = await callTool(ostiary, await this.#scene.token(this.#user), TOOL);
    const said = (await answer.json()) as Record<string, unknown>;
    assert.equal(answer.status, 200, JSON.stringify(said));
    return "body" in said ? said.body : said;
  }

  /** Her agent calls it by MCP; what came as structured content. */
  async callByMcp(): Promise<unknown> {
    const { ostiary } = this.#scene.house;
    const headers = { Authorization: `Bearer ${await this.#scene.token(this.#user)}` };
    const agent = new McpClient({ name: "tests", version: "1" });
    await agent.connect(
      new StreamableHTTPClientTransport(new URL("/mcp", ostiary.url), { requestInit: { headers } }),
    );
    const { structuredContent } = await agent.callTool({ name: TOOL, arguments: {} });
    await agent.close();
    return structuredContent;
  }

  /** The call must be pending; the address at which she authorizes. */
  async pending(): Promise<string> {
    const said = (await this.call()) as Pending;
    const { auth_url } = said;
    assert.deepEqual(said, { pending: true, message: "Authorization required", auth_url });
    assert.ok(auth_url.startsWith(`${this.#scene.house.ostiary.url}/connect/${PROVIDER}?ticket=`));
    return auth_url;
  }

  /** Opens the address, signs in here if she is not, and reads what our page says before she goes on. */
  async comeTo(authUrl: string): Promise<void> {
    const { page } = this.visitor;
    await page.goto(authUrl);
    if ((await page.locator("#login-form").count()) > 0)
      await this.visitor.signIn(this.#user.name, this.#password);
    assert.equal(await page.locator("#connect-title").textContent(), `Connect ${NAME}?`);
    const scopes = await page.locator("#scopes code").allTextContents();
    assert.deepEqual(scopes.sort(), this.#scene.upstream.scopes.split(" ").sort());
    assert.match(
      (await page.locator("#connect-for").textContent()) ?? "",
      new RegExp(this.#user.name),
    );
  }

  /** Connects her account: our page, the provider's pages, our page. */
  async connect(authUrl: string): Promise<void> {
    const { page } = this.visitor;
    await this.comeTo(authUrl);
    await this.goOn("yes");
    assert.equal(await page.locator("#message-title").textContent(), `${NAME} is connected`);
    const text = await page.locator("#message-text").textContent();
    assert.equal(text, "Authorization successful! You can close this window.");
  }

  /** Our button, and what she says there; ends on our page. */
  async goOn(says: "yes" | "no"): Promise<void> {
    const { page } = this.visitor;
    await press(page, "#connect");
    assert.ok(page.url().startsWith(this.#scene.upstream.issuer), page.url());
    await this.#scene.upstream.answer(page, says);
    assert.equal(new URL(page.url()).pathname, `/oauth/callback/${PROVIDER}`);
  }

  /** Signs in here, by her password. */
  async signIn(): Promise<void> {
    await this.visitor.page.goto(`${this.#scene.house.ostiary.url}/login`);
    await this.visitor.signIn(this.#user.name, this.#password);
  }

  /** Her id here. */
  get id(): string {
    return this.#user.id;
  }

  /** What she sees of her connections. */
  async connections(): Promise<string> {
    const { page } = this.visitor;
    await page.goto(`${this.#scene.house.ostiary.url}/account/connections`);
    return ((await page.locator("main").textContent()) ?? "").replaceAll(/\s+/g, " ");
  }

  async disconnect(): Promise<void> {
    const { page } = this.visitor;
    await this.connections();
    await page.locator("#remove-1").click();
    await page.locator("#confirm").click();
    await page.locator("#done").waitFor();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.visitor[Symbol.asyncDispose]();
  }
}
