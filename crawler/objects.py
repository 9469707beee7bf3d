"""From a chunk of objects to their kinds: the unit of work that any process or engine can run.

`classify_chunk` is a function of its arguments alone: the store's bytes, the chunk, the settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..classifiers.chain import AS_GLUE, BUILT_IN, classify
from ..classifiers.declared.columns import FOOTER
from ..classifiers.declared.orc_footer import tail_size
from ..classifiers.declared.parquet import footer_size
from ..classifiers.inference.resolve import Inference
from ..classifiers.sample import UNKNOWN, Classification, Classifier, Format, Hint, Sample, Verdict
from ..classifiers.sheets.excel import MAX_FILE, Excel, may_be_workbook
from ..errors import GluepotError, ObjectNotFound, StorageError, Unreadable
from ..storage.compression import decompress_head, detect_codec
from ..storage.store import ByteRange, Store
from .signatures import Signature, SignatureBook, signature_of

# How much of an object is read, by its place among its siblings: the first few are looked at closely,
# the first of each later chunk a little, and the rest are held against them.
_BUDGETS = ((4, 1 << 20), (12, 1 << 16))
_LATER_BUDGETS = ((1, 1 << 16),)
_BUDGET = 1 << 14
_GLUE_BUDGET = 1 << 20  # [doc] of every object
_CLOSE = 1 << 18  # of what turns out to be unlike its siblings
# Some codecs give nothing before a whole block has been read: what is read at least, by extension. The
# name only saves a second look; what the bytes are, they say themselves.
_BLOCKS = {"bz2": 1 << 18, "zst": 1 << 17, "lz4": 1 << 17, "snappy": 5 << 14, "xz": 1 << 16}
# [doc] A JSON document may be long: Glue grows its sample to 10 MB until one record parses.
_LARGER = (1 << 20, 8 << 20)

_WITH_FOOTER = (b"PAR1", b"ORC")


@dataclass(frozen=True, slots=True)
class ClassifyOptions:
    """How objects are judged: the same options and bytes give the same answer, in any process."""

    inference: Inference = "accurate"
    classifiers: tuple[Classifier, ...] = ()  # custom ones, in crawler order
    pinned: tuple[tuple[str, Classifier], ...] = ()  # asked before all others for the objects below a URL, deepest URL first
    confirm: bool = False  # each object keeps a kind of its own, until all of it is read

    def chain_at(self, url: str) -> tuple[Classifier, ...]:
        """Return the classifiers for one object."""
        first = next((classifier for location, classifier in self.pinned if url.startswith(location)), None)
        return self.chain if first is None else (first, *self.chain)

    @property
    def chain(self) -> tuple[Classifier, ...]:
        """The classifiers in order of priority: [doc] custom ones stand before the built-in ones."""
        return self.classifiers + (AS_GLUE if self.inference == "glue" else BUILT_IN)


class ChunkItem(NamedTuple):
    """One object to classify. A NamedTuple, as every object of a lake passes through one."""

    folder: int
    key: str
    size: int
    mark: str | float = ""  # changes when the object does


@dataclass(frozen=True, slots=True)
class Chunk:
    """Objects of one shape, in order of their keys."""

    number: int
    shape: str
    items: tuple[ChunkItem, ...]
    first: bool = True  # of its shape


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one object turned out to be."""

    signature: int  # index into the chunk's signatures; -1 where it could not be read
    records: int = 0
    problem: str = ""  # why it could not be read, or what is odd about it
    unfinished: bool = False  # it was to be read as a whole, and could not


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """A chunk's kinds and each object's outcome, in the order of its items."""

    number: int
    signatures: tuple[Signature, ...]
    outcomes: tuple[Outcome, ...]


def classify_chunk(store: Store, chunk: Chunk, options: ClassifyOptions) -> ChunkResult:
    """Classify the objects of a chunk; one that fails is an outcome, never the chunk's failure."""
    book = SignatureBook(options.inference)
    chain = options.chain
    apart: list[Signature] = []
    outcomes: list[Outcome] = []
    hint: Hint | None = None
    budgets = _budgets(chunk, options)
    block = _BLOCKS.get(chunk.shape.rpartition(".")[2], 0)
    heads = store.read_many([ByteRange(item.key, 0, max(budget, block)) for item, budget in zip(chunk.items, budgets, strict=True)])
    tails = _tails(store, chunk.items, heads)
    for item, head, budget in zip(chunk.items, heads, budgets, strict=True):
        classifiers = options.chain_at(store.root + item.key) if options.pinned else chain
        try:
            found = _classify_object(store, item, head, tails.get(item.key, b""), budget, hint, classifiers)
            signature = signature_of(chunk.shape, found, options.inference)
            if budget < _CLOSE and item.size > budget and not found.declared and signature not in book:  # no sibling after all
                head = store.read(ByteRange(item.key, 0, max(_CLOSE, block)))
                found = _classify_object(store, item, head, tails.get(item.key, b""), _CLOSE, hint, classifiers)
                signature = signature_of(chunk.shape, found, options.inference)
        except Exception as error:  # noqa: BLE001 - the crawl of one object: whatever its bytes do, it is recorded against it
            outcomes.append(Outcome(-1, problem=_told(error)))
            continue
        hint = found.hint or hint
        number = book.enter(signature)
        if options.confirm:
            number = len(apart)
            apart.append(signature)
        outcomes.append(Outcome(number, _records(found, item.size), _oddity(found)))
    return ChunkResult(chunk.number, tuple(apart or book.entries), tuple(outcomes))


