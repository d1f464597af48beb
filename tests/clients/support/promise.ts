/** Whether an answer is the one that a document shows. */
import assert from "node:assert/strict";

/**
 * The same members, no more and no fewer, with the same values. What differs from time to time may differ: numbers and
 * dates by their value, and texts where the document has "…".
 */
export function assertAsPromised(actual: unknown, promised: unknown): void {
  assert.deepEqual(blurred(actual, promised), promised);
}

/** `actual` with every value that fits its place in `promised` replaced by what stands there. */
function blurred(actual: unknown, promised: unknown): unknown {
  if (typeof promised === "number" && typeof actual === "number") return promised;
  if (typeof promised === "string" && typeof actual === "string")
    return pattern(promised).test(actual) ? promised : actual;
  if (Array.isArray(promised) && Array.isArray(actual))
    return actual.map((item, n) => blurred(item, promised[n]));
  if (isRecord(promised) && isRecord(actual))
    return Object.fromEntries(
      Object.entries(actual).map(([name, value]) => [name, blurred(value, promised[name])]),
    );
  return actual;
}

const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

function pattern(promised: string): RegExp {
  if (DATE.test(promised)) return DATE;
  const parts = promised.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".+")}$`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
