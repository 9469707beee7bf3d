"""Custom classifiers and Glue's definitions of them: each kind's class, and the way between the two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from ...catalog.definitions import ClassifierDefinition, members_of
from ...errors import InvalidInput
from ..documents.xml import Xml as XmlClassifier
from ..grok import GrokClassifier
from ..sample import Classifier
from .csv import CsvClassifier
from .json import JsonClassifier

__all__ = ["CsvClassifier", "GrokClassifier", "JsonClassifier", "XmlClassifier", "definition_of", "from_api", "from_definition", "to_api"]

CustomClassifier = GrokClassifier | XmlClassifier | JsonClassifier | CsvClassifier

KINDS: Mapping[str, type[CustomClassifier]] = {
    "GrokClassifier": GrokClassifier,
    "XMLClassifier": XmlClassifier,
    "JsonClassifier": JsonClassifier,
    "CsvClassifier": CsvClassifier,
}
# Where a field is not called as Glue's member is.
_FIELDS = {"GrokPattern": "pattern"}
_MEMBERS = {"Pattern": "GrokPattern"}


def from_api(document: Mapping[str, Any]) -> Classifier:
    """Build a classifier from Glue's definition, as requests have it or `aws glue get-classifier` prints it.

    Raises InvalidInput with every mistake.
    """
    return from_definition(ClassifierDefinition.from_api(document))


def from_definition(definition: ClassifierDefinition) -> Classifier:
    """Build a classifier from what a catalog holds. Raises InvalidInput with every mistake."""
    definition.check()
    values = {_field(name): _frozen(value) for name, value in definition.members.items()}
    return KINDS[definition.kind](**values)


def to_api(classifier: Classifier) -> dict[str, Any]:
    """Return a custom classifier as Glue's definition. Raises InvalidInput for one that is no kind of Glue's."""
    return definition_of(classifier).to_api()


def definition_of(classifier: Classifier) -> ClassifierDefinition:
    """Return a custom classifier as a catalog holds it. Raises InvalidInput for one that is no kind of Glue's."""
    for kind, each in KINDS.items():
        if isinstance(classifier, each):
            members = members_of(classifier)
            return ClassifierDefinition(kind, {_MEMBERS.get(name, name): value for name, value in members.items()})
    raise InvalidInput(f"{classifier!r} is no classifier that Glue knows: it has {', '.join(KINDS)}.")


def _frozen(value: Any) -> Any:
    return tuple(cast("list[str]", value)) if isinstance(value, list) else value


def _field(member: str) -> str:
    """Return `quote_symbol` for `QuoteSymbol`."""
    return "".join(f"_{character.lower()}" if character.isupper() else character for character in _FIELDS.get(member, member)).lstrip("_")
