/** From nothing to the first answer. */
import { subjects } from "../subjects.ts";
import { Running } from "../support/boot.ts";
import { median, type Part, type Plan } from "../support/plan.ts";

/** Milliseconds. */
interface Start {
  boot: number;
  first: number;
  second: number;
}

export async function measure(plan: Plan): Promise<Part> {
  const times = plan.quick ? 3 : 9;
  const found = [];
  for (const [name, { made, path }] of Object.entries(await subjects())) {
    const starts: Start[] = [];
    for (let n = 0; n < times; n += 1) starts.push(await start(made, path));
    const of = (field: keyof Start) => median(starts.map((one) => one[field]));
    found.push({ name, boot: of("boot"), first: of("first"), second: of("second"), starts });
  }
  return {
    title: "Start",
    notes: [
      "Miniflare ready is the start of workerd with all that plays Cloudflare; the Worker's own part is the first answer: an isolate is made, its code compiled, settings read, the router built.",
    ],
    tables: [
      {
        head: ["Worker", "Miniflare ready ms", "first answer ms", "second ms"],
        rows: found.map(({ name, boot, first, second }) => [name, boot, first, second]),
      },
    ],
    data: found,
  };
}

async function start(made: Parameters<typeof Running.start>[0], path: string): Promise<Start> {
  const began = performance.now();
  const running = await Running.start(made);
  try {
    const boot = performance.now() - began;
    const first = await answered(running, path);
    return { boot, first, second: await answered(running, path) };
  } finally {
    await running.stop();
  }
}

async function answered(running: Running, path: string): Promise<number> {
  const began = performance.now();
  const answer = await running.fetch(path);
  await answer.arrayBuffer();
  return performance.now() - began;
}
