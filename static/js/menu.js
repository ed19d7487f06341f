/** A menu in details: closes when the focus or a click goes elsewhere, and by Escape. */

/** A details element with data-menu. */
export function bindMenu(details) {
  const close = () => { details.open = false; };
  document.addEventListener("click", (event) => details.contains(event.target) || close());
  details.addEventListener("focusout", (event) => event.relatedTarget && !details.contains(event.relatedTarget) && close());
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    close();
    details.querySelector("summary").focus();
  });
}
