/** Suggestions under a search field: the combobox pattern, by keyboard as well. */

import { fill } from "./server.js";

const WAIT_MS = 150;
let lists = 0;

/** An input with data-suggest-url; the answer is {"suggestions": [{text, kind?, url?}]}. */
export function bindSuggest(input) {
  new Suggest(input);
}

class Suggest {
  constructor(input) {
    this.input = input;
    this.at = -1;
    this.asked = "";
    this.list = this.makeList();
    this.count = this.makeCount();
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  makeList() {
    const list = document.createElement("ul");
    list.className = "suggestions";
    list.id = `suggestions-${(lists += 1)}`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", this.input.getAttribute("aria-label") || this.input.labels?.[0]?.textContent || "");
    list.hidden = true;
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
      this.input.setAttribute(name, value);
    }
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => this.take(event.target.closest("[role=option]")));
    (this.input.closest("form") || this.input.parentElement).append(list);
    return list;
  }

  makeCount() {
    const count = document.createElement("span");
    count.className = "vh";
    count.setAttribute("role", "status");
    this.list.after(count);
    return count;
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    const words = this.input.value.trim();
    if (!words) return this.close();
    this.asked = words;
    const url = new URL(this.input.dataset.suggestUrl, location.href);
    url.searchParams.set("q", words);
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (!answer.ok || this.asked !== words) return;
      this.show((await answer.json()).suggestions || []);
    } catch {
      this.close();
    }
  }

  show(found) {
    this.at = -1;
    this.list.replaceChildren(...found.map((one, index) => this.option(one, index)));
    this.list.hidden = found.length === 0;
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.input.removeAttribute("aria-activedescendant");
    this.count.textContent = fill(this.input.dataset.textCount, { n: found.length });
  }

  option(one, index) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.text = one.text;
    if (one.url) item.dataset.url = one.url;
    const words = document.createElement("span");
    words.textContent = one.text;
    item.append(words);
    if (one.kind) {
      const kind = document.createElement("small");
      kind.textContent = one.kind;
      item.append(kind);
    }
    return item;
  }

  key(event) {
    if (this.list.hidden) {
      if (event.key === "ArrowDown") this.ask();
      return;
    }
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) {
      event.preventDefault();
      this.go(this.at + moves[event.key]);
    } else if (event.key === "Enter" && this.at >= 0) {
      event.preventDefault();
      this.take(this.list.children[this.at]);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
    }
  }

  go(to) {
    const items = [...this.list.children];
    this.at = (to + items.length) % items.length;
    items.forEach((item, index) => item.setAttribute("aria-selected", String(index === this.at)));
    this.input.setAttribute("aria-activedescendant", items[this.at].id);
    items[this.at].scrollIntoView({ block: "nearest" });
  }

  take(item) {
    if (!item) return;
    this.close();
    if (item.dataset.url) {
      location.assign(item.dataset.url);
      return;
    }
    this.input.value = item.dataset.text;
    this.input.form?.requestSubmit();
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
