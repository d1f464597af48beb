// register.mjs FILE ORIGIN HERE: tells the server at OSTIARY_URL of the scopes, resources and clients in FILE, by its admin
// API. What is there already is made to be as FILE says. The app is served at HERE where FILE says ORIGIN.
// The admin token is ADMIN_TOKEN, or the one that `make dev` keeps in .dev.vars.
import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";

const [file, origin, here] = process.argv.slice(2);
const server = process.env.OSTIARY_URL;
const vars = new URL("../.dev.vars", import.meta.url);
const stored = existsSync(vars) ? parseEnv(readFileSync(vars, "utf8")) : {};
const token = process.env.ADMIN_TOKEN ?? stored.ADMIN_TOKEN;
if (!token) giveUp("There is no ADMIN_TOKEN in .dev.vars: `make dev` makes one.");

function giveUp(message) {
  console.error(message);
  process.exit(1);
}

/** The answer of the admin API; `undefined` where what is to be made is there already. */
async function ask(method, path, body) {
  const answer = await fetch(`${server}/admin/api/${path}`, {
    method,
    headers: { "Content-Type": "application/json", "X-Admin-Token": token },
    body: body && JSON.stringify(body),
  }).catch(() => giveUp(`Nobody answers at ${server}: start \`make dev\`.`));
  if (answer.status === 409) return undefined;
  const said = await answer.json();
  if (answer.ok) return said;
  if (answer.status === 401) giveUp(`${server} has another ADMIN_TOKEN: start \`make dev\` anew.`);
  return giveUp(`${method} ${server}/admin/api/${path}: ${said.error_description}`);
}

async function scope({ name, ...settings }) {
  if (!(await ask("POST", "scopes", { name, ...settings })))
    await ask("PATCH", `scopes/${encodeURIComponent(name)}`, settings);
}

async function resource({ resource, ...settings }) {
  if (!(await ask("POST", "resources", { resource, ...settings })))
    await ask("PATCH", `resources/${await idOf(resource)}`, settings);
}

/** The id of a resource that is there, from a list that comes in pages. */
async function idOf(url, after = "") {
  const { resources, next } = await ask("GET", `resources?limit=200${after}`);
  const found = resources.find(({ resource }) => resource === url);
  return found?.id ?? idOf(url, `&after=${encodeURIComponent(next)}`);
}

async function client({ client_id, public: isPublic, ...settings }) {
  if (!(await ask("POST", "clients", { client_id, public: isPublic, ...settings })))
    await ask("PATCH", `clients/${client_id}`, settings);
}

const wanted = JSON.parse(readFileSync(file, "utf8").replaceAll(origin, here));
for (const one of wanted.scopes) await scope(one);
for (const one of wanted.resources) await resource(one);
for (const one of wanted.clients) await client(one);
console.log(`    ${server} knows of ${wanted.clients.map((one) => one.client_id).join(", ")}`);
