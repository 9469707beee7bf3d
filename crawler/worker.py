"""The worker process: chunks and pieces in on standard input, results out on standard output."""

from __future__ import annotations

import os
import sys
from typing import Any

from .objects import Chunk, classify_chunk
from .pieces import Piece
from .reading import read_piece
from .workers import receive, send


def main() -> None:
    """Serve until the parent closes the pipe."""
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not run into the frames
    try:
        setup: Any = receive(sys.stdin.buffer)
        store, options = setup
        while True:
            task = receive(sys.stdin.buffer)
            if isinstance(task, Piece):
                send(results, read_piece(store, task))
                continue
            assert isinstance(task, Chunk)
            send(results, classify_chunk(store, task, options))
    except (EOFError, BrokenPipeError):
        return


if __name__ == "__main__":
    main()
