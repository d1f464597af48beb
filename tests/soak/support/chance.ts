/** Dice. */
import assert from "node:assert/strict";

/** True so often: 0 never, 1 always. */
export function chance(probability: number): boolean {
  return Math.random() < probability;
}

/** One of them. */
export function pick<T>(items: readonly T[]): T {
  const item = items[Math.floor(Math.random() * items.length)];
  assert.ok(item !== undefined, "there is something to pick from");
  return item;
}

/** One of them, each as often as its weight says. */
export function weighted<T extends { weight: number }>(items: readonly T[]): T {
  let left = Math.random() * items.reduce((sum, { weight }) => sum + weight, 0);
  for (const item of items) {
    left -= item.weight;
    if (left < 0) return item;
  }
  return pick(items);
}

/** Random bytes as text, some of it not even UTF-8 once it is sent. */
export function noise(length: number): string {
  return String.fromCharCode(...Array.from({ length }, () => Math.floor(Math.random() * 256)));
}
