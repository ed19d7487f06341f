"""New passwords: what is refused, and how they are kept."""

from __future__ import annotations

import pytest

from marketplace.identity.people import passwords


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "identity.password_short"),
        ("eleven char", "identity.password_short"),
        ("x" * 129, "identity.password_long"),
        ("passwordpassword", "identity.password_guessable"),
        ("123456789012", "identity.password_guessable"),
        ("alicealicealice", "identity.password_guessable"),
        ("aaaaaaaaaaaaaaaaaaaa", "identity.password_guessable"),
        ("a quiet river at dawn", None),
        ("轴承在春天的早晨转动得很安静", None),
    ],
)
def test_length_and_guessing_decide(password, code):
    assert passwords.refusal(password, about=["Alice", "alice@demo.example"]) == code


def test_production_hashes_cost_memory_and_tests_do_not():
    assert passwords.hashing_options("production")["argon2__memory_cost"] >= 19 * 1024
    assert passwords.hashing_options("production")["argon2__type"] == "ID"
    assert passwords.hashing_options("test")["argon2__memory_cost"] == 8


def test_one_password_on_two_keyboards_is_one_password():
    assert passwords.normal("ｐａｓｓ") == passwords.normal("pass")
