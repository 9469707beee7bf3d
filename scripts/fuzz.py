"""Throw bytes at the classifiers until one raises, hangs or takes too much: `scripts/fuzz.py SEEDS [libFuzzer's options]`.

Needs atheris, which is in no dependency group: `uv run --with atheris scripts/fuzz.py folder-of-small-files -max_total_time=3600`.
What it finds is kept as a case in tests/classifiers/test_hostile_bytes.py.
"""

from __future__ import annotations

import contextlib
import sys
from importlib import import_module
from typing import Any

atheris: Any = import_module("atheris")

with atheris.instrument_imports(include=["gluepot"]):
    from gluepot.classifiers.chain import classify
    from gluepot.classifiers.sample import Sample
    from gluepot.crawler.signatures import columns_of
    from gluepot.errors import GluepotError


def once(data: bytes) -> None:
    """Classify the bytes as a whole object, and as the cut beginning and end of a longer one."""
    for sample in (
        Sample("data", len(data), data),
        Sample("data.csv", len(data) + 1000, data, tail=data[-64:], whole=False),
    ):
        with contextlib.suppress(GluepotError):
            found = classify(sample)
            columns_of(found.schema, "accurate")
            columns_of(found.schema, "glue")


if __name__ == "__main__":
    atheris.Setup([sys.argv[0], "-timeout=10", "-rss_limit_mb=3000", "-max_len=20000", *sys.argv[1:]], once)
    atheris.Fuzz()
