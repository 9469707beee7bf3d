"""Custom classifiers: the contract of every catalog."""

from __future__ import annotations

from typing import Any

import pytest

from gluepot.catalog import Catalog, ClassifierDefinition
from gluepot.errors import AlreadyExists, EntityNotFound, InvalidInput, VersionMismatch

GROK = {"GrokClassifier": {"Name": "log", "Classification": "app", "GrokPattern": "%{WORD:word}"}}
CSV = {"CsvClassifier": {"Name": "sales", "Delimiter": "|", "QuoteSymbol": '"', "Header": ["id", "name"]}}
JSON = {"JsonClassifier": {"Name": "items", "JsonPath": "$[*]"}}
XML = {"XMLClassifier": {"Name": "books", "Classification": "xml", "RowTag": "book"}}


def definition(document: dict[str, Any]) -> ClassifierDefinition:
    return ClassifierDefinition.from_api(document)


@pytest.mark.parametrize("document", [GROK, CSV, JSON, XML])
def test_a_classifier_comes_back_with_what_the_service_sets(catalog: Catalog, document: dict[str, Any]) -> None:
    ((kind, members),) = document.items()
    catalog.create_classifier(definition(document))

    found = catalog.get_classifier(members["Name"]).to_api()[kind]

    assert found.pop("CreationTime") == found.pop("LastUpdated") > 1_600_000_000
    assert found.pop("Version") == 1
    assert found == members


def test_a_name_is_given_once(catalog: Catalog) -> None:
    catalog.create_classifier(definition(JSON))

    with pytest.raises(AlreadyExists, match="items"):
        catalog.create_classifier(definition({"XMLClassifier": {"Name": "items", "Classification": "xml"}}))


def test_an_update_changes_what_is_given_and_counts_the_version(catalog: Catalog) -> None:
    catalog.create_classifier(definition(CSV))

    catalog.update_classifier(definition({"CsvClassifier": {"Name": "sales", "Delimiter": ";"}}))

    found = catalog.get_classifier("sales")
    assert (found.version, found.members["Delimiter"], found.members["Header"]) == (2, ";", ["id", "name"])


def test_an_update_of_what_has_changed_since_is_refused(catalog: Catalog) -> None:
    catalog.create_classifier(definition(JSON))
    catalog.update_classifier(definition(JSON), version=1)

    with pytest.raises(VersionMismatch, match="version 2, not 1"):
        catalog.update_classifier(definition(JSON), version=1)


def test_an_update_that_contradicts_what_stays_is_refused_and_changes_nothing(catalog: Catalog) -> None:
    catalog.create_classifier(definition(CSV))

    with pytest.raises(InvalidInput, match="must differ"):
        catalog.update_classifier(definition({"CsvClassifier": {"Name": "sales", "Delimiter": '"'}}))
    assert catalog.get_classifier("sales").version == 1


def test_a_classifier_cannot_become_one_of_another_kind(catalog: Catalog) -> None:
    catalog.create_classifier(definition(JSON))

    with pytest.raises(InvalidInput, match="cannot become a CsvClassifier"):
        catalog.update_classifier(definition({"CsvClassifier": {"Name": "items", "Delimiter": ","}}))


def test_a_missing_classifier_is_named(catalog: Catalog) -> None:
    with pytest.raises(EntityNotFound, match="nobody"):
        catalog.get_classifier("nobody")
    with pytest.raises(EntityNotFound, match="nobody"):
        catalog.delete_classifier("nobody")
    with pytest.raises(EntityNotFound, match="nobody"):
        catalog.update_classifier(definition({"JsonClassifier": {"Name": "nobody", "JsonPath": "$"}}))


def test_a_deleted_classifier_is_gone(catalog: Catalog) -> None:
    catalog.create_classifier(definition(JSON))
    catalog.delete_classifier("items")

    assert list(catalog.get_classifiers()) == []


def test_classifiers_are_listed_by_name_in_pages(catalog: Catalog) -> None:
    for document in (GROK, CSV, JSON, XML):
        catalog.create_classifier(definition(document))

    first = catalog.get_classifiers_page(limit=3)

    assert [one.name for one in first.items] == ["books", "items", "log"]
    assert [one.name for one in catalog.get_classifiers_page(first.next_token, 3).items] == ["sales"]
    assert [one.name for one in catalog.get_classifiers()] == ["books", "items", "log", "sales"]


@pytest.mark.parametrize("document", [{}, {"CsvClassifier": {}, "JsonClassifier": {}}, {"AvroClassifier": {"Name": "a"}}])
def test_a_definition_is_of_exactly_one_kind(document: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="exactly one"):
        definition(document)


@pytest.mark.parametrize(
    ("kind", "members", "what"),
    [
        ("GrokClassifier", {"Name": "a"}, r"needs a Classification.*needs a GrokPattern"),
        ("GrokClassifier", {"Name": "a", "Classification": "b", "GrokPattern": "x\ny"}, "GrokPattern holds a line end"),
        ("GrokClassifier", {"Name": "a", "Classification": "b", "GrokPattern": "x" * 2049}, "1 to 2,048 characters"),
        ("GrokClassifier", {"Name": "a", "Classification": "b", "GrokPattern": "x", "CustomPatterns": "y" * 16_001}, "16,000"),
        ("XMLClassifier", {"Name": "a", "Classification": "xml", "RowTag": "<row>"}, "without angle brackets"),
        ("JsonClassifier", {"Name": "a\nb", "JsonPath": "$"}, "Name holds a line end"),
        ("JsonClassifier", {"Name": "a" * 256, "JsonPath": "$"}, "1 to 255 characters"),
        ("JsonClassifier", {"Name": "a", "JsonPath": 7}, "must be text"),
        ("CsvClassifier", {"Name": "a", "Quote": '"'}, "has no Quote"),
        ("CsvClassifier", {"Name": "a", "AllowSingleColumn": "yes"}, "true or false"),
        ("CsvClassifier", {"Name": "a", "Header": "id,name"}, "a list of texts"),
        ("CsvClassifier", {"Name": "a", "Header": [""]}, "each of Header"),
        ("CsvClassifier", {"Name": "a", "CustomDatatypes": ["UUID"]}, "one of BINARY"),
    ],
)
def test_what_glue_refuses_is_refused(catalog: Catalog, kind: str, members: dict[str, Any], what: str) -> None:
    with pytest.raises(InvalidInput, match=what):
        catalog.create_classifier(definition({kind: members}))
