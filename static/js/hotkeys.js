/** Single keys for people who work here all day; readers can switch them off (WCAG 2.1.4). */

const SLOT = "hotkeys";

const isOff = () => localStorage.getItem(SLOT) === "off";

/** One listener for the page: [data-hotkey] is clicked, [data-hotkey-focus] is focused. */
export function listenForHotkeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isOff()) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable], dialog[open]")) return;
    const key = CSS.escape(event.key.toLowerCase());
    const field = document.querySelector(`[data-hotkey-focus="${key}"]`);
    const control = document.querySelector(`[data-hotkey="${key}"]`);
    if (!field && !control) return;
    event.preventDefault();
    if (field) field.focus();
    else control.click();
  });
}

/** The footer's switch. */
export function bindHotkeysSwitch(button) {
  const show = () => { button.textContent = isOff() ? button.dataset.textOff : button.dataset.textOn; };
  button.addEventListener("click", () => {
    localStorage.setItem(SLOT, isOff() ? "on" : "off");
    show();
  });
  show();
}
