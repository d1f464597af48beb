/** Every Durable Object that the storage folder knows of: what it keeps, and its alarm, rung from outside. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Inside } from "../../worker/support/objects.ts";
import type { Ostiary } from "../../worker/support/ostiary.ts";
import { config } from "../../worker/support/settings.ts";

/** So many objects are asked at the same time. */
const AT_ONCE = 8;

/** By class: how many have any key or alarm, and how many there ever were. */
export type Objects = Record<string, { keeping: number; ever: number }>;

/** Looks into all of them; changes nothing. */
export function lookIntoObjects(ostiary: Ostiary, folder: string): Promise<Objects> {
  return visit(ostiary, folder, "look");
}

/** Rings the alarm of all of them, at the server's clock. */
export function ringAlarms(ostiary: Ostiary, folder: string): Promise<Objects> {
  return visit(ostiary, folder, "ring");
}

async function visit(ostiary: Ostiary, folder: string, verb: "look" | "ring"): Promise<Objects> {
  const all: Objects = {};
  for (const { name, class_name } of config.durable_objects.bindings) {
    const ids = idsOf(join(folder, "do", `${config.name}-${class_name}`));
    let keeping = 0;
    const ask = async () => {
      for (let id = ids.pop(); id; id = ids.pop()) {
        const answer = await ostiary.fetch(`/__object/${name}/${id}/${verb}`);
        if (answer.status !== 200) throw new Error(`${class_name} ${id}: ${answer.status}`);
        const { keys, alarm } = (await answer.json()) as Inside;
        if (keys > 0 || alarm !== null) keeping += 1;
      }
    };
    const ever = ids.length;
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
    all[class_name] = { keeping, ever };
  }
  return all;
}

/** Each object that ever stored anything has a file of its own, which outlives what was in it. */
function idsOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => /^([0-9a-f]{64})\.sqlite$/.exec(name)?.[1] ?? []);
}
