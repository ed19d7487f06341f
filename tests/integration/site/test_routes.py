"""Route × role × object: every cell of the reviewed table holds on the running site (R8)."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.integration.site.asking import LETTERS, Row, ask, letter, path_of, rows_of
from tests.integration.site.objects import named
from tests.integration.site.route_table import FORMS, TABLE
from tests.integration.site.town import ROLES, Town, lines

ROWS = list(rows_of(TABLE))
ACTS = [row for row in ROWS if row.method != "GET"]
FUNCTIONS = sorted({row.endpoint.partition(".")[0] for row in ACTS})


def test_every_route_has_a_row_and_every_row_a_route(town):
    routes = {
        (rule.endpoint, method)
        for rule in town.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    table = {(row.endpoint, row.method) for row in ROWS}
    assert sorted(routes - table) == [], "a new route needs rows in route_table.py"
    assert sorted(table - routes) == [], "the table names routes that are gone"


def test_every_row_says_it_once_for_every_role():
    assert [row.name for row in ROWS if len(row.expected) != len(ROLES)] == []
    assert [row.name for row in ROWS if set(row.expected) - set(LETTERS)] == []
    assert [name for name, count in Counter(row.name for row in ROWS).items() if count > 1] == []
    assert {row.form for row in ROWS if row.form} - {*FORMS, "picture_file"} == set()


@pytest.mark.threat("T8")
@pytest.mark.threat("T24")
@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_role_reads_exactly_what_the_table_says(town, walks, role):
    names, seen = named(town.world, town.engine), walks(role).visits
    wrong = [
        f"{row.name} as {role}: {found}, not {expected}"
        for row in ROWS
        if row.method == "GET"
        and (expected := row.expected[list(ROLES).index(role)])
        != (found := seen[path_of(town, row, names)].letter)
    ]
    assert not wrong, lines(wrong)


@pytest.mark.threat("T12")
@pytest.mark.threat("T24")
@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_role_acts_exactly_as_far_as_the_table_says(town, function):
    town.app.config["WTF_CSRF_ENABLED"] = False  # tokens have their own test
    names, wrong = named(town.world, town.engine), []
    for row in (one for one in ACTS if one.endpoint.partition(".")[0] == function):
        for role, expected in zip(ROLES, row.expected, strict=True):
            found = _letter(town, row, role, names)
            if found != expected:
                wrong.append(f"{row.name} as {role}: {found}, not {expected}")
    assert not wrong, lines(wrong)


def _letter(town: Town, row: Row, role: str, names: dict[str, object]) -> str:
    answer = ask(town, row, role, names=names, forms=FORMS)
    answer.close()
    if answer.status_code < 400:
        town.put_back()
    return letter(answer.status_code, answer.location)
