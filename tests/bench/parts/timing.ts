/** Whether refusals tell by their time what they do not tell by their words. */
import { startOstiary } from "../subjects.ts";
import type { Running } from "../support/boot.ts";
import { type Part, type Plan, quantile } from "../support/plan.ts";
import { passwordLinks, tickets } from "../timing/links.ts";
import { type Kind, times } from "../timing/probe.ts";
import { clients, logins, makeUsers } from "../timing/refusals.ts";
import { compare } from "../timing/statistics.ts";

/** Two kinds differ when chance would make them differ so in one of a thousand measurements only. */
const UNLIKELY = 0.001;

const ENDPOINTS: [string, Record<string, string>][] = [
  ["/oauth/token", { grant_type: "client_credentials" }],
  ["/oauth/introspect", { token: "x" }],
  ["/oauth/revoke", { token: "x" }],
];

interface Found {
  what: string;
  kind: string;
  millis: number[];
  /** Beside the first kind of the same refusal; `undefined` for that one itself. */
  beside: ReturnType<typeof compare> | undefined;
}

export async function measure(plan: Plan): Promise<Part> {
  const { running, person } = await startOstiary();
  try {
    const found = [
      ...(await ofLogins(running, plan)),
      ...(await ofClients(running, plan)),
      ...(await ofLinks("password link", await passwordLinks(running), plan)),
      ...(await ofLinks("agent's ticket", await tickets(running, person), plan)),
    ];
    return {
      title: "Timing of refusals",
      notes: [
        "Each kind in turns, in a random order, one request at a time. The share is how often the kind takes longer than the first of its group: 0.5 when they do not differ; p is how likely so uneven a share is by chance (Mann–Whitney).",
        "A first try is the first ever at its name. Tries after it are at names that were tried before.",
        "Seen from the same machine. What a network adds hides more than it shows.",
      ],
      tables: [
        {
          head: ["refusal", "n", "mean ms", "p50", "p90", "p99", "share", "p", "differs"],
          rows: found.map(shown),
        },
      ],
      data: found.map(({ millis, ...rest }) => ({ ...rest, n: millis.length, millis })),
    };
  } finally {
    await running.stop();
  }
}

async function ofLogins(running: Running, plan: Plan): Promise<Found[]> {
  const users = plan.quick ? 15 : 60;
  await makeUsers(running, users);
  const kinds = logins(running, users);
  return [
    ...compared("login, first try", kinds, await times(kinds, users)),
    ...compared("login", kinds, await times(kinds, users * (plan.quick ? 6 : 10), users)),
  ];
}

async function ofClients(running: Running, plan: Plan): Promise<Found[]> {
  const rounds = plan.quick ? 150 : 1_000;
  const found: Found[] = [];
  for (const [path, fields] of ENDPOINTS) {
    for (const kinds of clients(running, path, fields)) {
      await times(kinds, 20); // else the first ones pay for what is compiled
      found.push(...compared(path, kinds, await times(kinds, rounds)));
    }
  }
  return found;
}

async function ofLinks(what: string, kinds: Kind[], plan: Plan): Promise<Found[]> {
  await times(kinds, 20);
  return compared(what, kinds, await times(kinds, plan.quick ? 150 : 1_000));
}

function compared(what: string, kinds: Kind[], times: Map<string, number[]>): Found[] {
  const first = times.get(kinds[0]?.name ?? "") ?? [];
  return kinds.map(({ name }, index) => {
    const millis = times.get(name) ?? [];
    return { what, kind: name, millis, beside: index === 0 ? undefined : compare(first, millis) };
  });
}

function shown({ what, kind, millis, beside }: Found): (string | number)[] {
  const mean = millis.reduce((sum, one) => sum + one, 0) / millis.length;
  const of = (share: number) => quantile(millis, share);
  const verdict = beside
    ? [beside.share, beside.p.toFixed(4), beside.p < UNLIKELY ? "yes" : "no"]
    : ["", "", ""];
  return [`${what}: ${kind}`, millis.length, mean, of(0.5), of(0.9), of(0.99), ...verdict];
}
