"""XML as a stream of elements: expat underneath, every dimension bounded, nothing fetched or expanded.

A document that is cut or broken gives what stands before; documents may follow one another, as in a
log of XML lines. Elements are those of the standard library, built in C, with their names as written.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from html.entities import html5
from typing import NamedTuple
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ..inference.summary import TEXT

MAX_DEPTH = 100  # of an element: what nests deeper is text of the element at this depth
MAX_ROW = 16 << 20  # bytes of one element
MAX_TAGS = 500_000  # within one element
MAX_AROUND = 10_000  # elements that one lies within
MAX_TOKEN = 8 << 20  # bytes of one tag or comment
PIECE = 1 << 16

# An entity may stand for a few characters. One that refers to others is how bombs are built.
_MAX_ENTITY = 256
_MAX_ENTITIES = 256
_PLAIN_ENTITY = re.compile(r"(?:[^&<%]|&#\w{1,8};)*")
_WITH_ENTITIES = MAX_ROW // _MAX_ENTITY  # bytes of one element where a few of them stand for many

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WIDE = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_SPACES = b" \t\r\n"
_PADDING = b" \t\r\n\0\x1a"
_ROOT = b"<_>"  # put around documents that follow one another
_JUNK_AFTER_DOCUMENT, _MISPLACED_DECLARATION = 9, 17  # expat's codes


class NotXml(ValueError):
    """The text is no XML from here on, or goes past a limit; the message says why and where."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(f"{reason} at line {line}")
        self.reason = reason
        self.line = line


class Refusal(NotXml):
    """What is never read: entities that may expand without end or reach outside the document."""


class TooLarge(NotXml):
    """One element is larger than the limit."""


class Found(NamedTuple):
    """An element, and the line it starts on."""

    line: int
    element: Element


