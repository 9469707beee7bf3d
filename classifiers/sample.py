"""What a classifier may look at, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from .inference.summary import EMPTY, TypeSummary

UNKNOWN = "UNKNOWN"  # Glue's own word for a classification that nobody gave


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning (and for footers the end) of one object."""

    key: str
    size: int  # of the object as stored
    head: bytes  # decompressed
    codec: str = "none"
    tail: bytes = b""  # as stored; only for formats with a footer, else empty
    whole: bool = True  # head is everything


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited text is written."""

    delimiter: str
    quote: str = ""
    escape: str = ""
    encoding: str = "utf-8"
    header: bool = False
    skipped_lines: int = 0  # before the header or the first row
    trailing_lines: int = 0  # after the last row: totals, notes
    comment: str = ""  # lines that begin so are not rows
    columns: int = 0


@dataclass(frozen=True, slots=True)
class Hint:
    """What a sibling turned out to be, to be tried first: most files are written like their neighbours."""

    dialect: Dialect
    first_row: tuple[str, ...]  # the sibling's header; empty where it has none


@dataclass(frozen=True, slots=True)
class Format:
    """What a reader must know besides the columns."""

    classification: str
    codec: str = "none"
    dialect: Dialect | None = None
    layout: str = ""  # JSON: lines, array or documents
    schema_literal: str = ""  # Avro: the writer's schema
    options: tuple[tuple[str, str], ...] = ()  # table parameters that say how to read it: rowTag, grokPattern, …


@dataclass(frozen=True, slots=True)
class Verdict:
    """One classifier's word on one sample; certainty as in Glue: 1.0 stops the chain, 0.0 is no."""

    classifier: str
    certainty: float
    reason: str


@dataclass(frozen=True, slots=True)
class Match:
    """What a classifier recognised."""

    format: Format
    schema: TypeSummary  # a struct whose members are the columns
    records: int | None = None  # exact where a footer says so
    record_size: int = 0  # mean bytes of a record, estimated as Glue does
    evidence: Mapping[str, Any] = field(default_factory=dict)
    certainty: float = 1.0
    hint: Hint | None = None  # for the siblings
    declared: tuple[tuple[str, str], ...] = ()  # name and type, where the format itself says them
    written: tuple[str, ...] = ()  # the declared names as the file has them


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a classifier did not recognise a sample."""

    reason: str


class Classifier(Protocol):
    """One format's judge. Pure: the same sample gives the same answer."""

    @property
    def name(self) -> str:
        """Glue's classification."""
        ...

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Recognise a sample or say why not."""
        ...


@dataclass(frozen=True, slots=True)
class Classification:
    """What a chain of classifiers made of one object."""

    key: str
    format: Format
    schema: TypeSummary = EMPTY
    records: int | None = None
    record_size: int = 0
    tried: tuple[Verdict, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    hint: Hint | None = None
    declared: tuple[tuple[str, str], ...] = ()
    written: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """True where some classifier recognised the object."""
        return self.format.classification != UNKNOWN
