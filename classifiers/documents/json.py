"""JSON: one document a line, a top-level array, or documents one after the other, pretty or not."""

from __future__ import annotations

from dataclasses import dataclass

from ..inference.summary import Member, Place, TypeSummary, struct_of
from ..sample import Format, Hint, Match, Rejection, Sample
from ..text import decode, encoding_of
from .json_documents import AFTER, SPACES, Documents, documents_of, elements_of, exact, lines_of, repeated_key, tolerant_lines
from .json_summary import InexactError, Record, keys_of, summarise

# [doc] The SerDes read JSON as UTF-8 only; scan honours this parameter.
_CHARSETS = {"cp1252": "windows-1252", "utf-16": "UTF-16", "utf-16-le": "UTF-16LE", "utf-16-be": "UTF-16BE", "utf-32": "UTF-32"}
ARRAY_COLUMN = "array"  # [doc] what Glue calls the one column of arrays that hold no objects


@dataclass(frozen=True, slots=True)
class Json:
    """Recognise JSON by parsing it."""

    name: str = "json"

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Recognise JSON documents whose rows are objects, or arrays of anything."""
        start = sample.head[:4096].lstrip(b" \t\r\n\xef\xbb\xbf\xff\xfe\x00")[:1]
        if start not in (b"{", b"["):
            return Rejection("it does not begin with { or [")
        return (_fast_lines(sample) if start == b"{" else None) or _any(sample, start)


def _fast_lines(sample: Sample) -> Match | Rejection | None:
    import orjson

    head = _whole_lines(sample)
    found = lines_of(head, orjson.loads)
    try:
        if found is not None:
            return _rows(sample, "lines", found, head, "utf-8")
        return _rows(sample, "documents", Documents([orjson.loads(head)], [1]), head, "utf-8") if sample.whole else None
    except ValueError:
        return None
    except InexactError:
        again = lines_of(head, lambda line: exact(line.decode()))
        return _rows(sample, "lines", again, head, "utf-8") if again else None


def _whole_lines(sample: Sample) -> bytes:
    head = sample.head
    return head if sample.whole else head[: head.rfind(b"\n") + 1] or head


def _any(sample: Sample, start: bytes) -> Match | Rejection:
    encoding = encoding_of(sample.head)
    if encoding is None:
        return Rejection("the bytes are not text")
    text = decode(sample.head, encoding)
    body = text.lstrip(SPACES)
    skipped = text.count("\n", 0, len(text) - len(body))
    if start == b"[":
        found = elements_of(body)
        if found.error != AFTER:
            return _array(sample, found, text, encoding, skipped)
    found = documents_of(body)
    if found.error and (_is_bad_line(body, found) if not sample.whole else True):
        found = _despite_bad_lines(body, found)
    if not found.values or (found.error and sample.whole):
        return Rejection(f"it does not parse as JSON: {found.error}")
    return _rows(sample, _layout(body, found), _moved(found, skipped), text, encoding)


def _moved(found: Documents, lines: int) -> Documents:
    return Documents(found.values, [line + lines for line in found.lines], bad=found.bad) if lines else found


def _is_bad_line(text: str, found: Documents) -> bool:
    """Say whether what stopped the reading is a whole line among lines, and not the sample's cut end."""
    end = text.find("\n", found.stopped)
    return bool(found.values) and len(set(found.lines)) == len(found.lines) and 0 <= end < len(text) - 1 and text[end + 1] in "{["


def _despite_bad_lines(text: str, found: Documents) -> Documents:
    """Read line by line where most lines are documents."""
    lines = tolerant_lines(text[: text.rfind("\n") + 1] or text)
    good = len(lines.values)
    return lines if good >= 2 and good >= lines.bad[0] else found


def _layout(text: str, found: Documents) -> str:
    """Say whether the documents lie one a line."""
    if len(set(found.lines)) < len(found.lines):
        return "documents"
    one_a_line = found.bad[0] or len(found.lines) == sum(1 for line in text.split("\n") if line.strip(SPACES))
    return "lines" if one_a_line else "documents"


def _array(sample: Sample, found: Documents, text: str, encoding: str, skipped: int) -> Match | Rejection:
    if found.error and (sample.whole or not found.values):
        return Rejection(f"it does not parse as JSON: {found.error}")
    form = json_format(sample, "array", encoding)
    if not found.values:
        return Match(form, struct_of({}, 0), record_size=len(text))
    if all(type(element) is dict for element in found.values):
        return _rows(sample, "array", _moved(found, skipped), text, encoding)
    element = summarise(found.values, sample.key, [line + skipped for line in found.lines], 1)
    column = Member(Place(sample.key, 0), TypeSummary(arrays=1, element=element))
    return Match(form, struct_of({ARRAY_COLUMN: column}, 1), record_size=len(text))


def _rows(sample: Sample, layout: str, found: Documents, text: bytes | str, encoding: str) -> Match | Rejection:
    """Match documents that are rows; those of another kind than most are told."""
    rows: list[Record] = found.values
    lines = found.lines
    oddities: list[str] = []
    if found.bad[0] or any(type(value) is not dict for value in found.values):
        rows, lines, oddities = _chosen(found)
    if not rows:
        return Rejection("its documents are neither objects nor arrays")
    schema = summarise(rows, sample.key, lines, 0)
    if not oddities:
        oddities = _repeated(text, schema)
    size = _line_size(sample.head) if layout == "lines" else len(sample.head) // len(found.values)
    evidence = {"oddities": oddities} if oddities else {}
    return Match(json_format(sample, layout, encoding), schema, record_size=size, evidence=evidence)


def _chosen(found: Documents) -> tuple[list[Record], list[int], list[str]]:
    """Return the documents that are rows (objects, or arrays where there are many more of these), and what is told of the others."""
    kinds: list[type] = [type(value) for value in found.values]
    kind = dict if 2 * kinds.count(dict) >= kinds.count(list) else list
    places = [place for place, one in enumerate(kinds) if one is kind]
    rows = [found.values[place] if kind is dict else {ARRAY_COLUMN: found.values[place]} for place in places]
    return rows, [found.lines[place] for place in places], _told(found, kind)


def json_format(sample: Sample, layout: str, encoding: str) -> Format:
    """Return what a reader of JSON must know."""
    charset = _CHARSETS.get(encoding)
    return Format("json", sample.codec, layout=layout, options=(("serialization.encoding", charset),) if charset else ())


def _told(found: Documents, kind: type) -> list[str]:
    told: list[str] = []
    count, first, reason = found.bad
    if count:
        told.append(f"{count} of {count + len(found.values)} lines are not JSON, the first is line {first}: {reason}")
    others = [line for value, line in zip(found.values, found.lines, strict=True) if type(value) is not kind]
    if others:
        told.append(f"{len(others)} of {len(found.values)} documents are no rows, the first is at line {others[0]}")
    return told


def _repeated(text: bytes | str, schema: TypeSummary) -> list[str]:
    """Tell a key that stands twice in one object: looked for only where there are more keys than were read."""
    keys = text.count('":') + text.count('" :') if isinstance(text, str) else text.count(b'":') + text.count(b'" :')
    if keys <= keys_of(schema):
        return []
    key = repeated_key(text if isinstance(text, str) else text.decode(errors="replace"))
    return [f"key {key!r} stands twice in one object: engines refuse the row, or read the last of them"] if key else []


def _line_size(head: bytes) -> int:
    lines = [line for line in head.split(b"\n", 3)[:3] if line]
    return sum(map(len, lines)) // len(lines) if lines else len(head)
