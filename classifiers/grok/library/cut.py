"""Lines that end early: syslog cuts a message at 1,024 bytes, and older versions of a program write fewer fields."""

from __future__ import annotations


def cut(*pieces: str) -> str:
    """Return a pattern of pieces one after the other, each of which may be missing with all that follow it."""
    return "".join(f"(?:{piece}" for piece in pieces) + ")?" * len(pieces)
