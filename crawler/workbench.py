"""The workbench: what a crawl would make of single files, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..classifiers.inference.resolve import Inference
from ..classifiers.inference.spelling import fields_of
from ..classifiers.sample import Classification, Classifier
from ..errors import GluepotError, InvalidInput, ObjectNotFound
from ..storage.globs import Excludes
from ..storage.s3 import S3Options
from ..storage.store import Store
from ..storage.targets import locate
from .listing import Listing
from .objects import classify_one, head_sample
from .signatures import Columns, columns_of, rules_for

SHOWN_LINES = 20  # of a file, that are held against a grok pattern one by one


@dataclass(frozen=True, slots=True)
class GrokLine:
    """What a grok classifier made of one line."""

    classifier: str
    line: int
    matched: bool
    column: int  # characters that were matched, up to the place where it stopped
    told: str


@dataclass(frozen=True, slots=True)
class Examined:
    """One file: what it is, or why it could not be read."""

    file: str  # as it was named
    found: Classification | None
    problem: str = ""
    inference: Inference = "accurate"
    lines: tuple[GrokLine, ...] = ()

    @property
    def columns(self) -> Columns:
        """The columns' types, and their names as the file has them; the catalog folds them to lower case, as Glue does."""
        if self.found is None:
            return ()
        columns = self.found.declared or columns_of(self.found.schema, rules_for(self.found.format, self.inference))
        written = [*self._written(self.found), *[""] * len(columns)]
        return tuple((shown.strip() or name, kind) for (name, kind), shown in zip(columns, written, strict=False))

    def _written(self, found: Classification) -> Sequence[str]:
        if found.written:
            return found.written
        if found.format.dialect is not None:
            return found.hint.first_row if found.hint and found.format.dialect.header else ()
        fields = fields_of(found.schema)
        return [field.keys[0] if len(field.keys) == 1 else field.name for field in fields]

    @property
    def certainty(self) -> float:
        """How sure the classifier is that had the last word; 0.0 where nobody recognised the file."""
        return max((verdict.certainty for verdict in self.found.tried), default=0.0) if self.found else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return what was found as JSON has it: null for what the format does not have."""
        if self.found is None:
            return {"file": self.file, "error": self.problem}
        form, dialect = self.found.format, self.found.format.dialect
        document: dict[str, Any] = {
            "file": self.file,
            "classification": form.classification,
            "certainty": self.certainty,
            "compression": form.codec,
            "layout": form.layout or None,
            "delimiter": dialect.delimiter if dialect else None,
            "quote": dialect.quote if dialect else None,
            "escape": dialect.escape if dialect else None,
            "header": dialect.header if dialect else None,
            "encoding": dialect.encoding if dialect else None,
            "records": self.found.records if self.found.records is not None else self.found.schema.structs,
            "columns": [{"Name": name, "Type": kind} for name, kind in self.columns],
            "parameters": dict(form.options),
            "tried": [{"classifier": each.classifier, "certainty": each.certainty, "reason": each.reason} for each in self.found.tried],
            "oddities": list(self.found.evidence.get("oddities", ())),
        }
        if self.lines:
            names = ("classifier", "line", "matched", "column", "told")
            document["lines"] = [{name: getattr(each, name) for name in names} for each in self.lines]
        return document


def classify(target: str, *, classifiers: Sequence[Classifier] = (), s3: S3Options | None = None) -> Classification:
    """Classify one local file or S3 object, by custom classifiers in their order and then by the built-in ones.

    Raises ObjectNotFound, AccessDenied, InvalidInput for a folder, Unreadable for a damaged file.
    """
    location = locate(target, s3 or S3Options())
    if not location.is_object:
        raise InvalidInput(f"{target} is a folder: classify looks at one file; crawl takes folders.")
    stored = location.store.head(location.prefix)
    return classify_one(location.store, stored.key, stored.size, tuple(classifiers))


def describe(
    target: str, *, classifiers: Sequence[Classifier] = (), s3: S3Options | None = None, inference: Inference = "accurate"
) -> dict[str, Any]:
    """Classify one file and return what `crawl classify --output json` shows of it.

    Raises what `classify` raises.
    """
    return Examined(target, classify(target, classifiers=classifiers, s3=s3), inference=inference).to_json()


def examine(
    targets: Sequence[str],
    *,
    classifiers: Sequence[Classifier] = (),
    s3: S3Options | None = None,
    inference: Inference = "accurate",
    exclude: Sequence[str] = (),
) -> Iterator[Examined]:
    """Classify files one after the other, a folder's in the order of their keys; one that cannot be read leaves the others alone."""
    chosen = tuple(classifiers)
    for target in targets:
        try:
            for file, store, key, size in _files(target, s3 or S3Options(), Excludes(tuple(exclude))):
                yield _examined(file, store, key, size, chosen, inference)
        except GluepotError as error:
            yield Examined(target, None, str(error))


def _files(target: str, s3: S3Options, excludes: Excludes) -> Iterator[tuple[str, Store, str, int]]:
    """Yield each file of a target as it is called, and where it is. Raises StorageError, InvalidInput."""
    location = locate(target, s3)
    if location.is_object:
        stored = location.store.head(location.prefix)
        yield target, location.store, stored.key, stored.size
        return
    listing = Listing(location, excludes, None)
    empty = True
    for stored in listing.objects():
        yield f"{target.rstrip('/')}/{stored.key[len(location.prefix) :]}", location.store, stored.key, stored.size
        empty = False
    if listing.unreadable:
        raise ObjectNotFound("; ".join(f"{skipped.key}: {skipped.reason}" for skipped in listing.unreadable))
    if empty:
        raise ObjectNotFound(f"{target} holds no files but hidden or empty ones.")


def _examined(file: str, store: Store, key: str, size: int, classifiers: tuple[Classifier, ...], inference: Inference) -> Examined:
    try:
        found = classify_one(store, key, size, classifiers)
        lines = tuple(_lines(store, key, size, classifiers)) if classifiers else ()
        return Examined(file, found, inference=inference, lines=lines)
    except GluepotError as error:
        return Examined(file, None, str(error))


def _lines(store: Store, key: str, size: int, classifiers: tuple[Classifier, ...]) -> Iterator[GrokLine]:
    """Yield what each grok classifier made of each of the first lines."""
    from ..classifiers.grok import GrokClassifier, explain_lines
    from ..classifiers.text import decode, encoding_of

    groks = [each for each in classifiers if isinstance(each, GrokClassifier)]
    head = head_sample(store, key, size).head if groks else b""
    encoding = encoding_of(head)
    if not head or encoding is None:
        return
    lines = decode(head, encoding).split("\n", SHOWN_LINES)[:SHOWN_LINES]
    for grok in groks:
        for verdict in explain_lines(grok.pattern, lines, grok.custom_patterns):
            if lines[verdict.line - 1].strip():
                yield GrokLine(grok.name, verdict.line, verdict.matched, verdict.column, str(verdict))