def encoding_of(head: bytes) -> str:
    """Return a document's encoding: by its mark, its zero bytes, its declaration, else UTF-8 or, where it is not, Windows-1252."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    for start, name in _WIDE:
        if head.startswith(start):
            return name
    declared = _DECLARED.search(head[:400])
    name = _known(declared.group(1).decode()) if declared else "utf-8"
    if name == "utf-8":
        try:
            codecs.getincrementaldecoder("utf-8")().decode(head)
        except UnicodeDecodeError:
            return "cp1252"
    return name


def _known(name: str) -> str:
    """Return a declared encoding if it can be: text in one byte a letter is declared UTF-16 where a program saved its own string."""
    try:
        return name if b"<a>".decode(name) == "<a>" and codecs.lookup(name).name != "utf-8" else "utf-8"
    except (LookupError, ValueError):
        return "utf-8"


class Recoder:
    """Bytes in any encoding to UTF-8, without what stands before the first tag."""

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._begun = False

    def recode(self, data: bytes, final: bool = False) -> bytes:
        """Return the next text; bytes that mean nothing become U+FFFD."""
        text = self._decoder.decode(data, final)
        if not self._begun:
            text = text.lstrip("\ufeff \t\r\n")
            self._begun = bool(text)
        return text.encode("utf-8", "replace")


class Elements:
    """Collects the outermost elements of one name, or whole documents, from UTF-8 text fed to it."""

    def __init__(self, tag: str = "") -> None:
        self.tag = tag
        self.doctype = ""  # its name and identifiers
        self.started = False  # some element has begun
        self.open: Element | None = None  # the element in progress
        self.ended = 0  # elements within it that have ended
        self.consumed = 0
        self._builder = TreeBuilder()
        self._open_line = 0
        self._open_at = 0
        self._tags = 0  # at most, within it
        self._depth = 0  # but within a collected element
        self._lines_before = 0
        self._entities = 0
        self._limit = MAX_ROW
        self._ready: list[Found] = []
        self._before = b""  # the piece before, which may hold the beginning of a tag
        self._begin(wrapped=False)

    def feed(self, data: bytes, final: bool = False) -> None:
        """Take the next text. Raises NotXml; `taken` has what stands before the fault."""
        for start in range(0, len(data), PIECE):
            self._feed(data[start : start + PIECE])
        if final:
            self._feed(b"", final=True)

    def taken(self) -> list[Found]:
        """Return the elements that have ended since the last call."""
        found, self._ready = self._ready, []
        return found

    def _begin(self, *, wrapped: bool) -> None:
        parser = expat.ParserCreate("utf-8", intern={})
        parser.buffer_text = True
        parser.UseForeignDTD(True)  # none is read: it makes an entity that nobody declares something to skip, not a fault
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = self._entity
        parser.SkippedEntityHandler = self._skipped
        parser.StartDoctypeDeclHandler = self._doctype
        self._parser = parser
        self._wrapped = wrapped
        self._fed = 0  # bytes given to this parser
        self._depth = -1 if wrapped else 0
        if wrapped:
            parser.Parse(_ROOT)
            self._fed = len(_ROOT)

    def _feed(self, data: bytes, final: bool = False) -> None:
        self.consumed += len(data)
        while True:
            parser = self._parser
            try:
                parser.Parse(b"</_>" if final and self._wrapped else data, final)
                break
            except expat.ExpatError as error:
                rest = self._rest(data, error.code)
                if rest is None:
                    raise NotXml(expat.ErrorString(error.code), self._line(parser.ErrorLineNumber)) from None
                self._lines_before += parser.ErrorLineNumber - 1
                self._before = b""
                if rest:
                    self._begin(wrapped=not rest.startswith((b"<?xml", b"<!")))
                elif not final:
                    self._begin(wrapped=True)
                data = rest
                if not rest:
                    break
        self._fed += len(data)
        self._before = data
        self._tags += data.count(b"<")
        self._bound()

    def _rest(self, data: bytes, code: int) -> bytes | None:
        """Return the text from where another document begins; None where there is none."""
        if self._depth or not self.started:
            return None
        both = self._before + data
        rest = both[max(0, self._parser.ErrorByteIndex - self._fed + len(self._before)) :]
        if not rest.strip(_PADDING):
            return b""
        if code == _JUNK_AFTER_DOCUMENT:
            return rest if rest.startswith(b"<") else None
        return rest if self._wrapped and (code == _MISPLACED_DECLARATION or rest[:9].upper() == b"<!DOCTYPE") else None

    def _line(self, line: int) -> int:
        return self._lines_before + line

    def _bound(self) -> None:
        place = self._parser.CurrentByteIndex
        if place >= 0 and self._fed - place > MAX_TOKEN:
            raise TooLarge(f"a tag or comment is longer than {MAX_TOKEN >> 20} MB", self._line(self._parser.CurrentLineNumber))
        if self.open is not None and self._fed - self._open_at > self._limit:
            raise TooLarge(f"<{self.open.tag}> is longer than {self._limit >> 20 or 1} MB", self._open_line)
        if self.open is not None and self._tags > MAX_TAGS:
            raise TooLarge(f"<{self.open.tag}> holds more than {MAX_TAGS} tags", self._open_line)

    # --- what expat tells

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if not self._depth:
            return  # the root put around the documents
        self.started = True
        if self._depth > MAX_AROUND:
            raise TooLarge(f"elements nest deeper than {MAX_AROUND} levels", self._line(self._parser.CurrentLineNumber))
        if self.tag and not matches(name, self.tag):
            return
        parser, builder = self._parser, TreeBuilder()
        self.open = row = builder.start(name, attributes)
        self.ended = 0
        self._tags = 0
        self._builder = builder
        self._open_line = self._line(parser.CurrentLineNumber)
        self._open_at = parser.CurrentByteIndex
        end = builder.end

        def ended(name: str) -> None:
            self.ended += 1
            if end(name) is row:
                self._close(row)

        # Within a row nothing but its end needs Python: that is half of the time.
        parser.StartElementHandler = builder.start
        parser.EndElementHandler = ended
        parser.CharacterDataHandler = builder.data

    def _close(self, row: Element) -> None:
        self._ready.append(Found(self._open_line, row))
        self.open = None
        self._depth -= 1
        parser = self._parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = None

    def _end(self, name: str) -> None:
        self._depth -= 1

    def _entity(
        self,
        name: str,
        is_parameter: bool,
        value: str | None,
        base: str | None,
        system: str | None,
        public: str | None,
        notation: str | None,
    ) -> None:
        self._entities += 1
        line = self._line(self._parser.CurrentLineNumber)
        if is_parameter or value is None:
            raise Refusal(f"the entity {name} reaches outside the document: remove its declaration", line)
        if len(value) > _MAX_ENTITY or not _PLAIN_ENTITY.fullmatch(value) or self._entities > _MAX_ENTITIES:
            raise Refusal(f"the entity {name} may expand without end: write its text where it is used", line)
        self._limit = _WITH_ENTITIES

    def _skipped(self, name: str, is_parameter: bool) -> None:
        """An entity that nobody declares here: one of HTML's, or left as it is written."""
        if self.open is not None and not is_parameter:
            self._builder.data(html5.get(f"{name};", f"&{name};"))

    def _doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        self.doctype = " ".join(filter(None, (name, public, system)))


