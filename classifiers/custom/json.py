"""The custom JSON classifier: its path says what the rows are."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from ..documents.json import json_format
from ..documents.json_documents import documents_of
from ..documents.json_summary import summarise
from ..sample import Hint, Match, Rejection, Sample
from ..text import decode, encoding_of
from .jsonpath import as_row, parse, select

PARAMETER = "jsonPath"  # [guess] the table's parameter: what Glue's own JSON reader calls it [doc]
MAX_ROWS = 100_000  # a path may lead to more values than the sample has bytes worth summarising
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["\[\]{},]', re.DOTALL)
_CLOSING = {"[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class JsonClassifier:
    """Recognise JSON in which the path leads to something."""

    name: str
    json_path: str

    def __post_init__(self) -> None:
        """Refuse a path that Glue does not know. Raises InvalidInput."""
        parse(self.json_path)

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Recognise a sample's documents, and summarise what the path selects from each."""
        if sample.head[:4096].lstrip(b" \t\r\n\xef\xbb\xbf\xff\xfe\x00")[:1] not in (b"{", b"["):
            return Rejection("it does not begin with { or [")
        encoding = encoding_of(sample.head)
        if encoding is None:
            return Rejection("the bytes are not text")
        documents, error = _documents(decode(sample.head, encoding).lstrip("\ufeff \t\r\n"), whole=sample.whole)
        if error:
            return Rejection(f"it does not parse as JSON: {error}")
        rows = self._rows(documents)
        if not rows:
            return Rejection(f"the path {self.json_path} leads to nothing in its {len(documents)} documents")
        schema = summarise(rows, sample.key, range(1, len(rows) + 1), 0)
        form = json_format(sample, "documents", encoding)
        form = replace(form, options=((PARAMETER, self.json_path), *form.options))
        return Match(form, schema, record_size=len(sample.head) // len(rows))

    def _rows(self, documents: list[Any]) -> list[dict[str, Any]]:
        steps = parse(self.json_path)
        rows: list[dict[str, Any]] = []
        for document in documents:
            rows.extend(as_row(value) for value in select(document, steps))
            if len(rows) >= MAX_ROWS:
                break
        return rows[:MAX_ROWS]


def _documents(text: str, *, whole: bool) -> tuple[list[Any], str]:
    """Return a sample's documents, the one that it cuts off as far as it goes, or why there are none."""
    found = documents_of(text)
    if not found.values and not whole:
        found = documents_of(_closed(text))
    if found.values and (not whole or 2 * len(found.values) >= text.count("\n") or not found.error):
        return found.values, ""
    return [], found.error


def _closed(text: str) -> str:
    """Return a document that is cut off with what is whole of it, and its brackets closed."""
    brackets: list[str] = []
    end = 0
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark == '"' or (mark in "]}" and not brackets):
            break  # a text that is cut off, or no JSON
        if mark in _CLOSING:
            brackets.append(_CLOSING[mark])
        elif mark in "]}":
            brackets.pop()
        if mark in "[]{},":
            end = token.start() if mark == "," else token.end()
    return text[:end] + "".join(reversed(brackets))
