"""Classifying chunks in processes of our own, in order, whatever the objects do to them.

Not `multiprocessing`: its children import the caller's main module, so a plain script that calls
`gluepot.crawl` would have to guard it. And a parser that crashes or hangs on a hostile object takes
its process with it: here the chunk is then tried again object by object, and only the culprit is lost.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import BinaryIO

from ..storage.store import Store
from .objects import Chunk, ChunkResult, ClassifyOptions, Outcome, classify_chunk
from .pieces import Piece

# Below this many chunks the processes would cost more than they save.
_WORTH_PROCESSES = 6
_WINDOW = 4  # chunks in flight for each process
_CHUNK_SECONDS = 120.0
_OBJECT_SECONDS = 20.0


# Ctrl-C reaches the whole group, also while a child still imports: the parent decides.
_SCRIPT = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.path[:] = {path!r}; from {package}.worker import main; main()"
)

Recall = Callable[[Chunk], ChunkResult | None]


def classify_chunks(
    store: Store, chunks: Iterator[Chunk], options: ClassifyOptions, workers: int, recall: Recall
) -> Iterator[tuple[Chunk, ChunkResult]]:
    """Yield each chunk with its result, in order; in this process where there are only a few. What is recalled is not read again."""
    first = list(islice(chunks, _WORTH_PROCESSES))
    if len(first) < _WORTH_PROCESSES or workers == 1:
        for chunk in chain(first, chunks):
            yield chunk, recall(chunk) or classify_chunk(store, chunk, options)
        return
    pool = _Pool(store, options, workers, recall)
    try:
        yield from pool.run(chain(first, chunks))
    finally:
        pool.close()


class Died(Exception):
    """A worker process ended or was stopped in the middle of a chunk."""


class Process:
    """One worker process and the pipe to it."""

    def __init__(self, store: Store, options: ClassifyOptions) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SCRIPT.format(path=sys.path, package=__package__)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to: BinaryIO = self._process.stdin  # type: ignore[assignment]  # IO[bytes] is what Popen declares
        self._from: BinaryIO = self._process.stdout  # type: ignore[assignment]  # likewise
        with suppress(BrokenPipeError):  # dead already: run() finds out
            send(self._to, (store, options))

    def run(self, task: Chunk | Piece, seconds: float) -> object:
        """Have a chunk classified, or a piece read. Raises Died where the process crashes or takes too long."""
        timer = threading.Timer(seconds, self._process.kill)
        timer.start()
        try:
            send(self._to, task)
            result = receive(self._from)
        except (BrokenPipeError, EOFError) as error:
            raise Died from error
        finally:
            timer.cancel()
        return result

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._to, self._from):
            try:
                pipe.close()
            except BrokenPipeError:
                pass


@dataclass(slots=True)
class _Pool:
    """A thread a process: threads wait, processes work."""

    store: Store
    options: ClassifyOptions
    workers: int
    recall: Recall
    _local: threading.local = field(default_factory=threading.local)
    _all: list[Process] = field(default_factory=list)

    def run(self, chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, ChunkResult]]:
        """Yield results in the order of the chunks, with a bounded number of them in flight."""
        flying: deque[tuple[Chunk, Future[ChunkResult]]] = deque()
        with ThreadPoolExecutor(self.workers) as threads:
            try:
                for chunk in chunks:
                    known = self.recall(chunk)
                    flying.append((chunk, threads.submit(self._classify, chunk) if known is None else _done(known)))
                    if len(flying) >= self.workers * _WINDOW:
                        done, future = flying.popleft()
                        yield done, future.result()
                while flying:
                    done, future = flying.popleft()
                    yield done, future.result()
            finally:
                for _, future in flying:
                    future.cancel()

    def _classify(self, chunk: Chunk) -> ChunkResult:
        try:
            return self._run(chunk, _CHUNK_SECONDS)
        except Died:
            self._forget()
        return _joined(chunk, [self._classify_alone(chunk, index) for index in range(len(chunk.items))])

    def _classify_alone(self, chunk: Chunk, index: int) -> ChunkResult:
        try:
            return self._run(replace(chunk, items=(chunk.items[index],)), _OBJECT_SECONDS)
        except Died:
            self._forget()
        problem = f"classifying it crashed, or took longer than {_OBJECT_SECONDS:.0f} s; leave it out with --exclude."
        return ChunkResult(chunk.number, (), (Outcome(-1, problem=problem),))

    def _run(self, chunk: Chunk, seconds: float) -> ChunkResult:
        result = self._process().run(chunk, seconds)
        assert isinstance(result, ChunkResult)
        return result

    def _process(self) -> Process:
        process: Process | None = getattr(self._local, "process", None)
        if process is None:
            process = self._local.process = Process(self.store, self.options)
            self._all.append(process)
        return process

    def _forget(self) -> None:
        self._local.process.close()
        self._local.process = None

    def close(self) -> None:
        """End the processes."""
        for process in self._all:
            process.close()


def _done(result: ChunkResult) -> Future[ChunkResult]:
    future: Future[ChunkResult] = Future()
    future.set_result(result)
    return future


def _joined(chunk: Chunk, parts: list[ChunkResult]) -> ChunkResult:
    signatures = [signature for part in parts for signature in part.signatures]
    outcomes: list[Outcome] = []
    offset = 0
    for part in parts:
        outcomes.extend(
            replace(outcome, signature=outcome.signature + offset if outcome.signature >= 0 else -1) for outcome in part.outcomes
        )
        offset += len(part.signatures)
    return ChunkResult(chunk.number, tuple(signatures), tuple(outcomes))


def send(pipe: BinaryIO, value: object) -> None:
    """Write one value as a frame."""
    data = pickle.dumps(value, protocol=5)
    pipe.write(len(data).to_bytes(8, "little") + data)
    pipe.flush()


def receive(pipe: BinaryIO) -> object:
    """Read one value. Raises EOFError where the other side is gone."""
    size = pipe.read(8)
    if len(size) < 8:
        raise EOFError
    data = pipe.read(int.from_bytes(size, "little"))
    return pickle.loads(data)  # noqa: S301 - from our own child, over a private pipe
