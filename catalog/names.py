"""Names and limits as Glue checks them."""

from __future__ import annotations

import unicodedata

from ..errors import InvalidInput


def fold(name: str) -> str:
    """Return a database's, table's or column's name as Glue keeps it: in lower case."""
    return name.lower()


def checked_name(name: str, what: str) -> str:
    """Return the folded name. Raises InvalidInput unless it has 1 to 255 characters, none of them control characters but tab."""
    if not 1 <= len(name) <= 255:
        raise InvalidInput(f"The {what}'s name {name!r} must have 1 to 255 characters.")
    if not name.isprintable() and any(character != "\t" and unicodedata.category(character) in ("Cc", "Cs") for character in name):
        raise InvalidInput(f"The {what}'s name {name!r} holds a control character.")
    return fold(name)


def checked_limit(limit: int) -> int:
    """Return the size of a page. Raises InvalidInput unless it is positive."""
    if limit < 1:
        raise InvalidInput(f"A page of {limit} items cannot be; ask for 1 or more.")
    return limit
