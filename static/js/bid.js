/** The bid form: quick amounts, capitals while typing, a confirm step, and one key per intent until it is answered. */

import { capitals, parseAmount, typedAmount, yuanWords } from "./amounts.js";
import { fill } from "./server.js";

/** The form of macro bid_form; its dialog stands on the same page. */
export function bindBid(form) {
  new BidForm(form);
}

class BidForm {
  constructor(form) {
    this.form = form;
    this.input = form.elements.maximum;
    this.dialog = document.querySelector("[data-bid-dialog]");
    this.room = form.closest("[data-live]") || document;
    this.cut = false;
    this.sure = false;
    this.listen();
    this.show();
  }

  listen() {
    this.input.addEventListener("input", () => this.show());
    this.form.addEventListener("click", (event) => this.quick(event));
    this.form.addEventListener("submit", (event) => this.submit(event), true);
    document.addEventListener("keydown", (event) => this.key(event));
    this.room.addEventListener("market:state", (event) => this.move(event.detail));
    this.room.addEventListener("market:line", (event) => this.line(event.detail.cut));
    for (const name of ["htmx:afterSwap", "htmx:oobAfterSwap"]) document.addEventListener(name, () => this.mark());
    this.form.addEventListener("htmx:afterRequest", (event) => this.answered(event.detail));
    this.dialog?.querySelector("[data-bid-confirm]").addEventListener("click", () => this.confirm());
    this.dialog?.querySelector("[data-bid-back]").addEventListener("click", () => this.dialog.close());
    this.dialog?.querySelector("[data-bid-abnormal] input")?.addEventListener("change", () => this.gate());
    this.dialog?.addEventListener("close", () => this.input.focus());
  }

  get fen() {
    return parseAmount(this.input.value);
  }

  get minimum() {
    return BigInt(this.form.dataset.minimumMinor || 0);
  }

  show() {
    const fen = this.fen;
    this.form.querySelector("[data-bid-capitals]").textContent = fen ? `人民币${capitals(fen)}` : "";
    this.mark();
  }

  /** Quick buttons are submit buttons; here they only choose the amount. */
  quick(event) {
    const button = event.target.closest("[data-bid-quick]");
    if (!button) return;
    event.preventDefault();
    this.choose(button);
  }

  choose(button) {
    this.input.value = typedAmount(BigInt(button.dataset.bidQuick));
    this.complain("");
    this.show();
  }

  mark() {
    const fen = this.fen;
    for (const button of this.form.querySelectorAll("[data-bid-quick]")) {
      button.setAttribute("aria-pressed", String(fen !== null && BigInt(button.dataset.bidQuick) === fen));
    }
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (localStorage.getItem("hotkeys") === "off" || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const buttons = this.form.querySelectorAll("[data-bid-quick]");
    if (/^[1-4]$/.test(event.key) && buttons[event.key - 1]) this.choose(buttons[event.key - 1]);
    else if (event.key === "Enter" && event.target === document.body) this.form.requestSubmit();
  }

  move(state) {
    if (!state.minimum_next_minor) return;
    this.form.dataset.minimumMinor = state.minimum_next_minor;
    const words = this.form.querySelector("[data-bid-minimum] b");
    if (words) words.textContent = yuanWords(this.minimum);
  }

  /** A price that may be old is not bid upon. */
  line(cut) {
    this.cut = cut;
    for (const button of [this.form.querySelector("[data-bid-review]"), this.dialog?.querySelector("[data-bid-confirm]")]) {
      if (button) button.disabled = cut;
    }
    if (!cut) this.gate();
  }

  submit(event) {
    if (this.sure) {
      this.sure = false;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!this.cut && this.check()) this.ask();
  }

  check() {
    const { textEmpty, textLow, textLimit, limitMinor } = this.form.dataset;
    const fen = this.fen;
    const limit = limitMinor ? BigInt(limitMinor) : null;
    let words = "";
    if (!fen) words = textEmpty;
    else if (fen < this.minimum) words = fill(textLow, { amount: yuanWords(this.minimum) });
    else if (limit !== null && fen > limit) words = fill(textLimit, { amount: yuanWords(limit) });
    this.complain(words);
    if (words) this.input.focus();
    return !words;
  }

  complain(words) {
    const error = this.form.querySelector("[data-bid-error]");
    error.hidden = !words;
    error.querySelector("span").textContent = words;
    this.form.querySelector("[data-bid-field]").classList.toggle("field-bad", Boolean(words));
    if (words) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
  }

  ask() {
    if (!this.dialog) return this.confirm();
    const abnormal = this.abnormal();
    this.dialog.querySelector("[data-bid-amount]").textContent = yuanWords(this.fen);
    this.dialog.querySelector("[data-bid-capitals]").textContent = `人民币${capitals(this.fen)}`;
    const tick = this.dialog.querySelector("[data-bid-abnormal]");
    tick.hidden = !abnormal;
    tick.querySelector("input").checked = false;
    this.gate();
    this.dialog.showModal();
  }

  abnormal() {
    const bound = this.form.dataset.abnormalMinor;
    return Boolean(bound && this.fen !== null && this.fen > BigInt(bound));
  }

  /** Far above the usual price, the last button waits for the tick. */
  gate() {
    const button = this.dialog?.querySelector("[data-bid-confirm]");
    if (!button) return;
    const tick = this.dialog.querySelector("[data-bid-abnormal]");
    button.disabled = this.cut || (!tick.hidden && !tick.querySelector("input").checked);
  }

  confirm() {
    const fields = this.form.elements;
    fields.key.value = this.keyFor(String(this.fen));
    fields.confirm.value = "1";
    fields.confirm_abnormal.value = this.abnormal() ? "1" : "";
    this.sure = true;
    this.dialog?.close();
    this.form.requestSubmit(this.form.querySelector("[data-bid-review]"));
  }

  /**
   * The same unanswered intent keeps its key, so that sending it again counts once. A form sent as a page
   * comes back with a new key of the server; one sent by htmx stays, so its key is kept here, over a reload too.
   */
  keyFor(fen) {
    if (!this.form.hasAttribute("hx-post")) {
      const other = this.form.dataset.sentFen && this.form.dataset.sentFen !== fen;
      this.form.dataset.sentFen = fen;
      return other ? freshKey() : this.form.elements.key.value;
    }
    const open = this.intent();
    if (open?.fen === fen) return open.key;
    const key = freshKey();
    sessionStorage.setItem(this.slot, JSON.stringify({ fen, key }));
    return key;
  }

  intent() {
    try {
      return JSON.parse(sessionStorage.getItem(this.slot));
    } catch {
      return null;
    }
  }

  get slot() {
    return `bid:${this.form.getAttribute("action")}`;
  }

  answered({ elt, xhr }) {
    if (elt !== this.form) return;
    this.form.elements.confirm.value = "";
    if (xhr.status >= 200 && xhr.status < 500) sessionStorage.removeItem(this.slot);
    else this.complain(this.form.dataset.textUnsent);
  }
}

/** A random UUID; randomUUID() itself is missing on plain http addresses other than localhost. */
export function freshKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
