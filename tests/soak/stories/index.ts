/** Everything that happens in the load, and how often. */
import type { World } from "../support/world.ts";
import { administrator } from "./administrator.ts";
import { garbage } from "./garbage.ts";
import { idle } from "./idle.ts";
import { machine } from "./machine.ts";
import { brief, visit } from "./people.ts";
import { reader } from "./reader.ts";
import { guesser } from "./strangers.ts";

/** A few requests that belong together. It throws when something is not as it must be. */
export interface Story {
  name: string;
  weight: number;
  tell: (world: World) => Promise<void>;
}

export const stories: Story[] = [
  { name: "visit", weight: 30, tell: visit },
  { name: "brief", weight: 4, tell: brief },
  { name: "idle", weight: 25, tell: idle },
  { name: "machine", weight: 12, tell: machine },
  { name: "reader", weight: 10, tell: reader },
  { name: "garbage", weight: 12, tell: garbage },
  { name: "guesser", weight: 5, tell: guesser },
  { name: "administrator", weight: 2, tell: administrator },
];
