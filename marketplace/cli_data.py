"""``marketplace import``, ``stats``, ``check``, ``verify``, ``search``, ``demo``."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from marketplace.imports.commands import Report, Totals

IMPORT_KINDS = ("achievements", "demands", "patents", "ipc")


@click.command("import")
@click.argument("kind", type=click.Choice(IMPORT_KINDS))
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--source", default="", help="the name of the source, shown on every record")
@click.option("--dry-run", is_flag=True, help="check everything, keep nothing")
@click.option("--publish", is_flag=True, help="show new records at once")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="where the refused rows go"
)
@click.option("--json", "as_json", is_flag=True)
def import_(
    kind: str, files: tuple[Path, ...], source: str, report: Path | None, **flags: bool
) -> None:
    """Bring in records from FILE (JSONL, CSV or XLSX, also .gz), or the IPC: ipc ZH.csv EN.csv.

    Prints {read, created, updated, unchanged, rejected}. The same file again changes nothing;
    an interrupted import goes on where it stopped. Exit status 0 also when rows were refused:
    they stand with line, field and reason in the report beside the file.
    """
    from marketplace.instance import ready_context

    if kind == "ipc":
        _import_ipc(files, as_json=flags["as_json"])
        return
    if len(files) != 1:
        raise click.UsageError("give one FILE")
    if not source.strip():
        raise click.UsageError("--source NAME is needed: it is shown on every record")
    from marketplace.imports import report as reports

    ctx = ready_context()
    where = reports.place(report, files[0], ctx.settings.home)
    done = _run(ctx, kind, files[0], source, flags)
    if done.rejected:
        reports.write(where, done.rejected)
    _tell(done, where, as_json=flags["as_json"])


def _run(ctx: Any, kind: str, path: Path, source: str, flags: dict[str, bool]) -> Report:
    from marketplace.imports.commands import RunImport, run
    from marketplace.imports.kinds import Target

    target = Target(source.strip(), flags["publish"])
    command = RunImport(kind, path, target, flags["dry_run"])
    return run(ctx, command, None if flags["as_json"] else _progress)


def _progress(totals: Totals) -> None:
    click.echo(f"\r{totals.read} rows read, {totals.rejected} refused", nl=False, err=True)


def _tell(done: Report, where: Path, *, as_json: bool) -> None:
    totals = asdict(done.totals)
    if as_json:
        click.echo(json.dumps(totals))
        return
    click.echo("", err=True)
    click.echo("  ".join(f"{name} {count}" for name, count in totals.items()))
    if done.resumed_from:
        click.echo(f"went on behind row {done.resumed_from} of an interrupted import")
    if done.rejected:
        click.echo(f"refused rows: {where}")


def _import_ipc(files: tuple[Path, ...], *, as_json: bool) -> None:
    from marketplace.imports import ipc
    from marketplace.instance import ready_context

    if len(files) != 2:
        raise click.UsageError("give ZH.csv and EN.csv")
    totals = ipc.load(ready_context(), zh=files[0], en=files[1])
    click.echo(json.dumps(totals) if as_json else "  ".join(f"{k} {v}" for k, v in totals.items()))


@click.command()
@click.option("--json", "as_json", is_flag=True)
def stats(as_json: bool) -> None:
    """Counts per kind and state, what waits in the outbox, how far the index is."""
    from marketplace.admin import figures
    from marketplace.instance import ready_context

    ctx = ready_context()
    with ctx.reading() as db:
        values = figures.as_json(figures.dashboard(db, ctx.settings, ctx.clock()))
    click.echo(json.dumps(values, ensure_ascii=False, indent=None if as_json else 2))


@click.command()
def check() -> None:
    """Look at the instance's settings and installation; exit status 1 when something is unsafe."""
    from marketplace.instance import ready_context
    from marketplace.startup import findings

    found = findings(ready_context())
    for finding in found:
        click.echo(f"{finding.severity:5} {finding.code}: {finding.text}")
    blocked = any(finding.severity == "block" for finding in found)
    click.echo("This instance must not run like this." if blocked else "This instance may run.")
    sys.exit(1 if blocked else 0)


@click.command()
def verify() -> None:
    """Check the invariants of the data; exit status 1 naming the rows that break one."""
    from marketplace.instance import ready_context
    from marketplace.invariants import broken

    started, count = time.monotonic(), 0
    for line in broken(ready_context()):
        count += 1
        click.echo(f"{line.invariant} {line.thing}: {line.what}")
    seconds = time.monotonic() - started
    click.echo(f"{count} broken, {seconds:.1f} s")
    sys.exit(1 if count else 0)


@click.group("search")
def search_() -> None:
    """The search index."""


@search_.command("rebuild")
def search_rebuild() -> None:
    """Make the whole index new from the database and swap it in."""
    from marketplace.catalogue import indexing
    from marketplace.instance import ready_context

    started = time.monotonic()
    count = indexing.rebuild(ready_context())
    click.echo(f"{count} records indexed in {time.monotonic() - started:.1f} s")


@click.command()
@click.option("--if-empty", is_flag=True, help="do nothing when the market has accounts already")
@click.option("--json", "as_json", is_flag=True)
def demo(if_empty: bool, as_json: bool) -> None:
    """Fill an empty instance with the demo market and write demo-accounts.json."""
    from marketplace.demo import load
    from marketplace.instance import ready_context

    ctx = ready_context()
    if if_empty and not load.is_empty(ctx):
        load.tell_accounts(ctx.settings, click.echo)
        return
    totals = load.load(ctx, None if as_json else lambda text: click.echo(text, err=True))
    if as_json:
        click.echo(json.dumps(totals))
    else:
        load.tell_accounts(ctx.settings, click.echo)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def docs(folder: Path) -> None:
    """Write the API's description and the table of thresholds into FOLDER."""
    from marketplace.app import create_app
    from marketplace.instance import ready_context
    from marketplace.kernel.options import OPTIONS

    ctx = ready_context()
    client = create_app(ctx.settings, ctx=ctx).test_client()
    folder.mkdir(parents=True, exist_ok=True)
    answer = client.get("/api/v1/openapi.json", base_url=ctx.settings.base_url)
    description = json.dumps(answer.get_json(), indent=1, ensure_ascii=False, sort_keys=True)
    (folder / "openapi.json").write_text(description + "\n", encoding="utf-8")
    lines = ["| threshold | default | from | to | unit | rule |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {one.key} | {one.default} | {one.low} | {one.high} | {one.unit} | {one.rule} |"
        for one in OPTIONS.values()
    ]
    (folder / "thresholds.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    click.echo(f"written: {folder}/openapi.json, {folder}/thresholds.md")


def install(main: click.Group) -> None:
    """Add the commands."""
    for command in (import_, stats, check, verify, search_, demo, docs):
        main.add_command(command)
