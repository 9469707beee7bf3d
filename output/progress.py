"""One line on a terminal that tells how far a crawl is, and is gone when it ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

from ..crawler.report import Progress
from .words import count, size

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
INTERVAL = 0.1  # seconds between two drawings; a crawl reports far more often
ERASE = "\r\x1b[K"


class ProgressLine:
    """Draw a crawl's progress; call it with each Progress, and `clear` at the end."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._drawn_at = -INTERVAL
        self._frame = 0

    def __call__(self, progress: Progress) -> None:
        """Draw, unless that was just done."""
        now = self._clock()
        if now - self._drawn_at < INTERVAL:
            return
        self._drawn_at = now
        self._frame = (self._frame + 1) % len(FRAMES)
        self._write(f"{ERASE}{FRAMES[self._frame]} {words(progress)}")

    def clear(self) -> None:
        """Wipe the line."""
        self._write(ERASE)

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def words(progress: Progress) -> str:
    """Return `classifying: 1,204 objects listed, 980 classified, 3 tables found`."""
    parts = [f"{count(progress.listed, 'object')} listed"]
    parts += [f"{progress.classified:,} classified"] if progress.classified else []
    parts += [f"{size(progress.confirmed)} confirmed"] if progress.confirmed else []
    parts += [f"{count(progress.tables, 'table')} found"] if progress.tables else []
    parts += [f"{progress.verified:,} verified"] if progress.verified else []
    return f"{progress.stage}: {', '.join(parts)}"
