/** docs/logs.md, against which every line of the log is held. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./settings.ts";

/** Of each `event`, the members that a line of it may have. */
const MEMBERS = tables();

/**
 * What is wrong with a line of the log. What does not begin as ours do others wrote: the `worker` crate of a panic, the runtime of what it
 * had to end, wasm-bindgen in the quick build, an entry of a test's own.
 */
export function problemOf(line: string): string | undefined {
  if (!line.startsWith("{")) return undefined;
  const told = parsed(line);
  if (told === undefined) return "it is no JSON object";
  const known = MEMBERS.get(String(told.event));
  if (known === undefined) return `docs/logs.md does not know ${told.event}`;
  const unknown = Object.keys(told).find((name) => !known.includes(name));
  return unknown && `docs/logs.md does not say that ${told.event} has ${unknown}`;
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const told: unknown = JSON.parse(line);
    return typeof told === "object" && told !== null ? { ...told } : undefined;
  } catch {
    return undefined;
  }
}

/** The rows of its tables that begin with the name of an event. */
function tables(): Map<string, string[]> {
  const text = readFileSync(join(ROOT, "docs", "logs.md"), "utf8");
  const rows = text.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const names = (cell = "") => [...cell.matchAll(/`([a-z_]+)`/g)].map(([, name = ""]) => name);
  const whole = text.split("## Members of an event")[1]?.split("\n## ")[0] ?? "";
  const common = names(whole.replace(/\|[^|]*\|$/gm, ""));
  const found = rows.flatMap(([, event, , members]) => {
    const [name] = names(event);
    return name === undefined ? [] : [{ name, members: [...common, ...names(members)] }];
  });
  return new Map(found.map(({ name, members }) => [name, members]));
}
