/**
 * The hosts under https names that the Worker fetches from, played by the test. What is not played does not exist.
 *
 *     const web = new Web();
 *     const ostiary = await startOstiary({ outbound: web.outbound });
 *     web.show("https://agent.example/client.json", () => Response.json({ … }));
 */
export class Web {
  readonly #pages = new Map<string, Play>();
  readonly #asked: string[] = [];

  /** From now on `play` answers what is asked of this address. */
  show(url: string, play: Play): void {
    this.#pages.set(new URL(url).href, play);
  }

  /** How often this address was asked for. */
  visits(url: string): number {
    return this.#asked.filter((asked) => asked === new URL(url).href).length;
  }

  /** All that was asked for, since the last call. */
  takeAsked(): string[] {
    return this.#asked.splice(0);
  }

  /** For `Options.outbound`. */
  readonly outbound = (request: Request): Response | Promise<Response> => {
    this.#asked.push(request.url);
    const play = this.#pages.get(request.url);
    return play ? play(request) : new Response(`nobody plays ${request.url}`, { status: 404 });
  };
}

export type Play = (request: Request) => Response | Promise<Response>;
