"""Against guessing and listing accounts: counted attempts, the same answers, the same work."""

from __future__ import annotations

import contextlib
import re
import statistics
import threading
import time

import pytest
from sqlalchemy import event, func, select

from marketplace.identity.signin import throttle
from marketplace.identity.signin.models import Attempt
from marketplace.kernel.errors import TooMany
from tests.integration.identity.acting import csrf, mails, person, post, sign_in

WHO = throttle.Who("alice@demo.example", "192.0.2.1")


@pytest.mark.threat("T14")
def test_waits_grow_and_never_last(ctx, clock):
    waits = []
    for _ in range(30):
        try:
            throttle.begin(ctx, "sign_in", WHO)
        except TooMany as error:
            waits.append(error.facts["retry_after_seconds"])
            clock.forward(seconds=error.facts["retry_after_seconds"])
    assert waits[:4] == [15, 30, 60, 120]
    assert waits == sorted(waits)
    assert max(waits) == 15 * 60
    clock.forward(hours=1, seconds=1)
    throttle.begin(ctx, "sign_in", WHO)


def test_a_right_password_starts_the_account_anew_but_not_the_address(ctx):
    for _ in range(4):
        throttle.begin(ctx, "sign_in", WHO)
    with ctx.transaction() as tx:
        throttle.succeeded(tx, "sign_in", WHO)
    with ctx.reading() as db:
        assert sorted(db.scalars(select(Attempt.count))) == [0, 3]
    throttle.begin(ctx, "sign_in", WHO)


def test_right_and_wrong_attempts_at_once_never_wait_crosswise(ctx):
    # Several accounts: some of their keys sort before the address's, some behind it.
    people = [throttle.Who(f"p{number}@x.example", "192.0.2.1") for number in range(6)]
    failures, ready = [], threading.Barrier(4)

    def try_it():
        try:
            ready.wait(30)
            for who in people * 4:
                with contextlib.suppress(TooMany):
                    throttle.begin(ctx, "sign_in", who)
                with ctx.transaction() as tx:
                    throttle.succeeded(tx, "sign_in", who)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.threat("T14")
def test_many_accounts_from_one_address_are_slowed_down_too(ctx):
    with pytest.raises(TooMany):
        for number in range(12):
            throttle.begin(ctx, "sign_in", throttle.Who(f"p{number}@x.example", "192.0.2.9"))
    throttle.begin(ctx, "sign_in", throttle.Who("p0@x.example", "192.0.2.10"))


