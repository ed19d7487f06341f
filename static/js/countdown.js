/** Countdowns, the server clock and elapsed bars: one timer for all of them. */

import { clockWords, serverNow } from "./server.js";

const DAY_MS = 86400000;
const shown = new Set();
let timer = null;

/** [data-countdown], [data-clock] or [data-elapsed]. */
export function bindCountdown(element) {
  shown.add(element);
  if (timer === null) timer = setInterval(tick, 250);
  draw(element, serverNow());
}

function tick() {
  const now = serverNow();
  for (const element of shown) {
    if (element.isConnected) draw(element, now);
    else shown.delete(element);
  }
}

function draw(element, now) {
  if (element.hasAttribute("data-clock")) return write(element, clockWords(now, true));
  const end = Number(element.dataset.endsAtMs);
  if (element.hasAttribute("data-elapsed")) return drawElapsed(element, now, end);
  const left = Math.max(0, end - now);
  element.classList.toggle("countdown-soon", left <= Number(element.dataset.soonSeconds || 300) * 1000);
  if (left === 0) return write(element, element.dataset.textOver || "00:00:00");
  return write(element, left >= DAY_MS ? inDays(left) : inClock(left));
}

function drawElapsed(element, now, end) {
  const start = Number(element.dataset.startsAtMs);
  const share = Math.min(1, Math.max(0, (now - start) / Math.max(1, end - start)));
  element.lastElementChild?.setAttribute("width", `${(share * 100).toFixed(1)}%`);
}

function inClock(left) {
  const seconds = Math.ceil(left / 1000);
  const two = (n) => String(n).padStart(2, "0");
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function inDays(left) {
  const unit = (n, name) => new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: name, unitDisplay: "long" })
    .format(n).replace(/^(\d+)(?=[^\d\s])/, "$1 ");
  const hours = Math.floor((left % DAY_MS) / 3600000);
  return [unit(Math.floor(left / DAY_MS), "day"), hours ? unit(hours, "hour") : ""].filter(Boolean).join(" ");
}

function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
