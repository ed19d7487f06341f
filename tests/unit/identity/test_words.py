"""The tables of words name everything that can occur."""

from __future__ import annotations

import re
from pathlib import Path

from marketplace.identity import refusals, words
from marketplace.identity.organisations.commands import FLAGS
from marketplace.identity.organisations.states import Kind, State
from marketplace.identity.organisations.verification import DOCUMENT_KINDS
from marketplace.identity.people.consents import PURPOSES
from marketplace.identity.tokens.scopes import SCOPES
from marketplace.kernel.actor import MemberRole, StaffRole
from marketplace.web.messages import TEXTS

ROOM = Path(refusals.__file__).parent


def test_every_value_has_its_word():
    assert set(words.KINDS) == set(Kind)
    assert set(words.STATES) >= set(State)
    assert set(words.MEMBER_ROLES) == set(MemberRole)
    assert set(words.STAFF_ROLES) == set(StaffRole)
    assert set(words.PURPOSES) == set(PURPOSES)
    assert set(words.SCOPES) == set(SCOPES)
    assert set(words.FLAGS) == set(FLAGS)
    assert set(words.PAPERS) == set(DOCUMENT_KINDS)


def test_every_refusal_has_its_sentence():
    source = "\n".join(path.read_text() for path in ROOM.rglob("*.py"))
    codes = set(re.findall(r'"(identity\.[a-z_]+)"', source))
    events = {code for code in codes if re.search(rf'name: ClassVar\[str\] = "{code}"', source)}
    endpoints = set(re.findall(r'url_for\(\s*"(identity\.[a-z_.]+)"', source))
    places = {"identity.account", "identity.security_page", "identity.check_mailbox",
              "identity.start", "identity.tokens", "identity.verifications_due",
              "identity.forget_attempts", "identity.registration_lost_race"}  # fmt: skip
    assert codes - events - endpoints - places - TEXTS.keys() == set()
