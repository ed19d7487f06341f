/** What the page knows of the server: its time, its token, how to speak to it. */

let offset = firstOffset();
let sharpest = Infinity;

/** The page carries the time it was made at; a page out of the browser's store is too old to tell. */
function firstOffset() {
  const visit = performance.getEntriesByType("navigation")[0];
  const made = Number(document.body.dataset.serverMs);
  if (!made || !visit?.transferSize || visit.type === "back_forward") return 0;
  return made - (performance.timeOrigin + visit.responseStart);
}

/** Milliseconds since 1970 by the server's clock. */
export function serverNow() {
  return Date.now() + offset;
}

/** Learn the server's clock from a message; the one that took the shortest way is believed. */
export function learnTime(serverMs, tookMs = 500) {
  if (tookMs > sharpest) return;
  sharpest = tookMs;
  offset = serverMs - Date.now();
}

/** Headers every writing request carries. */
export function tokenHeaders() {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  return token ? { "X-CSRFToken": token } : {};
}

/** The text with its {name} filled in. */
export function fill(text, values) {
  return (text || "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** hh:mm:ss of a moment on the server's clock, in the market's time zone. */
export function clockWords(ms, withDay = false) {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone: "Asia/Shanghai", year: "numeric", month: "2-digit", day: "2-digit",
    hour: "2-digit", minute: "2-digit", second: "2-digit",
  }).format(ms);
  return withDay ? parts : parts.slice(11);
}
