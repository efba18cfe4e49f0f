// A round's sheet: lines by keyboard, filters without loading, the bar, sending all that is ready at once.
import { draftOf, drafts } from "./autosave.js";
import "./quantities.js";
import { apply, controls, say, send, token } from "./unit.js";
import "./uploads.js";

const form = document.querySelector("[data-sheet]");
const lines = [...document.querySelectorAll("[data-line]")];
const bar = document.querySelector("[data-bar]");
const note = document.querySelector("[data-bar-note]");
const summary = document.getElementById("resumen");

const bodyOf = (line) => line.querySelector("[data-line-body]");
const isShown = (line) => !line.hidden;
const open = (line) => { line.querySelector("details").open = true; };
const summaryOf = (line) => line.querySelector("summary");
const chosen = (line) => line.querySelector("[data-chosen]");

document.querySelector("[data-focus]")?.focus();

// --- what a line shows ---------------------------------------------------------------------------------------

function followPercent(line) {
  for (const group of line.querySelectorAll("[data-shown-at-full]")) {
    const percent = document.getElementById(group.dataset.shownAtFull);
    const show = () => { group.hidden = Number(percent.value.replace("%", "").replace(",", ".")) !== 100; };
    percent.addEventListener("input", show);
    percent.addEventListener("change", show);
    show();
  }
}

function followNoProgress(line) {
  for (const drawer of line.querySelectorAll("[data-shown-without-progress]")) {
    const box = document.getElementById(drawer.dataset.shownWithoutProgress);
    box.addEventListener("change", () => { if (box.checked) drawer.open = true; });
  }
}

// A line that became ready is marked to go with the others, until the person says otherwise.
function setStatus(line, status) {
  if (line.dataset.status === status) return;
  line.dataset.status = status;
  const box = chosen(line);
  if (box && !("touched" in box.dataset)) box.checked = status === "ready";
}

function setMissing(line, missing) {
  const place = line.querySelector("[data-missing]");
  if (place) place.textContent = missing?.length ? say(place.dataset.words, { fields: missing.join(" · ") }) : "";
}

// --- the bar -------------------------------------------------------------------------------------------------

function count() {
  const writable = lines.filter(bodyOf);
  const states = writable.map((line) => draftOf(bodyOf(line))?.state);
  const ready = writable.filter((line) => line.dataset.status === "ready" && chosen(line).checked).length;
  const wrong = writable.filter((line, at) => line.dataset.status === "error" || states[at] === "error" || states[at] === "conflict").length;
  const unsaved = states.filter((one) => ["typing", "saving", "offline", "session", "denied"].includes(one)).length;
  const parts = [say(bar.dataset.words, { ready, total: writable.length })];
  if (wrong) parts.push(say(bar.dataset.wrong, { count: wrong }));
  if (unsaved) parts.push(say(bar.dataset.unsaved, { count: unsaved }));
  const text = parts.join(" · ");
  if (bar.textContent !== text) bar.textContent = text;
  // What a line says of itself may be out of sight; each has told a reader already.
  const troubled = writable.find((_, at) => ["offline", "session", "denied"].includes(states[at]));
  note.textContent = troubled ? troubled.querySelector("[data-autosave-status]").firstChild?.textContent ?? "" : "";
}

// --- filters -------------------------------------------------------------------------------------------------

function filter(link) {
  const code = link.dataset.filter;
  for (const line of lines) {
    const keeps = line.contains(document.activeElement) || line.dataset.status === "error";
    line.hidden = !line.dataset.shownIn.split(" ").includes(code) && !keeps;
  }
  for (const group of document.querySelectorAll("[data-group]")) {
    group.hidden = ![...group.querySelectorAll("[data-line]")].some(isShown);
  }
  document.querySelector("[data-none]").hidden = lines.some(isShown);
  for (const one of document.querySelectorAll("[data-filter]")) one.removeAttribute("aria-current");
  link.setAttribute("aria-current", "page");
  history.replaceState(null, "", link.href);
}

// --- by keyboard ---------------------------------------------------------------------------------------------

const hasOwnArrows = (one) => one.matches("select, input[type=date]");

function step(from, by) {
  const shown = lines.filter(isShown);
  const at = from ? shown.indexOf(from) : by > 0 ? -1 : shown.length;
  const to = shown[at + by];
  if (!to) return;
  const draft = from && bodyOf(from) && draftOf(bodyOf(from));
  if (draft) draft.save();
  if (from && !["error", "conflict"].includes(draft?.state)) from.querySelector("details").open = false;
  open(to);
  const first = bodyOf(to) && controls(bodyOf(to)).find((one) => one.type !== "hidden" && one.checkVisibility());
  (first ?? summaryOf(to)).focus();
  to.scrollIntoView({ block: "nearest" });
}

function keys(event) {
  const line = event.target.closest?.("[data-line]");
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    saveAll();
  } else if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.preventDefault();
    sendLines(lines.filter((one) => chosen(one)?.checked));
  } else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp") && !hasOwnArrows(event.target)) {
    event.preventDefault();
    step(line, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape" && line && event.target !== summaryOf(line)) {
    summaryOf(line).focus();
  }
}

