/** Binds every behaviour to the elements that ask for it by a data- attribute, also in what htmx brings later. */

import { bindAutosave } from "./autosave.js";
import { bindBid } from "./bid.js";
import { bindConsole } from "./clerk.js";
import { bindCopy, bindPrint } from "./copy.js";
import { bindCountdown } from "./countdown.js";
import { bindDialog, bindDialogOpen } from "./dialog.js";
import { bindFacets, bindSubmitOnChange } from "./facets.js";
import { bindFalling, bindTake } from "./falling.js";
import { bindHotkeysSwitch, listenForHotkeys } from "./hotkeys.js";
import { bindLeftChars } from "./left-chars.js";
import { bindLive } from "./live.js";
import { bindMenu } from "./menu.js";
import { bindProof } from "./proof.js";
import { bindOpening, bindReceipts, bindSeal } from "./sealing.js";
import { tokenHeaders } from "./server.js";
import { bindSuggest } from "./suggest.js";
import { bindTableScroll } from "./table-scroll.js";
import { bindTheme } from "./theme.js";
import { bindToast, say } from "./toast.js";
import { bindUpload } from "./upload.js";

const BEHAVIOURS = [
  ["[data-countdown], [data-clock], [data-elapsed]", bindCountdown],
  ["[data-live]", bindLive],
  ["[data-bid]", bindBid],
  ["[data-seal]", bindSeal],
  ["[data-receipts]", bindReceipts],
  ["[data-opening]", bindOpening],
  ["[data-falling]", bindFalling],
  ["[data-take]", bindTake],
  ["[data-console]", bindConsole],
  ["[data-suggest-url]", bindSuggest],
  ["[data-autosave-url]", bindAutosave],
  ["[data-upload]", bindUpload],
  ["[data-facets]", bindFacets],
  ["[data-submit-on-change]", bindSubmitOnChange],
  ["[data-proof]", bindProof],
  ["[data-dialog-open]", bindDialogOpen],
  ["dialog", bindDialog],
  ["[data-menu]", bindMenu],
  ["[data-copy]", bindCopy],
  ["[data-print]", bindPrint],
  ["[data-theme-switch]", bindTheme],
  ["[data-hotkeys-switch]", bindHotkeysSwitch],
  ["[data-table-scroll]", bindTableScroll],
  ["[data-left-chars]", bindLeftChars],
  ["[data-toast]", bindToast],
];
const bound = new WeakMap();

/** Bind what lies in or is the root; an element is bound once to each behaviour. */
function scan(root) {
  for (const [selector, bind] of BEHAVIOURS) {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.push(root);
    for (const element of found) {
      const done = bound.get(element) || new Set();
      if (done.has(bind)) continue;
      bound.set(element, done.add(bind));
      bind(element);
    }
  }
}

document.addEventListener("htmx:configRequest", (event) => Object.assign(event.detail.headers, tokenHeaders()));
document.addEventListener("htmx:load", (event) => scan(event.detail.elt));
document.addEventListener("htmx:sendError", () => say(document.body.dataset.textFailed));
document.addEventListener("htmx:responseError", () => say(document.body.dataset.textRefused));
listenForHotkeys();
scan(document);
