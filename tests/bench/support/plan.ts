/** How long a run takes, and what a part of it hands back. */

export interface Plan {
  /** A run to try things out: every figure is rougher. */
  quick: boolean;
  /** Seconds of one measured cell. */
  seconds: number;
  /** How often each cell is measured, all others in between; the median counts. */
  rounds: number;
}

/** `QUICK=1` is a minute or two, else some ten minutes. */
export function planned(): Plan {
  const quick = Boolean(process.env.QUICK);
  return quick ? { quick, seconds: 2, rounds: 1 } : { quick, seconds: 5, rounds: 3 };
}

/** What a part of the bench found. */
export interface Part {
  title: string;
  /** What the figures say, and what they do not. */
  notes: string[];
  tables: Table[];
  /** The same for programs. */
  data: unknown;
}

export interface Table {
  head: string[];
  rows: (string | number)[][];
}

export function median(numbers: number[]): number {
  return quantile(numbers, 0.5);
}

/** The smallest of `numbers` that at least `share` of them do not exceed. */
export function quantile(numbers: number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
