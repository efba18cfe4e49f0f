// Small conveniences of the work area; every page does its job without them.
(() => {
  "use strict";

  // The error summary takes the focus, so that a keyboard or a reader starts there.
  document.querySelector(".error-summary")?.focus();

  // What was kept on this device for somebody goes when that somebody signs out.
  for (const form of document.querySelectorAll("form[data-signs-out]")) {
    form.addEventListener("submit", () => {
      for (const key of Object.keys(localStorage)) if (key.startsWith("cumple:")) localStorage.removeItem(key);
    });
  }

  // Leaving a page with something typed and not sent asks first; a form is sent only once.
  for (const form of document.querySelectorAll("form[data-guard]")) {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    // What a form that saves itself has kept is not lost by leaving.
    form.addEventListener("cumple:saved", () => { changed = false; });
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "yes";
      changed = false;
    });
    window.addEventListener("pageshow", () => { delete form.dataset.sent; });
    window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  }
})();
