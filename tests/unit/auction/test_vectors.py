"""The published examples, and the command that runs such files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from auction import vectors
from tests.shared_data import shared
from tests.unit.auction.lots import HOUR, LADDER, START

TERMS = {
    "start": START,
    "ladder": [list(pair) for pair in LADDER],
    "opens_ms": 0,
    "ends_ms": HOUR,
    "reserve": None,
    "window_ms": 300_000,
    "extend_ms": 300_000,
    "hard_end_ms": None,
}


def a_file(tmp_path, *steps):
    path = tmp_path / "vectors.json"
    example = {"name": "one", "terms": TERMS, "eligible": ["A"], "steps": list(steps)}
    path.write_text(json.dumps({"examples": [example]}))
    return str(path)


def a_bid(bidder, maximum, **more):
    return {"command": {"kind": "bid", "bidder": bidder, "max": maximum, "key": "k"}, **more}


def test_every_published_example_comes_out_as_printed(capsys):
    assert vectors.main([str(shared("vectors/english_auction.json"))]) == 0
    assert capsys.readouterr().out == "20 examples: 75 of 75 steps as expected\n"


@pytest.mark.parametrize(
    ("name", "steps"), [("sealed", "15 examples: 87"), ("dutch", "12 examples: 57")]
)
def test_the_examples_of_sealed_and_dutch_lots_come_out_as_written(name, steps, capsys):
    path = Path(__file__).parent / "vectors" / f"{name}_auction.json"
    assert vectors.main([str(path)]) == 0
    steps = f"{steps} of {steps.split()[-1]} steps as expected\n"
    assert capsys.readouterr().out == steps


def test_a_step_that_comes_out_otherwise_is_named_and_fails_the_run(tmp_path, capsys):
    step = a_bid("A", 20_000, at_ms=1, expect={"price": 11_000, "leader": "A"})
    assert vectors.main([a_file(tmp_path, step)]) == 1
    failed, total = capsys.readouterr().out.splitlines()
    assert failed == "FAILED one, step 1: price expected 11000, found 10000"
    assert total == "1 examples: 0 of 1 steps as expected"


def test_a_step_without_expectation_is_shown_as_json(tmp_path, capsys):
    assert vectors.main([a_file(tmp_path, a_bid("B", 20_000, at_ms=1))]) == 0
    line = json.loads(capsys.readouterr().out.splitlines()[0])
    assert line == {
        "example": "one",
        "step": 1,
        "leader": None,
        "price": None,
        "outcome": ["not_eligible"],
        "ends_ms": HOUR,
        "replayed": False,
    }


def test_what_is_not_a_vectors_file_is_said_to_be_none(tmp_path, capsys):
    path = tmp_path / "other.json"
    path.write_text('{"bids": []}')
    assert vectors.main([str(path)]) == 2
    assert "not a vectors file" in capsys.readouterr().err
