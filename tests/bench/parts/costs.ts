/** What people and programs cost at Cloudflare: counted here, and multiplied by the prices there. */
import { rewrite } from "../costs/document.ts";
import {
  type Bill,
  bill,
  freeDay,
  month,
  PRICES,
  plus,
  times,
  type Usage,
} from "../costs/prices.ts";
import {
  BY_THEMSELVES,
  REFRESH_OF_MANY,
  type Story,
  tell,
  WHOLE_SIGN_IN,
} from "../costs/stories.ts";
import type { Part, Table } from "../support/plan.ts";

/** What of a story is shown by itself. */
const SHOWN: [keyof Usage, string][] = [
  ["requests", "requests"],
  ["d1Read", "D1 read"],
  ["d1Written", "D1 written"],
  ["kvRead", "KV read"],
  ["kvWritten", "KV written"],
  ["objectRequests", "object requests"],
  ["objectWritten", "object written"],
  ["queueOperations", "queue"],
  ["logEvents", "log"],
];

export async function measure(): Promise<Part> {
  const stories = await tell();
  const tables = [used(stories), paid(stories), people(stories), free(stories)];
  if (process.env.UPDATE_DOCS) rewrite(tables);
  return {
    title: "Costs",
    notes: [
      "D1 and objects: rows. Queue: operations, three for a message. Log: lines and invocations. All that follows the answer is counted with it, the Queue's consumer included.",
      "“Of many”: a hundred at once, which share a message to the Queue; else nothing else happens within seconds.",
      "Assumed: 3 ms of CPU for an invocation of the Worker; an object works for 10 ms at a command, 60 ms at a password.",
    ],
    tables,
    data: stories,
  };
}

function used(stories: Story[]): Table {
  return {
    head: ["story", ...SHOWN.map(([, label]) => label)],
    rows: stories.map(({ name, usage }) => [name, ...SHOWN.map(([unit]) => usage[unit])]),
  };
}

function paid(stories: Story[]): Table {
  const rows = stories.map(({ name, usage }) => {
    const million = times(usage, 1_000_000);
    return [name, cents(month(million).sum), cents(bill(million).sum), dearest(bill(million))];
  });
  return {
    head: ["story", "a million a month, $", "each further million, $", "most of it"],
    rows,
  };
}

/** Working days of a month, and refreshes of each: every half hour for eight hours. */
const DAYS = 22;
const REFRESHES = 16;

/** A month of people who sign in on each working day to an app that then refreshes. */
function people(stories: Story[]): Table {
  const [signIn, refresh] = [WHOLE_SIGN_IN, REFRESH_OF_MANY].map(
    (name) => stories.find((story) => story.name === name)?.usage,
  );
  if (!signIn || !refresh) throw new Error("a story is missing");
  const rows = [1_000, 10_000, 100_000, 1_000_000].map((many) => {
    const used = plus(times(signIn, many * DAYS), times(refresh, many * DAYS * REFRESHES));
    const silent = month({ ...used, logEvents: 0 });
    return [many.toLocaleString("en"), cents(month(used).sum), cents(silent.sum), dearest(silent)];
  });
  return {
    head: ["people", "a month, $", "without the log, $", "most of it, but the log"],
    rows,
  };
}

function free(stories: Story[]): Table {
  const asked = stories.filter(({ name }) => !BY_THEMSELVES.includes(name));
  const rows = asked.map(({ name, usage }) => {
    const limits = freeDay(usage);
    const first = limits.find(({ fails }) => fails);
    const before = limits.filter(({ fails, times }) => !fails && times < (first?.times ?? 0));
    const shown = (limit: (typeof limits)[number] | undefined) =>
      limit ? `${limit.times.toLocaleString("en")} (${PRICES[limit.name].name})` : "–";
    return [name, shown(first), before.map(shown).join(", ") || "–"];
  });
  return { head: ["story", "a day until it fails", "a day until something is lost"], rows };
}

function dearest({ parts }: Bill): string {
  const some = parts.slice(0, 3).filter(([, part]) => part >= 0.005);
  return some.map(([unit, part]) => `${PRICES[unit].name} ${cents(part)}`).join(", ") || "–";
}

/** Dollars with cents. */
function cents(dollars: number): string {
  return dollars.toFixed(2);
}
