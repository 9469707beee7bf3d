"""XML: rows are what repeats; attributes, children and text as spark-xml, and so Glue's ETL, names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from xml.etree.ElementTree import Element

from ..inference.summary import MAX_MEMBERS, Member, Place, TypeSummary, merge_all, struct_of
from ..inference.values import summarise_texts
from ..sample import Format, Hint, Match, Rejection, Sample
from .elements import Elements, NotXml, Recoder, Record, Refusal, TooLarge, Value, encoding_of, outermost, record_of
from .rowtag import RowTag, choose

ROW_TAG = "rowTag"  # the option of Glue's and Spark's readers, as table parameter
_SAMPLE = 1 << 20  # [doc] bytes that Glue looks at

# Markup that begins so is a page, or part of one, unless it says that it is XML.
_HTML = frozenset(
    "html head body title meta link script style template div span p a br hr img h1 h2 h3 h4 h5 h6 ul ol li dl table thead tbody tr td th"
    " form input button select textarea label nav header footer main section article aside figure picture center font b i u em strong"
    " details summary blockquote pre code iframe video audio canvas noscript".split()
)
_TEMPLATE = (b"{{", b"{%", b"<%", b"${")


@dataclass(frozen=True, slots=True)
class Xml:
    """Recognise XML by parsing it; `row_tag` names the rows' element, else it is found.

    Both `<row a="1"/>` and `<row a="1"></row>` are rows; Glue's own crawler leaves the first out [doc].
    """

    row_tag: str = ""
    classification: str = "xml"
    name: str = "xml"

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Recognise a document, or several that follow one another."""
        if not sample.head[:512].lstrip(b" \t\r\n\xef\xbb\xbf\xff\xfe\x00").startswith(b"<"):
            return Rejection("it does not begin with <")
        parsed = _parse(sample)
        if isinstance(parsed, Rejection):
            return parsed
        return self._match(sample, parsed)

    def _match(self, sample: Sample, parsed: _Parsed) -> Match | Rejection:
        chosen = RowTag(self.row_tag, "the classifier names it") if self.row_tag else choose(parsed.documents)
        rows = list(outermost(parsed.documents, chosen.tag))
        if not rows:
            return Rejection(f"it holds no <{chosen.tag}>")
        if len(rows) > 1 and id(rows[-1]) in parsed.open:
            del rows[-1]  # the sample ends in it
        records = [record_of(row) for row in rows]
        refusal = _no_table(parsed, records)
        if refusal:
            return Rejection(refusal)
        oddities = [parsed.fault] if parsed.fault else []
        oddities += [f"elements <{tag}> ({count}) beside the rows <{chosen.tag}> are not read" for tag, count in chosen.beside]
        whole = sample.whole and not parsed.cut
        return Match(
            Format(self.classification, sample.codec, options=((ROW_TAG, chosen.tag),)),
            summarise_rows(records, sample.key, range(1, len(records) + 1)),
            records=len(records) if whole and not parsed.fault else None,
            record_size=parsed.consumed // len(records),
            evidence={
                "rows": {"tag": chosen.tag, "reason": chosen.reason, "encoding": parsed.encoding},
                **({"oddities": oddities} if oddities else {}),
            },
        )


@dataclass(frozen=True, slots=True)
class _Parsed:
    documents: list[Element]
    open: frozenset[int]  # ids of the elements in which the sample ends
    encoding: str
    consumed: int
    declared: bool  # it begins with an XML declaration, or its root says that it is XHTML
    cut: bool  # the sample does not reach the end
    fault: str


def _parse(sample: Sample) -> _Parsed | Rejection:
    head = sample.head[:_SAMPLE]
    cut = not sample.whole or len(head) < len(sample.head)
    encoding = encoding_of(head)
    text = Recoder(encoding).recode(head, final=not cut)
    parser = Elements()
    documents: list[Element] = []
    fault = ""
    try:
        parser.feed(text, final=not cut)
    except Refusal as refusal:
        return Rejection(str(refusal))
    except TooLarge:
        cut = True
    except NotXml as wrong:
        fault = f"it is not well-formed: {wrong}; what follows is not read"
    documents = [found.element for found in parser.taken()]
    still_open = _open_elements(parser)
    documents += still_open[:1]
    if not documents:
        return Rejection(f"it does not parse as XML: {fault or 'it ends before an element begins'}")
    if _is_page(text, parser.doctype, documents):
        return Rejection("it is HTML or a template of it")
    declared = text.startswith(b"<?xml")
    return _Parsed(documents, frozenset(map(id, still_open)), encoding, len(head), declared, cut, fault)


def _open_elements(parser: Elements) -> list[Element]:
    """Return the elements in which the sample ends, outermost first."""
    if parser.open is None:
        return []
    found = [parser.open]
    for _ in range(sum(1 for _ in parser.open.iter()) - parser.ended - 1):
        found.append(found[-1][-1])
    return found


def _is_page(text: bytes, doctype: str, documents: Sequence[Element]) -> bool:
    if text.startswith(b"<?xml") or any("xhtml" in value for value in documents[0].attrib.values()):
        return False
    if doctype.lower().partition(" ")[0] == "html":
        return "xhtml" not in doctype.lower()
    if documents[0].tag.lower() in _HTML:
        return True
    return documents[0].tag.lower() != "svg" and any(mark in text[:8192] for mark in _TEMPLATE)


def _no_table(parsed: _Parsed, records: Sequence[Record]) -> str:
    """Say what speaks against XML: faults in what does not even say that it is XML, more columns than a table can have."""
    if parsed.fault and not parsed.declared and len(records) < 2:
        return f"it does not parse as XML: {parsed.fault}"
    if len(set(chain.from_iterable(records))) > MAX_MEMBERS:
        return f"its rows have more than {MAX_MEMBERS} different fields"
    return ""


# --- columns of values, summarised together ---------------------------------------------------------


def _summarise(values: Sequence[Value], places: Sequence[int], origin: str) -> TypeSummary:
    parts: list[TypeSummary] = []
    chosen = [(value, place) for value, place in zip(values, places, strict=True) if isinstance(value, str)]
    if len(chosen) == len(values):
        return summarise_texts([value for value, _ in chosen], origin, places)
    if chosen:
        parts.append(summarise_texts([value for value, _ in chosen], origin, [place for _, place in chosen]))
    records = [(value, place) for value, place in zip(values, places, strict=True) if isinstance(value, dict)]
    if records:
        parts.append(summarise_rows([value for value, _ in records], origin, [place for _, place in records]))
    lists = [(value, place) for value, place in zip(values, places, strict=True) if isinstance(value, list)]
    if lists:
        flat = [element for value, _ in lists for element in value]
        element = _summarise(flat, [place for value, place in lists for _ in value], origin)
        parts.append(TypeSummary(arrays=len(lists), element=element, markup=True))
    return merge_all([*parts, TypeSummary(nulls=sum(value is None for value in values))])


def summarise_rows(rows: Sequence[Record], origin: str, places: Sequence[int]) -> TypeSummary:
    """Summarise records; `places` gives each one's line or number."""
    columns: dict[str, tuple[list[Value], list[int]]] = {}
    for row, place in zip(rows, places, strict=True):  # once through the cells: each row may have names of its own
        for name, value in row.items():
            values, where = columns.setdefault(name, ([], []))
            values.append(value)
            where.append(place)
    members = {
        name: Member(Place(origin, position), _summarise(*column, origin)) for position, (name, column) in enumerate(columns.items())
    }
    return struct_of(members, len(rows), markup=True)
