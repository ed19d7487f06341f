"""Reading a page as a careful browser would: heads, ids, links, forms, and what could run."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
RUNS = ("iframe", "object", "embed", "base", "applet", "frame", "meta-refresh")
ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcdoc")
NAMES = ("aria-label", "title", "alt")


@dataclass
class Form:
    """A form of a page: where it goes, how, and the names it sends."""

    action: str
    method: str
    enctype: str = ""
    fields: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    buttons: set[str] = field(default_factory=set)

    @property
    def targets(self) -> set[str]:
        """Where its buttons lead: to addresses of their own, else to the form's."""
        return self.buttons or {self.action}

    def put(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)


@dataclass
class Link:
    """A link and the words it is announced with."""

    href: str
    words: str = ""


class Page(HTMLParser):
    """The parts of a page that the site's promises are about."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.lang = self.title = ""
        self.headings = 0
        self.ids: list[str] = []
        self.links: list[Link] = []
        self.forms: list[Form] = []
        self.danger: list[str] = []
        self.tags = 0
        self._open: list[str] = []
        self._links: list[Link] = []
        self._form: Form | None = None
        self._select = self._area = ""
        self.feed(source)
        self.close()

    @property
    def repeated_ids(self) -> list[str]:
        return sorted({one for one in self.ids if self.ids.count(one) > 1})

    @property
    def empty_links(self) -> list[str]:
        return [link.href for link in self.links if not link.words.strip()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name.lower(): value or "" for name, value in attrs}
        self.tags += 1
        self._note_danger(tag, given)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "html":
            self.lang = given.get("lang", "")
        if tag == "h1":
            self.headings += 1
        if tag == "a" and "href" in given:
            link = Link(given["href"], given.get("aria-label", "") + given.get("title", ""))
            self.links.append(link)
            self._links.append(link)
        elif self._links and tag in ("img", "svg", "use", "title"):
            self._links[-1].words += given.get("alt", "") + given.get("aria-label", "")
        self._note_form(tag, given)
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag == "a" and self._links:
            self._links.pop()
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["title"] and "svg" not in self._open:
            self.title += data
        if self._links:
            self._links[-1].words += data
        if self._area and self._form is not None and data:
            self._form.fields[self._area][-1] += data

    def _note_danger(self, tag: str, given: dict[str, str]) -> None:
        if tag == "script" and "src" not in given and given.get("type") != "application/ld+json":
            self.danger.append("script without src")
        if tag in RUNS:
            self.danger.append(tag)
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.danger.append("meta refresh")
        for name, value in given.items():
            plain = "".join(value.split()).lower()
            if name.startswith("on") or (
                name in ADDRESSES and plain.startswith(("javascript:", "vbscript:", "data:text"))
            ):
                self.danger.append(f"{tag} {name}={value}")

    def _note_form(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form":
            method = given.get("method", "get").lower()
            self._form = Form(given.get("action", ""), method, given.get("enctype", ""))
            self.forms.append(self._form)
            return
        name = given.get("name", "")
        if self._form is None:
            return
        if "formaction" in given:
            self._form.buttons.add(given["formaction"])
        if name:
            self._form.names.add(name)  # also of boxes that are not ticked
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            known = self._form.fields.get(self._select)
            if "selected" in given or known is None:
                self._form.fields[self._select] = [given.get("value", "")]
        elif tag == "textarea" and name:
            self._area = name
            self._form.put(name, "")
            self._form.texts.append(name)
        elif tag == "input" and name:
            self._note_input(name, given)

    def _note_input(self, name: str, given: dict[str, str]) -> None:
        assert self._form is not None
        kind = given.get("type", "text").lower()
        if kind in ("checkbox", "radio") and "checked" not in given:
            return
        if kind in ("submit", "button", "image", "file"):
            return
        self._form.put(name, given.get("value", ""))
        if kind in ("text", "search", "url", "email", "tel") and name != "csrf_token":
            self._form.texts.append(name)