@pytest.mark.threat("T14")
@pytest.mark.parametrize("name", ["Alice", "Nobody"])
def test_the_page_says_how_long_to_wait_for_known_and_unknown_alike(client, ctx, name):
    person(ctx, "Alice")
    answers = [sign_in(client, name, password="wrong wrong wrong") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 15
    assert f"{name.lower()}@demo.example" in answers[-1].get_data(as_text=True)
    blocked = sign_in(client, name)
    assert blocked.status_code == 429, "also the right password waits: no oracle"


def test_old_counters_are_forgotten(ctx, clock):
    throttle.begin(ctx, "sign_in", WHO)
    assert throttle.forget_old(ctx) == 0
    clock.forward(days=3)
    assert throttle.forget_old(ctx) == 2
    with ctx.reading() as db:
        assert db.scalar(select(func.count()).select_from(Attempt)) == 0


def test_counters_hold_no_addresses(ctx):
    throttle.begin(ctx, "sign_in", WHO)
    with ctx.reading() as db:
        keys = " ".join(db.scalars(select(Attempt.key)))
    assert "alice" not in keys
    assert "192" not in keys


FORMS = {
    "sign-in": {"password": "wrong wrong wrong"},
    "recover": {},
    "confirm": {},
    "register": {"name": "Somebody", "password": "a stone in the brook", "terms": "y"},
}


def _asked(client, page: str, address: str):
    """The answer with what tells addresses apart taken out."""
    answer = post(client, f"/identity/{page}", {**FORMS[page], "email": address})
    body = answer.get_data(as_text=True)
    for part in (address, address.replace("@", "%40"), csrf(client)):
        body = body.replace(part, "·")
    return answer.status_code, answer.location, body, sorted(answer.headers.keys())


@pytest.mark.threat("T14")
@pytest.mark.parametrize("page", list(FORMS))
def test_known_and_unknown_addresses_get_the_same_answer(app, ctx, page):
    person(ctx, "Alice")
    known = _asked(app.test_client(), page, "alice@demo.example")
    unknown = _asked(app.test_client(), page, "nobody@demo.example")
    assert known[:2] == unknown[:2]
    assert _plain(known[2]) == _plain(unknown[2])
    assert known[3] == unknown[3]


def _plain(body: str) -> str:
    return re.sub(
        r'(csrf[-_]token" (?:value|content)=")[^"]+|[0-9a-f]{16}|\d\d:\d\d:\d\d', "·", body
    )


@pytest.mark.threat("T14")
@pytest.mark.parametrize("page", ["sign-in", "recover"])
def test_known_and_unknown_addresses_cost_the_same_work(app, ctx, page, monkeypatch):
    person(ctx, "Alice")
    hashes = []
    context = app.extensions["security"].pwd_context
    for name in ("hash", "verify"):
        real = getattr(context, name)
        monkeypatch.setattr(
            context, name, lambda *a, real=real, **k: (hashes.append(1), real(*a, **k))[1]
        )
    _work(app, ctx, page, "first@demo.example", hashes)  # makes the counter of the address
    known = _work(app, ctx, page, "alice@demo.example", hashes)
    unknown = _work(app, ctx, page, "nobody@demo.example", hashes)
    assert known[0] == unknown[0] == 1
    # Sorted: which of the two counters is locked first depends on their digests.
    assert sorted(known[1]) == sorted(unknown[1])


def _work(app, ctx, page: str, address: str, hashes: list) -> tuple[int, list[str]]:
    """How often a password was hashed, and every statement but those of the mail itself."""
    statements = []

    def listen(*args):
        statement = args[2].split("(")[0].strip()
        statements.append(re.sub(r"savepoint_\d+", "savepoint", statement))

    client = app.test_client()
    values = {**FORMS[page], "email": address, "csrf_token": csrf(client, f"/identity/{page}")}
    hashes.clear()
    event.listen(ctx.engine, "before_cursor_execute", listen)
    client.post(f"/identity/{page}", data=values)
    event.remove(ctx.engine, "before_cursor_execute", listen)
    return len(hashes), [one for one in statements if one != "INSERT INTO kernel_outbox"]


@pytest.mark.slow
@pytest.mark.threat("T14")
def test_the_time_does_not_tell_whether_an_address_is_known(app, ctx, clock):
    person(ctx, "Alice")
    client = app.test_client()
    token = csrf(client)
    taken = {"alice@demo.example": [], "nobody@demo.example": []}
    for _ in range(200):
        for address, times in taken.items():
            clock.forward(hours=2)
            values = {"email": address, "password": "wrong wrong wrong", "csrf_token": token}
            began = time.perf_counter()
            client.post("/identity/sign-in", data=values)
            times.append(time.perf_counter() - began)
    medians = [statistics.median(times) for times in taken.values()]
    assert abs(medians[0] - medians[1]) < 0.005


@pytest.mark.threat("T14")
def test_registering_a_known_address_writes_to_its_owner(client, ctx):
    person(ctx, "Alice")
    answer = post(
        client, "/identity/register", {**FORMS["register"], "email": "alice@demo.example"}
    )
    assert answer.location.endswith("/identity/check-mailbox")
    (mail,) = mails(ctx)
    assert (mail["message"], mail["to"]) == ("existing", "alice@demo.example")
    assert mail["facts"]["reset_link"]


def test_two_registrations_at_once_make_one_account(app, ctx, monkeypatch):
    values = {**FORMS["register"], "email": "twin@demo.example"}
    # What the slower of two requests sees: the account is not there yet when it looks.
    monkeypatch.setattr(app.extensions["security"].datastore, "find_user", lambda **_k: None)
    for _ in range(2):
        answer = post(app.test_client(), "/identity/register", values)
        assert answer.status_code == 303
        assert answer.location.endswith("/identity/check-mailbox")
    assert [mail["to"] for mail in mails(ctx, "welcome")] == ["twin@demo.example"]
