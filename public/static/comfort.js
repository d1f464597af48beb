// Comfort for whoever has JavaScript; every page works without.

// A button to copy what is hard to type: the content of each element with `data-copy`, whose value says what it is.
if (navigator.clipboard)
  for (const source of document.querySelectorAll("[data-copy]")) {
    const what = source.getAttribute("data-copy");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.id = `copy-${source.id}`;
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy ${what}`);
    const said = document.createElement("span");
    said.className = "copied";
    said.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.textContent);
        said.textContent = "Copied";
      } catch {
        said.textContent = "Your browser does not allow it: select the text instead.";
      }
    });
    source.after(" ", button, " ", said);
  }
