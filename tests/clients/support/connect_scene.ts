/** Our server, another provider, and a tool that needs an account there, with the wire between all of them in view. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type House, openHouse } from "../../browser/support/house.ts";
import type { Visitor } from "../../browser/support/visitor.ts";
import { administer } from "../../worker/support/tools.ts";
import { AccountTool } from "./account_tool.ts";
import { ConnectPerson } from "./connect_person.ts";
import { ToolUsers, type User } from "./tool_users.ts";
import type { Upstream } from "./upstream.ts";
import { Wire } from "./wire.ts";

/** The tool's name. */
export const TOOL = "whose";
/** The provider's id here, and its name. */
export const PROVIDER = "there";
export const NAME = "The Other House";

export class Scene {
  readonly house: House;
  readonly upstream: Upstream;
  readonly tool: AccountTool;
  readonly wire: Wire;
  readonly folder: string;
  /** As the admin API answered it. */
  provider: Record<string, unknown> = {};
  readonly #users: ToolUsers;
  #people = 0;

  constructor(house: House, upstream: Upstream, tool: AccountTool, wire: Wire, folder: string) {
    this.house = house;
    this.upstream = upstream;
    this.tool = tool;
    this.wire = wire;
    this.folder = folder;
    this.#users = new ToolUsers(house.ostiary);
  }

  static async open(upstream: Upstream): Promise<Scene> {
    const folder = mkdtempSync(join(tmpdir(), "ostiary-"));
    const wire = new Wire();
    const house = await openHouse({ persist: folder, outbound: wire.outbound });
    const tool = await AccountTool.open(upstream);
    const scene = new Scene(house, upstream, tool, wire, folder);
    try {
      await scene.#furnish();
      return scene;
    } catch (error) {
      await scene.close();
      throw error;
    }
  }

  /** The provider is known by its issuer and our credentials there, and everybody has the tool. */
  async #furnish(): Promise<void> {
    const { ostiary } = this.house;
    const settings = await this.upstream.register(`${ostiary.url}/oauth/callback/${PROVIDER}`);
    const body = { id: PROVIDER, name: NAME, ...settings };
    this.provider = await administer(ostiary, "POST", "providers", body);
    await this.#users.tool(this.tool.named(TOOL, PROVIDER));
  }

  /** Somebody with an account here, and a browser that was never anywhere. */
  async person(): Promise<ConnectPerson> {
    this.#people += 1;
    const [name, password] = [`person ${this.#people}`, `password of ${this.#people}`];
    const user = await this.#users.user(name, password);
    return new ConnectPerson(this, user, password, await this.stranger());
  }

  /** Somebody in whose browser nobody is signed in anywhere. */
  async stranger(): Promise<Visitor> {
    const visitor = await this.house.visitor();
    await this.upstream.prepare?.(visitor.page);
    return visitor;
  }

  /** The administrator says something else of the provider. */
  async change(settings: Record<string, unknown>): Promise<void> {
    await administer(this.house.ostiary, "PATCH", `providers/${PROVIDER}`, settings);
  }

  token(user: User): Promise<string> {
    return this.#users.token(user);
  }

  /** Whose the token is that the tool was called with last; the provider says so. */
  whose(): Promise<string | undefined> {
    return this.upstream.whose(this.tool.tokens.at(-1) ?? "");
  }

  async advance(seconds: number): Promise<void> {
    await Promise.all([this.house.ostiary.advance(seconds), this.upstream.advance(seconds)]);
  }

  async close(): Promise<void> {
    await this.house.close();
    this.tool.close();
    await this.upstream.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** All files in which our server stores anything. */
  stored(): Buffer[] {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => existsSync(path)) // a journal may be gone by now
      .map((path) => readFileSync(path));
  }
}
