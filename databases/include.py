"""Glue's include path: which databases, schemas and tables of a server are meant. [doc]"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..errors import InvalidInput
from .engines import Engine

ANY = "%"


@dataclass(frozen=True, slots=True)
class Include:
    """A path such as `shop/public/%`; below the database, % stands for any text. Capitals matter."""

    engine: Engine
    parts: tuple[str, ...]  # one a level; what was not given is %

    @property
    def database(self) -> str | None:
        """The database; None for all that the user may see."""
        return self.parts[0] if self.parts[0] != ANY else None

    def matches(self, path: Sequence[str]) -> bool:
        """Say whether a relation's path is meant."""
        return all(like(pattern, name) for pattern, name in zip(self.parts, path, strict=True))

    def below(self, path: Sequence[str]) -> str:
        """Return what of a relation's path lies below the fixed part of this one: that is what exclude globs match. [doc]"""
        fixed = next((place for place, part in enumerate(self.parts) if ANY in part), len(self.parts) - 1)
        return "/".join(path[fixed:])


def include(engine: Engine, text: str) -> Include:
    """Read an include path, without its leading slash. Raises InvalidInput where it names more levels than there are."""
    return include_parts(engine, [part for part in text.split("/") if part])


def include_parts(engine: Engine, given: Sequence[str]) -> Include:
    """Return an include path of its names. Raises InvalidInput where there are more than the engine has levels."""
    if len(given) > len(engine.levels):
        raise InvalidInput(f"An include path of {engine.title} is {'/'.join(engine.levels)}, not {'/'.join(given)!r}.")
    if given and ANY in given[0] and given[0] != ANY:
        raise InvalidInput(f"% cannot stand in the name of a database, as in {given[0]!r}: name it in full, or leave the path out for all.")
    return Include(engine, (*given, *[ANY] * (len(engine.levels) - len(given))))


def like(pattern: str, name: str) -> bool:
    """Say whether a name fits a pattern in which only % is special."""
    return _compiled(pattern).fullmatch(name) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split(ANY))), re.DOTALL)


def sql_like(pattern: str) -> str:
    """Return a pattern for SQL's LIKE with `!` as its escape character, in which _ is no wildcard."""
    return re.sub(r"([!_])", r"!\1", pattern)
