"""Custom classifiers as Glue's objects, in a settings file, and by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gluepot.catalog import ClassifierDefinition
from gluepot.classifiers.custom.choice import choose
from gluepot.classifiers.custom.kinds import CsvClassifier, GrokClassifier, JsonClassifier, XmlClassifier, from_api, to_api
from gluepot.classifiers.custom.toml import from_toml
from gluepot.classifiers.sample import Classifier
from gluepot.errors import ConfigError, EntityNotFound, InvalidInput

GROK = GrokClassifier("log", "app", "%{DAYS:day} %{GREEDYDATA:rest}", "DAYS [a-z]+")
CSV = CsvClassifier("sales", "|", '"', "PRESENT", ("a", "b"), False, True, True, ("LONG", "DATE"), "OpenCSVSerDe")
JSON = JsonClassifier("items", "$.items[*]")
XML = XmlClassifier(name="books", classification="xml", row_tag="book")
ALL: tuple[Classifier, ...] = (GROK, CSV, JSON, XML)


def nothing(name: str) -> ClassifierDefinition:
    raise EntityNotFound(name)


@pytest.mark.parametrize("classifier", ALL, ids=["grok", "csv", "json", "xml"])
def test_a_classifier_is_its_definition_in_glue(classifier: Classifier) -> None:
    assert from_api(to_api(classifier)) == classifier


def test_the_definition_has_glues_members() -> None:
    assert to_api(CSV) == {
        "CsvClassifier": {
            "Name": "sales",
            "Delimiter": "|",
            "QuoteSymbol": '"',
            "ContainsHeader": "PRESENT",
            "Header": ["a", "b"],
            "DisableValueTrimming": False,
            "AllowSingleColumn": True,
            "CustomDatatypeConfigured": True,
            "CustomDatatypes": ["LONG", "DATE"],
            "Serde": "OpenCSVSerDe",
        }
    }
    assert to_api(GROK)["GrokClassifier"]["GrokPattern"] == "%{DAYS:day} %{GREEDYDATA:rest}"


def test_what_the_service_sets_is_no_part_of_a_classifier() -> None:
    document = {"Name": "items", "JsonPath": "$", "Version": 3, "CreationTime": 1700000000.0, "LastUpdated": "2024-01-01T00:00:00+00:00"}

    assert from_api({"JsonClassifier": document}) == JsonClassifier("items", "$")


def test_a_classifier_of_ones_own_has_no_definition_in_glue() -> None:
    class Own:
        name = "own"

    with pytest.raises(InvalidInput, match="no classifier that Glue knows"):
        to_api(Own())  # type: ignore[arg-type]  # it is none


# --- in gluepot.toml


@pytest.mark.parametrize(
    ("name", "table", "expected"),
    [
        (
            "log",
            {"type": "grok", "classification": "app", "pattern": GROK.pattern, "custom-patterns": ["DAYS [a-z]+"]},
            GROK,
        ),
        ("log", {"type": "grok", "pattern": "%{WORD:w}"}, GrokClassifier("log", "log", "%{WORD:w}")),
        ("books", {"type": "xml", "row-tag": "book"}, XML),
        ("items", {"type": "json", "path": "$.items[*]"}, JSON),
        (
            "sales",
            {
                "type": "csv",
                "delimiter": "|",
                "quote": '"',
                "contains-header": "present",
                "header": ["a", "b"],
                "disable-value-trimming": False,
                "allow-single-column": True,
                "custom-datatypes": ["long", "date"],
                "serde": "OpenCSVSerDe",
            },
            CSV,
        ),
    ],
)
def test_a_table_of_the_settings_file_defines_a_classifier(name: str, table: dict[str, Any], expected: Classifier) -> None:
    assert from_toml(name, table) == expected


@pytest.mark.parametrize(
    ("table", "mistakes"),
    [
        ({}, ["type must be one of grok, xml, json, csv"]),
        ({"type": "CSV"}, ["not 'CSV'"]),
        ({"type": "grok"}, ["needs a pattern"]),
        ({"type": "grok", "pattern": "%{NOPE:x}"}, ["NOPE"]),
        ({"type": "json", "path": "$..a"}, ["recursive descent"]),
        ({"type": "xml", "row-tag": "<b>"}, ["row-tag is an element's name"]),
        (
            {"type": "csv", "delimeter": ",", "quote": "''", "header": "a,b", "custom-datatypes": ["uuid", 1]},
            [
                "did you mean delimiter",
                "quote must be exactly one",
                "header must be a list",
                "custom-datatypes must be one of",
                "must be text",
            ],
        ),
    ],
)
def test_every_mistake_of_a_table_is_told_in_its_own_words(table: dict[str, Any], mistakes: list[str]) -> None:
    with pytest.raises(InvalidInput) as raised:
        from_toml("ours", table)

    for mistake in mistakes:
        assert mistake in str(raised.value)


# --- by name


def test_all_that_the_settings_define_are_tried_where_nobody_chose() -> None:
    assert choose(None, {"a": CSV, "b": JSON}, nothing) == (CSV, JSON)


def test_names_choose_and_order() -> None:
    assert choose(("b", "a"), {"a": CSV, "b": JSON, "c": XML}, nothing) == (JSON, CSV)


def test_the_catalogs_classifiers_are_chosen_by_name_after_those_of_the_settings() -> None:
    held: dict[str, Classifier] = {"log": GROK, "a": XML}

    found = choose(("log", "a"), {"a": CSV}, lambda name: ClassifierDefinition.from_api(to_api(held[name])))

    assert found == (GROK, CSV)


@pytest.mark.parametrize(
    "document",
    [to_api(CSV), {"Classifier": to_api(CSV)}, {"Classifiers": [to_api(CSV)]}],
    ids=["request", "get-classifier", "get-classifiers"],
)
def test_a_file_holds_what_glues_command_prints(tmp_path: Path, document: dict[str, Any]) -> None:
    path = tmp_path / "classifier.json"
    path.write_text(json.dumps(document))

    assert choose((str(path),), {}, nothing) == (CSV,)


def test_every_classifier_that_cannot_be_had_is_told(tmp_path: Path) -> None:
    broken, other = tmp_path / "broken.json", tmp_path / "other.json"
    broken.write_text("{")
    other.write_text('{"AvroClassifier": {}}')

    with pytest.raises(ConfigError) as raised:
        choose(("nobody", str(broken), str(other), str(tmp_path / "missing.json")), {"a": CSV}, nothing)

    lines = str(raised.value).splitlines()
    assert len(lines) == 4
    assert "'nobody', neither in the settings nor in the catalog; the settings define a" in lines[0]
    assert "broken.json: cannot be read" in lines[1]
    assert "exactly one of" in lines[2]
    assert "No such file" in lines[3]
