/**
 * Boots a Worker to be measured. All are given the same Miniflare, and each listens on a socket of its own: Miniflare's
 * entry and its assets router are JavaScript Workers that stand for the edge, and would be in every figure.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { freePort } from "../../worker/support/free_port.ts";
import { Server } from "../../worker/support/ostiary.ts";
import { config } from "../../worker/support/settings.ts";
import { workerdServing } from "../../worker/support/workerd.ts";

const HOST = "127.0.0.1";

/** All that the Workers ask of others is answered by this, in the same workerd. */
const OUTSIDE = "outside";
/** What it answers, whatever it is asked. */
export const OUTSIDE_SAYS = '{"found":true}';

/** What a Worker is made of: its modules, and its bindings by its own address. */
export interface Made {
  modulesRoot: string;
  modules: { type: string; path: string; contents?: string }[];
  /** Bindings and other options of Miniflare's. */
  options: (url: string) => Record<string, unknown>;
}

/** A Worker that runs. */
export class Running extends Server {
  readonly miniflare: Miniflare;
  readonly #ports: Ports;
  readonly #folder: string;

  private constructor(made: Made, ports: Ports, folder: string) {
    super(`http://${HOST}:${ports.direct}`);
    this.#ports = ports;
    this.#folder = folder;
    this.miniflare = new Miniflare(this.#options(made));
  }

  static async start(made: Made): Promise<Running> {
    const ports = { entry: await freePort(), direct: await freePort() };
    const running = new Running(made, ports, mkdtempSync(join(tmpdir(), "bench-")));
    await running.miniflare.ready;
    return running;
  }

  /** workerd's process: the Worker, its objects, and what plays D1, KV and queues. */
  get pid(): number {
    return workerdServing(this.#ports.entry);
  }

  /** Starts another make of the Worker at the same address; what is stored stays. */
  async restart(made: Made): Promise<void> {
    await this.miniflare.setOptions(this.#options(made));
  }

  async stop(): Promise<void> {
    await this.miniflare.dispose();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #options({ options, ...modules }: Made) {
    return convertV4MiniflareOptions({
      host: HOST,
      port: this.#ports.entry,
      cf: false, // else Miniflare asks the internet where it is
      log: new Log(LogLevel.NONE),
      handleStructuredLogs: () => {}, // what the Worker logs is taken away, as at Cloudflare
      resourcePersistencePath: this.#folder,
      inspectorPort: process.env.BENCH_INSPECTOR ? Number(process.env.BENCH_INSPECTOR) : undefined,
      workers: [
        {
          name: "measured",
          compatibilityDate: config.compatibility_date,
          compatibilityFlags: config.compatibility_flags,
          stripCfConnectingIp: false,
          unsafeDirectSockets: [{ host: HOST, port: this.#ports.direct }],
          outboundService: OUTSIDE,
          ...modules,
          ...options(this.url),
        },
        outside(),
      ],
      // biome-ignore lint/suspicious/noExplicitAny: Miniflare's own type of these options leaves some of them out
    } as any);
  }
}

interface Ports {
  entry: number;
  direct: number;
}

function outside() {
  const answer = `new Response(${JSON.stringify(OUTSIDE_SAYS)}, { headers: { "Content-Type": "application/json" } })`;
  return {
    name: OUTSIDE,
    compatibilityDate: config.compatibility_date,
    modules: true,
    script: `export default { fetch: () => ${answer} };`,
  };
}
