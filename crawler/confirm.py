"""`--confirm`: whole objects streamed with what their samples proposed, so that the data have the last word.

An object's summary is replaced by that of all its values; all that follows (grouping, merging, types) is as if
everything had been in the sample. A long file is read in pieces by several processes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ..classifiers.custom.csv import CsvClassifier
from ..classifiers.inference.continued import continued, moved
from ..classifiers.inference.summary import TypeSummary
from ..classifiers.sample import Dialect, Format
from ..storage.store import Store
from .objects import Chunk, ChunkItem, ChunkResult, ClassifyOptions
from .pieces import BLOCK, SEEN, Odd, Piece, Streamed
from .reading import divisible, read_piece, streamable
from .signatures import Signature, columns_of, rules_for
from .workers import Died, Process

PIECE = 64 << 20
_WORTH_PROCESSES = 32 << 20  # bytes that are read in this process before others are started
_AHEAD = 8  # chunks that are read at once
_SECONDS = 120.0  # for a piece, and more for
_SLOWEST = 500_000  # bytes a second; a compressed object may be
_EXPANDED = 20  # times as long
_KEPT = 20_000  # objects that folders of several kinds find again
_REFUTATIONS = 4  # of how a text is written, before the last word stands


@dataclass(slots=True)
class Confirmer:
    """Confirms the objects of one target."""

    store: Store
    options: ClassifyOptions
    workers: int
    on_bytes: Callable[[int], None]
    piece: int = PIECE  # bytes of a file that one process reads at once
    block: int = BLOCK  # bytes that are summarised at once
    kinds: dict[str, Signature] = field(default_factory=dict)  # of the objects that were confirmed, by key
    _threads: ThreadPoolExecutor = field(init=False)
    _read_here: int = 0
    _idle: deque[Process] = field(default_factory=deque)
    _all: list[Process] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._threads = ThreadPoolExecutor(self.workers)

    def confirm(self, results: Iterable[tuple[Chunk, ChunkResult, bool]]) -> Iterator[tuple[Chunk, ChunkResult]]:
        """Yield each chunk with its confirmed result, in order; what is known to be confirmed (True) stays as it is."""
        flying: deque[tuple[Chunk, ChunkResult, list[_Reading]]] = deque()
        try:
            for chunk, result, known in results:
                flying.append((chunk, result, [] if known else self._begin(chunk, result)))
                if len(flying) >= _AHEAD:
                    yield self._finished(*flying.popleft())
            while flying:
                yield self._finished(*flying.popleft())
        finally:
            self._threads.shutdown(wait=False, cancel_futures=True)
            while self._all:
                self._all.pop().close()

    def _begin(self, chunk: Chunk, result: ChunkResult) -> list[_Reading]:
        begun: list[_Reading] = []
        for place, (item, outcome) in enumerate(zip(chunk.items, result.outcomes, strict=True)):
            signature = result.signatures[outcome.signature] if outcome.signature >= 0 else None
            if signature is None or not streamable(signature.format) or (item.size <= SEEN and signature.format.codec == "none"):
                continue
            pieces = self._pieces(item, signature, signature.format)
            begun.append(_Reading(place, item, signature, pieces, [self._submit(piece, item.size) for piece in pieces]))
        return begun

    def _pieces(self, item: ChunkItem, signature: Signature, form: Format) -> list[Piece]:
        given, spaces_are_text = self._said(item, signature)
        as_glue = self.options.inference == "glue"
        whole = Piece(item.key, form, signature.schema, as_glue=as_glue, given=given, spaces_are_text=spaces_are_text, block=self.block)
        if item.size <= self.piece or not divisible(form):
            return [whole]
        bounds = [*range(0, item.size, self.piece), item.size]
        return [replace(whole, start=start, end=end if end < item.size else -1, exact=not start) for start, end in pairwise(bounds)]

    def _said(self, item: ChunkItem, signature: Signature) -> tuple[bool, bool]:
        """Say whether a custom classifier said how the text is written, and whether to it spaces are part of a value."""
        name = max(signature.tried, key=lambda verdict: verdict.certainty).classifier
        for one in self.options.chain_at(self.store.root + item.key):
            classifier = getattr(one, "classifier", one)  # a pinned one holds another
            if one.name == name and isinstance(classifier, CsvClassifier):
                return True, classifier.disable_value_trimming
        return False, False

    # --- who reads

    def _submit(self, piece: Piece, whole: int) -> Future[Streamed]:
        size = _size(piece, whole)
        self._read_here += size
        if self.workers > 1 and self._read_here > _WORTH_PROCESSES:
            return self._threads.submit(self._read_there, piece, size)
        future: Future[Streamed] = Future()
        future.set_result(read_piece(self.store, piece))
        return future

    def _read_there(self, piece: Piece, size: int) -> Streamed:
        process = self._process()
        times = _EXPANDED if piece.form.codec != "none" else 1
        try:
            found = process.run(piece, _SECONDS + times * size / _SLOWEST)
        except Died:
            process.close()
            return Streamed(problem="reading all of it crashed, or took too long")
        self._idle.append(process)
        assert isinstance(found, Streamed)
        return found

    def _process(self) -> Process:
        with suppress(IndexError):
            return self._idle.pop()
        process = Process(self.store, self.options)
        self._all.append(process)
        return process

    # --- what it comes to

    def _finished(self, chunk: Chunk, result: ChunkResult, readings: Sequence[_Reading]) -> tuple[Chunk, ChunkResult]:
        signatures, outcomes = list(result.signatures), list(result.outcomes)
        for reading in readings:
            found, form = self._whole(reading)
            outcome = outcomes[reading.place]
            told = [outcome.problem] if outcome.problem else []
            if found.problem:
                told.append(f"could not be confirmed, its sample stands: {found.problem}")
                outcome = replace(outcome, unfinished=True)
            else:
                signatures[outcome.signature] = self._confirmed(reading.signature, form, found)
                outcome = replace(outcome, records=found.records)
                told += list(_oddities(found, form))
            outcomes[reading.place] = replace(outcome, problem="; ".join(told))
        for outcome, item in zip(outcomes, chunk.items, strict=True):
            if outcome.signature >= 0 and len(self.kinds) < _KEPT:
                self.kinds[item.key] = signatures[outcome.signature]
        return chunk, replace(result, signatures=tuple(signatures), outcomes=tuple(outcomes))

    def _whole(self, reading: _Reading) -> tuple[Streamed, Format]:
        """Join an object's pieces; where the data refute how its text is written, read it again."""
        form = reading.signature.format
        found = self._joined(reading.item, reading.pieces, reading.futures)
        first = found.refuted
        for _ in range(_REFUTATIONS):
            if not found.refuted.count or found.dialect is None:
                break
            form = replace(form, dialect=found.dialect)
            pieces = self._pieces(reading.item, reading.signature, form)
            found = self._joined(reading.item, pieces, [self._submit(piece, reading.item.size) for piece in pieces])
        if found.dialect is not None:
            form = replace(form, dialect=found.dialect)
        return replace(found, refuted=first), form

    def _joined(self, item: ChunkItem, pieces: Sequence[Piece], futures: Sequence[Future[Streamed]]) -> Streamed:
        """Put the pieces of an object together; one that does not begin where the one before it stopped is read again from there."""
        whole = futures[0].result()
        self.on_bytes(_size(pieces[0], item.size))
        for piece, future in zip(pieces[1:], futures[1:], strict=True):
            if whole.problem or whole.refuted.count:
                break
            found = future.result()
            self.on_bytes(_size(piece, item.size))
            if 0 <= piece.end <= whole.stop:
                continue  # it lies within one record
            if found.start != whole.stop:
                found = read_piece(self.store, replace(piece, start=whole.stop, exact=True))
            whole = _behind(whole, found)
        for future in futures:
            future.cancel()  # those behind a problem
        return whole

    def _confirmed(self, signature: Signature, form: Format, found: Streamed) -> Signature:
        schema = _with_declared(signature.schema, found.schema)
        return replace(
            signature,
            format=form,
            schema=schema,
            columns=columns_of(schema, rules_for(form, self.options.inference)),
            sampled=signature.schema,
        )


