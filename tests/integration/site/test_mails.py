"""Mails that left the market tell their reader nothing that is another's."""

from __future__ import annotations

import email
import email.policy

import pytest

from tests.integration.site.secrets import private_to, spellings
from tests.integration.site.town import lines
from tests.world import BOB_MAXIMUM, HOUSES, RESERVE


@pytest.mark.threat("T9")
@pytest.mark.threat("T10")
def test_a_mail_holds_nothing_that_is_not_its_readers(town):
    leaks, count = [], 0
    for path in (town.world.ctx.settings.home / "mail").glob("*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        reader = next(name for name, own in town.papers.items() if own.email in str(mail["To"]))
        text = " ".join(part.get_content() for part in mail.walk() if not part.is_multipart())
        count += 1
        for secret in (*private_to(town, reader), *spellings(RESERVE), *_amounts(reader)):
            if secret in text:
                leaks.append((str(mail["Subject"]), reader, secret))
        for rival in {"bob", "carol"} - {reader}:
            if town.ids["live"] and f"/auctions/{town.ids['live']}" in text:
                assert HOUSES[rival][0] not in text, (str(mail["Subject"]), reader)
    assert count, "no mail was sent"
    assert not leaks, lines(leaks)


def _amounts(reader: str) -> tuple[str, ...]:
    return () if reader == "bob" else spellings(BOB_MAXIMUM)
