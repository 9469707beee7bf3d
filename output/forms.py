"""The forms that data are shown in."""

from __future__ import annotations

from typing import TextIO

from .interface import Output


def open_output(form: str | None, stream: TextIO, base: str) -> Output:
    """Return the output of that form; by default a table on a terminal, TSV elsewhere. `base` shortens local paths."""
    form = form or ("table" if stream.isatty() else "tsv")
    if form == "json":
        from .json import JsonOutput

        return JsonOutput(stream)
    if form == "tsv":
        from .tsv import TsvOutput

        return TsvOutput(stream)
    from .terminal import TerminalOutput

    return TerminalOutput(stream, base)
