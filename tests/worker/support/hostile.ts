/** What a hostile host answers in place of a document that we ask it for. */
import { gzipSync } from "node:zlib";

/** The document as it would be answered by a host that means well. */
export interface Good {
  body: Uint8Array<ArrayBuffer>;
  type: string;
}

type Answer = (good: Good) => Response | Promise<Response>;

/** Where redirects lead to; nobody may ever go there. */
export const ELSEWHERE = "https://elsewhere.example/document";
const LIMIT = 64 * 1024;
const PADDING = new Uint8Array(LIMIT).fill(0x20);

/** Answers that are no document, by what is wrong with them. */
export const HOSTILE: Record<string, Answer> = {
  ...Object.fromEntries(
    [301, 302, 303, 307, 308].map((status) => [`redirect ${status}`, redirect(status)]),
  ),
  "redirect to a private address": redirect(302, "http://169.254.169.254/latest/meta-data/"),
  "redirect to itself": redirect(307, ""),
  "too long": (good) => answer(good, [good.body, PADDING]),
  "too long once it is unpacked": bomb,
  "long, and not said so": (good) => stream(good, PADDING),
  "of another type": ({ body }) => new Response(body, { headers: { "Content-Type": "text/html" } }),
  "of no type": ({ body }) => new Response(body),
  "without content": () => new Response(null, { status: 204 }),
  empty: ({ type }) => new Response("", { headers: { "Content-Type": type } }),
  "a part": (good) => answer(good, [good.body], 206),
  "an error": (good) => answer(good, [good.body], 500),
};

/** The same, from hosts that take longer than anybody waits. */
export const SLOW: Record<string, Answer> = {
  "no answer": () => new Promise<Response>(() => {}),
  "an answer that does not end": (good) => stream(good, PADDING.subarray(0, 1)),
};

function answer({ type }: Good, parts: Uint8Array<ArrayBuffer>[], status = 200): Response {
  return new Response(new Blob(parts), { status, headers: { "Content-Type": type } });
}

function redirect(status: number, to = ELSEWHERE): Answer {
  return () => new Response(null, { status, headers: { Location: to } });
}

/** Ten megabytes in ten kilobytes. */
function bomb({ body, type }: Good): Response {
  return packed({
    body: new Uint8Array(Buffer.concat([body, Buffer.alloc(10 * 2 ** 20, 0x20)])),
    type,
  });
}

/** A document as a host sends it that saves on bytes. Miniflare packs JSON by itself, and nothing else. */
export function packed({ body, type }: Good): Response {
  const headers = { "Content-Type": type, "Content-Encoding": "gzip" };
  const bytes = type === "application/json" ? body : new Uint8Array(gzipSync(body));
  return new Response(bytes, { headers });
}

/**
 * The document, and more of it each 20 ms, for longer than we wait. Not without end: Miniflare reads on when nobody listens
 * any more.
 */
function stream({ body, type }: Good, more: Uint8Array): Response {
  let left = 600;
  const source = new ReadableStream({
    start: (controller) => controller.enqueue(body),
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      controller.enqueue(more);
      if (--left === 0) controller.close();
    },
  });
  return new Response(source, { headers: { "Content-Type": type } });
}
