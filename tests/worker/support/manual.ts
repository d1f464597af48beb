/** The commands of the operators' documents, as a shell would run them. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./settings.ts";

/** One `npx wrangler …`: its arguments after the quotes are gone. */
export interface Command {
  document: string;
  words: string[];
}

/** Runs nothing: each wrangler is written down in place of being run, and whatever else stands beside it is left out. */
const WRITES_DOWN = `
npx() { shift; printf '%s\\0' "$@"; printf '\\1\\0'; }
make() { :; }
curl() { :; }
rm() { :; }
git() { :; }
read() { :; }
sed() { :; }
`;

/** All of a document's wrangler commands: those in its \`sh\` blocks, and those within a sentence. */
export function commandsOf(document: string): Command[] {
  const text = readFileSync(join(ROOT, document), "utf8");
  const blocks = [...text.matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)].map(
    (block) => block[2] ?? "",
  );
  const sentences = text.replace(/^( *)```[\s\S]*?^ *```$/gm, "");
  const inline = [...sentences.matchAll(/`(npx wrangler [^`]+)`/g)].map((found) => found[1] ?? "");
  return [...blocks, ...inline]
    .filter((script) => script.includes("npx wrangler"))
    .flatMap((script) => written(script))
    .map((words) => ({ document, words }));
}

function written(script: string): string[][] {
  const known = script.replaceAll("<your server>", "localhost").replaceAll("…", "VALUE");
  const said = execFileSync("bash", ["-c", WRITES_DOWN + known], { encoding: "utf8" });
  const commands = said.split("\x01\0").slice(0, -1);
  return commands.map((command) => command.split("\0").slice(0, -1));
}

/** The SQL of \`d1 execute\`, and the database it is for. */
export function sqlOf({ words }: Command): { database: string; sql: string } | undefined {
  const [group, action, database] = words;
  const sql = words[words.indexOf("--command") + 1];
  if (group !== "d1" || action !== "execute" || !words.includes("--command")) return undefined;
  return { database: database ?? "", sql: sql ?? "" };
}
