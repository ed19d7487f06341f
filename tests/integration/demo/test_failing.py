"""A demo that fails half-way says so, and what to do."""

from __future__ import annotations

import pytest

from marketplace.demo import load


def test_a_failure_half_way_names_the_folder_to_remove(ctx, monkeypatch):
    def fail(*_what):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(load, "play", fail)
    monkeypatch.setattr(load, "drawings", lambda: iter(()))
    with pytest.raises(load.DemoRefused) as told:
        load.load(ctx)
    assert "the disk is full" in str(told.value)
    assert str(ctx.settings.home) in str(told.value)
    assert not (ctx.settings.home / "demo-accounts.json").exists()


def test_an_empty_market_is_empty(ctx):
    assert load.is_empty(ctx)
    told: list[str] = []
    load.tell_accounts(ctx.settings, told.append)
    assert "not filled by the demo" in told[-1]
