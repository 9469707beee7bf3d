"""Bytes that once broke a parser, found by scripts/fuzz.py: each is refused with a reason now."""

from __future__ import annotations

import pytest

from gluepot.classifiers.chain import classify
from gluepot.classifiers.sample import Sample


def parquet(footer: bytes) -> bytes:
    return b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1"


@pytest.mark.parametrize(
    ("about", "head"),
    [
        ("a truth where Parquet's schema has a name", parquet(b"\x15\x02\x19\x1c\x41\x00")),
    ],
)
def test_bytes_that_broke_a_parser_are_refused(about: str, head: bytes) -> None:
    found = classify(Sample("data", len(head), head))

    assert not found.known, about
    assert all(verdict.reason for verdict in found.tried)
