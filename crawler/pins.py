"""What users have pinned, applied to a crawl: how objects are read, where tables are, what columns are called and hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ..catalog.interface import Catalog
from ..catalog.model import Column, SerDe, Table
from ..catalog.pins import Pin
from ..catalog.types import Scalar, parse_type
from ..classifiers.chain import BUILT_IN
from ..classifiers.custom.csv import CsvClassifier
from ..classifiers.custom.kinds import from_definition
from ..classifiers.inference.names import column_name
from ..classifiers.inference.spelling import fields_of
from ..classifiers.inference.summary import TypeSummary, Witness
from ..classifiers.sample import Classifier, Hint, Match, Rejection, Sample
from ..errors import EntityNotFound, InvalidInput
from ..scan.relation import SPELLED, is_relation
from .relations import BuiltRelation
from .tables import Built

_READING = frozenset(("header", "delimiter", "quote", "classifier"))
PIN = "pin"  # the name of a pinned classifier's verdict


@dataclass(frozen=True, slots=True)
class Pinned:
    """A classifier that a user has chosen for some objects: what it recognises is certain."""

    classifier: Classifier
    name: str = PIN

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Judge as the chosen classifier, and be certain."""
        answer = self.classifier.classify(sample, hint)
        return replace(answer, certainty=1.0) if isinstance(answer, Match) else answer


class Disagreement(NamedTuple):
    """What the data say against a pin."""

    pin: Pin
    sort: str  # two of the same sort are told once
    message: str


