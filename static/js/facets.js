/** Filters and sort orders that apply as soon as they are chosen. */

/** A GET form with data-facets; figures wait until they are left or Enter is pressed. */
export function bindFacets(form) {
  form.addEventListener("change", () => form.requestSubmit());
  form.addEventListener("submit", () => leaveOutEmpty(form));
}

/** A single control with data-submit-on-change. */
export function bindSubmitOnChange(control) {
  control.addEventListener("change", () => control.form.requestSubmit());
}

/** Addresses that people share should carry only what was chosen. */
function leaveOutEmpty(form) {
  const empty = [...form.elements].filter((control) => control.name && control.value === "" && !control.disabled);
  for (const control of empty) control.disabled = true;
  setTimeout(() => { for (const control of empty) control.disabled = false; });
}
