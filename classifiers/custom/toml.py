"""Custom classifiers as `gluepot.toml` writes them: `[classifiers.NAME]`, a `type`, and Glue's members in words of a settings file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from ...catalog.definitions import ClassifierDefinition
from ...errors import InvalidInput
from ..sample import Classifier
from .kinds import from_definition

# type -> Glue's kind, and its members by the keys that stand for them
TYPES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "grok": ("GrokClassifier", {"classification": "Classification", "pattern": "GrokPattern", "custom-patterns": "CustomPatterns"}),
    "xml": ("XMLClassifier", {"classification": "Classification", "row-tag": "RowTag"}),
    "json": ("JsonClassifier", {"path": "JsonPath"}),
    "csv": (
        "CsvClassifier",
        {
            "delimiter": "Delimiter",
            "quote": "QuoteSymbol",
            "contains-header": "ContainsHeader",
            "header": "Header",
            "disable-value-trimming": "DisableValueTrimming",
            "allow-single-column": "AllowSingleColumn",
            "custom-datatype-configured": "CustomDatatypeConfigured",
            "custom-datatypes": "CustomDatatypes",
            "serde": "Serde",
        },
    ),
}


def from_toml(name: str, table: Mapping[str, Any]) -> Classifier:
    """Build the classifier that a table defines. Raises InvalidInput with every mistake."""
    written = dict(table)
    kind, keys = TYPES.get(str(written.pop("type", None)), ("", {}))
    if not kind:
        raise InvalidInput(f"type must be one of {', '.join(TYPES)}, not {table.get('type')!r}.")
    foreign = [_foreign(key, keys) for key in sorted(written.keys() - keys.keys())]
    members = {keys[key]: _value(key, value) for key, value in written.items() if key in keys}
    definition = ClassifierDefinition(kind, {"Name": name, **_implied(kind, name, members), **members})
    mistakes = foreign + definition.mistakes({member: key for key, member in keys.items()})
    if mistakes:
        raise InvalidInput(" ".join(mistakes))
    return from_definition(definition)


def _foreign(key: str, keys: Mapping[str, str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key.replace("_", "-"), list(keys), 1, 0.6)
    return f"there is no key {key}; {f'did you mean {near[0]}?' if near else 'there are ' + ', '.join(keys) + '.'}"


def _value(key: str, value: Any) -> Any:
    """Return a value as Glue writes it: its words in capitals, patterns a line each."""
    if key == "contains-header" and isinstance(value, str):
        return value.upper()
    if key == "custom-datatypes" and isinstance(value, list):
        return [item.upper() if isinstance(item, str) else item for item in cast("list[object]", value)]
    if key == "custom-patterns" and isinstance(value, list):
        return "\n".join(map(str, cast("list[object]", value)))
    return value


def _implied(kind: str, name: str, members: Mapping[str, Any]) -> dict[str, Any]:
    """Return what need not be written: a log is called like its classifier, and types that are given count."""
    if kind == "CsvClassifier":
        return {"CustomDatatypeConfigured": True} if members.get("CustomDatatypes") else {}
    return {"GrokClassifier": {"Classification": name}, "XMLClassifier": {"Classification": "xml"}}.get(kind, {})
