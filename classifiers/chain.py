"""The classifiers in order of priority, as Glue runs them: certainty 1.0 stops, else the highest wins."""

from __future__ import annotations

from collections.abc import Sequence

from .declared.avro import Avro
from .declared.orc import Orc
from .declared.parquet import Parquet
from .delimited.csv import Csv
from .delimited.fixed_width import FixedWidth
from .delimited.glue import GlueCsv
from .documents.bson import Bson
from .documents.ion import Ion
from .documents.json import Json
from .documents.xml import Xml
from .foreign import BINARY, foreign_kind
from .logs import LOGS
from .sample import UNKNOWN, Classification, Classifier, Format, Hint, Match, Sample, Verdict

# [doc] Glue's own order of the built-in classifiers.
BUILT_IN: tuple[Classifier, ...] = (Avro(), Orc(), Parquet(), Json(), Bson(), Xml(), Ion(), *LOGS, Csv(), FixedWidth())

# Under `--inference glue`: CSV by AWS's rules, and nothing that AWS does not know.
_BEYOND_GLUE = frozenset(("excel", "fixedwidth"))
AS_GLUE = tuple(GlueCsv() if one.name == "csv" else one for one in BUILT_IN if one.name not in _BEYOND_GLUE)


def classify(sample: Sample, hint: Hint | None = None, classifiers: Sequence[Classifier] = BUILT_IN) -> Classification:
    """Run the chain over one sample; where nobody recognises it, say what each one missed."""
    tried: list[Verdict] = []
    best: Match | None = None
    for classifier in classifiers:
        answer = classifier.classify(sample, hint)
        if not isinstance(answer, Match):
            tried.append(Verdict(classifier.name, 0.0, answer.reason))
            continue
        tried.append(Verdict(classifier.name, answer.certainty, "recognised"))
        if best is None or answer.certainty > best.certainty:
            best = answer
        if answer.certainty >= 1.0:
            break
    if best is None:
        if kind := foreign_kind(sample.head):
            tried.append(Verdict(UNKNOWN, 0.0, kind))
        return Classification(sample.key, Format(UNKNOWN, sample.codec), tried=tuple(tried))
    return Classification(
        sample.key,
        best.format,
        best.schema,
        best.records,
        best.record_size,
        tuple(tried),
        best.evidence,
        best.hint,
        best.declared,
        best.written,
    )


# How a classifier says that bytes are not meant for it at all.
_FOREIGN = ("it does not begin", "it begins with neither", "its first lines do not look", "it has no sign")

# They look at every text; the first of them says more.
_LAST = ("csv", "fixedwidth")


def why_unknown(tried: Sequence[Verdict]) -> str:
    """Return the most telling reason why nobody recognised an object: what it is, else of the one that came nearest, else of the last."""
    known = next((one.reason for one in tried if one.classifier == UNKNOWN), "")
    if known and known != BINARY:
        return known
    others = (one.reason for one in tried if one.classifier not in _LAST and " is no Ion " not in one.reason)
    near = next((reason for reason in others if not reason.startswith(_FOREIGN)), "")
    return near or known or next((one.reason for one in tried if one.classifier in _LAST), tried[-1].reason)
