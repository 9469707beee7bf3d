from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import gluepot
from gluepot.catalog.interface import Catalog
from gluepot.classifiers.custom.csv import CsvClassifier
from gluepot.classifiers.custom.json import JsonClassifier
from gluepot.classifiers.grok import GrokClassifier
from gluepot.classifiers.inference.summary import Member, Place, declared, struct_of
from gluepot.classifiers.sample import Format, Hint, Match, Rejection, Sample
from gluepot.crawler.report import CrawlReport
from gluepot.errors import InvalidInput

Write = Callable[[dict[str, str | bytes]], Path]
Crawl = Callable[..., CrawlReport]

CSV = "id,name\n1,ann\n2,bob\n"


@dataclass(frozen=True, slots=True)
class Begins:
    """Takes what begins with a mark, as one column."""

    name: str
    mark: bytes
    certainty: float = 1.0

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        if not sample.head.startswith(self.mark):
            return Rejection(f"it does not begin with {self.mark!r}")
        schema = struct_of({"record": Member(Place(sample.key, 0), declared("string", sample.key))}, 1)
        return Match(Format(self.name, sample.codec), schema, certainty=self.certainty)


def rows(catalog: Catalog, table: str) -> list[dict[str, object]]:
    return gluepot.scan_table(catalog, table).read_all().to_pylist()


def classifications(catalog: Catalog) -> dict[str, str]:
    return {table.name: (table.parameters or {})["classification"] for table in catalog.get_tables("default")}


def test_a_custom_classifier_stands_before_the_built_in_ones(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    crawl(lake({"a/a.csv": CSV, "b/b.csv": "key,name\n1,ann\n"}), classifiers=(Begins("ours", b"id"),))

    assert classifications(catalog) == {"a": "ours", "b": "csv"}


def test_the_first_certain_custom_classifier_wins(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CSV)

    found = gluepot.classify(str(tmp_path / "a.csv"), classifiers=[Begins("low", b"id", 0.4), Begins("sure", b"i"), Begins("late", b"id")])

    assert found.format.classification == "sure"
    assert [(verdict.classifier, verdict.certainty) for verdict in found.tried] == [("low", 0.4), ("sure", 1.0)]


def test_an_unsure_custom_classifier_loses_against_a_sure_built_in_one(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CSV)

    assert gluepot.classify(str(tmp_path / "a.csv"), classifiers=[Begins("unsure", b"id", 0.9)]).format.classification == "csv"


def test_the_surest_custom_classifier_has_what_no_built_in_one_takes(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Dear all,\nthis is a letter.\n")

    found = gluepot.classify(str(tmp_path / "note.txt"), classifiers=[Begins("low", b"Dear", 0.2), Begins("high", b"Dear", 0.7)])

    assert found.format.classification == "high"


def test_what_a_sibling_was_does_not_keep_custom_classifiers_from_a_file(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    files: dict[str, str | bytes] = {**{f"part-{number}.csv": CSV for number in range(5)}, "part-5.csv": "id,name\n9,last\n"}

    crawl(lake(files), classifiers=(Begins("ours", b"id,name\n9"),))

    assert sorted(classifications(catalog).values()) == ["csv", "ours"]


def test_an_edited_classifier_reclassifies_what_did_not_change(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"a/a.csv": CSV})
    crawl(root)
    crawl(root, classifiers=(Begins("ours", b"id"),))
    assert set(classifications(catalog).values()) == {"ours"}

    crawl(root, classifiers=(Begins("ours", b"nothing"),))

    assert set(classifications(catalog).values()) == {"csv"}


def test_a_tables_parameters_say_how_its_custom_classifier_reads_it(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake(
        {"sales/a.txt": "1_%a_b%\n2_c\n", "items/a.json": '{"n": 2, "items": [{"a": 1}, {"a": 2}]}', "ids/a.json": '{"id": 1}\n{"id": 2}'}
    )
    csv = CsvClassifier("sales", "_", "%", "ABSENT", ("Id", "Note"), serde="OpenCSVSerDe")

    report = crawl(root, classifiers=(csv, JsonClassifier("items", "$.items[*]"), JsonClassifier("ids", "$.id")))

    assert [table.verification and table.verification.status for table in report.tables] == ["verified"] * 3
    assert rows(catalog, "sales") == [{"id": 1, "note": "a_b"}, {"id": 2, "note": "c"}]
    assert rows(catalog, "items") == [{"a": 1}, {"a": 2}]
    assert rows(catalog, "ids") == [{"record": 1}, {"record": 2}]
    sales = catalog.get_table("default", "sales")
    assert sales.storage is not None
    assert sales.storage.serde is not None
    assert sales.storage.serde.parameters == {"separatorChar": "_", "quoteChar": "%", "escapeChar": "\\"}
    assert (sales.parameters or {})["customSerde"] == "OpenCSVSerDe"
    assert (sales.parameters or {})["areColumnsQuoted"] == "true"


@pytest.mark.parametrize("classification", ["app", "json", "parquet", "csv"])
def test_a_log_may_be_called_anything(lake: Write, crawl: Crawl, catalog: Catalog, classification: str) -> None:
    classifier = GrokClassifier("log", classification, "%{WORD:word} %{INT:number:int}")

    crawl(lake({"log/a.log": "one 1\ntwo 2\n"}), classifiers=(classifier,))

    assert classifications(catalog) == {"log": classification}
    assert rows(catalog, "log") == [{"word": "one", "number": 1}, {"word": "two", "number": 2}]


@pytest.mark.parametrize("serde", ["OpenCSVSerDe", "LazySimpleSerDe"])
def test_the_serde_that_a_classifier_names_is_written(lake: Write, crawl: Crawl, catalog: Catalog, serde: str) -> None:
    crawl(lake({"a/a.csv": CSV}), classifiers=(CsvClassifier("ours", serde=serde),))

    storage = catalog.get_table("default", "a").storage
    assert storage is not None
    assert storage.serde is not None
    assert (storage.serde.library or "").lower().endswith(serde.lower())
    assert rows(catalog, "a") == [{"id": 1, "name": "ann"}, {"id": 2, "name": "bob"}]


def test_custom_classifiers_reach_worker_processes(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({f"t{number}/{'x' * number}/a.txt": "id_v\n1_2\n" for number in range(1, 9)})

    report = crawl(root, workers=2, classifiers=(CsvClassifier("ours", "_"),))

    assert {tuple(column.name for column in table.table.columns) for table in report.tables} == {("id", "v")}


def test_a_folder_is_no_file_to_classify(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is a folder"):
        gluepot.classify(str(tmp_path))
