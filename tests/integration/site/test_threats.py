"""What attackers try with the whole site at once: forms, hosts, numbers, methods, tokens."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest

from tests.integration.site.asking import NOTHING, Row, ask, path_of, rows_of
from tests.integration.site.objects import named
from tests.integration.site.route_table import FORMS, TABLE
from tests.integration.site.town import QUIET, ROLES, Town, lines

ROWS = list(rows_of(TABLE))
STREAMS = {"trade.auctions.events"}
EVIL = "//evil.example/steal"


def admitted(row: Row) -> str | None:
    """The first role that the table lets in."""
    for role, letter in zip(ROLES, row.expected, strict=True):
        if letter in "AR" and role != "public":
            return role
    return "public" if row.expected[0] in "AR" else None


def each_route(*methods: str) -> list[Row]:
    """One row of each route that lets somebody in: the table has more where objects differ."""
    first: dict[tuple[str, str], Row] = {}
    for row in (one for one in ROWS if one.method in methods and admitted(one)):
        first.setdefault((row.endpoint, row.method), row)
    return list(first.values())


def is_api(row: Row) -> bool:
    return row.endpoint.startswith("api.")


@pytest.mark.threat("T21")
def test_every_unsafe_route_refuses_a_form_without_its_token(town):
    names, passed = named(town.world, town.engine), []
    for row in (one for one in ROWS if one.method == "POST" and not is_api(one)):
        role = admitted(row)
        if role is None:
            continue
        answer = ask(town, row, role, names=names, forms=FORMS)
        if answer.status_code not in (400, 403):
            passed.append((row.name, role, answer.status_code))
    assert not passed, lines(passed)


@pytest.mark.threat("T21")
def test_the_interface_for_programs_takes_no_session_for_writing(town):
    names = named(town.world, town.engine)
    body = {"maximum_minor": 190_000_000, "confirmed": True}
    path = f"/api/v1/auctions/{names['live']}/bids"
    answer = town.client("bob").post(path, json=body, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 401
    assert answer.get_json()["code"] == "api.token_needed"


@pytest.mark.threat("T21")
def test_a_form_sent_from_another_site_is_refused_even_with_its_token(town):
    names, passed = named(town.world, town.engine), []
    for row in (one for one in ROWS if one.method == "POST"):
        role = admitted(row)
        if role is None:
            continue
        browser = town.client(ROLES[role])
        values = {**FORMS.get(row.form, {}), "csrf_token": town.token(browser, "/identity/sign-in")
                  if role == "public" else town.token(browser)}  # fmt: skip
        path, headers = path_of(town, row, names), {"Sec-Fetch-Site": "cross-site"}
        answer = browser.post(path, data=values, headers=headers)
        if answer.status_code != 403:
            passed.append((row.name, role, answer.status_code))
    assert not passed, lines(passed)


@pytest.mark.threat("T15")
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost@evil.example",
                                  "evil.example:80", "localhost:80@evil", "[::2]", " localhost"])  # fmt: skip
def test_a_foreign_host_is_answered_nowhere(town, host):
    for path in ("/", "/identity/recover", "/api/v1/listings", "/nowhere", "/sitemap.xml"):
        answer = town.client(None).get(path, headers={"Host": host})
        assert answer.status_code == 400, (host, path)
        assert "evil" not in answer.get_data(as_text=True)


@pytest.mark.threat("T15")
def test_no_redirect_leads_away(town):
    town.app.config["WTF_CSRF_ENABLED"] = False
    names, away = named(town.world, town.engine), []
    for row in ROWS:
        role = admitted(row)
        if role is None or row.endpoint in STREAMS:
            continue
        for who in {role, "public"}:
            answer = _with_evil(town, row, who, names)
            place = urlsplit(answer.headers.get("Location", ""))
            if place.netloc not in ("", "localhost") or place.scheme not in ("", "http"):
                away.append((row.name, who, answer.location))
            if answer.headers.get("Location", "/").startswith(("//", "/\\", "\\")):
                away.append((row.name, who, answer.location))
            answer.close()
            if row.method == "POST" and answer.status_code < 400:
                town.put_back()
    assert not away, lines(away)


def _with_evil(town: Town, row: Row, role: str, names):
    browser, path = town.client(ROLES[role]), path_of(town, row, names)
    mark = "&" if "?" in path else "?"
    headers = {"Referer": f"http:{EVIL}", "X-Forwarded-Host": "evil.example"}
    if row.method == "GET":
        return browser.get(f"{path}{mark}next={EVIL}&lang=en", headers=headers)
    data = {key: names.get(value, value) for key, value in FORMS.get(row.form, {}).items()}
    return browser.post(f"{path}{mark}next={EVIL}", data={**data, "next": EVIL}, headers=headers)


NUMBERS = (0, NOTHING, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, 10**30)


def test_numbers_of_nothing_and_numbers_beyond_all_bounds_are_not_found(town):
    town.app.config["WTF_CSRF_ENABLED"] = False
    names, wrong = named(town.world, town.engine), []
    for row in each_route("GET", "POST"):
        role = admitted(row) or ""
        for argument in _numbers_of(town, row.endpoint):
            for number in {*NUMBERS} - {_own_number(row, argument)}:
                answer = _numbered(town, row, role, names | {"@": (argument, number)})
                expected = (404,) if row.method == "GET" else (400, 403, 404, 409, 422)
                if answer.status_code not in expected:
                    wrong.append((row.name, argument, number, answer.status_code))
                answer.close()
    assert not wrong, lines(wrong)


def _numbers_of(town: Town, endpoint: str) -> list[str]:
    return sorted(
        {
            name
            for rule in town.app.url_map.iter_rules(endpoint)
            for name, converter in rule._converters.items()
            if type(converter).__name__ == "IntegerConverter"
        }
    )


def _own_number(row: Row, argument: str) -> int | None:
    """The number that the row itself names: the first paper of an application has the index 0."""
    value = row.values[argument]
    return int(value) if value.isdigit() else None


def _numbered(town: Town, row: Row, role: str, names):
    argument, number = names.pop("@")
    values = {**row.values, argument: f"'{number}"}
    changed = Row(row.method, row.endpoint, values, row.query, row.form)
    return ask(town, changed, role, names=names, forms=FORMS)


WORDS = ("%00", "..%2f..%2fetc%2fpasswd", "%f0%9f%92%a9", "x" * 3000, "%c3%28", "%0d%0aX-Evil:1",
         "'%20OR%201=1--", "%7B%7B7*7%7D%7D", "-1", "1e400", "NaN", "%ef%bc%91", "9" * 40)  # fmt: skip


def test_strange_words_in_addresses_and_questions_never_break_anything(town):
    names, broken = named(town.world, town.engine), []
    for row in (one for one in each_route("GET") if one.endpoint not in STREAMS):
        role = admitted(row) or ""
        browser, path = town.client(ROLES[role]), path_of(town, row, names).partition("?")[0]
        for word in WORDS:
            asked = "&".join(f"{name}={word}" for name in QUESTIONS)
            answer = browser.get(f"{path}?{asked}")
            if answer.status_code >= 500 or "X-Evil" in answer.headers:
                broken.append((row.name, word, answer.status_code))
            answer.close()
        answer = browser.get(f"{path}{WORDS[1]}/{WORDS[0]}")
        if answer.status_code >= 500:
            broken.append((row.name, "path", answer.status_code))
    assert not broken, lines(broken)


QUESTIONS = ("q", "after", "tab", "version", "cluster", "kind", "sort", "lang", "page", "user",
             "action", "code", "sha256", "listing", "amount", "filed", "numbers", "shown")  # fmt: skip


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "BREW"])
def test_every_method_is_answered_without_failing_or_changing_anything(town, method):
    names, wrong, before = named(town.world, town.engine), [], town.rows(but=QUIET)
    for row in (one for one in each_route("GET", "POST") if one.endpoint not in STREAMS):
        browser = town.client(ROLES[admitted(row) or ""])
        answer = browser.open(path_of(town, row, names), method=method)
        if answer.status_code >= 500 or (
            method not in ("HEAD", "OPTIONS") and answer.status_code not in (400, 403, 404, 405)
        ):
            wrong.append((row.name, answer.status_code))
        if method == "HEAD" and answer.get_data():
            wrong.append((row.name, "a body"))
        answer.close()
    assert not wrong, lines(wrong)
    assert town.rows(but=QUIET) == before


@pytest.mark.threat("T22")
@pytest.mark.parametrize("token", ["", " ", "null", "undefined", "None", "0", "mk_", "mkt_null"])
def test_a_token_that_is_none_opens_nothing(town, token):
    path = f"/api/v1/auctions/{town.ids['live']}/bids"
    for header in (f"Bearer {token}", f"bearer {token}", f"Basic {token}", token):
        for browser in (town.client(None), town.client("bob")):
            answer = browser.post(
                path,
                json={"maximum_minor": 190_000_000, "confirmed": True},
                headers={"Authorization": header, "Idempotency-Key": "t22"},
            )
            assert answer.status_code == 401, header


@pytest.mark.threat("T22")
def test_bobs_token_bids_for_bob_and_opens_nothing_else(town):
    token, live = town.ids["token_text"], town.ids["live"]
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "t22-ok"}
    body = {"maximum_minor": 200_000_000, "confirmed": True}
    nobody = town.client(None)
    answer = nobody.post(f"/api/v1/auctions/{live}/bids", json=body, headers=headers)
    assert answer.status_code == 200
    assert answer.get_json()["accepted"] is True
    for path in ("/identity/account", "/desk", "/trade/auctions/mine", "/identity/tokens"):
        assert nobody.get(path, headers=headers).status_code == 303, path
    for query in (f"token={token}", f"access_token={token}", f"api_key={token}"):
        answer = nobody.post(f"/api/v1/auctions/{live}/bids?{query}", json=body,
                             headers={"Idempotency-Key": "t22-q"})  # fmt: skip
        assert answer.status_code == 401, query
    assert token not in json.dumps(town.rows(), default=str, ensure_ascii=False)
