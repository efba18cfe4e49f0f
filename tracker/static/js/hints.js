// A word's meaning is shown by the style sheet, on pointing and on focus; Escape puts it away without moving either.
(() => {
  "use strict";

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const term of document.querySelectorAll(".term:hover, .term:focus-within")) term.classList.add("dismissed");
  });
  for (const term of document.querySelectorAll(".term")) {
    for (const left of ["mouseleave", "focusout"]) {
      term.addEventListener(left, () => { term.classList.remove("dismissed"); });
    }
  }
})();
