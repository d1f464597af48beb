/** TLS on this machine: a certificate of our own, and a proxy that ends it before a server that speaks plain HTTP. */
import { execFileSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import {
  request as forward,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { createServer, request, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Tls } from "./client.ts";

const LOOPBACK = "127.0.0.1";

export interface Certificate extends Tls {
  /** SHA-256 of its public key, by which Chromium is told to trust it, and it alone. */
  fingerprint: string;
}

/** A certificate for these hosts, signed by itself. */
export function makeCertificate(hosts: string[]): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "ostiary-tls-"));
  const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const names = hosts.map((host) => `DNS:${host}`).join(",");
  const options = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const subject = ["-subj", `/CN=${hosts[0]}`, "-addext", `subjectAltName=${names}`];
  try {
    const files = ["-keyout", keyFile, "-out", certFile];
    execFileSync("openssl", ["req", "-x509", ...options, ...subject, ...files], { stdio: "pipe" });
    const [key, cert] = [readFileSync(keyFile, "utf8"), readFileSync(certFile, "utf8")];
    const spki = new X509Certificate(cert).publicKey.export({ type: "spki", format: "der" });
    return { key, cert, fingerprint: createHash("sha256").update(spki).digest("base64") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A request and its answer, as the headers tell of them. */
export interface Exchange {
  path: string;
  request: IncomingHttpHeaders;
  answer: IncomingHttpHeaders;
}

/** Passes every request on as it is, so with the Host that the browser asked for. */
export class TlsProxy {
  readonly #server: Server;
  readonly #target: number;
  /** What was passed on, and back. */
  readonly exchanges: Exchange[] = [];

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    server.on("request", (request, response) => this.#pass(request, response));
  }

  /** `target`: the port of the server behind it. */
  static async listen(tls: Tls, target: number): Promise<TlsProxy> {
    const server = createServer(tls);
    await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
    return new TlsProxy(server, target);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method, url: path = "/", headers } = incoming;
    const passed = forward({ host: LOOPBACK, port: this.#target, method, path, headers });
    passed.on("response", (answer) => {
      this.exchanges.push({ path, request: headers, answer: answer.headers });
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    incoming.pipe(passed);
  }
}

/** `fetch` for names that no DNS knows: all of them are at this port here. It trusts `cert` alone. */
export function fetchAt(port: number, cert: string): typeof fetch {
  return async (input, init) => {
    const asked = new Request(input, init);
    const { host, hostname, pathname, search } = new URL(asked.url);
    const body = Buffer.from(await asked.arrayBuffer());
    const headers = { ...Object.fromEntries(asked.headers), host };
    const { method } = asked;
    const path = `${pathname}${search}`;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { host: LOOPBACK, port, servername: hostname, ca: cert };
      const sent = request({ ...options, method, path, headers, agent: false }, resolve);
      sent.on("error", reject).end(body);
    });
    const entries = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
    return new Response(new Uint8Array(await buffer(answer)), {
      status: answer.statusCode ?? 0,
      headers: entries as [string, string][],
    });
  };
}
