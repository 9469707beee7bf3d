"""The `crawl` command: targets to crawl, or one of its verbs.

Data go to stdout, progress and notices to stderr. Exit codes: 0 done, 1 failed, 2 usage, 3 done but
something is wrong, 130 interrupted, 141 the reader of a pipe went away.

`crawl --help` must answer at once: whatever is not click is imported by the verb that uses it.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import __version__, config
from .commands.connections import connections
from .commands.verb import INTERRUPTED, WRONG, Run, reader_gone, tell_error, verb
from .errors import EntityNotFound

if TYPE_CHECKING:
    from .catalog.definitions import ClassifierDefinition
    from .catalog.interface import Catalog
    from .catalog.model import Table
    from .catalog.pins import Pin
    from .crawler.report import CrawlReport
    from .scan.layout import OnError

CRAWL = "crawl"  # the verb that need not be said


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names that are not UTF-8, terminals that are not
    try:
        code = command.main(arguments, standalone_mode=False) or 0
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        code = INTERRUPTED
    except BrokenPipeError:
        code = reader_gone()
    sys.exit(code)


# --- the command and its options ------------------------------------------------------------------------


class _CrawlContext(click.Context):
    """`crawl TARGET…` is called `crawl` in its messages, not `crawl crawl`."""

    @property
    def command_path(self) -> str:
        return self.parent.command_path if self.parent else super().command_path


class _CrawlCommand(click.Command):
    context_class = _CrawlContext


class _Command(click.Group):
    """A verb in the first place, or else targets; the help is that of crawling, with the verbs below."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("--help", "--version"):
            args = [CRAWL, *args]
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return ["[OPTIONS] TARGET..."]

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # in the order of this file, which is the order of use

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [param for param in self.commands[CRAWL].params if isinstance(param, click.Option)]
        with formatter.section("Options"):
            formatter.write_dl([record for option in [*options, *self.get_params(ctx)] if (record := option.get_help_record(ctx))])
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, command.get_short_help_str(60)) for name, command in self.commands.items() if not command.hidden]
        with formatter.section("Verbs (crawl VERB --help tells more)"):
            formatter.write_dl(rows)


