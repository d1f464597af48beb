/** Objects from within, at a server whose entry is peek.js. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lineageOf } from "./client.ts";
import type { Ostiary } from "./ostiary.ts";
import { config } from "./settings.ts";

/** For `Options.entry`. */
export const PEEK = readFileSync(join(import.meta.dirname, "peek.js"), "utf8");

export interface Inside {
  /** What it keeps; `null`: nothing. */
  state: { live?: Record<string, unknown>; ended?: Record<string, unknown> } | null;
  /** So many keys hold anything at all. */
  keys: number;
  /** When its alarm is due, in milliseconds since the epoch. */
  alarm: number | null;
  /** Another number after it was evicted. */
  life: number;
}

/** One object: that of a grant, or the guard of an account. */
export class ObjectInside {
  readonly #ostiary: Ostiary;
  readonly #binding: "GRANTS" | "LOGIN_GUARD";
  readonly #name: string;

  private constructor(ostiary: Ostiary, binding: "GRANTS" | "LOGIN_GUARD", name: string) {
    this.#ostiary = ostiary;
    this.#binding = binding;
    this.#name = name;
  }

  /** The object of the grant that an access token is of. */
  static ofGrant(ostiary: Ostiary, accessToken: string): ObjectInside {
    const id = Buffer.from(lineageOf(accessToken).grant, "base64url").toString("hex");
    return new ObjectInside(ostiary, "GRANTS", id);
  }

  /** The guard of an account. */
  static ofAccount(ostiary: Ostiary, name: string): ObjectInside {
    return new ObjectInside(ostiary, "LOGIN_GUARD", name);
  }

  look(): Promise<Inside> {
    return this.#ask("look");
  }

  /** Has its alarm go off now, and then looks. */
  ring(): Promise<Inside> {
    return this.#ask("ring");
  }

  /** Takes it out of memory, as the runtime does with an object that is idle or moved. */
  evict(): Promise<void> {
    const isGrant = this.#binding === "GRANTS";
    return this.#ostiary.miniflare.unsafeEvictDurableObject(
      config.name,
      isGrant ? "GrantObject" : "LoginGuardObject",
      isGrant ? { id: this.#name } : { name: this.#name },
    );
  }

  async #ask(act: string): Promise<Inside> {
    const answer = await this.#ostiary.fetch(`/__object/${this.#binding}/${this.#name}/${act}`);
    assert.equal(answer.status, 200);
    return (await answer.json()) as Inside;
  }
}
