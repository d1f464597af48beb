/** A port for a server whose address must be known before it starts, because its issuer is one of its settings. */
import { createServer } from "node:net";

const HOST = "127.0.0.1";
/**
 * All of these lie below the ports that Linux gives to outgoing connections (from 32768): one of those would be taken
 * again by any connection between the question and the start, or while a server is started anew at its address.
 */
const FIRST = 12_000;
const OF_A_PROCESS = 40;
const PROCESSES = 500;
let asked = 0;

/** Each process has ports of its own, by its id, and goes through them in turn. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < OF_A_PROCESS; tries++) {
    const port = FIRST + (process.pid % PROCESSES) * OF_A_PROCESS + (asked++ % OF_A_PROCESS);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port of this process is free (from ${FIRST})`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, HOST, () => server.close(() => resolve(true)));
  });
}
