/** Requests for what is no address, which no browser would send: whoever reads one with care ends nothing by it. */
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";

const TARGETS = ["//", "//[", "http://[", "http://localhost:x/"];

/** What a program at a port of this machine answers to a request for exactly this target; nothing where it hangs up. */
export async function statusOf(port: string, target: string): Promise<number | undefined> {
  const asked = request({ hostname: "127.0.0.1", port, path: target, agent: false }).end();
  try {
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  } catch {
    return undefined;
  }
}

/** Sends all that are known. */
export async function askForNoAddress(port: string): Promise<void> {
  for (const target of TARGETS) await statusOf(port, target);
}
