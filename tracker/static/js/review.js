// Optional keys of the review: j goes to the next report and k to the one before. Off until asked for.
(() => {
  "use strict";

  const KEPT = "cumple-review-keys";
  const drawer = document.querySelector("[data-keys]");
  const choice = document.getElementById("review-keys");
  if (!drawer || !choice) return;

  const kept = () => { try { return localStorage.getItem(KEPT) === "on"; } catch { return false; } };
  const keep = (on) => { try { localStorage.setItem(KEPT, on ? "on" : "off"); } catch { /* only this page */ } };

  drawer.hidden = false;
  choice.checked = kept();
  choice.addEventListener("change", () => keep(choice.checked));

  const isTyping = (target) => target.closest("input:not([type=checkbox], [type=radio]), select, textarea");

  function move(step) {
    const link = document.querySelector(step > 0 ? ".queue-place a[rel=next]" : ".queue-place a[rel=prev]");
    if (link) { link.click(); return; }
    const titles = [...document.querySelectorAll(".item-list h2 a")];
    const at = titles.findIndex((one) => one.closest("li").contains(document.activeElement));
    titles[Math.min(titles.length - 1, Math.max(0, at + step))]?.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (!choice.checked || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      move(event.key === "j" ? 1 : -1);
    }
  });
})();
