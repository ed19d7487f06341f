"""What must hold before a market may run for real: each unsafe thing alone keeps it from starting."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from marketplace import startup
from marketplace.kernel.actor import StaffRole
from marketplace.kernel.db import make_engine
from marketplace.kernel.settings import DEMO_BANK_ACCOUNT, Secrets, Settings
from tests.integration.identity.acting import person

COMMAND = Path(sys.executable).parent / "marketplace"


@pytest.fixture
def real(ctx, settings, monkeypatch):
    """A production instance with nothing to object to."""
    monkeypatch.delenv("FLASK_DEBUG", raising=False)
    settings.home.chmod(0o700)
    (settings.home / "secrets.json").write_text("{}")
    (settings.home / "secrets.json").chmod(0o600)
    safe = replace(
        settings,
        mode="production",
        base_url="https://market.example.org",
        mail_url="smtp://mail.example.org",
        mail_from="market@example.org",
        bank_account="33011111222233334444",
    )
    return replace(ctx, settings=safe)


def blocking(ctx, **changes) -> set[str]:
    changed = replace(ctx, settings=replace(ctx.settings, **changes))
    return {one.code for one in startup.findings(changed) if one.severity == "block"}


def test_a_safe_instance_may_run(real):
    assert startup.findings(real) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"base_url": "http://market.example.org"}, "base_url"),
        ({"mode": "prod"}, "mode"),
        ({"mail_url": "folder"}, "mail"),
        ({"mail_from": "market@demo.example"}, "mail_from"),
        ({"bank_account": DEMO_BANK_ACCOUNT}, "bank_account"),
    ],
)
def test_an_unsafe_setting_keeps_it_from_starting(real, changes, code):
    assert code in blocking(real, **changes)


LIVE = {"stripe_secret_key": "sk_live_0123456789", "stripe_webhook_secrets": ("whsec_1",)}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"stripe_secret_key": "sk_test_0123456789"}, "stripe_key"),
        ({"stripe_secret_key": "pk_live_0123456789"}, "stripe_key"),
        ({"stripe_secret_key": "changeme"}, "stripe_key"),
        ({"stripe_secret_key": ""}, "stripe"),
        ({"stripe_webhook_secrets": ()}, "stripe_webhook"),
        ({"stripe_api_base": "http://127.0.0.1:1"}, "stripe_api"),
        ({"stripe_methods": ("card", "cash")}, "stripe_methods"),
    ],
)
def test_half_a_setting_of_stripe_or_a_test_key_keeps_it_from_starting(real, changes, code):
    assert blocking(real, **LIVE) == set()
    assert blocking(real, **{**LIVE, **changes}) == {code}


@pytest.mark.parametrize("mode", ["demo", "test"])
def test_a_live_key_is_refused_outside_production(real, mode):
    assert "stripe_key" in blocking(real, **LIVE, mode=mode)
    assert not replace(real.settings, **LIVE, mode=mode).takes_stripe
    assert replace(real.settings, **LIVE).takes_stripe


def test_keys_come_from_the_environment_and_are_never_shown(tmp_path):
    env = {
        "MARKET_HOME": str(tmp_path),
        "MARKET_STRIPE_SECRET_KEY": "sk_test_0123456789",
        "MARKET_STRIPE_WEBHOOK_SECRETS": "whsec_1, whsec_2",
    }
    found = Settings.from_env(env)
    assert found.stripe_webhook_secrets == ("whsec_1", "whsec_2")
    assert found.stripe_methods == ("card", "alipay", "wechat_pay")
    assert found.takes_stripe
    assert "sk_test" not in repr(found)
    assert "whsec" not in repr(found)
    assert not Settings.from_env({"MARKET_HOME": str(tmp_path)}).takes_stripe


@pytest.mark.parametrize("name", Secrets.__slots__)
@pytest.mark.parametrize(
    "key", ["", "short", "changeme" * 6, "secret-secret-secret-secret", "x" * 64]
)
def test_a_secret_that_somebody_typed_keeps_it_from_starting(real, name, key):
    secrets = replace(real.settings.secrets, **{name: key})
    assert blocking(real, secrets=secrets) == {"secrets"}


def test_one_key_for_two_purposes_keeps_it_from_starting(real):
    key = real.settings.secrets.session_key
    secrets = replace(real.settings.secrets, totp_key=key)
    assert blocking(real, secrets=secrets) == {"secrets"}


def test_secrets_made_here_pass(real):
    for _ in range(200):
        assert blocking(real, secrets=Secrets.fresh()) == set()


@pytest.mark.parametrize(("value", "found"), [("1", {"debug"}), ("true", {"debug"}), ("0", set())])
def test_debugging_keeps_it_from_starting(real, monkeypatch, value, found):
    monkeypatch.setenv("FLASK_DEBUG", value)
    assert blocking(real) == found


def test_an_sqlite_that_can_corrupt_keeps_it_from_starting(real, monkeypatch):
    if real.engine.dialect.name == "sqlite":
        monkeypatch.setattr(startup, "sqlite_version", lambda: (3, 51, 2))
        assert blocking(real) == {"sqlite"}


def test_a_database_that_may_forget_an_answered_commit_keeps_it_from_starting(real):
    weak = {"sqlite": "PRAGMA synchronous=NORMAL", "postgresql": "SET synchronous_commit TO off"}
    forgetful = make_engine(real.settings.database_url)

    @event.listens_for(forgetful, "connect")
    def weaken(connection, _record):
        connection.execute(weak[forgetful.dialect.name])
        connection.commit()

    assert blocking(replace(real, engine=forgetful)) == {"synchronous"}
    forgetful.dispose()


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o701])
def test_a_folder_that_others_may_read_keeps_it_from_starting(real, mode):
    real.settings.home.chmod(mode)
    assert blocking(real) == {"permissions"}
    real.settings.home.chmod(0o700)
    (real.settings.home / "secrets.json").chmod(0o640)
    assert blocking(real) == {"permissions"}


@pytest.mark.parametrize(
    "role", [StaffRole.TREASURER, StaffRole.AUCTIONEER, StaffRole.ADMINISTRATOR]
)
def test_an_office_without_second_factor_keeps_it_from_starting(real, role):
    person(real, "Somebody", role)
    assert blocking(real) == {"second_factor"}


def test_the_demos_accounts_keep_it_from_starting(real):
    (real.settings.home / "demo-accounts.json").write_text("[]")
    assert blocking(real) == {"demo"}


@pytest.mark.fault("F6")
def test_every_connection_waits_for_the_disk(ctx):
    if ctx.engine.dialect.name == "sqlite":
        asked, safe = "PRAGMA synchronous", 2
    else:
        asked, safe = "SHOW synchronous_commit", "on"
    held = [ctx.engine.connect() for _ in range(8)]
    assert [one.exec_driver_sql(asked).scalar() for one in held] == [safe] * 8
    for one in held:
        one.close()
    with ctx.transaction() as tx:
        assert tx.db.connection().exec_driver_sql(asked).scalar() == safe


# -- the command --------------------------------------------------------------------------------


def marketplace(home: Path, *words: str, **env: str):
    plain = {key: value for key, value in os.environ.items() if not key.startswith("MARKET_")}
    return subprocess.run(
        [COMMAND, *words],
        env={**plain, "MARKET_HOME": str(home), **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_the_command_refuses_a_bare_production_instance_and_lets_a_demo_run(tmp_path):
    home = tmp_path / "home"
    demo = marketplace(home, "check")
    assert (demo.returncode, "may run" in demo.stdout) == (0, True)
    bare = marketplace(home, "check", MARKET_MODE="production")
    assert bare.returncode == 1
    assert "block base_url" in bare.stdout
    assert "must not run" in bare.stdout


@pytest.mark.fault("F23")
@pytest.mark.parametrize("damage", ["header", "pages", "cut"])
def test_a_damaged_database_file_is_found_at_the_start_and_not_written_to(tmp_path, damage):
    home = tmp_path / "home"
    assert marketplace(home, "db", "upgrade").returncode == 0
    file = home / "market.db"
    content = bytearray(file.read_bytes())
    if damage == "header":
        content[:100] = b"\0" * 100
    elif damage == "pages":
        for place in range(4096, len(content), 3 * 4096):
            content[place : place + 64] = b"\xff" * 64
    else:
        del content[len(content) // 2 :]
    file.write_bytes(content)
    for words in (("check",), ("serve", "--port", str(free_port())), ("db", "upgrade")):
        refused = marketplace(home, *words)
        assert refused.returncode == 1, (words, refused.stdout, refused.stderr)
        assert "damaged" in refused.stderr + refused.stdout
        assert "Traceback" not in refused.stderr
    assert file.read_bytes() == content