@dataclass(frozen=True, slots=True)
class _Reading:
    """An object that is being read."""

    place: int  # in its chunk
    item: ChunkItem
    signature: Signature
    pieces: list[Piece]
    futures: list[Future[Streamed]]


def _size(piece: Piece, whole: int) -> int:
    return (piece.end if piece.end >= 0 else whole) - piece.start


def _behind(whole: Streamed, found: Streamed) -> Streamed:
    lines = whole.lines
    return Streamed(
        continued(whole.schema, moved(found.schema, lines)),
        whole.records + found.records,
        whole.start,
        found.stop,
        lines + found.lines,
        whole.ragged + found.ragged.behind(lines),
        whole.unclosed + found.unclosed.behind(lines),
        whole.bad + found.bad.behind(lines),
        found.dialect,
        found.refuted.behind(lines),
        found.problem,
    )


def _with_declared(sampled: TypeSummary, found: TypeSummary) -> TypeSummary:
    """Return the schema that was found, with those columns whose types a classifier has declared."""
    declared = {
        name: member
        for name, member in sampled.members.items()
        if member.type.kinds and all(not seen.line for seen in member.type.kinds.values())
    }
    return replace(found, members={**found.members, **declared}) if declared else found


def _oddities(found: Streamed, form: Format) -> Iterator[str]:
    of_text = " of the decompressed text" if form.codec != "none" else ""

    def at(odd: Odd) -> str:
        return f"line {odd.line}" + (f" (byte {odd.byte}{of_text})" if odd.byte >= 0 else "")

    if found.refuted.count:
        yield f"{at(found.refuted)} {found.refuted.what}, which its sample did not show"
    if found.ragged.count:
        dialect = form.dialect or Dialect(",")
        yield (
            f"{_rows(found.ragged.count)} other than {dialect.columns} columns, the first at {at(found.ragged)} with {found.ragged.what}: "
            "missing cells are null, further ones are not read"
        )
    if found.unclosed.count:
        yield f"{at(found.unclosed)} opens a quote that is not closed: its line is taken by itself"
    if found.bad.count:
        others = f", and {found.bad.count - 1} more" if found.bad.count > 1 else ""
        yield f"{at(found.bad)} cannot be read{others}: {found.bad.what}"


def _rows(count: int) -> str:
    return f"{count} rows have" if count > 1 else "1 row has"
