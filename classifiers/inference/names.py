"""Column names that the catalog can hold."""

from __future__ import annotations

from collections.abc import Sequence

MAX_NAME = 255  # Glue's limit


def column_name(name: str, position: int) -> str:
    """Return a source's name as the catalog's: lower case, control characters as `_`, cut to length; `colN` for none.

    [seen] Glue folds to lower case and keeps spaces and other letters; headerless columns count from col0.
    """
    folded = name.strip().lower()
    if not folded.isprintable():
        folded = "".join(character if character.isprintable() else "_" for character in folded)
    return folded[:MAX_NAME] or f"col{position}"


def is_plain(name: str) -> bool:
    """Say whether a name only needs folding."""
    return name.isprintable() and bool(name) and name == name.strip() and len(name) <= MAX_NAME


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the catalog's names of a file's columns; of those that fold to one name the later ones are numbered from 2."""
    folded = [column_name(name, position) for position, name in enumerate(names)]
    if len(set(folded)) == len(folded):
        return tuple(folded)
    used = set(folded)
    given: dict[str, None] = {}
    for name in folded:
        number = 2
        chosen = name
        while chosen in given or (chosen in used and chosen != name):
            chosen = f"{name}_{number}"
            number += 1
        given[chosen] = None
    return tuple(given)
