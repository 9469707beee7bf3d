"""The custom CSV classifier: what is given stands, the rest is detected as the built-in one does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...catalog.definitions import ClassifierDefinition, members_of
from ..delimited.csv import MAX_COLUMNS, Rows, candidate_shown, column_names, named_as_table, not_a_table, table_match, within_region
from ..delimited.dialect import Candidate, Row, comment_prefix, detect, given
from ..delimited.header import HeaderVerdict, judge
from ..inference.summary import Member, Place, TypeSummary, declared, struct_of, witness_of
from ..sample import Dialect, Hint, Match, Rejection, Sample
from ..text import decode, encoding_of, whole_lines

SERDE = "customSerde"  # [seen] the table's parameter
OPEN_CSV, LAZY_SIMPLE = "OpenCSVSerDe", "LazySimpleSerDe"  # [doc] its values
_CERTAIN = 0.7  # share of rows as wide as the table, from which on the match is certain
_RECOGNISED = 0.3  # below that it is none
# [guess] Glue's names for types as the catalog's; DECIMAL becomes one with room for what the sample holds.
_TYPES = {"LONG": "bigint", "SHORT": "smallint"}
_WHOLE_DIGITS = 20
_FRACTION = re.compile(r"\.([0-9]+)\s*$")


@dataclass(frozen=True, slots=True)
class CsvClassifier:
    """Recognise delimited text as its fields say; they are Glue's. [doc]"""

    name: str
    delimiter: str | None = None  # None: detected
    quote_symbol: str | None = None  # None: detected
    contains_header: str = "UNKNOWN"  # or PRESENT, ABSENT
    header: tuple[str, ...] = ()  # the columns' names; a file of another width is none of this classifier's [guess]
    disable_value_trimming: bool = True  # values with spaces around them are text
    allow_single_column: bool = False
    custom_datatype_configured: bool = False  # switches custom_datatypes on
    custom_datatypes: tuple[str, ...] = ()  # one a column, by position
    serde: str = "None"  # None: as the data need it

    def __post_init__(self) -> None:
        """Refuse what Glue refuses. Raises InvalidInput with every mistake."""
        ClassifierDefinition("CsvClassifier", members_of(self)).check()

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Recognise delimited text; what siblings were does not count."""
        encoding = encoding_of(sample.head)
        if encoding is None:
            return Rejection("the bytes are not text")
        text = whole_lines(decode(sample.head, encoding), whole=sample.whole)
        refusal = not_a_table(text)
        if refusal and not (text.strip() and named_as_table(sample.key)):
            return Rejection(refusal)
        lines = text.split("\n", 400)[:400]
        comment = comment_prefix(lines)
        body = "\n".join(line for line in lines if not line.startswith("#")) if comment else text
        if not body.strip():
            return Rejection("there are no lines")
        best = self._dialect(body)
        dialect = Dialect(best.delimiter or ",", best.quote, _escape(best, text), encoding, comment=comment, columns=best.columns)
        dialect, rows, oddities = within_region(dialect, text, lines, whole=sample.whole)
        dialect = replace(dialect, columns=self._columns(dialect.columns, rows[1]))
        refusal = self._refusal(best, dialect.columns, rows[1])
        if refusal:
            return Rejection(refusal)
        match = table_match(sample, text, dialect, self._trimmed(rows), self._header(rows[1]), {"candidates": [candidate_shown(best)]})
        options = ((SERDE, self.serde),) if self.serde != "None" else ()
        return replace(
            match,
            format=replace(match.format, options=options),
            schema=self._schema(match.schema, rows, sample.key, header=match.format.dialect is not None and match.format.dialect.header),
            certainty=1.0 if best.agreement >= _CERTAIN else round(best.agreement, 2),
            hint=None,
            evidence={**match.evidence, "oddities": oddities} if oddities else match.evidence,
        )

    @property
    def datatypes(self) -> tuple[str, ...]:
        """The types that are given and switched on."""
        return self.custom_datatypes if self.custom_datatype_configured else ()

    def _dialect(self, text: str) -> Candidate:
        if self.delimiter is not None:
            return given(text, self.delimiter, self.quote_symbol)
        best = detect(text)[0]
        return best if self.quote_symbol is None else given(text, best.delimiter or ",", self.quote_symbol)

    def _columns(self, found: int, rows: Sequence[Row]) -> int:
        """Return the number of columns: those that are given where only the last of a row, always empty, is one more."""
        wanted = len(self.header) or len(self.datatypes)
        trailing = found == wanted + 1 and all(len(row) < found or not row[-1].strip() for row in rows)
        return wanted if wanted and trailing else found

    def _refusal(self, best: Candidate, columns: int, rows: Sequence[Row]) -> str:
        if not rows:
            return "there are no rows"
        if columns > MAX_COLUMNS:
            return f"a line has {columns} columns, more than {MAX_COLUMNS}"
        described = self.contains_header != "UNKNOWN" and bool(self.header or self.datatypes)
        if len(rows) < 2 and not described:  # [doc] a header alone is a table where the classifier says PRESENT and the types
            return "there is only one line, and the classifier does not say what it is"
        if columns < 2 and not self.allow_single_column:
            return f"{best.delimiter or ','!r} divides its lines into no columns, and AllowSingleColumn is off"
        for what, wanted in (("Header", len(self.header)), ("CustomDatatypes", len(self.datatypes))):
            if wanted and wanted != columns:
                return f"it has {columns} columns, and the classifier's {what} {wanted}"
        if best.agreement < _RECOGNISED:
            return f"only {best.agreement:.0%} of the lines have {best.columns} columns with delimiter {best.delimiter!r}"
        return ""

    def _header(self, rows: Sequence[Row]) -> HeaderVerdict:
        if self.contains_header != "UNKNOWN":
            present = self.contains_header == "PRESENT"
            return HeaderVerdict(present, 1.0 if present else -1.0, f"the classifier says {self.contains_header}")
        if self.header and _folded(rows[0])[: len(self.header)] == _folded(self.header):
            return HeaderVerdict(True, 1.0, "the first row is the classifier's Header")
        return judge(rows[:70])

    def _trimmed(self, rows: Rows) -> Rows:
        return rows if self.disable_value_trimming else (rows[0], [[cell.strip() for cell in row] for row in rows[1]])

    def _schema(self, found: TypeSummary, rows: Rows, key: str, *, header: bool) -> TypeSummary:
        """Return the columns under the names and of the types that are given."""
        lines, cells = rows[0][header:], rows[1][header:]
        names = column_names(self.header, len(self.header)) if self.header else tuple(found.members)
        members: dict[str, Member] = {}
        for index, (name, member) in enumerate(zip(names, found.members.values(), strict=False)):
            values = [row[index] for row in cells if index < len(row)]
            members[name] = Member(Place(key, index), self._type(index, member.type, values, lines, key))
        return struct_of(members, found.structs)

    def _type(self, index: int, found: TypeSummary, values: Sequence[str], lines: Sequence[int], key: str) -> TypeSummary:
        if self.datatypes:
            return declared(_catalog_type(self.datatypes[index], values), key)
        padded = next((place for place, value in enumerate(values) if value.strip() and value != value.strip()), None)
        if padded is None or not self.disable_value_trimming:
            return found
        return TypeSummary(witness_of("string", len(values), key, lines[padded], values[padded]), found.nulls)


def _catalog_type(datatype: str, values: Sequence[str]) -> str:
    if datatype != "DECIMAL":
        return _TYPES.get(datatype, datatype.lower())
    scale = min(max((len(found[1]) for value in values if (found := _FRACTION.search(value))), default=0), 18)
    return f"decimal({_WHOLE_DIGITS + scale},{scale})"


def _escape(best: Candidate, text: str) -> str:
    return "\\" if best.quote and "\\" + best.quote in text else ""


def _folded(row: Sequence[str]) -> list[str]:
    return [cell.strip().lower() for cell in row]
