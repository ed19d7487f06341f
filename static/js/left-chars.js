/** How many characters may still be written. */

import { fill } from "./server.js";

/** A textarea or input with data-left-chars="id of the element that says it", maxlength and data-text-left. */
export function bindLeftChars(control) {
  const words = document.getElementById(control.dataset.leftChars);
  const show = () => { words.textContent = fill(control.dataset.textLeft, { n: control.maxLength - control.value.length }); };
  control.addEventListener("input", show);
  if (words) show();
}
