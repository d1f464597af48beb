/**
 * An app that holds one chain of tokens over a server that may die at any moment, and remembers every answer, so that
 * what was promised before can be compared with what is answered after.
 */
import assert from "node:assert/strict";
import { type Client, type Code, lineageOf, refused, type Tokens, tokensOf } from "./client.ts";
import { sleep } from "./flow.ts";
import type { Server } from "./ostiary.ts";

export class App {
  readonly #server: Server;
  readonly #client: Client;
  /** How a person gives this app a code. */
  readonly #ask: () => Promise<Code>;
  /** What each code and each refresh token was exchanged for, as refresh tokens: never more than one. */
  readonly #successors = new Map<string, Set<string>>();
  /** Every access token it was ever given, in order. */
  readonly #issued: string[] = [];
  #checked = 0;
  #code: Code | undefined;
  #held: Tokens | undefined;
  /** Requests never answered; codes redeemed only after a restart; codes that were refused then. */
  readonly count = { unanswered: 0, regained: 0, startedOver: 0 };

  constructor(server: Server, client: Client, ask: () => Promise<Code>) {
    this.#server = server;
    this.#client = client;
    this.#ask = ask;
  }

  /** The server is up: gets a code to begin with. */
  async prepare(): Promise<void> {
    this.#code = await this.#ask();
  }

  /** After `delayMs` redeems the code it was prepared with, then refreshes, until the server is gone or it `isOver`. */
  async live(delayMs: number, isOver: () => boolean): Promise<void> {
    await sleep(delayMs);
    while (!isOver() && (await (this.#held ? this.#refresh(this.#held) : this.#redeem())));
  }

  /** The server is back: gets on with what it holds, be it a token, a code or nothing. */
  async recover(): Promise<void> {
    if (!this.#held) await this.#redeemAgain();
    assert.ok(this.#held);
    assert.ok(await this.#refresh(this.#held), "the server is back");
  }

  /** What was issued to this app since the last check, or ever, is still good, and all of the one chain it holds. */
  async check(resourceServer: Client, since: "the last check" | "ever"): Promise<void> {
    for (const [presented, successors] of this.#successors)
      assert.equal(successors.size, 1, `${successors.size} successors of ${presented}`);
    const held = this.#held;
    assert.ok(held);
    const chain = lineageOf(held.access_token);
    const issued = this.#issued.slice(since === "ever" ? 0 : this.#checked);
    this.#checked = this.#issued.length;
    for (const token of issued) {
      const { active, jti } = await resourceServer.introspect(this.#server, token);
      const { grant, generation } = lineageOf(token);
      // A grant ends when its code comes again, but that code gave this app no token, or it would not have come.
      assert.equal(active, true, `the token of generation ${generation} has died`);
      assert.equal(String(jti).split(".")[0], chain.grant);
      assert.equal(grant, chain.grant);
      assert.ok(generation <= chain.generation);
    }
  }

  async #redeem(): Promise<boolean> {
    const code = this.#code;
    assert.ok(code);
    // Twice at once, as a nervous client would: at most one of them may succeed.
    const answers = await Promise.all([1, 2].map(() => this.#send(this.#redemption(code))));
    const good = answers.filter((answer) => answer?.status === 200);
    assert.ok(good.length <= 1, "two redemptions of one code succeeded");
    if (good[0]) await this.#keep(code.code, good[0]);
    return answers.every((answer) => answer !== undefined);
  }

  async #redeemAgain(): Promise<void> {
    assert.ok(this.#code);
    const answer = await this.#redemption(this.#code)();
    if (answer.status === 200) {
      this.count.regained += 1;
      return this.#keep(this.#code.code, answer);
    }
    await refused(answer, "invalid_grant");
    this.count.startedOver += 1;
    this.#code = await this.#ask();
    await this.#keep(this.#code.code, await this.#redemption(this.#code)());
  }

  async #refresh({ refresh_token }: Tokens): Promise<boolean> {
    const refresh = () => this.#client.refresh(this.#server, refresh_token);
    const answers = await Promise.all([1, 2].map(() => this.#send(refresh)));
    for (const answer of answers) if (answer) await this.#keep(refresh_token, answer);
    return answers.every((answer) => answer !== undefined);
  }

  #redemption(code: Code): () => Promise<Response> {
    return () => this.#client.redeem(this.#server, code);
  }

  /** The answer, with its body read; `undefined` when the server died over it. */
  async #send(request: () => Promise<Response>): Promise<Response | undefined> {
    try {
      const answer = await request();
      // An answer counts once all of it is there.
      return new Response(await answer.text(), answer);
    } catch {
      this.count.unanswered += 1;
      return undefined;
    }
  }

  async #keep(presented: string, answer: Response): Promise<void> {
    const tokens = await tokensOf(answer);
    const successors = this.#successors.get(presented) ?? new Set();
    this.#successors.set(presented, successors.add(tokens.refresh_token));
    this.#issued.push(tokens.access_token);
    this.#held = tokens;
  }
}
