/** Everything that happens in the load, and how often. */
import type { World } from "../support/world.ts";
import { administrator } from "./administrator.ts";
import { agent, sleeper } from "./agents.ts";
import { garbage } from "./garbage.ts";
import { identity } from "./identity.ts";
import { idle } from "./idle.ts";
import { machine } from "./machine.ts";
import { describing, registering } from "./newcomers.ts";
import { operator } from "./operator.ts";
import { brief, visit } from "./people.ts";
import { reader } from "./reader.ts";
import { guesser } from "./strangers.ts";
import { broker, tools } from "./tools.ts";

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
  { name: "identity", weight: 6, tell: identity },
  { name: "tools", weight: 6, tell: tools },
  { name: "broker", weight: 5, tell: broker },
  { name: "agent", weight: 4, tell: agent },
  { name: "sleeper", weight: 8, tell: sleeper },
  { name: "registering", weight: 3, tell: registering },
  { name: "describing", weight: 2, tell: describing },
  { name: "operator", weight: 4, tell: operator },
];
