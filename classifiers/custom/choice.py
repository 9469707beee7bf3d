"""Which custom classifiers are tried, in which order: by name, from a settings file, a catalog, or a file of Glue's JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from ...catalog.definitions import ClassifierDefinition
from ...errors import ConfigError, EntityNotFound, InvalidInput
from ..sample import Classifier
from .kinds import from_api, from_definition

Lookup = Callable[[str], ClassifierDefinition]


def choose(names: Sequence[str] | None, defined: Mapping[str, Classifier], lookup: Lookup) -> tuple[Classifier, ...]:
    """Return the classifiers of these names in this order; where nobody chose (None), all that the settings file defines.

    A name is one that the settings file defines, else one of the catalog's, which `lookup` returns or raises EntityNotFound; a name
    that ends in .json is a file. Raises ConfigError naming each that cannot be had.
    """
    if names is None:
        return tuple(defined.values())
    chosen: list[Classifier] = []
    mistakes: list[str] = []
    for name in names:
        try:
            if name in defined:
                chosen.append(defined[name])
            elif name.lower().endswith(".json"):
                chosen.extend(_from_file(name))
            else:
                chosen.append(from_definition(lookup(name)))
        except EntityNotFound:
            known = f"; the settings define {', '.join(defined)}" if defined else ""
            mistakes.append(f"--classifier: there is no classifier {name!r}, neither in the settings nor in the catalog{known}.")
        except InvalidInput as error:
            mistakes.append(f"--classifier {name}: {error}")
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    return tuple(chosen)


def _from_file(name: str) -> list[Classifier]:
    """Read what `aws glue get-classifier` or `get-classifiers` prints. Raises InvalidInput."""
    try:
        found: Any = json.loads(Path(name).expanduser().read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidInput(f"cannot be read: {(error.strerror if isinstance(error, OSError) else None) or error}.") from None
    if not isinstance(found, dict):
        raise InvalidInput("must hold an object: what `aws glue get-classifier` prints.")
    document = cast("dict[str, Any]", found)
    return [from_api(one) for one in document.get("Classifiers", [document])]
