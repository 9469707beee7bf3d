"""From bytes to text: encodings, lines, and the cut at a sample's end."""

from __future__ import annotations

import codecs

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Bytes that no text holds (tab, line feed, form feed, carriage return and Hive's own separators are text).
_BINARY = bytes(set(range(32)) - {0x01, 0x02, 0x03, 0x09, 0x0A, 0x0C, 0x0D, 0x1A, 0x1B}) + b"\x7f"


def encoding_of(head: bytes) -> str | None:
    """Return the encoding of a text's beginning, or None for bytes that are no text.

    Told by the byte order mark, else UTF-16 by its zero bytes, else UTF-8 if it is valid, else
    Windows-1252, which holds all of Latin-1's printable characters: statistical guessers name
    Eastern code pages for plain French (measured).
    """
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    zeros = head[:4096].count(0)
    if zeros:
        return _utf16_of(head[:4096], zeros)
    if head[:4096].translate(None, _BINARY) != head[:4096]:
        return None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252" if _mostly_letters(head[:4096]) else None
    return "utf-8"


def _utf16_of(head: bytes, zeros: int) -> str | None:
    """Text in Latin letters has its zero bytes all on one side."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if zeros < 0.35 * len(head) or min(even, odd) > 0.05 * max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _mostly_letters(head: bytes) -> bool:
    high = sum(byte > 0x7F for byte in head)
    return high <= 0.5 * len(head)


def decode(head: bytes, encoding: str) -> str:
    """Decode a sample's bytes with every line end as a line feed; a character cut at the end is dropped, a bad one replaced."""
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def whole_lines(text: str, *, whole: bool) -> str:
    """Drop the last line where the sample may have cut it."""
    if whole:
        return text
    return text[: text.rfind("\n") + 1] or text
