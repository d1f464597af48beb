/** Whether two samples of times differ by more than chance makes them. */

/** What `compare` finds. */
export interface Comparison {
  /** How often a time of the second sample is longer than one of the first: 0.5 where they do not differ. */
  share: number;
  /** How likely so uneven a share is by chance alone (Mann–Whitney, two-sided, normal approximation). */
  p: number;
}

export function compare(first: number[], second: number[]): Comparison {
  const [n, m] = [first.length, second.length];
  const all = [
    ...first.map((time) => ({ time, own: 0 })),
    ...second.map((time) => ({ time, own: 1 })),
  ];
  all.sort((a, b) => a.time - b.time);
  // Times are in nanoseconds, so ties are too rare to matter.
  const ranks = all.reduce((sum, { own }, index) => sum + own * (index + 1), 0);
  const u = ranks - (m * (m + 1)) / 2;
  const deviation = Math.sqrt((n * m * (n + m + 1)) / 12);
  return { share: u / (n * m), p: 2 * (1 - normal(Math.abs(u - (n * m) / 2) / deviation)) };
}

/** The standard normal distribution (Abramowitz and Stegun 26.2.17, exact to 7 digits). */
function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const tail =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail;
}

/** In an order nobody can foresee, so that nothing the machine does falls on one kind alone. */
export function shuffled<T>(items: T[]): T[] {
  const order = items.map((item) => ({ item, at: Math.random() }));
  return order.sort((a, b) => a.at - b.at).map(({ item }) => item);
}
