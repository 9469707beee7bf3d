"""CSV and its relatives: delimited text, with whatever delimiter, quote, header and encoding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from itertools import zip_longest

from ..foreign import foreign_text
from ..inference.names import column_name
from ..inference.summary import Member, Place, TypeSummary, struct_of
from ..inference.values import kind_of, summarise_texts
from ..sample import Dialect, Format, Hint, Match, Rejection, Sample
from ..text import decode, encoding_of, whole_lines
from .dialect import USUAL, Candidate, Row, comment_prefix, detect, numbered_rows
from .header import HeaderVerdict, judge
from .region import MAX_PREAMBLE, largest_block, preamble, trailer

MAX_COLUMNS = 20_000  # more than any engine's table; keeps a hostile line from exhausting memory
_RECORD_SIZE_LINES = 3  # [seen*] averageRecordSize is the mean of the first three lines

# What a delimiter outside Glue's own set must show before text is believed to be a table.
_STRICT_AGREEMENT = 0.95
_STRICT_PLAUSIBLE = 0.8
_AGREEMENT = 0.7
_PLAUSIBLE = 0.5
_VALUES = 0.9  # cells that are nearly all numbers, dates or words: then rows may be ragged
_RAGGED_AGREEMENT = 0.5
_TABLE_NAMES = frozenset(("csv", "tsv", "tab", "psv", "ssv", "dsv"))
_AS_SIBLINGS = HeaderVerdict(True, 1.0, "the first row is its siblings' header")


@dataclass(frozen=True, slots=True)
class Csv:
    """The last of the text classifiers: what is regular enough is a table."""

    name: str = "csv"

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Recognise delimited text."""
        encoding = encoding_of(sample.head)
        if encoding is None:
            return Rejection("the bytes are not text")
        text = whole_lines(decode(sample.head, encoding), whole=sample.whole)
        refusal = not_a_table(text)
        if refusal:
            return Rejection(refusal)
        if hint is not None:
            rows = _fitting_rows(text, hint)
            if rows is not None:
                same = hint.dialect.header and tuple(rows[1][0]) == hint.first_row
                header = _AS_SIBLINGS if same else judge(rows[1][:70])
                return table_match(sample, text, replace(hint.dialect, encoding=encoding), rows, header, {})
        return _detected(sample, text, encoding)


def not_a_table(text: str) -> str:
    """Say what a text begins like that is no table; '' where it may be one."""
    start = text.lstrip()[:200]
    if not start:
        return "there is no text"
    if start[0] == "<":
        return "it begins like XML or HTML"
    if start[0] in "{[" and not start.startswith("[["):
        return "it begins like JSON"
    if start.startswith(("---\n", "%YAML", "#!", "#include", "/*", "//", "<?", "%PDF")):
        return "it begins like code or configuration"
    return ""


Rows = tuple[Sequence[int], list[Row]]  # the line of each row, and the rows


def _fitting_rows(text: str, hint: Hint) -> Rows | None:
    """Return the rows where a sibling's dialect fits without any flaw, else None."""
    dialect = hint.dialect
    if not dialect.quote and '"' in text:
        return None
    places, rows = numbered_rows(text, dialect)
    if len(rows) < 2 or set(map(len, rows)) != {dialect.columns}:
        return None
    # As many lines before the first row: what a longer or shorter preamble hides or leaves could pass for rows.
    begins_alike = tuple(rows[0]) == hint.first_row if dialect.skipped_lines else text[:1] not in ("\r", "\n")
    return (places, rows) if begins_alike else None


def _detected(sample: Sample, text: str, encoding: str) -> Match | Rejection:
    lines = text.split("\n", 400)[:400]
    comment = comment_prefix(lines)
    body = "\n".join(line for line in lines if not line.startswith("#")) if comment else text
    if comment and body.strip().count("\n") < 1:  # what is left is no table: then it is a name that begins so
        comment, body = "", text
    candidates = detect(body)
    if not candidates:
        return Rejection("there are no lines")
    named = named_as_table(sample.key)
    if not named and (kind := foreign_text(body)):
        return Rejection(kind)
    refusal = _too_irregular(candidates[0], body, named=named)
    if refusal and (table := _after_preamble(body)):
        candidates = detect(table)
        refusal = _too_irregular(candidates[0], table, named=named)
    if refusal:
        return Rejection(refusal)
    dialect = replace(_dialect(candidates[0], text, encoding), comment=comment)
    dialect, rows, oddities = within_region(dialect, text, lines, whole=sample.whole)
    header = judge(rows[1][:70])
    match = table_match(sample, text, dialect, rows, header, {"candidates": [candidate_shown(candidate) for candidate in candidates[:5]]})
    return replace(match, evidence={**match.evidence, "oddities": oddities}) if oddities else match


