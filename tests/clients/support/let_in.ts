/** A door to /mcp for a client that knows nothing of tokens: what comes to it goes on with one. */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Ostiary } from "../../worker/support/ostiary.ts";

export interface Door {
  mcp: string;
  close(): Promise<void>;
}

/** Opens it, on this machine only. All headers go on as they came, `Host` too. */
export async function letIn(ostiary: Ostiary, token: string): Promise<Door> {
  const behind = new URL(ostiary.url);
  const server = createServer((came: IncomingMessage, answer: ServerResponse) => {
    const headers = { ...came.headers, authorization: `Bearer ${token}` };
    const { method = "GET", url: path = "/" } = came;
    const onward = request({ host: behind.hostname, port: behind.port, method, path, headers });
    onward.on("response", (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    came.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    mcp: `http://127.0.0.1:${port}/mcp`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
