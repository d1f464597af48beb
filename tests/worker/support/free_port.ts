/** A port for a server whose address must be known before it starts, because its issuer is one of its settings. */
import { createServer, type Server } from "node:net";

const HOST = "127.0.0.1";
/**
 * All of these lie below the ports that Linux gives to outgoing connections (from 32768): one of those would be taken
 * again by any connection between the question and the start, or while a server is started anew at its address.
 */
const FIRST = 12_000;
const OF_A_PROCESS = 40;
const PROCESSES = 500;
let range: Promise<number> | undefined;
let asked = 0;

/** Each process has ports of its own, and goes through them in turn. */
export async function freePort(): Promise<number> {
  range ??= ownRange();
  const first = await range;
  for (let tries = 1; tries < OF_A_PROCESS; tries++) {
    const port = first + 1 + (asked++ % (OF_A_PROCESS - 1));
    if (await isFree(port)) return port;
  }
  throw new Error(`no port of this process is free (from ${first})`);
}

/**
 * The first port of a range that no other process has, be it of this run or of another one on this machine: whose it is
 * listens at that port, and the kernel frees it when that process ends, however it does.
 */
async function ownRange(): Promise<number> {
  for (let tries = 0; tries < PROCESSES; tries++) {
    const first = FIRST + ((process.pid + tries) % PROCESSES) * OF_A_PROCESS;
    const claim = await listening(first);
    if (claim) {
      claim.unref();
      return first;
    }
  }
  throw new Error(`every range of ports is taken (from ${FIRST})`);
}

async function isFree(port: number): Promise<boolean> {
  const server = await listening(port);
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  return server !== undefined;
}

function listening(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, HOST, () => resolve(server));
  });
}
