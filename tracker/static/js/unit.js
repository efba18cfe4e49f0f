// What every form with drafts shares: a unit's fields, its requests one after the other, its errors and words.
// A unit is an element with data-autosave-url: one line of a round's sheet, or the whole form of a report.

export const wordsOf = (id) => document.getElementById(id)?.dataset ?? {};

export const say = (text, values = {}) => (text ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

export const unitOf = (element) => element.closest("[data-autosave-url]");

// The named controls of a unit; what waits for its own button (an address half typed) only where it is asked for.
export function controls(unit, { explicit = true } = {}) {
  return [...unit.querySelectorAll("input[name], select[name], textarea[name]")].filter(
    (one) =>
      one.type !== "file" &&
      !one.disabled &&
      !one.dataset.choose &&
      (explicit || !one.closest("[data-autosave-skip]")),
  );
}

const isTyped = (one) => one.type !== "hidden" && !("autosaveSkip" in one.dataset);

// An address that waits for its button.
export const waits = (one) => Boolean(one.type === "url" && one.value && one.closest("[data-autosave-skip]"));

// What a person typed, by the control's id: to compare, and to keep on the device.
export function typed(unit) {
  const values = {};
  for (const one of controls(unit).filter(isTyped)) {
    values[one.id || one.name] = one.type === "checkbox" || one.type === "radio" ? one.checked : one.value;
  }
  return values;
}

export function fill(unit, values) {
  for (const one of controls(unit).filter(isTyped)) {
    const value = values[one.id || one.name];
    if (value === undefined) continue;
    if (one.type === "checkbox" || one.type === "radio") one.checked = Boolean(value);
    else one.value = value;
    one.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

export const token = (element) => element.closest("form").querySelector("[name=csrf_token]").value;

export function body(unit, options) {
  const data = new FormData();
  data.append("csrf_token", token(unit));
  for (const one of controls(unit, options)) {
    if ((one.type === "checkbox" || one.type === "radio") && !one.checked) continue;
    data.append(one.name, one.value);
  }
  // The page's own key: a save whose answer was lost is no other person's.
  const key = unit.closest("form").querySelector("[name=request_key]");
  if (key && !data.has("request_key")) data.append("request_key", key.value);
  return data;
}

const queues = new WeakMap();

// One request of a unit at a time, in the order they were asked for.
export function inTurn(unit, work) {
  const turn = (queues.get(unit) ?? Promise.resolve()).then(work, work);
  queues.set(unit, turn.catch(() => {}));
  return turn;
}

// Send a form and say what became of it: ok, refused, conflict, session (it ended), denied, offline, broken.
export async function send(url, data, { timeout = 45000 } = {}) {
  let answer;
  try {
    answer = await fetch(url, {
      method: "POST",
      body: data,
      headers: { Accept: "application/json" },
      redirect: "manual",
      signal: AbortSignal.timeout(timeout),
    });
  } catch {
    return { kind: "offline" };
  }
  if (answer.type === "opaqueredirect") return { kind: "session" };
  let told = null;
  try {
    if (answer.headers.get("Content-Type")?.startsWith("application/json")) told = await answer.json();
  } catch {
    return { kind: "offline" };
  }
  if (answer.ok && told) return { kind: "ok", told };
  if (answer.status === 409 && told) return { kind: "conflict", told };
  if (answer.status === 422 && told) return { kind: "refused", told };
  if (answer.status === 400 || answer.status === 401) return { kind: "session" };
  return { kind: answer.status >= 500 ? "broken" : "denied" };
}

// Put each sentence beside its control, as the server would, and take away those that no longer hold.
export function showErrors(unit, errors = {}) {
  for (const one of unit.querySelectorAll(".field-error[data-told]")) one.remove();
  for (const one of unit.querySelectorAll("[aria-invalid]")) mark(one, null);
  for (const [id, words] of Object.entries(errors)) {
    const control = document.getElementById(id);
    if (!control || !unit.contains(control)) continue;
    mark(control, words);
  }
}

function mark(control, words) {
  const field = control.closest(".field") ?? control.parentElement;
  const id = `${control.id}-error`;
  document.getElementById(id)?.remove();
  const described = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  field.classList.toggle("has-error", words !== null);
  if (words === null) {
    control.removeAttribute("aria-invalid");
  } else {
    const told = document.createElement("p");
    told.className = "field-error";
    told.id = id;
    told.dataset.told = "";
    told.textContent = words;
    control.closest(".check, .line-link")?.before(told) ?? control.before(told);
    control.setAttribute("aria-invalid", "true");
    described.push(id);
  }
  if (described.length) control.setAttribute("aria-describedby", described.join(" "));
  else control.removeAttribute("aria-describedby");
}

const shown = new WeakMap();

// The server's own markup, escaped there; what did not change is left alone, with the focus in it.
function show(place, markup) {
  if (!place || shown.get(place) === markup) return;
  shown.set(place, markup);
  if (place.contains(document.activeElement)) place.parentElement.querySelector("input, button")?.focus();
  place.innerHTML = markup;
}

// What the server says of a unit after a request: hidden values, lists of evidence, fields that are done with.
export function apply(unit, told) {
  for (const [name, value] of Object.entries(told.values ?? {})) {
    for (const one of unit.querySelectorAll(`input[type=hidden][name="${CSS.escape(name)}"]`)) one.value = value;
  }
  for (const name of told.clear ?? []) {
    for (const one of unit.querySelectorAll(`[name="${CSS.escape(name)}"]`)) one.value = "";
  }
  for (const html of [told.evidence, told.counts, told.status_html]) {
    for (const [id, markup] of Object.entries(html ?? {})) show(document.getElementById(id), markup);
  }
  if (told.errors) showErrors(unit, told.errors);
}
