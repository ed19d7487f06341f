/** Light or dark by the reader's choice; a cookie, so that the server writes it into the next page and nothing flashes. */

const YEAR = 31536000;

/** The footer's switch: it names what a press brings. */
export function bindTheme(button) {
  const root = document.documentElement;
  const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const show = () => { button.textContent = isDark() ? button.dataset.textLight : button.dataset.textDark; };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    document.cookie = `theme=${root.dataset.theme};path=/;max-age=${YEAR};samesite=lax`;
    show();
  });
  show();
}
