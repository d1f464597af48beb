/** Requests per second, latency and CPU time: Ostiary beside an empty Rust Worker and beside the peer. */
import { type Subject, startDirect, startEmpty, startOstiary, startPeer } from "../subjects.ts";
import type { Part, Plan } from "../support/plan.ts";
import { type Measured, medians, run } from "../support/wrk.ts";

const CONNECTIONS = [1, 16];

interface Cell {
  subject: Subject["name"];
  row: string;
  connections: number;
  rounds: Measured[];
}

/** What must be reached: `row` of Ostiary at least `factor` times that of another. */
const TARGETS = [
  { row: "client_credentials", than: { subject: "empty", row: "empty Worker" }, factor: 0.6 },
  { row: "code flow", than: { subject: "peer", row: "code flow" }, factor: 1 },
  { row: "refresh", than: { subject: "peer", row: "refresh" }, factor: 2 },
  { row: "protected call", than: { subject: "peer", row: "protected call" }, factor: 2 },
] as const;

export async function measure(plan: Plan): Promise<Part> {
  const subjects: Subject[] = [];
  try {
    const ostiary = () => startOstiary({ LOG_LEVEL: "warn" });
    for (const start of [startEmpty, startDirect, ostiary, startPeer]) subjects.push(await start());
    const cells = await rounds(plan, subjects);
    return {
      title: "Load",
      notes: [
        "A code flow is two requests and counts once. A refresh is a chain: each uses the token of the one before.",
        "CPU is that of workerd in µs for each flow: the Worker, its objects, and also D1, KV and queues as they are played here, which Cloudflare runs elsewhere.",
        "A tool call asks the tool's server, which is a Worker beside; a direct fetch asks it and does nothing else, so the difference is the call's own cost.",
        "Nothing is logged here, as the others log nothing: what a line costs here (some 150 µs, by way of Miniflare) it does not cost at Cloudflare.",
        "One workerd is one thread here, so requests per second at 16 connections are what one core bears.",
      ],
      tables: [
        {
          head: ["row", "conn.", "per second", "p50 ms", "p99 ms", "CPU µs", "min–max per second"],
          rows: cells.map(shown),
        },
        {
          head: ["target", "conn.", "at least", "reached", "by CPU time", "so"],
          rows: targets(cells),
        },
      ],
      data: cells.map((cell) => ({ ...cell, median: medians(cell.rounds) })),
    };
  } finally {
    for (const { running } of subjects) await running.stop();
  }
}

/** All cells once, then all again: what the machine does beside falls on all alike. */
async function rounds(plan: Plan, subjects: Subject[]): Promise<Cell[]> {
  const cells: Cell[] = subjects.flatMap(({ name, loads }) =>
    Object.keys(loads).flatMap((row) =>
      CONNECTIONS.map((connections) => ({ subject: name, row, connections, rounds: [] })),
    ),
  );
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const cell of cells) {
      const subject = subjects.find((one) => one.name === cell.subject);
      const load = subject?.loads[cell.row];
      if (!subject || !load) throw new Error(`nothing plays ${cell.row}`);
      cell.rounds.push(await run(subject.running, load, cell.connections, plan.seconds));
    }
  }
  return cells;
}

function shown(cell: Cell): (string | number)[] {
  const { perSecond, p50, p99, cpu } = medians(cell.rounds);
  const all = cell.rounds.map((round) => Math.round(round.perSecond));
  const label = cell.subject === "peer" ? `peer: ${cell.row}` : cell.row;
  const spread = `${Math.min(...all)}–${Math.max(...all)}`;
  return [label, cell.connections, perSecond, p50, p99, cpu, spread];
}

function targets(cells: Cell[]): (string | number)[][] {
  return TARGETS.flatMap(({ row, than, factor }) =>
    CONNECTIONS.map((connections) => {
      const find = (subject: string, name: string) =>
        cells.find(
          (one) => one.subject === subject && one.row === name && one.connections === connections,
        );
      const [own, other] = [find("ostiary", row), find(than.subject, than.row)];
      if (!own || !other) throw new Error(`nothing to compare ${row} with`);
      const [ours, theirs] = [medians(own.rounds), medians(other.rounds)];
      const reached = ours.perSecond / theirs.perSecond;
      const label = `${row} / ${than.subject === "peer" ? "peer" : than.row}`;
      return [
        label,
        connections,
        factor,
        reached,
        theirs.cpu / ours.cpu,
        reached >= factor ? "yes" : "no",
      ];
    }),
  );
}
