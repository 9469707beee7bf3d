"""Page tokens: opaque to callers, refused when they are not ours or belong to another list."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence
from typing import Any

from ..errors import InvalidInput
from . import documents


def write_token(scope: Sequence[Any], last: Sequence[int | str | bytes]) -> str:
    """Return a token for the page after `last` in the list that `scope` names."""
    parts = [{"b": part.hex()} if isinstance(part, bytes) else part for part in last]
    body = documents.dumps([_digest(scope), parts]).encode()
    return base64.urlsafe_b64encode(zlib.crc32(body).to_bytes(4, "big") + body).decode()


def read_token(scope: Sequence[Any], token: str | None) -> tuple[Any, ...] | None:
    """Return the last item of the page before, or None for the first page. Raises InvalidInput."""
    if not token:
        return None
    try:
        data = base64.urlsafe_b64decode(token)
    except (ValueError, binascii.Error):
        data = b""
    if len(data) < 5 or zlib.crc32(data[4:]).to_bytes(4, "big") != data[:4]:
        raise InvalidInput("The page token is not one of this catalog's; begin the list anew.")
    digest, parts = documents.loads(data[4:])
    if digest != _digest(scope):
        raise InvalidInput("The page token belongs to another list; begin this list anew.")
    return tuple(part if isinstance(part, (int, str)) else bytes.fromhex(part["b"]) for part in parts)


def _digest(scope: Sequence[Any]) -> int:
    return zlib.crc32(documents.dumps(scope).encode())
