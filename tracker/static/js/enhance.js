// Small conveniences of the work area; every page does its job without them.
(() => {
  "use strict";

  // The error summary takes the focus, so that a keyboard or a reader starts there.
  document.querySelector(".error-summary")?.focus();

  // Leaving a page with something typed and not sent asks first; a form is sent only once.
  for (const form of document.querySelectorAll("form[data-guard]")) {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "yes";
      changed = false;
    });
    window.addEventListener("pageshow", () => { delete form.dataset.sent; });
    window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  }
})();
