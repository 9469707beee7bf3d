"""Column names that the catalog can hold."""

from __future__ import annotations

MAX_NAME = 255  # Glue's limit


def column_name(name: str, position: int) -> str:
    """Return a source's name as the catalog's: lower case, control characters as `_`, cut to length; `colN` for none.

    [seen] Glue folds to lower case and keeps spaces and other letters; headerless columns count from col0.
    """
    folded = name.strip().lower()
    if not folded.isprintable():
        folded = "".join(character if character.isprintable() else "_" for character in folded)
    return folded[:MAX_NAME] or f"col{position}"