def named_as_table(key: str) -> bool:
    """Say whether an object is called a table: then what looks odd is an odd table, and not something else."""
    parts = key.lower().rsplit("/", 1)[-1].split(".")[1:][-2:]
    return bool(_TABLE_NAMES.intersection(parts))


def _dialect(best: Candidate, text: str, encoding: str) -> Dialect:
    dialect = Dialect(best.delimiter, best.quote, encoding=encoding, columns=best.columns)
    if best.quote and "\\" + best.quote in text:
        dialect = replace(dialect, escape="\\")
    if not best.delimiter:  # one column: a comma, as anywhere else, unless values hold one
        divided = replace(dialect, delimiter=",")
        if all(len(row) == 1 for row in numbered_rows(text, divided)[1]):
            return divided
    return dialect


def within_region(dialect: Dialect, text: str, lines: Sequence[str], *, whole: bool) -> tuple[Dialect, Rows, list[str]]:
    """Return the dialect that leaves out the lines around the table, the table's rows, and what is odd about it."""
    numbers, cells = numbered_rows(text, dialect)
    if not cells:
        return dialect, (numbers, cells), []
    start, end = largest_block(cells)
    if end < len(cells) and not whole:  # who knows what follows
        start, end = 0, len(cells)
    several = (start, end) != (0, len(cells))
    columns = len(cells[start]) if several else dialect.columns
    start += preamble(cells[start:end], columns)
    end -= trailer(cells[start:end], columns) if whole else 0
    skipped = numbers[start] - sum(cell.count("\n") for cell in cells[start]) - 1
    trailing = text.rstrip("\n").count("\n") + 1 - numbers[end - 1] if end < len(cells) else 0
    comment = dialect.comment if any(line.startswith("#") for line in lines[skipped:]) else ""
    dialect = replace(dialect, columns=columns, skipped_lines=skipped, comment=comment, trailing_lines=trailing)
    told = [f"it holds several tables: only the largest, lines {skipped + 1} to {numbers[end - 1]}, is read"] if several else []
    return dialect, (numbers[start:end], cells[start:end]), told


def _after_preamble(text: str) -> str:
    """Return the text from where lines begin to hold one delimiter equally often; '' where they never do, or always did."""
    lines = text.split("\n", MAX_PREAMBLE + 4)[: MAX_PREAMBLE + 3]
    for delimiter in sorted(USUAL):
        counts = [line.count(delimiter) for line in lines]
        for start in range(1, len(counts) - 2):
            if counts[start] and len(set(counts[start : start + 3])) == 1:
                return text.split("\n", start)[start] if max(counts[:start]) < counts[start] else ""
    return ""


def candidate_shown(candidate: Candidate) -> dict[str, object]:
    """Return a candidate as evidence."""
    return {key: round(value, 3) if isinstance(value, float) else value for key, value in asdict(candidate).items()}


def _too_irregular(best: Candidate, body: str, *, named: bool) -> str:
    if best.columns > MAX_COLUMNS:
        return f"a line has {best.columns} columns, more than {MAX_COLUMNS}"
    if named:
        return ""
    if best.rows < 2:
        return "there is only one line"
    if best.columns < 2 or not best.delimiter:
        return _one_column(body)
    usual = best.delimiter in USUAL
    agreement, plausible = (_AGREEMENT, _PLAUSIBLE) if usual else (_STRICT_AGREEMENT, _STRICT_PLAUSIBLE)
    if usual and best.plausible >= _VALUES:
        agreement = _RAGGED_AGREEMENT
    if best.agreement < agreement:
        return f"only {best.agreement:.0%} of the lines have {best.columns} columns with delimiter {best.delimiter!r}"
    if best.plausible < plausible:
        return f"the cells between {best.delimiter!r} do not look like values"
    if not best.quote and _is_prose(body, best.delimiter):
        return f"its lines read like sentences: {best.delimiter!r} is punctuation"
    if not usual and any(line.count("[") for line in body.split("\n")[:20]):
        return "its lines look like a log"
    return ""


