/**
 * An OpenID Connect library in another language: a program as in program.ts that does "authorize" (`scope`), "redeem"
 * (`callback`), "userinfo", "refresh" and "sign_out" (`state`). It answers "authorize" and "sign_out" with `{"url": …}`, the
 * others with claims. It also learns SIGNED_OUT_URI.
 */
import { Program } from "./program.ts";
import type { Claims, RelyingParty, RelyingPartySetup } from "./relying_party.ts";

export class RelyingPartyProgram implements RelyingParty {
  readonly #program: Program;

  constructor(command: string, args: string[], setup: RelyingPartySetup) {
    this.#program = new Program(command, args, setup, { SIGNED_OUT_URI: setup.signedOutUri });
  }

  authorize(scope: string): Promise<string> {
    return this.#program.authorize(scope);
  }

  redeem(callback: string): Promise<Claims> {
    return this.#program.ask("redeem", { callback });
  }

  userinfo(): Promise<Claims> {
    return this.#program.ask("userinfo");
  }

  refresh(): Promise<Claims> {
    return this.#program.ask("refresh");
  }

  async signOut(state: string): Promise<string> {
    return (await this.#program.ask<{ url: string }>("sign_out", { state })).url;
  }

  stop(): Promise<void> {
    return this.#program.stop();
  }
}