// --- saving and sending --------------------------------------------------------------------------------------

async function saveAll() {
  const done = await Promise.all(drafts().map((one) => one.save({ explicit: true })));
  return done.every(Boolean);
}

let sending = false;

function attempt(wanted, about) {
  const data = new FormData();
  data.append("csrf_token", token(form));
  data.append("request_key", crypto.randomUUID?.() ?? String(Math.random()).slice(2) + Date.now());
  data.append("action", about ? `send:${about}` : "send");
  for (const line of wanted) {
    for (const one of controls(bodyOf(line), { explicit: false })) {
      if (one.type === "checkbox" && !one.checked) continue;
      data.append(one.name, one.value);
    }
    data.set(chosen(line).name, "y");
  }
  return data;
}

async function sendLines(wanted, about = "") {
  if (sending || !form.querySelector("[data-send]")) return;
  if (!wanted.length) return tell(bar.dataset.noneReady);
  sending = true;
  form.setAttribute("aria-busy", "true");
  try {
    const saved = await Promise.all(wanted.map((line) => draftOf(bodyOf(line)).save({ explicit: true })));
    if (!saved.every(Boolean)) return attend(wanted.filter((_, at) => !saved[at]));
    tell(bar.dataset.sending);
    const data = attempt(wanted, about);
    const address = form.getAttribute("action"); // its buttons are called action, too
    let answer = await send(address, data);
    // The same request again, with the same key: it makes no second report.
    if (answer.kind === "offline") answer = await send(address, data);
    await answered(answer, wanted);
  } finally {
    sending = false;
    form.removeAttribute("aria-busy");
  }
  return undefined;
}

async function answered({ kind, told }, wanted) {
  if (kind === "ok") {
    await saveAll();
    location.assign(told.location);
  } else if (kind === "refused") {
    refused(told);
  } else {
    if (kind === "session") for (const line of wanted) draftOf(bodyOf(line)).on_session();
    tell(bar.dataset.failed);
  }
}

function refused(told) {
  for (const line of lines) {
    const answer = told.lines[line.dataset.key];
    if (!answer || !bodyOf(line)) continue;
    if (answer.conflict) draftOf(bodyOf(line)).on_conflict(answer);
    apply(bodyOf(line), answer);
    setStatus(line, "error");
    for (const drawer of bodyOf(line).querySelectorAll("details:has([aria-invalid])")) drawer.open = true;
    for (const group of bodyOf(line).querySelectorAll("[data-shown-at-full]:has([aria-invalid])")) group.hidden = false;
    open(line);
    line.hidden = false;
  }
  summary.innerHTML = told.summary;
  summary.querySelector(".error-summary")?.focus();
  count();
}

function attend(wrong) {
  for (const line of wrong) open(line);
  const first = wrong[0];
  (first.querySelector("[data-conflict], [aria-invalid]") ?? summaryOf(first)).focus();
  count();
}

function tell(text) {
  bar.textContent = text;
}

function submitted(event) {
  const button = event.submitter;
  const action = button?.value ?? "save";
  event.preventDefault();
  const line = document.activeElement?.closest("[data-line]");
  if (button?.dataset.remove) return takeOut(button);
  if (action === "send") return sendLines(lines.filter((one) => chosen(one)?.checked));
  if (action.startsWith("send:")) {
    const key = action.slice("send:".length);
    return sendLines(lines.filter((one) => one.dataset.key === key), key);
  }
  if (line && bodyOf(line) && !button?.hasAttribute("data-save-all")) return draftOf(bodyOf(line)).save({ explicit: true, force: true });
  return saveAll();
}

async function takeOut(button) {
  const line = button.closest("[data-line]");
  const field = button.closest("fieldset").querySelector("input[type=file]");
  await draftOf(button).save({ force: true, more: { quitar: button.dataset.remove } });
  if (!line.contains(document.activeElement)) field.focus();
}

// --- together ------------------------------------------------------------------------------------------------

function watch(line) {
  followPercent(line);
  followNoProgress(line);
  chosen(line)?.addEventListener("change", (event) => { event.target.dataset.touched = ""; count(); });
  line.addEventListener("cumple:saved", ({ detail }) => {
    setStatus(line, Object.keys(detail.errors ?? {}).length ? "error" : detail.status);
    setMissing(line, detail.status === "blank" ? [] : detail.missing);
    count();
  });
  line.addEventListener("cumple:attached", ({ detail }) => {
    if (line.dataset.status === "blank") setStatus(line, detail.status);
    count();
  });
  line.addEventListener("cumple:draft", count);
  line.addEventListener("cumple:recovered", () => { open(line); line.hidden = false; });
}

if (form && bar) {
  lines.forEach(watch);
  form.addEventListener("submit", submitted);
  document.addEventListener("keydown", keys);
  const button = form.querySelector("[data-send]");
  button.textContent = button.dataset.words;
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) return;
    event.preventDefault();
    for (let one = target.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
    target.focus();
  });
  for (const line of document.querySelectorAll("[data-line]:has(.recovered)")) { open(line); line.hidden = false; }
  count();
}
for (const link of document.querySelectorAll("[data-filter]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    filter(link);
  });
}
