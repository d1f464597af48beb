/** How often to repeat what must hold every time: `full` under `make soak`, a tenth of that under `make test`. */
export function rounds(full: number): number {
  return process.env.SOAK ? full : Math.ceil(full / 10);
}
