/** Apps that come back after a while, to grants that must still be there. */
import { chance } from "../support/chance.ts";
import type { World } from "../support/world.ts";
import { use } from "./people.ts";

/** The grant that was left alone longest is used again; now and then it is ended. */
export async function idle(world: World): Promise<void> {
  const chain = world.lounge.comeBack();
  if (!chain) return;
  await chain.refresh();
  await use(chain);
  if (chance(0.1)) await chain.revoke();
  else world.lounge.leave(chain);
}
