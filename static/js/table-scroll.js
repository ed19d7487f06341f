/** Says "scroll sideways" only while something is cut off, and only then takes a place in the tab order. */

/** An element of macro scroll_x. */
export function bindTableScroll(box) {
  const look = () => {
    const cut = box.scrollWidth > box.clientWidth + 1;
    box.toggleAttribute("data-cut", cut);
    box.tabIndex = cut ? 0 : -1;
  };
  new ResizeObserver(look).observe(box);
  look();
}