def matches(name: str, tag: str) -> bool:
    """Say whether an element's name is the one meant: as written, or without its prefix."""
    return name == tag or name.rpartition(":")[2] == tag


def outermost(documents: list[Element], tag: str) -> Iterator[Element]:
    """Yield the elements of a name, in their order, but those within another of them."""
    waiting = documents[::-1]
    while waiting:
        element = waiting.pop()
        if matches(element.tag, tag):
            yield element
        else:
            waiting.extend(element[::-1])


# --- an element as a value --------------------------------------------------------------------------

Value = None | str | dict[str, "Value"] | list["Value"]
Record = dict[str, Value]
_NIL = "xsi:nil"
_OF_THE_SCHEMA = frozenset((_NIL, "xsi:schemaLocation", "xsi:noNamespaceSchemaLocation", "xmlns"))


def record_of(row: Element) -> Record:
    """Return a row as its columns: attributes as `_name`, children by name, its own text as `_VALUE`.

    Names lose the row's own prefix; that of another vocabulary stays, joined by `_`: a colon
    would end the name in a Hive type.
    """
    prefix = row.tag.rpartition(":")[0]
    record = _attributes(row, prefix)
    _children(row, prefix, record, 1)
    if text := _own_text(row):
        record[TEXT] = text
    return record


def _value(element: Element, prefix: str, depth: int) -> Value:
    record = _attributes(element, prefix) if element.attrib else {}
    if not len(element):
        text = element.text
        content = text if text and not text.isspace() else None
    elif depth < MAX_DEPTH and not _own_text(element):
        return _children(element, prefix, record, depth + 1)
    else:
        content = "".join(element.itertext())
    if not record:
        return content
    if content is not None:
        record[TEXT] = content
    return record


def _children(element: Element, prefix: str, record: Record, depth: int) -> Record:
    for child in element:
        name = child.tag if ":" not in child.tag else _name(child.tag, prefix)
        value = _value(child, prefix, depth)
        if name not in record:
            record[name] = value
            continue
        before = record[name]
        if isinstance(before, list):
            before.append(value)
        else:
            record[name] = [before, value]
    return record


def _attributes(element: Element, prefix: str) -> Record:
    return {
        f"_{_name(name, prefix)}" if ":" in name else f"_{name}": value
        for name, value in element.attrib.items()
        if name not in _OF_THE_SCHEMA and not name.startswith("xmlns:")
    }


def _own_text(element: Element) -> str:
    """Return the text directly within an element; '' where it is only space and stray signs between its children."""
    text = element.text or ""
    for child in element:
        if (tail := child.tail) and not tail.isspace():
            text += tail
    if text.isspace() or (len(element) and not any(map(str.isalnum, text))):
        return ""
    return text


def _name(name: str, prefix: str) -> str:
    before, _, local = name.partition(":")
    return local if before == prefix else f"{before}_{local}"
