/** A price that falls by the clock: drawn from the terms and the server's time, without asking the server. */

import { capitals, yuanWords } from "./amounts.js";
import { serverNow } from "./server.js";

let fall = null;

/** The element with data-falling and its terms; the room has one. */
export function bindFalling(element) {
  const whole = (name) => Number(element.dataset[name]);
  fall = {
    start: whole("startMinor"), step: whole("stepMinor"), interval: whole("intervalMs"),
    floor: whole("floorMinor"), opens: whole("opensAtMs"),
  };
  const figure = element.querySelector(".price");
  const timer = setInterval(() => {
    if (!element.isConnected) return clearInterval(timer);
    const words = yuanWords(BigInt(priceAt(serverNow()))).replace(/\.00$/, "");
    if (figure.textContent !== words) figure.textContent = words;
    next(element.closest(".room-now"));
    offer();
  }, 200);
}

function stepsAt(now) {
  return Math.floor(Math.max(0, now - fall.opens) / fall.interval);
}

function priceAt(now) {
  return Math.max(fall.floor, fall.start - stepsAt(now) * fall.step);
}

function next(panel) {
  const countdown = panel?.querySelector("[data-falling-next] [data-countdown]");
  if (!countdown) return;
  const now = serverNow();
  const end = priceAt(now) === fall.floor ? now : fall.opens + (stepsAt(now) + 1) * fall.interval;
  countdown.dataset.endsAtMs = end;
}

/** The button names the price of the moment; while the dialog is open it stays at the one seen there. */
function offer() {
  const form = document.querySelector("[data-take]");
  if (!form || document.querySelector("[data-take-dialog][open]")) return;
  const price = priceAt(serverNow());
  form.elements.limit.value = price;
  const words = form.querySelector("[data-take-words]");
  const text = words.dataset.text.replace("{price}", yuanWords(BigInt(price)));
  if (words.textContent !== text) words.textContent = text;
}

/** The form with data-take: one press, one look at the figure, one confirmation. */
export function bindTake(form) {
  const dialog = document.querySelector("[data-take-dialog]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    offer();
    const fen = BigInt(form.elements.limit.value);
    dialog.querySelector("[data-take-amount]").textContent = yuanWords(fen);
    dialog.querySelector("[data-take-capitals]").textContent = `人民币${capitals(fen)}`;
    dialog.showModal();
  });
  dialog.querySelector("[data-take-confirm]").addEventListener("click", (event) => {
    event.target.disabled = true;
    form.elements.confirm.value = "1";
    form.submit();
  });
}
