import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startOstiary } from "./support/ostiary.ts";

const GIF = Buffer.from("R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==", "base64");
const LIMIT = 64 * 1024;
/** What the hosts of this test were asked. */
const asked: string[] = [];

function image(bytes: Buffer): Response {
  return new Response(new Uint8Array(bytes), { headers: { "Content-Type": "image/gif" } });
}

/** Sent piece by piece, so without a length: 160 KiB in all. */
function pieces(): Response {
  let left = 10;
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(GIF),
    pull(controller) {
      controller.enqueue(new Uint8Array(16 * 1024));
      if (--left === 0) controller.close();
    },
  });
  return new Response(body, { headers: { "Content-Type": "image/gif" } });
}

function logoHost(request: Request): Response | Promise<Response> {
  asked.push(request.url);
  switch (new URL(request.url).pathname) {
    case "/good":
      return image(GIF);
    case "/longest":
      return image(Buffer.concat([GIF, Buffer.alloc(LIMIT - GIF.length)]));
    case "/too-long":
      return image(Buffer.concat([GIF, Buffer.alloc(LIMIT + 1 - GIF.length)]));
    case "/pieces":
      return pieces();
    case "/moved":
      return new Response(null, {
        status: 302,
        headers: { Location: "https://logo.example/good" },
      });
    case "/empty":
      return new Response(null, { status: 200, headers: { "Content-Type": "image/gif" } });
    case "/silent":
      return new Promise(() => {});
    default:
      return new Response("nothing is here", { status: 404 });
  }
}

const ostiary = await startOstiary({ outbound: logoHost });
after(() => ostiary.stop());

/** What the server passes on when a client's logo is at `uri`. */
async function logoAt(uri: string): Promise<Response> {
  asked.length = 0;
  const made = await ostiary.fetch("/admin/api/clients", {
    method: "POST",
    headers: { "X-Admin-Token": ostiary.adminToken, "Content-Type": "application/json" },
    body: JSON.stringify({ client_name: "App", grant_types: [], logo_uri: uri }),
  });
  assert.equal(made.status, 201);
  const { client_id } = (await made.json()) as { client_id: string };
  return ostiary.fetch(`/client-logo/${client_id}`);
}

test("a client's logo is fetched and passed on byte for byte, up to 64 KiB", async () => {
  const logo = await logoAt("https://logo.example/good");
  assert.equal(logo.status, 200);
  assert.equal(logo.headers.get("Content-Type"), "image/gif");
  assert.equal(logo.headers.get("Content-Security-Policy"), "default-src 'none'; sandbox");
  assert.ok(Buffer.from(await logo.arrayBuffer()).equals(GIF));
  assert.deepEqual(asked, ["https://logo.example/good"]);
  const longest = await logoAt("https://logo.example/longest");
  assert.equal((await longest.arrayBuffer()).byteLength, LIMIT);
});

test("a logo that is too long, elsewhere, empty or nowhere is none, and no redirect is followed", async () => {
  for (const path of ["too-long", "pieces", "moved", "empty", "nowhere"]) {
    const uri = `https://logo.example/${path}`;
    const logo = await logoAt(uri);
    assert.equal(logo.status, 404, path);
    assert.equal(logo.headers.get("Cache-Control"), "no-store");
    assert.deepEqual(asked, [uri]);
  }
});

test("a host that does not answer is given up after 5 s", async () => {
  const began = Date.now();
  assert.equal((await logoAt("https://logo.example/silent")).status, 404);
  const took = Date.now() - began;
  assert.ok(took >= 4_900 && took < 30_000, `after ${took} ms`);
});

test("a private address is not asked", async () => {
  for (const host of ["10.0.0.1", "2852039166", "[::ffff:a9fe:a9fe]", "metadata.google.internal"]) {
    assert.equal((await logoAt(`https://${host}/good`)).status, 404);
    assert.deepEqual(asked, []);
  }
});
