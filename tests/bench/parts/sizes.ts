/** What is deployed, in bytes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ROOT } from "../../worker/support/settings.ts";
import type { Part } from "../support/plan.ts";

const FILES = ["build/index_bg.wasm", "build/built.js", "build/index.js"];
const KIB = 1024;

export async function measure(): Promise<Part> {
  const sizes = FILES.map((file) => {
    const bytes = readFileSync(join(ROOT, file));
    return { file, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
  });
  return {
    title: "Size",
    notes: [],
    tables: [
      {
        head: ["file", "KiB", "KiB gzip"],
        rows: sizes.map(({ file, raw, gzip }) => [file, raw / KIB, gzip / KIB]),
      },
    ],
    data: sizes,
  };
}
