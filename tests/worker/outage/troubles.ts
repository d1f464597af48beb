/** How a binding misbehaves: in which way, and at which of the calls that a request makes of it. */
import type { Fault } from "../support/ostiary.ts";

export interface Trouble {
  mode: "fail" | "failAfter" | "delay" | "delayAfter";
  /** The first call that it hits, from 0. */
  from: number;
  /** Whether it hits that call only, and not all that follow. */
  once: boolean;
}

/** So long does a call hang: far longer than every deadline. */
export const HANG_MS = 30_000;

/**
 * Within so long there is an answer all the same: deadlines are 4 s, of a connection's object 15 s, and a busy machine takes its
 * time.
 */
export const ANSWER_MS = 25_000;

/** Troubles from this call on, worst first. `make test` takes the first three, at the first call only. */
export function troublesFrom(from: number): Trouble[] {
  const modes: Trouble["mode"][] = process.env.SOAK
    ? ["fail", "failAfter", "delay", "delayAfter"]
    : ["fail", "failAfter", "delay"];
  const onces = process.env.SOAK ? [false, true] : [false];
  return onces.flatMap((once) => modes.map((mode) => ({ mode, from, once })));
}

export function faultOf(binding: string, { mode, from, once }: Trouble): Fault {
  return { binding, mode, ms: HANG_MS, skip: from, ...(once && { times: 1 }) };
}