def _is_prose(body: str, delimiter: str) -> bool:
    """Say whether a delimiter is used as in a sentence: a space or the line's end follows it, and nothing is of any type."""
    lines = body.split("\n")[:50]
    found = sum(line.count(delimiter) for line in lines)
    spaced = sum(line.count(f"{delimiter} ") + line.endswith(delimiter) for line in lines)
    if delimiter not in ",;" or spaced < 0.8 * found:
        return False
    cells = [cell for line in lines for cell in line.split(delimiter)]
    return not any(map(_is_typed, cells))


def _one_column(body: str) -> str:
    """One column is a table only where it holds typed or quoted values, perhaps under a name."""
    lines = [line for line in body.split("\n")[:500] if line.strip()]
    values = lines[1:]
    if len(lines[0]) < 80 and (_share(values, _is_typed) >= 0.9 or _share(values, _is_quoted) == 1.0):
        return ""
    return "no delimiter divides its lines into columns"


def _share(values: Sequence[str], holds: Callable[[str], bool]) -> float:
    return sum(map(holds, values)) / len(values)


def _is_typed(value: str) -> bool:
    return kind_of(value) not in ("string", "null", "token")


def _is_quoted(value: str) -> bool:
    return len(value) > 2 and value[0] == value[-1] == '"'


def table_match(
    sample: Sample,
    text: str,
    dialect: Dialect,
    rows: Rows,
    header: HeaderVerdict,
    evidence: dict[str, object],
) -> Match:
    """Describe the table that a dialect and a verdict on the header make of rows."""
    dialect = replace(dialect, header=header.present)
    first = tuple(rows[1][0]) if header.present else ()
    names = column_names(first, max(dialect.columns, len(first), 1))
    schema = _schema(sample.key, names, rows[0][len(first) > 0 :], rows[1][len(first) > 0 :])
    return Match(
        Format("csv", sample.codec, dialect),
        schema,
        record_size=_record_size(text),
        evidence={"dialect": {**_dialect_shown(dialect), **evidence}, "header": _header_shown(header)},
        hint=Hint(dialect, first),
    )


@lru_cache(maxsize=256)  # siblings share one dialect
def _dialect_shown(dialect: Dialect) -> dict[str, object]:
    shown = asdict(dialect)
    return {key: shown[key] for key in ("encoding", "delimiter", "quote", "escape", "comment", "skipped_lines", "trailing_lines")}


def _header_shown(header: HeaderVerdict) -> dict[str, object]:
    return {"present": header.present, "score": header.score, "reason": header.reason}


@lru_cache(maxsize=1024)  # siblings share one header
def column_names(header: tuple[str, ...], width: int) -> tuple[str, ...]:
    """Return one name a column: the header's, made unique."""
    names: list[str] = []
    taken: Counter[str] = Counter()
    for index in range(width):
        name = column_name(header[index] if index < len(header) else "", index)
        taken[name] += 1
        while taken[name] > 1:
            suffixed = f"{name}_{taken[name]}"
            taken[suffixed] += 1
            if taken[suffixed] == 1:
                name = suffixed
                break
            taken[name] += 1
        names.append(name)
    return tuple(names)


def _schema(key: str, names: Sequence[str], lines: Sequence[int], cells: Sequence[Row]) -> TypeSummary:
    width = len(names)
    if set(map(len, cells)) - {width}:
        cells = [row[:width] for row in cells]
    columns = list(zip_longest(*cells, fillvalue="")) if cells else []
    columns.extend([()] * (width - len(columns)))
    members = {
        name: Member(Place(key, index), summarise_texts(column, key, lines))
        for index, (name, column) in enumerate(zip(names, columns, strict=True))
    }
    return struct_of(members, len(cells))


def _record_size(text: str) -> int:
    lines = text.split("\n", _RECORD_SIZE_LINES)[:_RECORD_SIZE_LINES]
    sizes = [len(line.encode()) for line in lines if line]
    return sum(sizes) // len(sizes) if sizes else 0
