/** A small web server: the files of a single-page app, and the API behind it, which wants a token. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Guard, Refusal } from "./tokens.mjs";

const LIMIT = 16 * 1024;
const TYPES = { html: "text/html", js: "text/javascript", css: "text/css", svg: "image/svg+xml" };

const issuer = process.env.OSTIARY_URL ?? "http://localhost:8787";

/**
 * Serves the app in `folder` at http://localhost:`port` (PORT overrides it). `routes` is the API: by path and method, the
 * scope that it takes, and a function of `{ claims, id, body }` whose answer is a `Response`. `{id}` in a path is any segment.
 */
export async function serve({ folder, port, scopes, routes }) {
  const origin = `http://localhost:${process.env.PORT ?? port}`;
  const resource = `${origin}/api`;
  const description = `${origin}/.well-known/oauth-protected-resource/api`;
  const { jwks_uri: jwksUri } = await metadata();
  const guard = new Guard({ issuer, jwksUri, resource, description });
  const about = { resource, authorization_servers: [issuer], scopes_supported: scopes };
  const files = filesOf(folder);

  async function answer(request) {
    const [pathname] = request.url.split("?");
    if (`${origin}${pathname}` === description) return Response.json(about);
    if (pathname.startsWith("/api/")) return call(routes, guard, request, pathname);
    return file(files[pathname]);
  }

  const server = createServer(async (request, response) => {
    const { status, headers, body } = await plain(await answer(request).catch(refused));
    response.writeHead(status, { ...POLICY, ...headers }).end(body);
  });
  server.on("error", ({ message }) => fail(message));
  server.listen(new URL(origin).port, "localhost", () => console.log(`Open ${origin}`));
}

/** Nothing in the page comes from elsewhere, nothing is inline, and it speaks to nobody but itself and the issuer. */
const POLICY = {
  "Content-Security-Policy": [
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:",
    `connect-src 'self' ${issuer}`,
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ].join("; "),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
};

/** RFC 8414: where the server has its keys. */
async function metadata() {
  const url = `${issuer}/.well-known/oauth-authorization-server`;
  const answer = await fetch(url).catch(() =>
    fail(`Nobody answers at ${issuer}: start \`make dev\`.`),
  );
  const said = answer.ok ? await answer.json() : {};
  return said.issuer === issuer ? said : fail(`${url} does not describe ${issuer}.`);
}

function filesOf(folder) {
  const page = join(folder, "index.html");
  const own = ["app.js", "icon.svg"].map((name) => [`/${name}`, join(folder, name)]);
  const shared = ["page.js", "sign-in.js", "style.css"].map((name) => [
    `/${name}`,
    join(import.meta.dirname, name),
  ]);
  const library = fileURLToPath(import.meta.resolve("oauth4webapi"));
  return Object.fromEntries([
    ["/", page],
    ["/callback", page],
    ["/oauth4webapi.js", library],
    ...own,
    ...shared,
  ]);
}

async function file(path) {
  if (!path) throw new Refusal(404, "not_found", "There is nothing here.");
  const type = TYPES[path.split(".").at(-1)];
  return new Response(await readFile(path), {
    headers: { "Content-Type": `${type}; charset=utf-8` },
  });
}

async function call(routes, guard, request, pathname) {
  const [, , noun, id] = pathname.split("/");
  const methods = routes[pathname] ?? (id && routes[`/api/${noun}/{id}`]);
  if (!methods) throw new Refusal(404, "not_found", "There is nothing here.");
  const route = methods[request.method];
  if (!route) {
    const allow = { Allow: Object.keys(methods).join(", ") };
    throw new Refusal(405, "method_not_allowed", "This can't be done here.", allow);
  }
  const claims = await guard.claims(request, route.scope);
  const body = ["POST", "PATCH"].includes(request.method) ? await json(request) : undefined;
  return route.answer({ claims, id, body });
}

async function json(request) {
  const { "content-type": type = "", "content-length": length = LIMIT + 1 } = request.headers;
  if (!type.startsWith("application/json"))
    throw new Refusal(415, "unsupported_media_type", "Send JSON.");
  if (length > LIMIT) throw new Refusal(413, "content_too_large", `Send ${LIMIT} bytes at most.`);
  const pieces = await Array.fromAsync(request);
  try {
    return JSON.parse(Buffer.concat(pieces).toString());
  } catch {
    throw new Refusal(400, "invalid_request", "This is no JSON.");
  }
}

/** Why not, as JSON; our own faults in the log only. */
function refused(error) {
  const known = error instanceof Refusal;
  if (!known) console.error(error);
  const { status, error: code, message, headers } = known ? error : UNAVAILABLE;
  return Response.json({ error: code, error_description: message }, { status, headers });
}

const UNAVAILABLE = new Refusal(503, "temporarily_unavailable", "Something went wrong here.");

async function plain(answer) {
  const { status, headers } = answer;
  const body = Buffer.from(await answer.arrayBuffer());
  return { status, headers: Object.fromEntries(headers), body };
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
