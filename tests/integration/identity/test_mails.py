"""Every mail that identity wants can be written, in both languages, with its links."""

from __future__ import annotations

import pytest

from marketplace.web import mailing

FACTS = {
    "welcome": {"name": "Alice", "confirm_link": "http://localhost/c", "confirm_days": 2},
    "confirm": {"name": "Alice", "confirm_link": "http://localhost/c", "confirm_days": 2},
    "existing": {"name": "Alice", "reset_link": "http://localhost/r", "reset_hours": 2},
    "reset": {"name": "Alice", "reset_link": "http://localhost/r", "reset_hours": 2},
    "changed": {"name": "Alice"},
    "two_factor": {"name": "Alice", "on": True},
    "two_factor_rescue": {"name": "Alice", "email": "alice@demo.example"},
    "invitation": {
        "by": "Alice",
        "organisation": "<Bearings> Ltd",
        "invitation_link": "http://localhost/i",
        "days": 14,
    },
    "verified": {"name": "Alice", "organisation": "Bearings Ltd", "path": "/o/1"},
    "returned": {
        "name": "Alice",
        "organisation": "Bearings Ltd",
        "path": "/o/1",
        "reason": "No <seal>.\r\nBcc: mallory@evil.example",
    },
    "reverify": {
        "name": "Alice",
        "organisation": "Bearings Ltd",
        "path": "/o/1",
        "last_day": "2026-11-30",
        "paused": "",
    },
}


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize("message", list(FACTS))
def test_the_mail_has_a_subject_a_text_and_its_link(app, settings, message, locale):
    with app.test_request_context():
        letter = mailing.render(
            settings, to="alice@demo.example", message=message, locale=locale, facts=FACTS[message]
        )
    assert letter.subject.strip()
    assert "\n" not in letter.subject
    assert "%(" not in letter.subject + letter.text + letter.html
    links = [value for key, value in FACTS[message].items() if key.endswith(("link", "path"))]
    for link in links:
        assert link in letter.text
        assert f'{link}"' in letter.html
    assert "<seal>" not in letter.html
    assert "<Bearings>" not in letter.html


@pytest.mark.threat("T15")
def test_line_breaks_in_names_do_not_reach_the_subject(app, settings):
    facts = {**FACTS["verified"], "organisation": "Evil\r\nBcc: mallory@evil.example"}
    with app.test_request_context():
        letter = mailing.render(
            settings, to="a@demo.example", message="verified", locale="en", facts=facts
        )
    assert "\r" not in letter.subject
    assert "\n" not in letter.subject