@click.group(cls=_Command, no_args_is_help=True, context_settings={"help_option_names": ["--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s (gluepot)")
def command() -> None:
    """Find the tables in files, S3 and databases, and write them to a catalog.

    A TARGET is a folder, a file, s3://bucket/prefix, the URL of a database such
    as postgresql://host/shop, or a connection's name. A folder that is called
    like a verb or a connection is ./tables.
    """


# --- the verbs, in the order of use -----------------------------------------------------------------------


@command.command(CRAWL, cls=_CrawlCommand, hidden=True)
@click.argument("targets", nargs=-1, required=True, metavar="TARGET...")
@verb(*(setting.name for setting in config.SETTINGS))
def _crawl(run: Run, targets: tuple[str, ...]) -> int:
    """Find the tables in files, S3 and databases, and write them to a catalog."""
    _refuse_words(run, targets)
    code, _ = _crawl_and_report(run, targets)
    return code


command.add_command(connections)


@command.command()
@verb("catalog", "database", "output")
def tables(run: Run) -> int:
    """List the catalog's tables."""
    with run.catalog() as catalog:
        run.output().tables(_all_tables(catalog, run.config.given_database))
    return 0


@command.command()
@click.argument("name", metavar="[DATABASE.]TABLE")
@verb("catalog", "database", "output")
def show(run: Run, name: str) -> int:
    """Show one table in full."""
    with run.catalog() as catalog:
        found = _find(catalog, name, run.config.crawl.database)
        partitions = catalog.get_partitions(found.database_name or "", found.name) if found.partition_keys else ()
        run.output().table(found, partitions)
    return 0


@command.command()
@click.argument("name", metavar="[DATABASE.]TABLE[.COLUMN]")
@verb("catalog", "database", "output")
def explain(run: Run, name: str) -> int:
    """Say why a table, or a column, is as it is."""
    from .output.interface import Explained

    with run.catalog() as catalog:
        found, column = _find_column(catalog, name, run.config.crawl.database)
        evidence = catalog.get_evidence(found.database_name or "", found.name)
        if evidence is None:
            raise EntityNotFound(f"Nothing is kept about why {found.database_name}.{found.name} is as it is: gluepot did not crawl it.")
        run.output().explanation(Explained(found, evidence, column))
    return 0


@command.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@verb("classifier", "catalog", "inference", "exclude", "output", "endpoint-url", "region", "profile", "anonymous", "requester-pays")
def classify(run: Run, files: tuple[str, ...]) -> int:
    """Say what files are, and why: each classifier's verdict."""
    from .crawler.workbench import Examined, examine

    wrong = False

    def told(found: Iterable[Examined]) -> Iterable[Examined]:
        nonlocal wrong
        for one in found:
            if one.problem:
                wrong = True
                tell_error(f"{one.file}: {one.problem}")
            yield one

    settings = _with_classifiers(run).crawl
    found = examine(files, classifiers=settings.classifiers, s3=settings.s3, inference=settings.inference, exclude=settings.exclude)
    run.output().files(told(found))
    return WRONG if wrong else 0


@command.command()
@click.argument("name", required=False, metavar="[[DATABASE.]TABLE[.COLUMN]]")
@click.argument("pins", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--remove", is_flag=True, help="Remove the pins of these keys, or all of what is named.")
@verb("catalog", "database", "output")
def pin(run: Run, name: str | None, pins: tuple[str, ...], remove: bool) -> int:
    """Decide what every crawl to come must keep; or list what is decided.

    Of a column: type=…, name=…, null=…, format=…; of a table: header=present or
    absent, delimiter=…, quote=…, classifier=…, level=….
    """
    with run.catalog(write=bool(pins or remove)) as catalog:
        if remove:
            _unpin(catalog, run.config.crawl.database, name or "", [one.partition("=")[0] for one in pins])
        elif pins and name:
            _pin(run, catalog, name, pins)
        else:
            run.output().pins(one for one in catalog.get_pins() if name is None or _is_named(one, name, run.config.crawl.database))
    return 0


@command.command()
@click.argument("sql")
@click.option("--limit", type=click.IntRange(min=0), help="Show at most so many rows; 100 on a terminal, all elsewhere by default.")
@click.option(
    "--semantic", is_flag=True, help="Deliver columns as what they mean: dates, amounts, truths and moments, where a crawl found that."
)
@click.option(
    "--on-error", type=click.Choice(("raise", "null")), default="raise", help="What becomes of a value that does not fit its type."
)
@verb("catalog", "database", "output", "endpoint-url", "region", "profile", "anonymous", "requester-pays")
def query(run: Run, sql: str, limit: int | None, semantic: bool, on_error: OnError) -> int:
    """Run a SELECT over the catalog's tables."""
    from .scan.query import query as run_query

    with run.catalog() as catalog, _interrupted_at_once():
        crawl = run.config.crawl
        found = run_query(catalog, sql, database=crawl.database, s3=crawl.s3, semantic=semantic, on_error=on_error)
        run.output().rows(found, limit)
    return 0


@command.command()
@click.argument("folder", default="gluepot-demo")
@click.option("--postgres", metavar="URL", help="Put the database into a schema gluepot_demo of this PostgreSQL, not into a SQLite file.")
@verb("output")
def demo(run: Run, folder: str, postgres: str | None) -> int:
    """Write a small coffee shop's files and database, and crawl both."""
    from .demo.feedback import SCHEMA, write_postgres, write_sqlite
    from .demo.lake import next_commands, write_lake

    lake = write_lake(Path(folder))
    if postgres:
        write_postgres(postgres)
        database = f"{postgres.rstrip('/')}/{SCHEMA}/%"
    else:
        write_sqlite(Path(folder) / "crm.db")
        database = f"sqlite:///{folder}/crm.db"
    catalog = Path(folder) / "gluepot.db"
    # Whatever else is set here and now, the demo is the demo.
    settings = config.load({"catalog": str(catalog), "output": run.config.output}, environment={}, folder=lake)
    code, report = _crawl_and_report(Run(settings, run.quiet), [str(lake), database])
    if not run.quiet:
        feedback = next((one.table.name for one in report.tables if one.table.name.endswith("_feedback")), "crm_feedback")
        click.echo(next_commands(catalog, feedback), err=True)
    return code


# --- their steps ----------------------------------------------------------------------------------------


@contextlib.contextmanager
def _interrupted_at_once() -> Generator[None, None, None]:
    """Let Ctrl-C end the process: DuckDB would keep Python from hearing of it. Nothing is being written."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _crawl_and_report(run: Run, targets: Sequence[str]) -> tuple[int, CrawlReport]:
    settings = _with_classifiers(run).crawl
    from .crawler.crawl import crawl
    from .output.notices import write_errors
    from .output.progress import ProgressLine

    line = ProgressLine(sys.stderr) if sys.stderr.isatty() and not run.quiet else None
    try:
        report = crawl(targets, catalog=run.config.catalog, settings=settings, on_progress=line)
    finally:
        if line:
            line.clear()
    run.output().report(report, None if run.quiet else sys.stderr)
    if run.quiet:
        write_errors(report, sys.stderr)
    return (0 if report.ok else WRONG), report


def _with_classifiers(run: Run) -> config.Configuration:
    """Return the settings with the custom classifiers that are chosen. Raises ConfigError for one that is not known."""
    chosen, defined = run.config.classifier, run.config.classifiers
    if not chosen and not defined:
        return run.config
    from dataclasses import replace

    from .classifiers.custom.choice import choose

    def lookup(name: str) -> ClassifierDefinition:
        with run.catalog() as catalog:
            return catalog.get_classifier(name)

    return replace(run.config, crawl=replace(run.config.crawl, classifiers=choose(chosen, defined, lookup)))


def _pin(run: Run, catalog: Catalog, name: str, pins: Sequence[str]) -> None:
    """Keep some pins, all or none. Raises EntityNotFound, InvalidInput."""
    from .catalog.pins import Pin
    from .crawler.pins import find_classifier

    table, column = _find_column(catalog, name, run.config.crawl.database)
    with catalog.transaction():
        for one in pins:
            key, equals, value = one.partition("=")
            if not equals:
                raise click.UsageError(f"{one!r} is no pin: write KEY=VALUE, such as type=string.")
            if key == "classifier" and not column:
                find_classifier(value, _with_classifiers(run).crawl.classifiers, catalog)
            catalog.put_pin(Pin(table.database_name or "", table.name, column or "", key, value))
    if not run.quiet:
        click.echo(f"Pinned. The next crawl of {table.location or table.name} keeps to it.", err=True)


def _unpin(catalog: Catalog, database: str, name: str, keys: Sequence[str]) -> None:
    """Remove pins by their keys, or all of one subject. Raises EntityNotFound."""
    mine = [one for one in catalog.get_pins() if _is_named(one, name, database) and (not keys or one.key in keys)]
    if missing := set(keys) - {one.key for one in mine}:
        raise EntityNotFound(f"{name} has no pin {', '.join(sorted(missing))}.")
    if not mine:
        raise EntityNotFound(f"Nothing is pinned of {name or 'nothing'}: crawl pin lists what is.")
    with catalog.transaction():
        for one in mine:
            catalog.remove_pin(one.database, one.table, one.column, one.key)


def _is_named(one: Pin, name: str, database: str) -> bool:
    return name.lower() in (one.subject, one.subject.removeprefix(f"{database.lower()}."))


def _refuse_words(run: Run, targets: Sequence[str]) -> None:
    """Tell a mistyped verb from a folder. Raises UsageError where no target can be crawled."""
    if any(":" in target or os.path.lexists(target) for target in targets):
        return
    if os.path.exists(run.config.catalog):
        from .crawler.databases import is_connection

        with run.catalog() as catalog:
            if any(is_connection(catalog, target) for target in targets):
                return
    from difflib import get_close_matches

    verbs = [name for name in command.commands if name != CRAWL]
    near = get_close_matches(targets[0], verbs, 1)
    word = targets[-1] if targets[-1] in verbs else None
    hint = f" Did you mean: crawl {near[0]}?" if near else ""
    if word:
        hint = f" A verb comes first: crawl {word} …"
    raise click.UsageError(f"There is no such folder or command: {', '.join(map(repr, targets))}.{hint}")


def _all_tables(catalog: Catalog, database: str | None) -> Iterable[Table]:
    databases = [database] if database else [found.name for found in catalog.get_databases()]
    for name in databases:
        yield from catalog.get_tables(name)


def _find(catalog: Catalog, name: str, database: str) -> Table:
    """Return the table of `database.table` or `table`. Raises EntityNotFound with the nearest name."""
    found_database, _, table = name.rpartition(".")
    found_database = found_database or database
    try:
        return catalog.get_table(found_database, table)
    except EntityNotFound as error:
        from difflib import get_close_matches

        known = {one.name: f"{one.database_name}.{one.name}" for one in _all_tables(catalog, None)}
        near = get_close_matches(table.lower(), known, 1)
        hint = f" Did you mean {known[near[0]]}?" if near else " crawl tables lists those there are."
        raise EntityNotFound(f"There is no table {found_database}.{table}.{hint}") from error


def _find_column(catalog: Catalog, name: str, database: str) -> tuple[Table, str | None]:
    """Return the table, and the column if one was named. Raises EntityNotFound with the nearest name."""
    try:
        return _find(catalog, name, database), None
    except EntityNotFound:
        table, _, column = name.rpartition(".")
        if not table:
            raise
        try:
            found = _find(catalog, table, database)
        except EntityNotFound:
            found = None
        if found is None:
            raise
    names = [one.name for one in (*found.columns, *(found.partition_keys or ()))]
    if column.lower() not in (one.lower() for one in names):
        from difflib import get_close_matches

        near = get_close_matches(column, names, 1, 0.5)
        raise EntityNotFound(f"Table {table} has no column {column}.{f' Did you mean {near[0]}?' if near else ''}")
    return found, column
