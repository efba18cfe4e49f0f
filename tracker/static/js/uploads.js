// Several files at once for one means: each with its bar, cancelled or tried again on its own.
// An element with data-upload-url holds the file input; files go there one after the other as "file", with the
// other fields of the nearest data-upload-scope. The answer says what the page shows, or the sentence of a refusal.
import { draftOf } from "./autosave.js";
import { apply, say, token, unitOf, wordsOf } from "./unit.js";

const words = wordsOf("upload-words");
const waiting = [];
let busy = null;

class Upload {
  constructor(holder, file) {
    this.holder = holder;
    this.file = file;
    this.row = document.createElement("li");
    this.row.className = "upload";
    this.name = document.createElement("span");
    this.name.className = "upload-name";
    this.name.textContent = file.name;
    this.bar = document.createElement("progress");
    this.bar.max = 100;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", say(words.progress, { name: file.name }));
    this.status = document.createElement("span");
    this.status.className = "upload-status small";
    this.status.setAttribute("role", "status");
    this.buttons = document.createElement("span");
    this.row.append(this.name, this.bar, this.status, this.buttons);
    list(holder).append(this.row);
    this.wait();
  }

  wait() {
    this.status.textContent = words.waiting;
    this.row.dataset.state = "waiting";
    this.bar.value = 0;
    this.offer([words.cancel, () => this.cancel()]);
    waiting.push(this);
    next();
  }

  offer(...choices) {
    this.buttons.replaceChildren(
      ...choices.map(([label, act]) => {
        const one = document.createElement("button");
        one.type = "button";
        one.className = "btn quiet compact";
        one.textContent = label;
        const whose = document.createElement("span");
        whose.className = "visually-hidden";
        whose.textContent = `: ${this.file.name}`;
        one.append(whose);
        one.addEventListener("click", act);
        return one;
      }),
    );
  }

  async start() {
    const most = Number(words.maxBytes);
    if (most && this.file.size > most) return this.fail(words.large, false);
    // What is typed goes first: a file may take minutes.
    await draftOf(this.holder)?.save();
    if (this.row.dataset.state === "cancelled") return done();
    this.row.dataset.state = "sending";
    const request = (this.request = new XMLHttpRequest());
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      this.bar.value = (100 * event.loaded) / event.total;
      this.status.textContent = event.loaded < event.total ? `${Math.floor(this.bar.value)} %` : words.checking;
    });
    request.addEventListener("load", () => this.answered());
    request.addEventListener("error", () => this.fail(words.offline, true));
    request.addEventListener("abort", done);
    request.open("POST", this.holder.dataset.uploadUrl);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "text";
    request.send(this.body());
    return undefined;
  }

  body() {
    const data = new FormData();
    data.append("csrf_token", token(this.holder));
    const scope = this.holder.closest("[data-upload-scope]") ?? this.holder;
    for (const one of scope.querySelectorAll("input[name], select[name], textarea[name]")) {
      if (one.type === "file" || ((one.type === "checkbox" || one.type === "radio") && !one.checked)) continue;
      data.append(one.name, one.value);
    }
    data.append("file", this.file, this.file.name);
    return data;
  }

  answered() {
    let told = null;
    try {
      told = JSON.parse(this.request.responseText);
    } catch {
      // A page instead of data: the session ended, the file is above what the server takes, or it broke.
    }
    if (told && this.request.status === 200) return this.attached(told);
    if (told?.error) return this.fail(told.error, false);
    if (this.request.status === 413) return this.fail(words.large, false);
    const ended = this.request.status === 200 || this.request.status === 400;
    return this.fail(ended ? words.session : words.failed, !ended);
  }

  attached(told) {
    const unit = unitOf(this.holder);
    const scope = this.holder.closest("[data-upload-scope]") ?? this.holder;
    // The words of the form are not the file's business: only what it changed is shown.
    apply(unit ?? scope, { evidence: told.evidence, counts: told.counts, status_html: told.status_html });
    if (unit && !hasDraft(unit)) apply(unit, { values: told.values });
    unit?.dispatchEvent(new CustomEvent("cumple:attached", { bubbles: true, detail: told }));
    this.row.dataset.state = "done";
    this.bar.remove();
    this.buttons.remove();
    this.name.remove();
    this.status.textContent = say(words.done, { name: this.file.name });
    setTimeout(() => this.row.remove(), 8000);
    done();
  }

  fail(sentence, again) {
    this.row.dataset.state = "failed";
    this.status.textContent = sentence;
    this.isOffline = again;
    const drop = [words.drop, () => this.leave()];
    if (again) this.offer([words.retry, () => this.wait()], drop);
    else this.offer(drop);
    done();
  }

  cancel() {
    const place = waiting.indexOf(this);
    if (place >= 0) waiting.splice(place, 1);
    const isSending = this.row.dataset.state === "sending";
    this.row.dataset.state = "cancelled";
    this.leave();
    if (isSending) this.request.abort();
  }

  leave() {
    this.row.remove();
    this.holder.querySelector("input[type=file]")?.focus();
  }
}

// The file may have begun the draft that the form then writes on.
function hasDraft(unit) {
  const named = unit.querySelector("input[type=hidden][name$='report_uid']");
  return !named || Boolean(named.value);
}

function list(holder) {
  let found = holder.querySelector("ul.uploads");
  if (!found) {
    found = document.createElement("ul");
    found.className = "uploads plain-list";
    holder.append(found);
  }
  return found;
}

function done() {
  busy = null;
  next();
}

function next() {
  if (busy || !waiting.length) return;
  busy = waiting.shift();
  busy.start();
}

export const isUploading = () => busy !== null || waiting.length > 0;

for (const holder of document.querySelectorAll("[data-upload-url]")) {
  const input = holder.querySelector("input[type=file]");
  input?.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    for (const file of files) new Upload(holder, file);
  });
}

window.addEventListener("beforeunload", (event) => { if (isUploading()) event.preventDefault(); });
