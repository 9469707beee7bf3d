"""A verb of the command: its options are settings, its failures are one line and an exit code.

`crawl --help` must answer at once: whatever is not click is imported by the verb that uses it.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from .. import config
from ..errors import ConfigError, GluepotError

if TYPE_CHECKING:
    from ..catalog.interface import Catalog
    from ..output.interface import Output

FAILED, USAGE, WRONG, INTERRUPTED, PIPE_CLOSED = 1, 2, 3, 130, 141


class Run(NamedTuple):
    """What every verb is given: the merged settings, and how much to say."""

    config: config.Configuration
    quiet: bool

    def output(self) -> Output:
        """Return where data are shown."""
        from ..output.forms import open_output

        return open_output(self.config.output, sys.stdout, str(Path.cwd()))

    def catalog(self, *, write: bool = False, create: bool = False) -> Catalog:
        """Open the catalog, for reading unless told; make it if told. Raises CatalogUnavailable, EntityNotFound."""
        from ..catalog.sqlite import open_catalog

        return open_catalog(self.config.catalog, read_only=not write, create=create)


class SettingType(click.ParamType[object]):
    """A setting's value: config checks it, so that all mistakes are told at once."""

    def __init__(self, setting: config.Setting) -> None:
        self.name = "integer" if setting.kind == "number" else "text"
        self.choices = setting.choices

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        """Show choices as click does."""
        return f"[{'|'.join(self.choices)}]" if self.choices else None

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """Offer the choices."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(choice) for choice in self.choices if choice.startswith(incomplete)]


def verb(*settings: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Give a verb a Run as first argument, made of the options for these settings."""

    def decorate(run: Callable[..., int]) -> Callable[..., int]:
        @functools.wraps(run)
        def wrapped(config_file: str | None, quiet: bool, verbose: bool, **given: Any) -> int:
            flags = {setting.name: given.pop(setting.field) for setting in chosen}
            try:
                return run(Run(config.load(flags, file=config_file), quiet), **given)
            except BrokenPipeError:
                return reader_gone()
            except (GluepotError, OSError) as error:
                return _failed(error, verbose=verbose)

        chosen = [setting for setting in config.SETTINGS if setting.name in settings]
        for option in reversed([*map(_option, chosen), *_COMMON]):
            wrapped = option(wrapped)
        return wrapped

    return decorate


def _option(setting: config.Setting) -> Callable[[Any], Any]:
    if setting.kind == "switch":
        return click.option(f"{setting.flag}/--no-{setting.name}", setting.field, default=None, help=setting.help)
    return click.option(setting.flag, setting.field, type=SettingType(setting), multiple=setting.kind == "list", help=setting.help)


_COMMON: tuple[Callable[[Any], Any], ...] = (
    click.option("--config", "config_file", metavar="FILE", help="Read settings from this gluepot.toml or pyproject.toml."),
    click.option("-q", "--quiet", is_flag=True, help="No progress and no notices, only data and errors."),
    click.option("-v", "--verbose", is_flag=True, help="Show where in the program an error arose."),
)


def reader_gone() -> int:
    """End quietly where the reader of a pipe went away."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or Python complains when it flushes stdout at exit
    return PIPE_CLOSED


def _failed(error: GluepotError | OSError, *, verbose: bool) -> int:
    if verbose:
        import traceback

        traceback.print_exception(error)
    from ..output.words import visible

    if isinstance(error, ConfigError):
        for mistake in str(error).splitlines():
            click.echo(f"Error: {visible(mistake)}", err=True)
        return USAGE
    tell_error(str(error))
    return FAILED


def tell_error(message: str) -> None:
    """Tell what failed, in one line."""
    from ..output.words import visible

    click.echo(f"Error: {visible(message.replace(chr(10), ' '))}", err=True)
