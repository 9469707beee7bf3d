"""The whole library, by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

_PARTS = ("core", "syslog", "web", "servers", "backup", "firewalls", "monitors")


@cache
def library() -> Mapping[str, str]:
    """Return every named pattern."""
    found: dict[str, str] = {}
    for part in _PARTS:
        found.update(import_module(f".{part}", __package__).PATTERNS)
    return found
