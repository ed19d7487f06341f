"""The whole site with the cast in it, on both kinds of database."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest

from marketplace.app import create_app, make_context
from marketplace.catalogue import indexing
from marketplace.identity.events import MailWanted
from marketplace.kernel import relay
from marketplace.kernel.settings import Secrets, Settings
from tests.conftest import FakeClock, _execute, _named
from tests.integration.site.asking import path_of, rows_of
from tests.integration.site.objects import named
from tests.integration.site.route_table import TABLE
from tests.integration.site.town import QUIET, Town, postgres_way_back, sqlite_way_back
from tests.integration.site.visits import Walk, visits_of
from tests.world import PEOPLE, make_world

POSTGRES_NAME = "market_town"


KINDS = [
    pytest.param(kind, marks=pytest.mark.xdist_group(f"town-{kind}"))  # one process builds it, once
    for kind in ("sqlite", "postgresql")
]


@pytest.fixture(scope="session", params=KINDS)
def built_town(request, tmp_path_factory) -> Iterator[Town]:
    """The cast, made once per kind of database, everybody signed in and all indexed."""
    folder = tmp_path_factory.mktemp("town")
    for name in ("mail", "index", "run"):
        (folder / name).mkdir()
    settings = Settings(
        home=folder,
        database_url=_database(request, folder),
        secrets=Secrets.fresh(),
        mode="test",
        base_url="http://localhost",
    )
    clock = FakeClock()
    ctx = make_context(settings, clock)
    world = make_world(ctx, clock)
    world.app = create_app(settings, clock, ctx)
    for name in PEOPLE:
        world.client(name)
    with world.app.test_request_context():  # as the worker does: mails are rendered by the site
        world.deliver()
    assert not list(folder.glob("mail/*.part"))
    assert list(folder.glob("mail/*.eml")), "no mail left the market"
    while indexing.step(ctx):
        pass
    _leave_one_stuck(ctx)
    back = (
        sqlite_way_back(ctx.engine, folder)
        if request.param == "sqlite"
        else postgres_way_back(ctx.engine)
    )
    yield Town(world, world.app, back, clock.now)
    ctx.engine.dispose()


def _leave_one_stuck(ctx) -> None:
    """A mail that the mail server did not take: the administrator's page shows it."""
    with ctx.transaction() as tx:
        tx.emit(MailWanted("nobody@people.example", "welcome", "en", {}))
    claimed = relay.claim(ctx)
    assert claimed is not None
    relay.give_back(ctx, claimed.row_id, OSError("connection refused"))


def _database(request, folder) -> str:
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "market.db")
        return f"sqlite:///{folder / 'market.db'}"
    base = request.getfixturevalue("postgres_server")
    _execute(base, f"CREATE DATABASE {POSTGRES_NAME} TEMPLATE template_market")
    return _named(base, POSTGRES_NAME)


@pytest.fixture
def town(built_town: Town) -> Iterator[Town]:
    """The town as it was built; whatever a story changed is put back after it."""
    yield built_town
    built_town.app.config["WTF_CSRF_ENABLED"] = True
    if built_town.changed:
        built_town.put_back()


@pytest.fixture(scope="session")
def walks(built_town: Town) -> Callable[[str], Walk]:
    """What each role sees when it walks the whole site; walked once and kept."""
    kept: dict[str, Walk] = {}
    names = named(built_town.world, built_town.engine)
    starts = [path_of(built_town, row, names) for row in rows_of(TABLE) if row.method == "GET"]

    def walk(role: str) -> Walk:
        if role not in kept:
            before = built_town.rows(but=QUIET)
            visits = {one.path: one for one in visits_of(built_town, role, starts)}
            after = built_town.rows(but=QUIET)
            kept[role] = Walk(visits, [name for name in before if before[name] != after[name]])
        return kept[role]

    return walk
