// A button beside each text that is there to be copied; without it the text is selected by hand.
(() => {
  "use strict";
  if (!navigator.clipboard) return;
  for (const field of document.querySelectorAll("textarea[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn ghost compact";
    button.textContent = field.dataset.copy;
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      field.select();
      await navigator.clipboard.writeText(field.value);
      said.textContent = field.dataset.copied;
    });
    const line = document.createElement("p");
    line.className = "cluster";
    line.append(button, said);
    field.after(line);
  }
})();
