// The percent that a delivered quantity offers, while it is being typed (design section 2, rule 4).
// data-offers names the percent's control, data-planned the quantity; the rounding is the domain's.
import { say } from "./unit.js";

function number(text) {
  const written = text.trim();
  if (!written) return null;
  const plain = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(written) ? written.replaceAll(",", "") : written.replace(",", ".");
  const value = Number(plain);
  return Number.isFinite(value) && value >= 0 ? value : null;
}

function offered(delivered, planned) {
  if (delivered === null || !(planned > 0)) return null;
  if (delivered >= planned) return 100;
  return Math.min(Math.round((delivered * 10000) / planned) / 100, 99.99);
}

for (const holder of document.querySelectorAll("[data-offers]")) {
  const percent = document.getElementById(holder.dataset.offers);
  const delivered = holder.querySelector("input");
  const told = document.createElement("p");
  told.className = "offered small";
  told.setAttribute("role", "status");
  const words = document.createElement("span");
  const take = document.createElement("button");
  take.type = "button";
  take.className = "btn quiet compact";
  take.textContent = holder.dataset.take;
  // The button stays where it is: one that is put in anew as it is pressed is never clicked.
  told.append(words, " ", take);
  delivered.after(told);
  let last = null;

  const departs = document.querySelector(`[data-departs-from="${CSS.escape(delivered.id)}"]`);

  const show = (isTyping) => {
    const offer = offered(number(delivered.value), Number(holder.dataset.planned));
    // A percent that followed the quantity goes on following it; one that somebody wrote stays.
    if (isTyping && offer !== null && (percent.value === "" || number(percent.value) === last)) {
      percent.value = String(offer);
      percent.dispatchEvent(new Event("input", { bubbles: true }));
    }
    last = offer;
    const is = number(percent.value.replace("%", ""));
    const differs = offer !== null && is !== offer;
    words.textContent = offer === null ? "" : say(holder.dataset.offered, { percent: `${offer} %` });
    take.hidden = !differs;
    if (departs) departs.hidden = !(differs && percent.value !== "") && !departs.querySelector("textarea").value;
  };

  take.addEventListener("click", () => {
    percent.value = String(last);
    percent.dispatchEvent(new Event("input", { bubbles: true }));
    percent.focus();
  });
  delivered.addEventListener("input", () => show(true));
  percent.addEventListener("input", () => show(false));
  percent.addEventListener("change", () => show(false));
  show(false);
}