@dataclass(slots=True)
class PinBook:
    """The pins of a crawl's database."""

    pins: Sequence[Pin]
    catalog: Catalog
    custom: Sequence[Classifier] = ()  # those of the settings
    told: list[Disagreement] = field(default_factory=list)  # by this crawl

    # --- how objects are read

    def readings(self) -> tuple[tuple[str, Classifier], ...]:
        """Return the classifiers that are pinned, by the URL below which they are asked first; the deepest come first."""
        of_tables: dict[tuple[str, str], dict[str, Pin]] = {}
        for pin in self.pins:
            if not pin.column and pin.location and pin.key in _READING:
                of_tables.setdefault((pin.location, pin.table), {})[pin.key] = pin
        found: list[tuple[str, Classifier]] = []
        for (location, _), pins in of_tables.items():
            try:
                found.append((location, Pinned(self._classifier(pins))))
            except (EntityNotFound, InvalidInput) as error:
                self.told.extend(Disagreement(pin, "unusable", f"{pin.subject} is pinned, but {error}") for pin in pins.values())
        return tuple(sorted(found, key=lambda pair: (-len(pair[0]), pair[0])))

    def _classifier(self, pins: Mapping[str, Pin]) -> Classifier:
        values = {key: pin.value for key, pin in pins.items()}
        if "classifier" in values:
            return find_classifier(values["classifier"], self.custom, self.catalog)
        return CsvClassifier(
            "csv",
            delimiter=values.get("delimiter"),
            quote_symbol=values.get("quote"),
            contains_header=values.get("header", "unknown").upper(),
            allow_single_column=True,
        )

    # --- where tables are

    def levels(self) -> tuple[tuple[str, int], ...]:
        """Return the levels that are pinned, each with the URL below which it holds."""
        return tuple((pin.location, int(pin.value)) for pin in self.pins if pin.key == "level" and pin.location)

    # --- what columns are called and hold

    def apply(self, built: Built) -> Built:
        """Return a table as its pins say, and note what the data say against them."""
        mine = [pin for pin in self.pins if pin.table == built.table.name]
        if not mine:
            return built
        self.told.extend(_unread(built, mine))
        of_columns: dict[str, list[Pin]] = {}
        for pin in mine:
            if pin.column:
                of_columns.setdefault(pin.column, []).append(pin)
        fields = {column_name(one.name, place): one.type for place, one in enumerate(fields_of(built.schema))}
        table = built.table
        for column, pins in of_columns.items():
            table = self._column(table, column, pins, fields.get(column), built.place.store.root)
        return replace(built, table=table, pins=tuple(mine))

    def apply_to_relation(self, built: BuiltRelation) -> BuiltRelation:
        """Return a table of a database as its pins say: types and names; the rest is for files."""
        mine = [pin for pin in self.pins if pin.table == built.table.name]
        table = built.table
        for pin in sorted(mine, key=lambda pin: pin.key == "name"):
            if pin.key in ("type", "name"):
                table = self._column(table, pin.column, [pin], None, "")
            else:
                self.told.append(
                    Disagreement(pin, "database", f"{pin.subject} is pinned to {pin.key} {pin.value!r}, which only files have")
                )
        return replace(built, table=table, pins=tuple(mine))

    def _column(self, table: Table, column: str, pins: Sequence[Pin], seen: TypeSummary | None, root: str) -> Table:
        keys = [key.name for key in table.partition_keys or ()]
        if column not in keys and column not in [one.name for one in table.columns]:
            self.told.extend(Disagreement(pin, "absent", f"{pin.subject} is pinned, but there is no such column") for pin in pins)
            return table
        for pin in sorted(pins, key=lambda pin: pin.key == "name"):  # the new name comes last
            if pin.key == "type":
                table = _with_type(table, column, pin.value)
                nulls = [one.value for one in pins if one.key == "null"]
                if seen is not None and (against := _against(pin, seen, nulls, root)):
                    self.told.append(against)
            elif pin.key == "null":
                table = _with_null(table, column, pin.value)
            elif pin.key == "format":
                table = _with_json(table, "gluepot.formats", column, pin.value)
            elif pin.key == "name" and column not in keys:
                table = self._renamed(table, column, pin)
        return table

    def _renamed(self, table: Table, column: str, pin: Pin) -> Table:
        """Rename a column where its SerDe finds it by position, or can be told its key."""
        library = (table.storage.serde.library or "") if table.storage and table.storage.serde else ""
        if any(one.name == pin.value for one in (*table.columns, *(table.partition_keys or ()))):
            self.told.append(Disagreement(pin, "taken", f"{pin.subject} is pinned to be called {pin.value}, but there is such a column"))
            return table
        if is_relation(table):
            return _with_column(
                table, column, lambda one: replace(one, name=pin.value, parameters={SPELLED: column, **(one.parameters or {})})
            )
        if library.endswith(".JsonSerDe"):
            table = _with_serde(table, {f"mapping.{pin.value}": _key_of(table, column)}, without=f"mapping.{column}")
        elif not library.endswith((".LazySimpleSerDe", ".OpenCSVSerde", ".RegexSerDe", ".GrokSerDe")):
            name = library.rsplit(".", 1)[-1] or "this format"
            message = f"{pin.subject} is pinned to be called {pin.value}, but {name} finds columns by the names in the files"
            self.told.append(Disagreement(pin, name, message))
            return table
        return _with_column(table, column, lambda one: replace(one, name=pin.value))

    # --- what is told

    def new(self) -> list[Disagreement]:
        """Return what has not been told before."""
        return [one for one in self.told if one.sort != one.pin.told]

    def remember(self) -> None:
        """Note what was told, so that it is told once; what no longer holds is told again when it comes back."""
        sorts: dict[Pin, str] = dict.fromkeys(self.pins, "")
        sorts.update({one.pin: one.sort for one in self.told})
        for pin, sort in sorts.items():
            if sort != pin.told:
                self.catalog.put_pin(replace(pin, told=sort))


def find_classifier(name: str, custom: Sequence[Classifier], catalog: Catalog) -> Classifier:
    """Return a classifier by its name: the settings', the catalog's, or a built-in one. Raises EntityNotFound naming those there are."""
    for one in custom:
        if one.name == name:
            return one
    definitions = {definition.name: definition for definition in catalog.get_classifiers()}
    if name in definitions:
        return from_definition(definitions[name])
    built_in = {one.name: one for one in BUILT_IN}
    if name in built_in:
        return built_in[name]
    known = ", ".join(sorted({*built_in, *definitions, *(one.name for one in custom)}))
    raise EntityNotFound(f"There is no classifier {name}; there are {known}.")


