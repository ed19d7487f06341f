/** Native dialogs: opened and closed by buttons, closed by a click on the veil. */

/** A button with data-dialog-open="id". */
export function bindDialogOpen(button) {
  button.addEventListener("click", (event) => {
    const dialog = document.getElementById(button.dataset.dialogOpen);
    if (!dialog) return;
    event.preventDefault();
    dialog.showModal();
  });
}

/** A dialog element. */
export function bindDialog(dialog) {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-dialog-close]")) dialog.close();
  });
}
