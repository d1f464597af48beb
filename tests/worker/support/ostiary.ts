/**
 * Boots the built Worker in Miniflare with everything that wrangler.toml gives it, on storage of its own.
 *
 *     await using ostiary = await startOstiary();
 *     const answer = await ostiary.fetch("/healthz");
 */
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { makeEncryptionKeys, makeSigningKeys, makeToken } from "../../../scripts/jwk.mjs";
import { freePort } from "./free_port.ts";
import { problemOf } from "./log_table.ts";
import { applyMigrations } from "./migrations.ts";
import { Secrets } from "./secrets.ts";
import { config, durableObjects, queueConsumers, ROOT, sharedBindings } from "./settings.ts";
import { workerdServing } from "./workerd.ts";

const HOST = "127.0.0.1";
const MAIN = config.name;
const TWIN = `${config.name}-twin`;
// OSTIARY_BUILD=dev: the quicker build of `make dev`, for work on a test.
const BUILD = join(ROOT, process.env.OSTIARY_BUILD === "dev" ? "build/dev" : "build");
const RESTART_LIMIT_MS = 60_000;

/** Secrets that every server of a test process shares; an RSA key takes a while to make. */
export const secrets = {
  SIGNING_KEYS: makeSigningKeys(),
  ENCRYPTION_KEYS: makeEncryptionKeys(),
  ADMIN_TOKEN: makeToken(),
};

export interface Options {
  /** Settings, each of which has its default without, and secrets; `undefined` removes one. */
  vars?: Record<string, string | undefined>;
  /** Rate limits by their bindings, over those of wrangler.toml. */
  limits?: Record<string, number>;
  /** The port to serve; without it a free one. */
  port?: number;
  /** Folder that keeps what is stored. Without it a temporary one is made, and removed by `stop`. */
  persist?: string;
  /** A second Worker, so a second isolate, over the same storage and the same objects. */
  twin?: boolean;
  /** So many more Workers over the same storage and the same objects, each with faults of its own. */
  lanes?: number;
  /** Binds a dataset of Workers Analytics Engine as `ANALYTICS`, which wrangler.toml leaves to the operator. */
  analytics?: boolean;
  /** Puts faults.js before the Worker, so that `server.faults` works. */
  faults?: boolean;
  /** Or another entry: the source of a module that imports the Worker from "./index.js". */
  entry?: string;
  /** The Worker is also given what the consumers of its queues gave up (wrangler.toml: `dead_letter_queue`). */
  deadLetters?: boolean;
  /** `false`: the log is at the level of the settings, and `stop` does not look through it. For rounds that take long. */
  searchLogs?: boolean;
  /** Plays every host that the Worker fetches from; without it those fetches fail. */
  outbound?: (request: Request) => Response | Promise<Response>;
}

/** How a binding misbehaves. The first rule that fits a call and is not used up decides. */
export interface Fault {
  binding: string;
  /** `get`, `put`, `first`, `all`, `raw`, `run`, `batch`, `fetch`, `send`, …; all of them if missing. */
  method?: string;
  mode: "fail" | "failAfter" | "delay" | "delayAfter" | "miss";
  ms?: number;
  /** For so many calls; for good if missing. */
  times?: number;
  /** After so many calls that go well. */
  skip?: number;
}

/** A request that can be sent as often as one likes, by whomever. */
export interface Prepared {
  path: string;
  init: RequestInit;
}

/** One Worker as a client sees it. */
export class Server {
  readonly url: string;
  /** Every secret that came by here. */
  readonly secrets: Secrets;

  constructor(url: string, secrets = new Secrets()) {
    this.url = url;
    this.secrets = secrets;
  }

  /** `fetch` that does not follow redirects, since they are what these tests look at. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    this.secrets.ofRequest(path, init);
    const answer = await fetch(new URL(path, this.url), { redirect: "manual", ...init });
    this.secrets.of(answer);
    return answer;
  }

  send({ path, init }: Prepared): Promise<Response> {
    return this.fetch(path, init);
  }

  /** Sets the faults from now on (none: all is well again); resets the counts of `calls`. */
  async faults(...rules: Fault[]): Promise<void> {
    await this.fetch("/__faults", { method: "POST", body: JSON.stringify(rules) });
  }

