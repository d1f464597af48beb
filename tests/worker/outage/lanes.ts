/** Workers to play at, each by one field at a time. */
import type { Server } from "../support/ostiary.ts";

export class Lanes {
  readonly #free: Server[];
  readonly #waiting: ((lane: Server) => void)[] = [];

  constructor(lanes: Server[]) {
    this.#free = [...lanes];
  }

  /** Has `play` a lane for itself, as soon as one is free. */
  async use<T>(play: (lane: Server) => Promise<T>): Promise<T> {
    const lane = this.#free.pop() ?? (await this.#next());
    try {
      return await play(lane);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(lane);
      else this.#free.push(lane);
    }
  }

  #next(): Promise<Server> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
