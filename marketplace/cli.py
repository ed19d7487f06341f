"""The ``marketplace`` command: everything an operator does from a shell."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy.exc import ArgumentError, OperationalError

from marketplace.kernel.errors import MarketError
from marketplace.kernel.settings import Settings

if TYPE_CHECKING:
    from marketplace.kernel.context import Context


class Market(click.Group):
    """A group whose expected failures are one clear line and exit status 1."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command; a MarketError becomes its sentence, its code and its facts."""
        try:
            return super().invoke(context)
        except MarketError as error:
            told = _sentence(error)
        except (ArgumentError, OperationalError) as error:
            told = f"The database cannot be used (MARKET_DATABASE_URL): {error.args[0].strip()}"
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            told = f"{error.strerror or error}: {error.filename or 'MARKET_HOME'}"
        click.echo(f"marketplace: {told}", err=True)
        raise click.exceptions.Exit(1)


def _sentence(error: MarketError) -> str:
    """What the site would say; its words are loaded only when something failed."""
    from importlib import import_module

    from marketplace.app import FUNCTIONS
    from marketplace.web import messages

    for function in FUNCTIONS:
        import_module(f"marketplace.{function}.blueprint")
    if error.code not in messages.TEXTS:
        return str(error)
    return f"{messages.text_of(error.code, error.facts)} [{error}]"


@click.group(cls=Market, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="technology-market")
def main() -> None:
    """Run and look after a technology market. Settings are MARKET_… environment variables;
    MARKET_HOME is the folder that holds one whole instance (default: ./market-home).
    """
    from marketplace.kernel import logs

    logs.install(json_lines=False)  # standard output belongs to the answer


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Serve the site and run its worker in the foreground; TERM stops both cleanly."""
    import os

    from marketplace.instance import ready_context
    from marketplace.serving import Address, serve

    _refuse_taken(host, port)
    address = Address(host, port, workers)
    os.environ.setdefault("MARKET_BASE_URL", address.url.replace("//0.0.0.0", "//127.0.0.1"))
    ctx = ready_context()
    _refuse_unsafe(ctx)
    ctx.engine.dispose()
    sys.exit(serve(ctx.settings, address))


def _refuse_unsafe(ctx: Context) -> None:
    """Production never starts in a state that ``marketplace check`` refuses."""
    from marketplace.startup import findings

    if not ctx.settings.is_production:
        return
    blocked = [one for one in findings(ctx) if one.severity == "block"]
    if blocked:
        told = "\n".join(f"{one.code}: {one.text}" for one in blocked)
        raise click.ClickException(f"this instance must not run like this\n{told}")


def _refuse_taken(host: str, port: int) -> None:
    """Whoever answers there already would be taken for this market."""
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise click.ClickException(f"{host} port {port} cannot be used: {error}") from error


@main.command()
def worker() -> None:
    """Run one background worker (deliveries, sweeps, index) in the foreground."""
    from marketplace.worker import run

    run(Settings.from_env())


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), help="default: MARKET_LIVE_PORT, or 8001")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
def live(host: str, port: int | None, workers: int) -> None:
    """Serve the auctions' event streams to thousands of watchers; a proxy sends them here."""
    from marketplace.instance import make_context
    from marketplace.serving import Address, become, live_command

    ctx = make_context(Settings.from_env())
    port = port or ctx.settings.live_port or 8001
    _refuse_taken(host, port)
    _refuse_unsafe(ctx)
    ctx.engine.dispose()
    become(live_command(ctx.settings, Address(host, port, workers)))


@main.group()
def db() -> None:
    """The database schema."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the newest schema."""
    from marketplace.instance import ready_context

    ready_context()
    click.echo("The database is at the newest schema.")


@db.command("check")
def db_check() -> None:
    """Compare the models with the database; exit status 1 when they differ."""
    from marketplace.instance import ready_context
    from marketplace.kernel import migrate
    from marketplace.tables import metadata

    found = migrate.differences(ready_context().engine, metadata)
    for difference in found:
        click.echo(difference)
    click.echo(f"{len(found)} differences")
    sys.exit(1 if found else 0)


@db.command("draft", hidden=True)
@click.argument("what")
def db_draft(what: str) -> None:
    """Write a new migration from the differences (for developers)."""
    from marketplace.instance import ready_context
    from marketplace.kernel import assets, migrate

    migrate.draft(ready_context().engine, assets.migrations(), what)


@main.command()
@click.option("--kind", type=click.Choice(["I", "U", "D"]))
@click.option("--filed", help="filing date, YYYY-MM-DD")
@click.option("--granted", help="grant date")
@click.option("--paid", type=int, help="last patent year paid")
@click.option("--reduction", type=click.Choice(["85", "70", "open"]))
@click.option("--today", help="the day to look from (default: today)")
@click.option("--json", "as_json", is_flag=True, help="print one JSON object")
@click.option("--batch", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def fee(batch: Path | None, as_json: bool, **case: Any) -> None:
    """The yearly fee of a patent: what is owed, until when, and in which state it stands."""
    from marketplace.kernel.clock import utc_now
    from rules import fee_cli
    from rules.days import local_date

    today = local_date(utc_now())
    if batch is not None:
        with batch.open(encoding="utf-8") as lines:
            results = list(fee_cli.run_batch(lines, today=today))
        for result in results:
            click.echo(json.dumps(result, ensure_ascii=False))
        sys.exit(1 if any("error" in result for result in results) else 0)
    if not case["kind"] or not case["filed"]:
        raise click.UsageError("give --kind and --filed, or --batch FILE")
    try:
        given = {key: value for key, value in case.items() if value is not None}
        result = fee_cli.run_one(given, today=today)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
    else:
        for key, value in result.items():
            click.echo(f"{key:12} {'-' if value is None else value}")


def _load_more() -> None:
    from marketplace import cli_data, cli_people

    cli_data.install(main)
    cli_people.install(main)


_load_more()

if __name__ == "__main__":
    main()