  /** How often each "BINDING.method" was called since `faults`, in this Worker. */
  async calls(): Promise<Record<string, number>> {
    return (await this.#faultState()).calls;
  }

  /** How many calls met a fault since `faults`, in this Worker. */
  async disturbances(): Promise<number> {
    return (await this.#faultState()).disturbances;
  }

  /** How many rows D1 looked at since `faults`, in this Worker. */
  async rowsRead(): Promise<number> {
    return (await this.billed())["D1.read"] ?? 0;
  }

  /** What Cloudflare would bill by since `faults`, in this Worker: see faults.js. */
  async billed(): Promise<Record<string, number>> {
    return (await this.#faultState()).billed;
  }

  async #faultState() {
    const answer = await this.fetch("/__faults");
    return (await answer.json()) as {
      calls: Record<string, number>;
      disturbances: number;
      billed: Record<string, number>;
    };
  }
}

export class Ostiary extends Server {
  /** The second Worker, if asked for. */
  readonly twin: Server;
  /** The further Workers, if asked for. */
  readonly lanes: Server[];
  /** What the Workers wrote to the log, a line each. */
  readonly logs: string[] = [];
  /** The same, of which no test throws anything away. */
  readonly #allLogs: string[] = [];
  readonly #options: Options;
  readonly #folder: string;
  readonly #ports: Ports;
  #miniflare!: Miniflare;
  #pid = 0;
  #offset = 0;
  #restarted: () => void = () => {};

  private constructor(options: Options, ports: Ports) {
    super(`http://${HOST}:${ports.main}`);
    this.twin = new Server(`http://${HOST}:${ports.twin}`, this.secrets);
    this.lanes = ports.lanes.map((port) => new Server(`http://${HOST}:${port}`, this.secrets));
    this.#options = options;
    this.#ports = ports;
    this.secrets.add(secrets.ADMIN_TOKEN);
    for (const keys of [secrets.SIGNING_KEYS, secrets.ENCRYPTION_KEYS]) this.secrets.ofKeys(keys);
    this.#folder = options.persist ?? mkdtempSync(join(tmpdir(), "ostiary-"));
  }

  static async start(options: Options): Promise<Ostiary> {
    if (!existsSync(join(BUILD, "index.js")))
      throw new Error("no Worker in build/: run `make build` first");
    const lanes = await Promise.all(Array.from({ length: options.lanes ?? 0 }, freePort));
    const main = options.port ?? (await freePort());
    const ostiary = new Ostiary(options, { main, twin: await freePort(), lanes });
    try {
      ostiary.#miniflare = new Miniflare(ostiary.#miniflareOptions());
      await ostiary.#miniflare.ready;
      await applyMigrations(ostiary.#miniflare);
      ostiary.#pid = workerdServing(ostiary.#ports.main);
    } catch (error) {
      await ostiary.stop();
      throw error;
    }
    return ostiary;
  }

  /** The process id of workerd, in which both Workers and all storage live. */
  get pid(): number {
    return this.#pid;
  }

  get adminToken(): string {
    return secrets.ADMIN_TOKEN;
  }

  /** A database as the Worker has it, to look at what was stored: "DB" or "AUDIT_DB". */
  database(binding: string) {
    return this.#miniflare.getD1Database(binding);
  }

  /** The KV namespace as the Worker has it: "CODES". */
  kv(binding: string) {
    return this.#miniflare.getKVNamespace(binding);
  }

  /** Miniflare itself, for what is not wrapped here: `unsafeEvictDurableObject`, `getWorker`… */
  get miniflare(): Miniflare {
    return this.#miniflare;
  }

  /**
   * SIGKILL to workerd, at once; the promise ends when a new one serves the same storage at the same address.
   * Requests under way fail. Miniflare itself keeps nothing, so nothing but acknowledged writes is left.
   */
  async kill(): Promise<void> {
    const restarted = new Promise<void>((resolve) => {
      this.#restarted = resolve;
    });
    process.kill(this.#pid, "SIGKILL");
    await within(RESTART_LIMIT_MS, restarted, "workerd did not come back after being killed");
    this.#pid = workerdServing(this.#ports.main);
  }

  /** Starts the Workers anew with other settings; what is stored stays. */
  async setVars(vars: Record<string, string | undefined>): Promise<void> {
    this.#options.vars = { ...this.#options.vars, ...vars };
    await this.#miniflare.setOptions(this.#miniflareOptions());
    this.#pid = workerdServing(this.#ports.main);
  }

  /** Moves the server's clock on, from where it was moved to before. Timers, alarms and KV's own TTL don't see it. */
  async advance(seconds: number): Promise<void> {
    this.#offset += seconds;
    await this.setVars({ CLOCK_OFFSET_SECONDS: String(this.#offset) });
  }

  /** A tick of the cron trigger; ends when its work is done. */
  async cron(): Promise<void> {
    const worker = (await this.#miniflare.getWorker(MAIN)) as unknown as Scheduled;
    const { outcome } = await worker.scheduled();
    if (outcome !== "ok") throw new Error(`the cron trigger ended with: ${outcome}`);
  }

  /** Fails when a line of the log holds a secret, or is not as docs/logs.md says. */
  async stop(): Promise<void> {
    await this.#miniflare?.dispose();
    if (!this.#options.persist) rmSync(this.#folder, { recursive: true, force: true });
    const lines = this.#allLogs.splice(0);
    const found = await this.secrets.foundIn(lines);
    if (found.length > 0) throw new Error(`secrets in the log:\n${found.join("\n")}`);
    const wrong = lines.map((line) => ({ line, problem: problemOf(line) }));
    const first = wrong.find(({ problem }) => problem !== undefined);
    if (first) throw new Error(`a line of the log: ${first.problem}: ${first.line}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #miniflareOptions() {
    const common = {
      ...this.#modules(),
      ...sharedBindings(this.#options.limits),
      bindings: this.#vars(),
      outboundService: this.#outbound(),
      ...(this.#options.analytics && {
        analyticsEngineDatasets: { ANALYTICS: { dataset: "ostiary" } },
      }),
    };
    const main = {
      ...common,
      name: MAIN,
      durableObjects: durableObjects(),
      queueConsumers: queueConsumers(this.#options.deadLetters),
    };
    const beside = (name: string, port: number) => ({
      ...common,
      name,
      durableObjects: durableObjects(MAIN),
      unsafeDirectSockets: [{ host: HOST, port }],
    });
    const twin = beside(TWIN, this.#ports.twin);
    const lanes = this.#ports.lanes.map((port, lane) => beside(`${MAIN}-lane-${lane}`, port));
    return convertV4MiniflareOptions({
      host: HOST,
      port: this.#ports.main,
      cf: false, // else Miniflare asks the internet where it is
      log: new Log(process.env.OSTIARY_LOG ? LogLevel.DEBUG : LogLevel.NONE),
      handleStructuredLogs: ({ level, message }: { level: string; message: string }) => {
        this.logs.push(message);
        if (this.#searchesLogs) this.#allLogs.push(message);
        if (process.env.OSTIARY_LOG) console.error(`[${level}] ${message}`);
      },
      unsafeHandleRuntimeRestart: () => this.#restarted(),
      resourcePersistencePath: this.#folder,
      workers: [main, ...(this.#options.twin ? [twin] : []), ...lanes],
      // biome-ignore lint/suspicious/noExplicitAny: Miniflare's own type of these options leaves some of them out
    } as any);
  }

  get #searchesLogs(): boolean {
    return this.#options.searchLogs ?? true;
  }

  /** What other hosts are asked and answer, whose secrets must not be in the log either. */
  #outbound() {
    const host = this.#options.outbound ?? refuseOutbound;
    return async (request: Request) => {
      this.secrets.of(request);
      const answer = await host(request);
      this.secrets.of(answer);
      return answer;
    };
  }

  #vars(): Record<string, string> {
    // Not those of wrangler.toml: whoever deploys puts their own there, and may have switched off what is tested.
    const all = {
      ...(this.#searchesLogs && { LOG_LEVEL: "trace", OAUTH_DEBUG: "true" }),
      OAUTH_ISSUER_URL: this.url,
      ENABLE_DEV_ENDPOINTS: "true",
      ...secrets,
      ...this.#options.vars,
    };
    return Object.fromEntries(
      Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  }

  #modules() {
    const built = [
      { type: "ESModule", path: join(BUILD, "index.js") },
      { type: "ESModule", path: join(BUILD, "built.js") },
      { type: "CompiledWasm", path: join(BUILD, "index_bg.wasm") },
    ];
    const entry = this.#options.faults
      ? readFileSync(join(import.meta.dirname, "faults.js"), "utf8")
      : this.#options.entry;
    const front = {
      type: "ESModule",
      path: join(BUILD, `entry-${randomUUID()}.js`),
      contents: entry,
    };
    return { modulesRoot: BUILD, modules: entry === undefined ? built : [front, ...built] };
  }
}

/** See `Options`. Stop it by `await using`, or by `stop()` in an `after`. */
export function startOstiary(options: Options = {}): Promise<Ostiary> {
  return Ostiary.start(options);
}

/** What Miniflare's type of a worker's handle leaves out. */
interface Scheduled {
  scheduled(): Promise<{ outcome: string }>;
}

interface Ports {
  main: number;
  twin: number;
  lanes: number[];
}

function refuseOutbound(request: Request): Response {
  return new Response(`no test host plays ${request.url}`, { status: 502 });
}

async function within<T>(ms: number, promise: Promise<T>, otherwise: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(otherwise)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
