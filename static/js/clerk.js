/** The clerk's console: floor bids by keyboard, a heartbeat, and a signed queue while the line is cut. */

import { parseAmount, yuanWords } from "./amounts.js";
import { freshKey } from "./bid.js";
import { fill, tokenHeaders } from "./server.js";
import { say } from "./toast.js";

const BEAT_MS = 3000;
const ANSWER_MS = 6000;
const LINE_DOWN = "line down";

/** The element with data-console; its forms carry the view of the board that is on the screen. */
export function bindConsole(root) {
  new ClerkConsole(root);
}

class ClerkConsole {
  constructor(root) {
    this.root = root;
    this.texts = root.dataset;
    this.floor = root.querySelector("[data-console-floor]");
    this.slot = `hall-queue:${root.dataset.session}`;
    this.cut = false;
    this.busy = false;
    root.addEventListener("submit", (event) => this.submit(event));
    root.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("toggle", (event) => event.target.open && event.target.querySelector("input[name=reason]")?.select(), true);
    for (const name of ["htmx:afterSwap", "htmx:oobAfterSwap"]) document.addEventListener(name, () => this.look());
    if (root.dataset.beat) this.timer = setInterval(() => this.beat(), BEAT_MS);
    if (root.dataset.beat) this.beat();
    this.look();
    this.list();
  }

  get board() {
    return this.root.querySelector("[data-console-board]").dataset;
  }

  /** Take over what the board says: the view, the next asking price, whether the lot is over. */
  look() {
    if (!this.root.isConnected) return clearInterval(this.timer);
    if (!this.floor) return;
    const queue = this.queue();
    const next = queue.length ? queue.at(-1).amount_minor + Number(this.board.stepMinor) : Number(this.board.nextMinor);
    for (const input of this.root.querySelectorAll("input[name=seen_view]")) input.value = this.board.view;
    this.floor.elements.amount_minor.value = next;
    const words = this.root.querySelector("[data-console-amount]");
    words.textContent = fill(words.dataset.text, { amount: yuanWords(BigInt(next)) });
    this.floor.hidden = Boolean(this.board.over);
  }

