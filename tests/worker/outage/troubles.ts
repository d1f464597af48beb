/** How a binding misbehaves: in which way, and at which of the calls that a request makes of it. */
import type { Fault } from "../support/ostiary.ts";
import type { Binding } from "./requests.ts";

export const LIMITERS: Binding[] = [
  "PAGE_LIMITER",
  "PROGRAM_LIMITER",
  "GUESS_LIMITER",
  "LOGIN_LIMITER",
  "REGISTRATION_LIMITER",
  "OUTBOUND_LIMITER",
];

const MODES = ["fail", "failAfter", "delay", "delayAfter"] as const;

export interface Trouble {
  mode: (typeof MODES)[number];
  /** The first call that it hits, from 0. */
  from: number;
  /** Whether it hits that call only, and not all that follow. */
  once: boolean;
}

/** So long does a call hang: far longer than every deadline. */
export const HANG_MS = 60_000;

/**
 * Within so long there is an answer all the same: deadlines are 4 s, of a connection's object 15 s, and a busy machine takes its
 * time.
 */
export const ANSWER_MS = 50_000;

/**
 * Troubles of a binding from this call on, worst first. `make test` takes the first three, at the first call only; of a limiter
 * two of them, since one that counted and lost its answer is one that failed.
 */
export function troublesFrom(binding: Binding, from: number): Trouble[] {
  const few: Trouble["mode"][] = LIMITERS.includes(binding)
    ? ["fail", "delay"]
    : ["fail", "failAfter", "delay"];
  const modes: Trouble["mode"][] = process.env.SOAK ? [...MODES] : few;
  const onces = process.env.SOAK ? [false, true] : [false];
  return onces.flatMap((once) => modes.map((mode) => ({ mode, from, once })));
}

export function faultOf(binding: string, { mode, from, once }: Trouble): Fault {
  return { binding, mode, ms: HANG_MS, skip: from, ...(once && { times: 1 }) };
}
