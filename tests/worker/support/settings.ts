/**
 * What wrangler.toml gives the Worker, as Miniflare's options. Read from the file itself, so that the tests can't run
 * against bindings that a deployment would not have.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";

export const ROOT = join(import.meta.dirname, "../../..");

/** The part of wrangler.toml that the tests use. */
interface Config {
  name: string;
  compatibility_date: string;
  compatibility_flags: string[];
  vars: Record<string, string>;
  assets: { directory: string };
  d1_databases: { binding: string; database_id: string; migrations_dir: string }[];
  kv_namespaces: { binding: string; id: string }[];
  durable_objects: { bindings: { name: string; class_name: string }[] };
  queues: {
    producers: { binding: string; queue: string }[];
    consumers: {
      queue: string;
      max_batch_size: number;
      max_batch_timeout: number;
      max_retries: number;
      dead_letter_queue: string;
    }[];
  };
  ratelimits: { name: string; namespace_id: string; simple: { limit: number; period: 10 | 60 } }[];
}

export const config = parse(readFileSync(join(ROOT, "wrangler.toml"), "utf8")) as unknown as Config;

/**
 * Bindings that every Worker of a test has: two Workers with these options share all that is stored. `limits`: numbers in
 * place of those of the rate limits.
 */
export function sharedBindings(limits: Record<string, number> = {}) {
  return {
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: config.compatibility_flags,
    d1Databases: byName(config.d1_databases, (d1) => [d1.binding, d1.database_id]),
    kvNamespaces: byName(config.kv_namespaces, (kv) => [kv.binding, kv.id]),
    queueProducers: byName(config.queues.producers, (producer) => [
      producer.binding,
      { queueName: producer.queue },
    ]),
    ratelimits: byName(config.ratelimits, ({ name, namespace_id, simple }) => [
      name,
      { namespace_id, simple: { ...simple, limit: limits[name] ?? simple.limit } },
    ]),
    assets: {
      directory: join(ROOT, config.assets.directory),
      routerConfig: { has_user_worker: true },
    },
    // Else Miniflare removes the header by which a test plays another address.
    stripCfConnectingIp: false,
  };
}

/** The object classes of this Worker or, with `scriptName`, those of another. */
export function durableObjects(scriptName?: string) {
  return byName(config.durable_objects.bindings, ({ name, class_name }) => [
    name,
    { className: class_name, useSQLite: true, scriptName },
  ]);
}

/**
 * A queue has one consumer, so only one Worker of a test is given these. Batches don't wait as long as deployed ones. With
 * `deadLetters` also that of the queue of those that were given up, as docs/operations.md has it.
 */
export function queueConsumers(deadLetters = false) {
  const [events] = config.queues.consumers;
  if (events === undefined) throw new Error("wrangler.toml has no consumer");
  const dead = { ...events, queue: events.dead_letter_queue, dead_letter_queue: "" };
  const consumers = [...config.queues.consumers, ...(deadLetters ? [dead] : [])];
  return byName(consumers, (consumer) => [
    consumer.queue,
    {
      maxBatchSize: consumer.max_batch_size,
      maxBatchTimeout: Math.min(consumer.max_batch_timeout, 1),
      maxRetries: consumer.max_retries,
      ...(consumer.dead_letter_queue && { deadLetterQueue: consumer.dead_letter_queue }),
    },
  ]);
}

function byName<T, V>(items: T[], entry: (item: T) => [string, V]): Record<string, V> {
  return Object.fromEntries(items.map(entry));
}
