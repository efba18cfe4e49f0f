// Drafts that save themselves: after a pause in typing, on the device while the server cannot be reached.
import { apply, body, controls, fill, inTurn, say, send, typed, unitOf, waits, wordsOf } from "./unit.js";

const PAUSE = 1500;
const AGAIN = 15000;
const PREFIX = "cumple:";
const words = wordsOf("autosave-words");
const units = new Map();

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const clock = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
const moment = (at) =>
  new Date(at).toLocaleString(document.documentElement.lang, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

class Draft {
  constructor(unit) {
    this.unit = unit;
    this.form = unit.closest("form");
    this.place = `${PREFIX}${this.form.dataset.user ?? ""}:${unit.dataset.autosaveKey}`;
    this.notice = unit.querySelector("[data-autosave-notice]");
    this.saved = typed(unit);
    this.state = "quiet";
    this.offerKept();
  }

  get isDirty() {
    return !same(typed(this.unit), this.saved);
  }

  say(state, text, more) {
    this.state = state;
    const status = this.unit.querySelector("[data-autosave-status]");
    if (status) {
      status.textContent = text ?? "";
      status.dataset.state = state;
      if (more) status.append(" ", more);
    }
    this.unit.dispatchEvent(new CustomEvent("cumple:draft", { bubbles: true, detail: { state } }));
  }

  // --- on the device -----------------------------------------------------------------------------------------

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.place));
    } catch {
      return null;
    }
  }

  keepHere() {
    const older = this.read()?.older;
    try {
      localStorage.setItem(this.place, JSON.stringify({ at: Date.now(), fields: typed(this.unit), older }));
    } catch {
      // A full or forbidden store: the text is still in its fields.
    }
  }

  forget() {
    const older = this.read()?.older;
    if (older) localStorage.setItem(this.place, JSON.stringify({ at: older.at, fields: older.fields, older }));
    else localStorage.removeItem(this.place);
  }

  // What was typed here before and never reached the server is offered, never put in unasked.
  offerKept() {
    const kept = this.read();
    if (!kept) return;
    const text = kept.older ?? { at: kept.at, fields: kept.fields };
    if (same({ ...this.saved, ...text.fields }, this.saved)) {
      localStorage.removeItem(this.place);
      return;
    }
    localStorage.setItem(this.place, JSON.stringify({ ...kept, older: text }));
    const box = document.createElement("div");
    box.className = "notice notice-warn recovered";
    const inside = document.createElement("div");
    const told = document.createElement("p");
    told.className = "notice-title";
    told.textContent = say(words.recovered, { when: moment(text.at) });
    const list = document.createElement("dl");
    for (const [id, value] of Object.entries(text.fields)) {
      if (value === this.saved[id] || value === "" || value === false) continue;
      const label = this.unit.querySelector(`label[for="${CSS.escape(id)}"]`)?.firstChild?.textContent ?? "";
      const term = document.createElement("dt");
      term.textContent = label.trim();
      const said = document.createElement("dd");
      said.textContent = value === true ? "✓" : value;
      list.append(term, said);
    }
    const buttons = document.createElement("p");
    const use = this.button(words.use, "btn compact", () => {
      box.remove();
      this.dropOlder();
      fill(this.unit, text.fields);
      this.keepHere();
      this.say("typing", words.used);
      this.unit.querySelector("[data-autosave-status]")?.scrollIntoView({ block: "nearest" });
      controls(this.unit).find((one) => one.type !== "hidden")?.focus();
      this.later(0);
    });
    const drop = this.button(words.discard, "btn ghost compact", () => {
      box.remove();
      this.dropOlder();
      if (!this.isDirty) localStorage.removeItem(this.place);
      controls(this.unit).find((one) => one.type !== "hidden")?.focus();
    });
    buttons.append(use, " ", drop);
    inside.append(told, list, buttons);
    box.append(inside);
    (this.notice ?? this.unit).prepend(box);
    this.unit.dispatchEvent(new CustomEvent("cumple:recovered", { bubbles: true }));
  }

  dropOlder() {
    const kept = this.read();
    if (!kept) return;
    delete kept.older;
    localStorage.setItem(this.place, JSON.stringify(kept));
  }

  button(label, kind, act) {
    const one = document.createElement("button");
    one.type = "button";
    one.className = kind;
    one.textContent = label;
    one.addEventListener("click", act);
    return one;
  }

  // --- to the server -----------------------------------------------------------------------------------------

  typing() {
    if (!this.isDirty) {
      if (this.state === "typing") this.say("quiet");
      return;
    }
    this.keepHere();
    if (this.state === "conflict") return;
    if (this.state !== "offline" && this.state !== "session") this.say("typing");
    this.later(PAUSE);
  }

  later(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  // Resolves to true once the server has what stands in the fields.
  save({ explicit = false, force = false, more = {} } = {}) {
    clearTimeout(this.timer);
    return inTurn(this.unit, () => this.sendNow(explicit, force, more));
  }

  async sendNow(explicit, force, more) {
    const waiting = explicit && controls(this.unit).some(waits);
    if (this.state === "conflict") return false;
    if (!this.isDirty && !waiting && !force) return this.state !== "error";
    const snapshot = typed(this.unit);
    const data = body(this.unit, { explicit });
    for (const [name, value] of Object.entries(more)) data.set(name, value);
    this.say("saving", words.saving);
    const { kind, told } = await send(this.unit.dataset.autosaveUrl, data);
    return this[`on_${kind}`](told, snapshot);
  }

  on_ok(told, snapshot) {
    const wrong = Object.keys(told.errors ?? {}).length > 0;
    this.saved = snapshot;
    apply(this.unit, told);
    this.unit.dispatchEvent(new CustomEvent("cumple:saved", { bubbles: true, detail: told }));
    if (this.isDirty) {
      this.keepHere();
      this.later(PAUSE);
    } else if (controls(this.unit).some(waits)) {
      this.keepHere();
    } else if (!wrong) {
      this.forget();
    }
    this.say(wrong ? "error" : "saved", say(wrong ? words.wrong : words.saved, { time: clock() }));
    return !wrong;
  }

  on_refused(told) {
    this.keepHere();
    if (told.error) this.say("error", told.error);
    else {
      apply(this.unit, told);
      this.say("error", words.wrong);
    }
    return false;
  }

  on_offline() {
    this.keepHere();
    this.say("offline", words.offline);
    this.later(AGAIN);
    return false;
  }

  on_broken() {
    this.keepHere();
    this.say("offline", words.broken);
    this.later(AGAIN);
    return false;
  }

  on_denied() {
    this.keepHere();
    this.say("denied", words.denied);
    return false;
  }

  on_session() {
    this.keepHere();
    const link = document.createElement("a");
    link.href = this.form.dataset.signIn ?? "/entrar";
    link.textContent = words.signIn;
    this.say("session", words.session, link);
    return false;
  }

  on_conflict(told) {
    this.keepHere();
    this.theirs = told;
    if (this.notice) {
      this.notice.querySelector("[data-conflict]")?.remove();
      this.notice.insertAdjacentHTML("beforeend", told.conflict);
      this.preselect(told);
      this.notice.querySelector("[data-conflict-keep]")?.addEventListener("click", () => this.keepChosen());
      this.notice.querySelector("[data-conflict-drop]")?.addEventListener("click", () => {
        localStorage.removeItem(this.place);
        location.reload();
      });
    }
    const see = this.button(words.see, "btn quiet compact", () => this.notice?.querySelector("[data-conflict]")?.focus());
    this.say("conflict", words.changed, see);
    apply(this.unit, { status_html: told.status_html });
    return false;
  }

  // A field that was not touched since the last save takes the other person's value unless one says otherwise.
  preselect(told) {
    const now = typed(this.unit);
    for (const one of this.notice.querySelectorAll("[data-choose]")) {
      const control = this.control(one.dataset.choose);
      const touched = control && now[control.id] !== this.saved[control.id];
      one.checked = one.value === (touched ? "mine" : "theirs");
    }
    if (!told.values) return;
    apply(this.unit, { values: told.values });
  }

  control(name) {
    return controls(this.unit).find((one) => one.name === name);
  }

  keepChosen() {
    for (const one of this.notice.querySelectorAll("[data-choose]:checked")) {
      const control = one.value === "theirs" && this.control(one.dataset.choose);
      if (!control) continue;
      const value = this.theirs.theirs[one.dataset.choose];
      if (control.type === "checkbox") control.checked = Boolean(value);
      else control.value = value;
      control.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.notice.querySelector("[data-conflict]").remove();
    this.state = "typing";
    controls(this.unit).find((one) => one.type !== "hidden")?.focus();
    this.save({ force: true });
  }
}

export const draftOf = (element) => units.get(unitOf(element));
export const drafts = () => [...units.values()];

for (const unit of document.querySelectorAll("[data-autosave-url]")) {
  const draft = new Draft(unit);
  units.set(unit, draft);
  const changed = (event) => (event.target.closest("[data-autosave-skip]") ? draft.keepHere() : draft.typing());
  unit.addEventListener("input", changed);
  unit.addEventListener("change", changed);
}

window.addEventListener("online", () => {
  for (const one of drafts()) if (one.isDirty) one.save();
});
window.addEventListener("offline", () => {
  for (const one of drafts()) if (one.isDirty) one.on_offline();
});
window.addEventListener("pagehide", () => {
  for (const one of drafts()) if (one.isDirty) one.keepHere();
});
