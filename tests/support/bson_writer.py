"""BSON as a test writes it: the element types that have a Python value, and any other by its bytes."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple


class Raw(NamedTuple):
    """An element of any type."""

    kind: int
    data: bytes


class Long(int):
    """A number of 64 bits."""


def document(members: Mapping[str, Any]) -> bytes:
    body = b"".join(_element(name, value) for name, value in members.items())
    return struct.pack("<i", len(body) + 5) + body + b"\0"


def text(value: str) -> bytes:
    data = value.encode() + b"\0"
    return struct.pack("<i", len(data)) + data


def _element(name: str, value: Any) -> bytes:
    kind, data = _written(value)
    return bytes((kind,)) + name.encode() + b"\0" + data


def _written(value: Any) -> tuple[int, bytes]:
    match value:
        case Raw():
            return value
        case None:
            return 0x0A, b""
        case bool():
            return 0x08, bytes((value,))
        case Long():
            return 0x12, struct.pack("<q", value)
        case int():
            return 0x10, struct.pack("<i", value)
        case float():
            return 0x01, struct.pack("<d", value)
        case str():
            return 0x02, text(value)
        case bytes():
            return 0x05, struct.pack("<iB", len(value), 0) + value
        case datetime():
            return 0x09, struct.pack("<q", round((value - datetime(1970, 1, 1)).total_seconds() * 1000))
        case list():
            items: list[Any] = value
            return 0x04, document({str(place): item for place, item in enumerate(items)})
        case _:
            return 0x03, document(value)