  /** Letters in the paddle's field are keys; Escape leads back to it. */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !this.floor) return;
    const paddle = this.floor.elements.paddle;
    if (event.key === "Escape") return paddle.focus();
    if (event.target !== paddle || localStorage.getItem("hotkeys") === "off" || !/^[a-z]$/i.test(event.key)) return;
    event.preventDefault();
    const key = event.key.toLowerCase();
    const field = this.root.querySelector(`[data-hotkey-focus="${key}"]`);
    const control = this.root.querySelector(`[data-hotkey="${key}"]`);
    if (field) field.focus();
    else control?.click();
  }

  submit(event) {
    const form = event.target;
    if (form === this.floor) {
      event.preventDefault();
      this.call();
    } else if (form.matches("[data-console-act]")) {
      event.preventDefault();
      this.act(form);
    }
  }

  /** A bid of the floor: the asking price, or what was called. */
  async call() {
    if (this.busy) return;
    const fields = this.floor.elements;
    const paddle = Number(fields.paddle.value);
    const called = fields.amount.value.trim();
    const amount = called ? parseAmount(called) : BigInt(fields.amount_minor.value);
    if (!Number.isInteger(paddle) || paddle < 1) return this.complain(this.texts.textPaddle);
    if (!called && String(paddle) === this.leader()) return this.complain(fill(this.texts.textOwn, { paddle }));
    if (called && !amount) return this.complain(this.texts.textAmount);
    fields.confirmed.value = this.sure.querySelector("input").checked ? "1" : "";
    if (this.cut) return this.keep(paddle, Number(amount));
    const told = await this.send(this.floor);
    if (told === LINE_DOWN) return this.keep(paddle, Number(amount));
    if (!told) return;
    if (told.done) this.cleared();
    else this.refused(told);
  }

  leader() {
    const queue = this.queue();
    return queue.length ? String(queue.at(-1).paddle) : this.board.leader;
  }

  get sure() {
    return this.floor.querySelector("[data-console-sure]");
  }

  refused(told) {
    this.complain(told.message);
    this.sure.hidden = told.reason !== "not_confirmed";
    this.floor.elements.key.value = freshKey();
    this.floor.elements.paddle.select();
  }

  cleared() {
    this.complain("");
    this.sure.hidden = true;
    this.sure.querySelector("input").checked = false;
    this.floor.elements.paddle.value = "";
    this.floor.elements.amount.value = "";
    this.floor.elements.key.value = freshKey();
    this.floor.elements.paddle.focus();
  }

  complain(words) {
    const place = this.root.querySelector("[data-console-said]");
    if (!place) return say(words);
    place.hidden = !words;
    place.querySelector("span").textContent = words;
  }

  /** Warning, sale, pass, pause, resume, undo. */
  async act(form) {
    if (this.cut) return this.complain(this.texts.textLine);
    const told = await this.send(form);
    if (told === LINE_DOWN) return this.complain(this.texts.textLine);
    if (!told) return;
    this.complain(told.done ? "" : told.message);
    const details = form.closest("details");
    if (told.done && details) details.open = false;
    if (told.done) await this.flush();
    if (told.done && !told.closed) this.floor?.elements.paddle.focus();
  }

  /** Send a form; what the market told, LINE_DOWN without an answer, null while another is on its way. */
  async send(form) {
    if (this.busy) return null;
    this.busy = true;
    try {
      const answer = await this.post(form.action, new URLSearchParams(new FormData(form)));
      if (answer.status >= 500) throw new TypeError("no answer");
      const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
      return told || { done: false, reason: "", message: document.body.dataset.textRefused };
    } catch {
      this.lost();
      return LINE_DOWN;
    } finally {
      this.busy = false;
      this.refresh();
    }
  }

  post(url, body, type = "application/x-www-form-urlencoded") {
    const headers = { Accept: "application/json", "Content-Type": type, ...tokenHeaders() };
    return fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(ANSWER_MS) });
  }

  refresh() {
    this.root.dispatchEvent(new CustomEvent("console:look"));
  }

  // -- the line --------------------------------------------------------------------------------

  async beat() {
    try {
      const answer = await this.post(this.texts.beat, "");
      if (answer.status >= 500) throw new TypeError("no answer");
      this.back();
    } catch {
      this.lost();
    }
  }

  lost() {
    this.cut = true;
    const banner = this.root.querySelector("[data-console-cut]");
    banner.hidden = false;
    banner.querySelector("span").textContent = this.texts.textCut;
  }

  back() {
    if (this.cut) {
      this.cut = false;
      this.root.querySelector("[data-console-cut]").hidden = true;
      say(this.texts.textBack);
      this.refresh();
    }
    this.flush();
  }

  // -- the queue -------------------------------------------------------------------------------

  queue() {
    try {
      return JSON.parse(localStorage.getItem(this.slot)) || [];
    } catch {
      return [];
    }
  }

  store(lines) {
    if (lines.length) localStorage.setItem(this.slot, JSON.stringify(lines));
    else localStorage.removeItem(this.slot);
    this.list();
    this.look();
  }

  /** Keep a call of the floor, signed, with the view of the cut and the next number. */
  async keep(paddle, amount) {
    if (!window.crypto?.subtle) return this.complain(this.texts.textLine);
    const lines = this.queue();
    const line = {
      sequence: (lines.at(-1)?.sequence || 0) + 1,
      auction_id: Number(this.floor.elements.lot.value),
      paddle,
      amount_minor: amount,
      seen_view: lines[0]?.seen_view ?? Number(this.board.view),
      key: this.floor.elements.key.value,
    };
    line.signature = await this.sign(line);
    this.store([...lines, line]);
    this.cleared();
    say(fill(this.texts.textKept, { paddle, amount: yuanWords(BigInt(amount)) }));
  }

  async sign(line) {
    const parts = [this.texts.session, line.sequence, line.auction_id, line.paddle, line.amount_minor, line.seen_view, line.key];
    const bytes = (text) => new TextEncoder().encode(text);
    const key = await crypto.subtle.importKey("raw", bytes(this.texts.queueKey), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const mark = await crypto.subtle.sign("HMAC", key, bytes(parts.join("|")));
    return Array.from(new Uint8Array(mark), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** The line is back: all at once, in their order. While the lot is paused they wait. */
  async flush() {
    const lines = this.queue();
    if (!lines.length || this.flushing || !this.texts.queueUrl) return;
    this.flushing = true;
    try {
      const answer = await this.post(this.texts.queueUrl, JSON.stringify(lines), "application/json");
      if (answer.status >= 500) return;
      const told = await answer.json().catch(() => ({}));
      if (answer.status === 409) return this.complain(told.message);
      this.store([]);
      this.complain("");
      for (const [number, line] of lines.entries()) this.report(line, told.answers?.[number]);
      this.refresh();
    } catch {
      this.lost();
    } finally {
      this.flushing = false;
    }
  }

  report(line, answer) {
    const facts = { paddle: line.paddle, amount: yuanWords(BigInt(line.amount_minor)) };
    if (answer?.done) return say(fill(this.texts.textTaken, facts));
    const why = answer?.reason === "stale_view" ? this.texts.textStale : answer?.message || document.body.dataset.textRefused;
    this.complain(fill(this.texts.textLost, { ...facts, why }));
  }

  list() {
    const place = this.root.querySelector("[data-console-queue]");
    if (!place) return;
    place.replaceChildren(...this.queue().map((line) => {
      const item = document.createElement("li");
      item.textContent = fill(this.texts.textKept, { paddle: line.paddle, amount: yuanWords(BigInt(line.amount_minor)) });
      return item;
    }));
  }
}
