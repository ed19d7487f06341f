"""Every page that a role can reach: all rows of the route table, then every link they carry."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

from werkzeug.test import TestResponse

from tests.integration.site.asking import letter
from tests.integration.site.pages import Page
from tests.integration.site.town import ROLES, Town

MOST_PAGES = 400
MOST_PER_ENDPOINT = 12
"""Addresses of one endpoint that are followed: facets of a search have no end."""
STREAM = "text/event-stream"


@dataclass
class Visit:
    """An answer as it was seen: by whom, where, and from which page the link came."""

    role: str
    path: str
    status: int
    kind: str
    headers: Mapping[str, str]
    body: str
    endpoint: str | None
    found_on: str = ""
    page: Page | None = field(default=None, repr=False)

    @property
    def is_html(self) -> bool:
        return self.kind == "text/html"

    @property
    def letter(self) -> str:
        """How far the role got, in the letters of the route table."""
        return letter(self.status, self.headers.get("Location"))


@dataclass(frozen=True, slots=True)
class Walk:
    """All that a role saw, by address, and the tables that changed while it only read."""

    visits: Mapping[str, Visit]
    moved: list[str]


def visit(town: Town, role: str, path: str, found_on: str = "") -> Visit:
    """GET an address as a role; of a stream only the first messages are read."""
    browser = town.client(ROLES[role])
    answer = browser.get(path, buffered=False)
    body = text_of(answer)
    answer.close()
    kind = answer.mimetype
    page = Page(body) if kind == "text/html" and answer.status_code < 300 else None
    return Visit(
        role=role,
        path=path,
        status=answer.status_code,
        kind=kind,
        headers=dict(answer.headers),
        body=body,
        endpoint=endpoint_of(town, path),
        found_on=found_on,
        page=page,
    )


def text_of(answer: TestResponse) -> str:
    """The body as text; a PDF or picture gives its bytes as Latin-1."""
    if answer.mimetype == STREAM:
        chunks = iter(answer.response)
        read = [next(chunks) for _ in range(3)]
        return "".join(one.decode() if isinstance(one, bytes) else one for one in read)
    data = answer.get_data()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def endpoint_of(town: Town, path: str, method: str = "GET") -> str | None:
    """The endpoint that an address leads to; None where it leads nowhere."""
    adapter = town.app.url_map.bind("localhost")
    try:
        return str(adapter.match(urlsplit(path).path, method=method)[0])
    except Exception:
        return None


def visits_of(
    town: Town, role: str, starts: Iterable[str], *, most: int = MOST_PAGES
) -> list[Visit]:
    """The addresses to start at, then breadth first whatever the pages link to."""
    queue = deque((path, "") for path in dict.fromkeys(starts))
    most += len(queue)
    seen, counts = {path for path, _from in queue}, Counter[str | None]()
    found: list[Visit] = []
    while queue and len(found) < most:
        path, came_from = queue.popleft()
        one = visit(town, role, path, came_from)
        found.append(one)
        for target in links_of(one):
            endpoint = endpoint_of(town, target)
            if target in seen or counts[endpoint] >= MOST_PER_ENDPOINT:
                continue
            seen.add(target)
            counts[endpoint] += 1
            queue.append((target, path))
    return found


def links_of(one: Visit) -> Iterator[str]:
    """The addresses of this site that a page links to."""
    for link in one.page.links if one.page else ():
        target = urldefrag(urljoin(f"http://localhost{one.path}", link.href)).url
        parts = urlsplit(target)
        if parts.netloc == "localhost" and parts.scheme == "http":
            yield parts._replace(scheme="", netloc="").geturl() or "/"
