/** Copies a code or fingerprint, and prints. */

import { say } from "./toast.js";

/** A button with data-copy="text". */
export function bindCopy(button) {
  if (!navigator.clipboard) {
    button.hidden = true;
    return;
  }
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    say(button.dataset.textCopied);
  });
}

/** A button with data-print. */
export function bindPrint(button) {
  button.addEventListener("click", () => window.print());
}
