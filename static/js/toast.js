/** Short notices at the foot of the page. */

const STAYS_MS = 8000;

/** One toast: closes by its button, leaves by itself unless it must stay. */
export function bindToast(toast) {
  toast.querySelector("[data-toast-close]")?.addEventListener("click", () => toast.remove());
  if (toast.hasAttribute("data-toast-stays")) return;
  let timer = setTimeout(() => toast.remove(), STAYS_MS);
  const hold = () => clearTimeout(timer);
  const go = () => { hold(); timer = setTimeout(() => toast.remove(), STAYS_MS); };
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, hold);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, go);
}

/** Say something that happened in the browser; the words come from a data-text attribute. */
export function say(words) {
  if (!words) return;
  const toast = document.createElement("div");
  toast.className = "toast";
  const text = document.createElement("span");
  text.textContent = words;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", document.body.dataset.textClose || "×");
  close.setAttribute("data-toast-close", "");
  toast.append(text, close);
  document.querySelector("[data-toasts]")?.append(toast);
  bindToast(toast);
}