def _budgets(chunk: Chunk, options: ClassifyOptions) -> list[int]:
    if options.inference == "glue":
        return [_GLUE_BUDGET] * len(chunk.items)
    steps = _BUDGETS if chunk.first else _LATER_BUDGETS
    return [next((budget for before, budget in steps if place < before), _BUDGET) for place in range(len(chunk.items))]


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, GluepotError) else f"{type(error).__name__} while it was classified: {error}"


def _tails(store: Store, items: Sequence[ChunkItem], heads: Sequence[bytes | StorageError]) -> dict[str, bytes]:
    """Return the footers of the objects that have one and are longer than their head."""
    wanted = [
        ByteRange(item.key, -FOOTER, FOOTER)
        for item, head in zip(items, heads, strict=True)
        if isinstance(head, bytes) and item.size > len(head) and head.startswith(_WITH_FOOTER)
    ]
    if not wanted:
        return {}
    read = store.read_many(wanted)
    return {wish.key: _whole_footer(store, wish.key, tail) for wish, tail in zip(wanted, read, strict=True) if isinstance(tail, bytes)}


def _whole_footer(store: Store, key: str, tail: bytes) -> bytes:
    size = footer_size(tail) if tail.endswith(b"PAR1") else tail_size(tail)
    if not FOOTER < size <= _LARGER[-1]:
        return tail
    longer = store.read_many([ByteRange(key, -size, size)])[0]
    return longer if isinstance(longer, bytes) else tail


def _classify_object(
    store: Store,
    item: ChunkItem,
    head: bytes | StorageError,
    tail: bytes,
    budget: int,
    hint: Hint | None,
    classifiers: Sequence[Classifier],
) -> Classification:
    if isinstance(head, StorageError):
        raise head
    if not head and item.size:
        raise ObjectNotFound(f"{store.root}{item.key} became empty while it was crawled; crawl again.")
    tried: tuple[Verdict, ...] = ()
    if may_be_workbook(head):
        found = _workbook(store, item, head)
        if found.known:
            return found
        tried = found.tried
    try:
        sample = sample_of(item.key, item.size, head, tail, budget)
    except Unreadable as error:
        if detect_codec(head) != "zip":
            raise
        return Classification(item.key, Format(UNKNOWN, "zip"), tried=(*tried, Verdict("zip", 0.0, str(error))))  # an archive or a document
    found = classify(sample, hint, classifiers)
    for larger in _LARGER:
        if found.known or not _wants_more(sample):
            break
        if larger > budget:
            head = store.read(ByteRange(item.key, 0, larger))
            sample = sample_of(item.key, item.size, head, tail, larger)
            found = classify(sample, hint, classifiers)
    return found


def _workbook(store: Store, item: ChunkItem, head: bytes) -> Classification:
    """Classify what may be an Excel workbook, by the whole of it: it is no text, whatever its codec unpacks."""
    if len(head) < item.size <= MAX_FILE:
        head = store.read(ByteRange(item.key, 0, item.size))
    return classify(Sample(item.key, item.size, head, whole=len(head) >= item.size), None, (Excel(),))


def sample_of(key: str, size: int, head: bytes, tail: bytes, budget: int) -> Sample:
    """Build a sample from an object's first bytes, decompressed where they are compressed as a whole."""
    codec = detect_codec(head)
    if codec == "none":
        whole = len(head) >= size
        return Sample(key, size, head[:budget], tail=head if whole else tail, whole=whole and budget >= size)
    text = decompress_head(head, codec, budget)
    return Sample(key, size, text, codec, whole=len(head) >= size and len(text) < budget)


def _wants_more(sample: Sample) -> bool:
    """Say whether a longer sample could tell more: a JSON document without an end, a compressed block without one."""
    if sample.whole:
        return False
    return sample.head.lstrip()[:1] in (b"{", b"[") or (sample.codec != "none" and b"\n" not in sample.head)


def _records(found: Classification, size: int) -> int:
    """Return an object's records: exact from a footer, else estimated as Glue does [seen*]; of compressed text at least those seen."""
    if found.records is not None:
        return found.records
    seen = found.schema.structs if found.format.codec != "none" else 0
    return max(seen, size // found.record_size) if found.record_size else 0


def _oddity(found: Classification) -> str:
    oddities = found.evidence.get("oddities", ())
    return "; ".join(map(str, oddities))


def classify_one(store: Store, key: str, size: int, classifiers: tuple[Classifier, ...] = ()) -> Classification:
    """Classify a single object with a large sample, by custom classifiers and then the built-in ones. Raises StorageError, Unreadable."""
    budget = _LARGER[-1] if size <= _LARGER[-1] else _LARGER[0]
    head = store.read(ByteRange(key, 0, budget))
    if not head:
        return Classification(key, Format(UNKNOWN), tried=(Verdict("none", 0.0, "it is empty"),))
    item = ChunkItem(0, key, size)
    tail = _tails(store, [item], [head]).get(key, b"")
    try:
        return replace(_classify_object(store, item, head, tail, budget, None, classifiers + BUILT_IN), key=key)
    except GluepotError:
        raise
    except Exception as error:  # the crawl of one object, alone
        raise Unreadable(f"{key}: {_told(error)}") from error


def head_sample(store: Store, key: str, size: int) -> Sample:
    """Return the beginning of an object, decompressed. Raises StorageError, Unreadable."""
    return sample_of(key, size, store.read(ByteRange(key, 0, _CLOSE)), b"", _BUDGET)
