"""JSON text as the catalog stores it: compact, members in their order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from ..errors import InvalidInput
from .model import to_epoch


def dumps(document: Any) -> str:
    """Return compact JSON. Raises InvalidInput for what JSON in UTF-8 cannot hold."""
    try:
        return orjson.dumps(document, _plain, orjson.OPT_PASSTHROUGH_DATETIME).decode()
    except TypeError as error:
        raise InvalidInput(f"The definition cannot be stored as JSON: {error}.") from error


def loads(text: str | bytes) -> Any:
    """Read JSON that `dumps` wrote."""
    return orjson.loads(text)


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return to_epoch(value)
    if isinstance(value, Mapping):
        return dict(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - any mapping
    raise TypeError(f"{type(value).__name__} is not JSON")
