/** What went wrong: every kind of it is counted, and the first of each are kept, so that memory stays bounded. */

const KEPT = 50;

function causeOf({ cause }: Error): string {
  return cause === undefined ? "" : `(${cause})`;
}

export class Ledger {
  readonly kept: string[] = [];
  count = 0;

  add(where: string, error: unknown): void {
    this.count += 1;
    if (this.kept.length >= KEPT) return;
    const text = error instanceof Error ? `${error.message} ${causeOf(error)}` : String(error);
    const line = `${new Date().toISOString()} ${where}: ${text.slice(0, 400)}`;
    this.kept.push(line);
    console.error(`  violation: ${line}`);
  }
}
