/** Drafts that are never lost: saved on the server a moment after typing, and on this device until that worked. */

import { clockWords, fill, serverNow, tokenHeaders } from "./server.js";

const WAIT_MS = 1500;
const RETRY_MS = 10000;

/** A form with data-autosave-url. */
export function bindAutosave(form) {
  new Draft(form);
}

class Draft {
  constructor(form) {
    this.form = form;
    this.slot = `draft:${form.dataset.autosaveUrl}`;
    this.state = document.querySelector("[data-autosave-state]");
    this.unsaved = false;
    this.saving = false;
    this.saved = this.typed();
    this.restore();
    form.addEventListener("input", (event) => this.changed(event));
    form.addEventListener("change", (event) => this.changed(event));
    form.addEventListener("submit", () => this.sent());
    window.addEventListener("beforeunload", (event) => this.unsaved && event.preventDefault());
    window.addEventListener("online", () => this.unsaved && this.save());
  }

  changed(event) {
    if (event.target.type === "file" || this.typed() === this.saved) return;
    this.unsaved = true;
    this.keep();
    this.plan(WAIT_MS);
  }

  plan(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  /** What is typed, without files, tokens and secrets. */
  fields() {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) {
      const secret = this.form.querySelector(`[name="${CSS.escape(name)}"][type="password"]`);
      if (typeof value === "string" && name !== "csrf_token" && !secret) data.append(name, value);
    }
    return data;
  }

  typed() {
    const data = this.fields();
    data.delete("version");
    return data.toString();
  }

  keep() {
    try {
      localStorage.setItem(this.slot, this.fields().toString());
    } catch { /* a full or forbidden store: the server copy remains */ }
  }

  async save() {
    if (this.saving) return this.plan(WAIT_MS);
    const sent = this.fields().toString();
    this.saving = true;
    this.say("saving");
    try {
      const answer = await fetch(this.form.dataset.autosaveUrl, {
        method: "POST", body: new URLSearchParams(sent), headers: { Accept: "application/json", ...tokenHeaders() },
      });
      await this.answered(answer, sent);
    } catch {
      this.failed();
    } finally {
      this.saving = false;
    }
  }

  async answered(answer, sent) {
    if (answer.status === 409) return this.say("conflict");
    if (!answer.ok) return this.failed();
    const body = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
    const version = this.form.elements.version;
    if (body.version !== undefined && version) version.value = body.version;
    this.settle(sent);
    this.say("saved", { time: clockWords(serverNow()) });
  }

  /** Nothing typed since: the copy on this device has done its work. */
  settle(sent) {
    const then = new URLSearchParams(sent);
    then.delete("version");
    if (this.typed() !== then.toString()) return this.plan(WAIT_MS);
    this.saved = this.typed();
    this.unsaved = false;
    localStorage.removeItem(this.slot);
  }

  failed() {
    this.say("failed");
    this.plan(RETRY_MS);
  }

  sent() {
    clearTimeout(this.timer);
    this.unsaved = false;
  }

  /** A copy left by a crash or a lost line is put back into fields that the server shows otherwise. */
  restore() {
    const kept = localStorage.getItem(this.slot);
    if (!kept || this.form.querySelector("[aria-invalid]")) return;
    const data = new URLSearchParams(kept);
    let back = false;
    for (const control of this.form.elements) back = putBack(control, data) || back;
    if (!back) return localStorage.removeItem(this.slot);
    this.unsaved = true;
    this.say("restored");
    this.plan(WAIT_MS);
  }

  say(state, values = {}) {
    if (!this.state) return;
    const words = this.state.dataset[`text${state[0].toUpperCase()}${state.slice(1)}`];
    this.state.dataset.state = state;
    (this.state.querySelector("span") || this.state).textContent = fill(words, values);
  }
}

/** Give one control its kept value; true when that changed it. */
function putBack(control, data) {
  if (!control.name || ["hidden", "file", "password", "submit", "button"].includes(control.type) || control.tagName === "BUTTON") return false;
  const values = data.getAll(control.name);
  if (control.type === "checkbox" || control.type === "radio") {
    const on = values.includes(control.value);
    if (on === control.checked) return false;
    control.checked = on;
    return true;
  }
  if (control.multiple || values.length !== 1 || values[0] === control.value) return false;
  control.value = values[0];
  return true;
}
