/** The to-do list in the browser. What may be done is decided by its API, with each request. */
import { element, open } from "/page.js";

open({ clientId: "demo-todo", scope: "openid profile todos:read todos:write", show });

async function show(session, attempt) {
  let asked = 0;

  /** Asks the API, then shows what it has now. */
  async function change(method, path, body) {
    await session.request(method, path, body);
    await refresh();
  }

  async function refresh() {
    asked += 1;
    const turn = asked;
    const answer = await session.request("GET", "/api/items");
    const { items } = await answer.json();
    if (turn !== asked) return; // a later answer is newer, whichever comes first
    const focused = document.activeElement.id;
    element("items").replaceChildren(...items.map(row));
    element(focused)?.focus();
    element("count").textContent = count(items);
  }

  function row({ id, text, done }) {
    const { firstElementChild: item } = element("item").content.cloneNode(true);
    const [box, button] = item.querySelectorAll("input, button");
    item.querySelector("span").textContent = text;
    box.id = id;
    box.checked = done;
    box.addEventListener("change", () => {
      box.checked = done; // until the API has it
      attempt(() => change("PATCH", `/api/items/${id}`, { done: !done }));
    });
    button.title = `Remove: ${text}`;
    button.ariaLabel = button.title;
    button.addEventListener("click", () =>
      attempt(async () => {
        await change("DELETE", `/api/items/${id}`);
        element("text").focus();
      }),
    );
    return item;
  }

  element("new").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(async () => {
      await change("POST", "/api/items", { text: element("text").value });
      element("new").reset();
    });
  });
  await refresh();
}

function count(items) {
  if (items.length === 0) return "Nothing to do yet. Write your first item above.";
  const open = items.filter(({ done }) => !done).length;
  return open === 0 ? "All done." : `${open} to do, ${items.length - open} done.`;
}
