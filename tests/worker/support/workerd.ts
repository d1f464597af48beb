/** Finds the workerd process of one Miniflare, so that a test can kill that one by its id and no other. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** The child of this process that serves `port`. Miniflare keeps the process to itself, hence the search. */
export function workerdServing(port: number): number {
  const found = processes().find(
    (one) => one.parent === process.pid && one.command.includes(`entry=127.0.0.1:${port}`),
  );
  if (!found) throw new Error(`no workerd of this process serves port ${port}`);
  return found.pid;
}

function processes(): Process[] {
  return existsSync("/proc/self/stat") ? fromProc() : fromPs();
}

/** Linux, also where `ps` is not installed. */
function fromProc(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        // "pid (name) state parent …", where the name may hold spaces and brackets.
        const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        return [{ pid: Number(name), parent, command }];
      } catch {
        return []; // it ended while we looked
      }
    });
}

function fromPs(): Process[] {
  return execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" })
    .split("\n")
    .flatMap((line) => {
      const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
      return match
        ? [{ pid: Number(match[1]), parent: Number(match[2]), command: match[3] ?? "" }]
        : [];
    });
}
