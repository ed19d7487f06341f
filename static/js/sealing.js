/** Sealed bids: the seal is made here, the amount stays on this device and in the receipt until bids are opened. */

import { capitals, parseAmount, typedAmount, yuanWords } from "./amounts.js";
import { fill } from "./server.js";

const TAG = "sealed-bid/1";
const ENCODER = new TextEncoder();

/** SHA-256 over five fields, each written as a netstring; the same as auction/envelopes.py. */
async function sealOf({ lot, bidder, amount_minor: amount, nonce }) {
  const parts = [TAG, String(lot), bidder, String(amount), nonce].map((text) => ENCODER.encode(text));
  const spelled = parts.flatMap((raw) => [...ENCODER.encode(`${raw.length}:`), ...raw, 44]);
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(spelled))));
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What this device keeps of a bidder in a lot: receipts by seal, for the newest may not have arrived. */
class Kept {
  constructor({ lot, bidder }) {
    this.slot = `sealed:${lot}:${bidder}`;
  }

  all() {
    try {
      return JSON.parse(localStorage.getItem(this.slot)) || {};
    } catch {
      return {};
    }
  }

  of(seal) {
    return this.all()[seal] || null;
  }

  keep(receipt) {
    try {
      localStorage.setItem(this.slot, JSON.stringify({ ...this.all(), [receipt.seal]: receipt }));
    } catch { /* a full or closed store: the downloaded file remains */ }
  }

  forget() {
    localStorage.removeItem(this.slot);
  }
}

function save(receipt) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${JSON.stringify(receipt, null, 2)}\n`], { type: "application/json" }));
  link.download = `sealed-bid-${receipt.number || receipt.lot}-${receipt.bidder}-${receipt.seal.slice(0, 8)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** A form with data-seal: its amount has no name and is never sent. */
export function bindSeal(form) {
  new SealForm(form);
}

class SealForm {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("#seal-amount");
    this.dialog = document.querySelector("[data-seal-dialog]");
    this.input.addEventListener("input", () => this.show());
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.review();
    });
    form.querySelector("[data-seal-review]").addEventListener("click", () => this.review());
    this.dialog.querySelector("[data-seal-confirm]").addEventListener("click", () => this.seal());
    this.dialog.querySelector("[data-seal-abnormal] input").addEventListener("change", () => this.gate());
    if (!globalThis.crypto?.subtle) this.complain(form.dataset.textUnsafe);
  }

  get fen() {
    return parseAmount(this.input.value);
  }

  show() {
    const fen = this.fen;
    this.form.querySelector("[data-seal-capitals]").textContent = fen ? `人民币${capitals(fen)}` : "";
  }

  review() {
    const { minimumMinor, limitMinor, abnormalMinor, textEmpty, textLow, textLimit, textUnsafe } = this.form.dataset;
    const fen = this.fen;
    let words = "";
    if (!globalThis.crypto?.subtle) words = textUnsafe;
    else if (!fen) words = textEmpty;
    else if (fen < BigInt(minimumMinor)) words = fill(textLow, { amount: yuanWords(BigInt(minimumMinor)) });
    else if (limitMinor && fen > BigInt(limitMinor)) words = fill(textLimit, { amount: yuanWords(BigInt(limitMinor)) });
    this.complain(words);
    if (words) return this.input.focus();
    this.dialog.querySelector("[data-seal-amount]").textContent = yuanWords(fen);
    this.dialog.querySelector("[data-seal-words]").textContent = `人民币${capitals(fen)}`;
    const tick = this.dialog.querySelector("[data-seal-abnormal]");
    tick.hidden = !abnormalMinor || fen <= BigInt(abnormalMinor);
    tick.querySelector("input").checked = false;
    this.gate();
    this.dialog.showModal();
  }

  /** Far above the usual price, the last button waits for the tick. */
  gate() {
    const tick = this.dialog.querySelector("[data-seal-abnormal]");
    this.dialog.querySelector("[data-seal-confirm]").disabled = !tick.hidden && !tick.querySelector("input").checked;
  }

  /** The receipt is on this device and in the downloads before the seal leaves it. */
  async seal() {
    const { lot, bidder, number } = this.form.dataset;
    const fen = this.fen;
    const nonce = hex(crypto.getRandomValues(new Uint8Array(32)));
    const bid = { kind: TAG, lot: Number(lot), bidder, amount_minor: Number(fen), nonce };
    const receipt = { ...bid, number, amount: yuanWords(fen).slice(1).replaceAll(",", ""), seal: await sealOf(bid), made_at: new Date().toISOString() };
    new Kept(this.form.dataset).keep(receipt);
    save(receipt);
    this.form.elements.seal.value = receipt.seal;
    this.form.elements.key.value = hex(crypto.getRandomValues(new Uint8Array(16))); // a new seal is a new intent
    this.dialog.close();
    this.input.value = "";
    this.form.submit();
  }

  complain(words) {
    const error = this.form.querySelector("[data-seal-error]");
    error.hidden = !words;
    error.querySelector("span").textContent = words;
    this.form.querySelector("[data-seal-field]").classList.toggle("field-bad", Boolean(words));
    if (words) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
  }
}

/** The own seals with data-receipts: offers what this device keeps, forgets it once the minutes are public. */
export function bindReceipts(box) {
  const kept = new Kept(box.dataset);
  if ("over" in box.dataset) return kept.forget();
  const receipt = kept.of(box.dataset.standingSeal);
  const [here, missing] = [box.querySelector("[data-receipt-here]"), box.querySelector("[data-receipt-missing]")];
  if (!here) return;
  here.hidden = !receipt;
  missing.hidden = Boolean(receipt);
  if (!receipt) return;
  box.querySelector("[data-receipt-amount]").textContent = yuanWords(BigInt(receipt.amount_minor));
  box.querySelector("[data-receipt-save]").addEventListener("click", () => save(receipt));
}

/** A form with data-opening: filled from this device or from the receipt's file, checked against the seal. */
export function bindOpening(form) {
  const { standingSeal, textFound, textMissing, textOther, textFits } = form.dataset;
  const state = form.querySelector("[data-opening-state]");
  const put = (receipt, words) => {
    form.elements.amount.value = typedAmount(BigInt(receipt.amount_minor));
    form.elements.nonce.value = receipt.nonce;
    state.textContent = words;
  };
  const receipt = new Kept(form.dataset).of(standingSeal);
  if (receipt) put(receipt, textFound);
  else state.textContent = textMissing;
  form.querySelector("#opening-file").addEventListener("change", async (event) => {
    const read = await receiptIn(event.target.files[0]);
    if (read && (await fits(read, form.dataset))) put(read, textFits);
    else state.textContent = textOther;
  });
}

async function receiptIn(file) {
  try {
    const read = JSON.parse(await file.text());
    return read.kind === TAG && Number.isSafeInteger(read.amount_minor) && typeof read.nonce === "string" ? read : null;
  } catch {
    return null;
  }
}

/** Without WebCrypto the server alone decides whether it fits. */
async function fits(read, { lot, bidder, standingSeal }) {
  if (!globalThis.crypto?.subtle) return read.seal === standingSeal;
  return (await sealOf({ ...read, lot, bidder })) === standingSeal;
}
