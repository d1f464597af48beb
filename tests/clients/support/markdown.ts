/** The fenced blocks of our own documents, by the section they stand in. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../worker/support/settings.ts";

/** Lines that a reader types, and the answer that the document promises, if it shows one. */
export interface Example {
  section: string;
  /** Line number of the fence, for messages. */
  line: number;
  script: string;
  answer: unknown;
}

interface Block {
  section: string;
  line: number;
  language: string;
  text: string;
}

/** The `sh` blocks of a document in order; the first `json` block after one, in the same section, is its answer. */
export function examplesIn(document: string): Example[] {
  const blocks = blocksIn(read(document));
  return blocks.flatMap((block, n) => {
    if (block.language !== "sh") return [];
    const next = blocks[n + 1];
    const answer =
      next?.language === "json" && next.section === block.section
        ? JSON.parse(next.text)
        : undefined;
    return [{ section: block.section, line: block.line, script: block.text, answer }];
  });
}

/** A file of the project. */
export function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** Every fenced block of a text. */
export function blocksIn(markdown: string): Block[] {
  const blocks: Block[] = [];
  let section = "";
  let open: Block | undefined;
  let indent = "";
  for (const [n, line] of markdown.split("\n").entries()) {
    const fence = /^( *)```(\w*)$/.exec(line);
    if (open && fence) {
      blocks.push(open);
      open = undefined;
    } else if (open) {
      open.text += `${line.startsWith(indent) ? line.slice(indent.length) : line}\n`;
    } else if (fence) {
      indent = fence[1] ?? "";
      open = { section, line: n + 1, language: fence[2] ?? "", text: "" };
    } else {
      section = /^#+ (.*)$/.exec(line)?.[1] ?? section;
    }
  }
  return blocks;
}
