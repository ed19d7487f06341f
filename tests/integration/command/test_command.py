"""The ``marketplace`` command from outside: answers on standard output, errors in one line."""

from __future__ import annotations

import csv
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TOTALS = {"read": 0, "created": 0, "updated": 0, "unchanged": 0, "rejected": 0}


class Shell:
    """An empty instance and the command."""

    def __init__(self, home: Path, template: Path) -> None:
        home.mkdir(mode=0o700)
        (home / "market.db").write_bytes(template.read_bytes())
        self.home = home
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.env = {**kept, "MARKET_HOME": str(home), "PYTHONPATH": str(ROOT)}

    def command(self, *words: object) -> list[str]:
        return [sys.executable, "-m", "marketplace.cli", *map(str, words)]

    def run(self, *words: object, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words), env={**self.env, **env}, cwd=self.home, capture_output=True,
            text=True, timeout=120, check=False,
        )  # fmt: skip

    def start(self, *words: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*words), env=self.env, cwd=self.home, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip


@pytest.fixture
def shell(tmp_path, sqlite_template):
    return Shell(tmp_path / "home", sqlite_template)


def rows_file(path: Path, count: int, *bad: dict) -> Path:
    rows = [{"name": f"成果 {n}", "context": "正文", "id": f"K{n}"} for n in range(count)]
    lines = [json.dumps(row, ensure_ascii=False) for row in (*rows, *bad)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_every_command_explains_itself(shell):
    for words in ("", "serve", "worker", "db", "db upgrade", "db check", "demo", "import", "fee",
                  "stats", "check", "verify", "search", "search rebuild", "user", "user create",
                  "user password", "user reset-second-factor", "user list"):  # fmt: skip
        done = shell.run(*words.split(), "--help")
        assert (done.returncode, done.stderr) == (0, ""), words
        assert done.stdout.startswith("Usage: ")
    assert shell.run("sell").returncode == 2


def test_an_import_prints_its_totals_and_leaves_the_refused_rows_beside_the_file(shell, tmp_path):
    path = rows_file(tmp_path / "rows.jsonl", 3, {"name": "", "context": "正文"}, {"trl": "15"})
    command = ("import", "achievements", path, "--source", "样本", "--publish", "--json")
    dry = shell.run(*command, "--dry-run")
    assert json.loads(dry.stdout) == {**TOTALS, "read": 5, "created": 3, "rejected": 2}
    assert shell.run(*command).stdout == dry.stdout
    again = shell.run(*command)
    assert json.loads(again.stdout) == {**TOTALS, "read": 5, "unchanged": 3, "rejected": 2}
    with (tmp_path / "rows.jsonl.rejected.csv").open(encoding="utf-8-sig") as file:
        refused = [(row["line"], row["field"], row["reason"]) for row in csv.DictReader(file)]
    assert refused == [
        ("4", "title", "missing"),
        ("5", "title", "missing"), ("5", "text", "missing"), ("5", "trl", "not_a_level"),
    ]  # fmt: skip
    counts = json.loads(shell.run("stats", "--json").stdout)
    assert counts["listings"] == {"achievement": {"published": 3}}
    assert {"outbox", "index", "demands", "auctions"} <= set(counts)


def test_a_report_that_cannot_be_written_stops_before_anything_is_stored(shell, tmp_path):
    path = rows_file(tmp_path / "rows.jsonl", 1, {"name": ""})
    done = shell.run(
        "import", "achievements", path, "--source", "s", "--report", "/nowhere/at/all.csv"
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "/nowhere/at/all.csv" in done.stderr
    assert json.loads(shell.run("stats", "--json").stdout)["listings"] == {}


def test_an_import_that_was_killed_goes_on_where_it_stopped(shell, tmp_path):
    path = rows_file(tmp_path / "rows.jsonl", 4_000)
    command = ("import", "achievements", path, "--source", "样本", "--publish")
    running = shell.start(*command)
    told = ""
    while "500 rows read" not in told:
        told += running.stderr.read(1)
    running.kill()
    running.communicate()
    resumed = shell.run(*command)
    assert "went on behind row" in resumed.stdout
    assert "read 4000  created 4000" in resumed.stdout
    assert json.loads(shell.run(*command, "--json").stdout)["unchanged"] == 4_000


@pytest.mark.parametrize(
    ("words", "env", "status", "told"),
    [
        (("import", "achievements", "{bad}", "--source", "s"), {}, 1, "None of the columns"),
        (("import", "achievements", "{bad}"), {}, 2, "--source"),
        (("import", "pictures", "{bad}", "--source", "s"), {}, 2, "pictures"),
        (("import", "achievements", "gone.csv", "--source", "s"), {}, 2, "gone.csv"),
        (("import", "ipc", "{bad}", "{bad}"), {}, 1, "code, level, title"),
        (("user", "create", "a@b", "--name", "A", "--password", "x"), {}, 1, "mail address"),
        (("fee", "--kind", "I"), {}, 2, "--filed"),
        (("stats",), {"MARKET_DATABASE_URL": "nonsense"}, 1, "MARKET_DATABASE_URL"),
        (("stats",), {"MARKET_HOME": "/proc/none"}, 1, "/proc/none"),
        (("stats",), {"MARKET_THREADS": "many"}, 1, "MARKET_THREADS"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_wrong_word_is_told_in_one_line(shell, tmp_path, words, env, status, told):
    (tmp_path / "bad.csv").write_text("foo,bar\n1,2\n", encoding="utf-8")
    done = shell.run(*(word.format(bad=tmp_path / "bad.csv") for word in words), **env)
    assert (done.returncode, done.stdout) == (status, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_the_fee_prints_the_seven_fields_and_a_batch_one_line_each(shell, tmp_path):
    case = {"kind": "I", "filed": "2018-05-12", "granted": "2021-03-02", "paid": 8,
            "reduction": "85", "today": "2026-07-27"}  # fmt: skip
    told = {"state": "grace 3", "next_year": 9, "due": "2026-05-12", "fee": 300,
            "surcharge": 200, "restoration": 0, "total": 500}  # fmt: skip
    words = [word for name, value in case.items() for word in (f"--{name}", value)]
    assert json.loads(shell.run("fee", *words, "--json").stdout) == told
    (tmp_path / "cases.jsonl").write_text(json.dumps(case) + "\n{broken\n", encoding="utf-8")
    batch = shell.run("fee", "--batch", tmp_path / "cases.jsonl")
    assert batch.returncode == 1
    first, second = map(json.loads, batch.stdout.splitlines())
    assert (first, second["error"], second["line"]) == (told, "bad_json", 2)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.slow
def test_the_market_is_served_until_term_and_a_port_belongs_to_one(shell):
    port = free_port()
    site = shell.start("serve", "--port", port, "--workers", 2)
    try:
        assert site.stdout.readline().strip().endswith(f"answers at http://127.0.0.1:{port}")
        for path in ("healthz", "readyz"):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=10) as answer:
                assert answer.status == 200
        second = shell.run("serve", "--port", port)
        assert (second.returncode, second.stdout) == (1, "")
        assert str(port) in second.stderr
    finally:
        children = _children(site.pid)
        began = time.monotonic()
        site.send_signal(signal.SIGTERM)
        out, err = site.communicate(timeout=30)
    assert (site.returncode, out) == (0, ""), err
    assert "Traceback" not in err
    assert time.monotonic() - began < 25
    assert len(children) >= 4
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]


def test_production_does_not_start_in_an_unsafe_state(shell):
    done = shell.run(
        "serve", "--port", free_port(), MARKET_MODE="production",
        MARKET_BASE_URL="http://market.example",
    )  # fmt: skip
    assert done.returncode == 1
    assert "base_url: MARKET_BASE_URL must begin with https://" in done.stderr
    assert done.stdout == "", "it never answered"


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            child = int(stat.parent.name)
            found += [child, *_children(child)]
    return found
