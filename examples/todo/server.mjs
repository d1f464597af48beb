/** The to-do list's API. Whose list it is says the token; nothing in a request can name another person's. */
import { randomUUID } from "node:crypto";
import { serve } from "../web/server.mjs";
import { Refusal } from "../web/tokens.mjs";

const MOST_ITEMS = 100;
const MOST_LETTERS = 200;

/** By the `sub` of the person, as long as this program runs. */
const lists = new Map();

function listOf({ sub }) {
  if (!lists.has(sub)) lists.set(sub, []);
  return lists.get(sub);
}

function find(list, id) {
  const item = list.find((item) => item.id === id);
  if (!item) throw new Refusal(404, "not_found", "There is no such item.");
  return item;
}

function add({ claims, body }) {
  const list = listOf(claims);
  const text = typeof body?.text === "string" ? body.text.trim() : "";
  if (text === "" || text.length > MOST_LETTERS)
    throw new Refusal(400, "invalid_request", `An item is a text of 1 to ${MOST_LETTERS} letters.`);
  if (list.length >= MOST_ITEMS)
    throw new Refusal(409, "conflict", `A list has ${MOST_ITEMS} items at most.`);
  const item = { id: randomUUID(), text, done: false };
  list.push(item);
  return Response.json(item, { status: 201 });
}

function change({ claims, id, body }) {
  const item = find(listOf(claims), id);
  if (typeof body?.done !== "boolean")
    throw new Refusal(400, "invalid_request", "Say whether it is done.");
  item.done = body.done;
  return Response.json(item);
}

function remove({ claims, id }) {
  const list = listOf(claims);
  list.splice(list.indexOf(find(list, id)), 1);
  return new Response(null, { status: 204 });
}

await serve({
  folder: import.meta.dirname,
  port: 8788,
  scopes: ["todos:read", "todos:write"],
  routes: {
    "/api/items": {
      GET: {
        scope: "todos:read",
        answer: ({ claims }) => Response.json({ items: listOf(claims) }),
      },
      POST: { scope: "todos:write", answer: add },
    },
    "/api/items/{id}": {
      PATCH: { scope: "todos:write", answer: change },
      DELETE: { scope: "todos:write", answer: remove },
    },
  },
});