def _unread(built: Built, pins: Iterable[Pin]) -> Iterator[Disagreement]:
    """Yield the pins that say how to read what is not so written."""
    reading = [pin for pin in pins if not pin.column and pin.key in _READING]
    for signature in built.draft.signatures if reading else ():
        verdict = next((verdict for verdict in signature.tried if verdict.classifier == PIN and not verdict.certainty), None)
        if verdict is not None:
            form = signature.format.classification
            for pin in reading:
                message = f"{pin.subject} is pinned to {pin.key} {pin.value!r}, but {signature.first} is not so written: {verdict.reason}"
                yield Disagreement(pin, form, f"{message}; it is read as {form}")
            return


def _against(pin: Pin, seen: TypeSummary, nulls: Collection[str], root: str) -> Disagreement | None:
    """Return what values say against a pinned type; none where it is text, which holds anything."""
    pinned = parse_type(pin.value)
    if not isinstance(pinned, Scalar) or pinned.name in ("string", "varchar", "char", "binary"):
        return None
    found = {**seen.kinds, **seen.shapes}
    unfit = {kind: first for kind, first in found.items() if not _fits(kind, pinned) and first.value not in nulls}
    if not unfit:
        return None
    first = min(unfit.values(), key=lambda witness: witness[1:])
    count = sum(witness.count for witness in unfit.values())
    what = f"{count} value{'s are' if count > 1 else ' is'} not: {_shown(first, root)}"
    return Disagreement(pin, " ".join(sorted(unfit)), f"{pin.subject} is pinned to {pin.value}, but {what}")


_WHOLE = frozenset(("tinyint", "smallint", "int", "bigint", "padded"))  # the zeros are lost, as the user wants it
_FRACTIONS = frozenset(("float", "double", "decimal"))


def _fits(kind: str, pinned: Scalar) -> bool:
    """Say whether values of a kind can be of the pinned type; whether each is small enough is seen when the table is read back."""
    if pinned.name in _WHOLE:
        return kind in _WHOLE
    if pinned.name in _FRACTIONS:
        return kind in _WHOLE or kind.partition("(")[0] in _FRACTIONS
    return kind == pinned.name or (kind == "date" and pinned.name == "timestamp")


def _shown(first: Witness, root: str) -> str:
    line = f", line {first.line}" if first.line else ""
    return f"first {first.value!r} in {root}{first.origin}{line}" if first.value else f"first in {root}{first.origin}"


# --- tables with something changed


def _with_column(table: Table, name: str, change: Callable[[Column], Column]) -> Table:
    def changed(columns: Iterable[Column]) -> tuple[Column, ...]:
        return tuple(change(one) if one.name == name else one for one in columns)

    assert table.storage is not None
    return replace(
        table,
        storage=replace(table.storage, columns=changed(table.columns)),
        partition_keys=changed(table.partition_keys or ()),
    )


def _with_type(table: Table, column: str, kind: str) -> Table:
    return _with_column(table, column, lambda one: replace(one, type=kind))


def _with_serde(table: Table, parameters: Mapping[str, str], *, without: str) -> Table:
    assert table.storage is not None
    serde = table.storage.serde or SerDe()
    kept = {key: value for key, value in (serde.parameters or {}).items() if key != without}
    return replace(table, storage=replace(table.storage, serde=replace(serde, parameters={**kept, **parameters})))


def _key_of(table: Table, column: str) -> str:
    """Return the key that a JSON column reads."""
    serde = table.storage.serde if table.storage else None
    return ((serde.parameters if serde else None) or {}).get(f"mapping.{column}", column)


def _with_null(table: Table, column: str, token: str) -> Table:
    tokens = json.loads((table.parameters or {}).get("gluepot.null.tokens", "{}")).get(column, [])
    return _with_json(table, "gluepot.null.tokens", column, sorted({*tokens, token}))


def _with_json(table: Table, parameter: str, column: str, value: object) -> Table:
    known = json.loads((table.parameters or {}).get(parameter, "{}"))
    return replace(table, parameters={**(table.parameters or {}), parameter: json.dumps({**known, column: value}, sort_keys=True)})
