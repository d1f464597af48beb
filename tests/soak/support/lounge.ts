/** What is left alone for a while: grants that nobody uses, and agents that say nothing at open WebSockets. */
import type { AgentSocket } from "../../worker/support/agent-socket.ts";
import type { Chain } from "./chain.ts";

/** So many of each. */
const GRANTS = 30;
const AGENTS = 40;

/** An agent at its socket. */
export interface Sleeper {
  socket: AgentSocket;
  chain: Chain;
}

export class Lounge {
  /** The one left alone longest is the first. */
  readonly grants: Chain[] = [];
  readonly agents: Sleeper[] = [];

  /** Leaves a live grant alone; what was left alone longest comes back when there are too many. */
  leave(chain: Chain): Chain | undefined {
    this.grants.push(chain);
    return this.grants.length > GRANTS ? this.grants.shift() : undefined;
  }

  /** The grant that was left alone longest. */
  comeBack(): Chain | undefined {
    return this.grants.shift();
  }

  /** The agent goes idle. */
  sleep(sleeper: Sleeper): void {
    this.agents.push(sleeper);
  }

  /** The agent that has said nothing for longest, when enough of them are here. */
  wake(): Sleeper | undefined {
    return this.agents.length < AGENTS ? undefined : this.agents.shift();
  }
}
