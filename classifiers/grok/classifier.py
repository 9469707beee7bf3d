"""Grok as a classifier: what share of a sample's lines a pattern matches, and the columns it gives."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from ..inference.summary import Member, Place, TypeSummary, declared, struct_of
from ..sample import Format, Hint, Match, Rejection, Sample
from ..text import decode, encoding_of, whole_lines
from .explain import explain_line
from .pattern import GROK_CUSTOM, GROK_PATTERN, Grok, TooSlow, compile_grok

SAMPLE_LINES = 1000  # [doc] Glue looks at a thousand records
SHARE = 0.7  # of the lines must match [guess]: Glue publishes no figure
_HOPELESS = 40  # lines without a match, after which the others are not tried
_TIME_LIMIT = 2.0  # seconds for one object
# What programs write below an entry: the rest of a message, a stack trace.
_CONTINUED = (" ", "\t", "Caused by:", "Traceback (", "... ", "at ", "}", "]", ")")


@dataclass(frozen=True, slots=True)
class GrokClassifier:
    """A custom classifier by grok. Built with a pattern that is none, it raises InvalidInput naming the cure."""

    name: str
    classification: str
    pattern: str
    custom_patterns: str = ""

    def __post_init__(self) -> None:
        compile_grok(self.pattern, self.custom_patterns)

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Recognise text of which enough lines match. What is recognised has certainty 1.0 [guess], so that a stray line costs nothing."""
        lines = text_lines(sample)
        if isinstance(lines, Rejection):
            return lines
        grok = compile_grok(self.pattern, self.custom_patterns)
        return match_of(sample, self.classification, judge(grok, lines), grok)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How the lines of a sample fared."""

    lines: int  # that count: blank ones and those that continue an entry do not
    matched: int
    refusal: str = ""  # why the pattern does not fit
    first_unmatched: str = ""
    record_size: int = 0


def text_lines(sample: Sample) -> list[tuple[int, str]] | Rejection:
    """Return the sample's first lines that are not blank, with their numbers."""
    encoding = encoding_of(sample.head)
    if encoding is None:
        return Rejection("the bytes are not text")
    text = whole_lines(decode(sample.head, encoding), whole=sample.whole)
    lines = [(number, line) for number, line in enumerate(islice(text.split("\n"), SAMPLE_LINES), 1) if line.strip()]
    return lines or Rejection("there is no text")


def judge(grok: Grok, lines: Sequence[tuple[int, str]], comment: str = "") -> Judgement:
    """Hold a pattern against numbered lines; one that begins with the comment sign says nothing about it."""
    started = time.monotonic()
    seen = matched = 0
    first: tuple[int, str] | None = None
    for number, line in lines:
        try:
            fits = grok.match(line) is not None
        except TooSlow as error:
            return Judgement(seen, matched, f"line {number}: {error}")
        if time.monotonic() - started > _TIME_LIMIT:
            return Judgement(seen, matched, f"the pattern took longer than {_TIME_LIMIT:g} s over {seen + 1} lines and was cut off")
        if not fits and ((matched and line.startswith(_CONTINUED)) or (comment and line.startswith(comment))):
            continue
        seen += 1
        matched += fits
        if not fits and first is None:
            first = number, line
        if seen == _HOPELESS and not matched:
            break
    unmatched = str(explain_line(grok, first[1], first[0])) if first else ""
    size = sum(len(line.encode()) for _, line in lines[:3]) // max(1, len(lines[:3]))
    if not seen or matched < SHARE * seen:
        return Judgement(seen, matched, f"{matched} of {seen} lines match the pattern; {unmatched or 'all are comments'}", unmatched)
    return Judgement(seen, matched, "", unmatched, size)


def match_of(sample: Sample, classification: str, verdict: Judgement, grok: Grok, pattern: str = "") -> Match | Rejection:
    """Return the table that a pattern makes of a sample; `pattern` is what its reader gets where that is another."""
    if verdict.refusal:
        return Rejection(verdict.refusal)
    if not grok.columns:
        return Rejection("the pattern has no field: write %{PATTERN:field} for what should be a column")
    options = [(GROK_PATTERN, pattern or grok.pattern)]
    if grok.custom_patterns:
        options.append((GROK_CUSTOM, grok.custom_patterns))
    shown = {"lines": verdict.lines, "matched": verdict.matched, "first_unmatched": verdict.first_unmatched, "pattern": options[0][1]}
    return Match(
        Format(classification, sample.codec, options=tuple(options)),
        _schema(grok, sample.key, verdict.matched),
        record_size=verdict.record_size,
        evidence={"grok": {key: value for key, value in shown.items() if value != ""}},
        declared=grok.columns,
    )


def _schema(grok: Grok, key: str, records: int) -> TypeSummary:
    return struct_of({name: Member(Place(key, place), declared(kind, key)) for place, (name, kind) in enumerate(grok.columns)}, records)
