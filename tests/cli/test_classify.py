"""`crawl classify`: what files are, and why."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import gluepot
from gluepot.catalog import ClassifierDefinition
from gluepot.classifiers.custom.kinds import CsvClassifier, to_api
from gluepot.cli import main
from gluepot.errors import InvalidInput, ObjectNotFound

SALES = 'id|note|amount\n1|"a|b"|2.5\n2|c|4.0\n'


class Done(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The JSON objects, a line each."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Done]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GLUEPOT_")]:
        monkeypatch.delenv(name)
    (tmp_path / "sales.csv").write_text(SALES)
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "a.json.gz").write_bytes(gzip.compress(b'{"a": 1}\n{"a": 2}\n'))
    (tmp_path / "in" / "deep" / "note.md").write_text("# Dear all\n\nthis is a letter, and no table\n")
    (tmp_path / "in" / ".hidden").write_text("x")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> Done:
        with pytest.raises(SystemExit) as ended:
            main(["classify", *arguments])
        out, err = capsys.readouterr()
        return Done(int(str(ended.value.code or 0)), out, err)

    return run


def test_json_is_an_object_a_file(run: Run) -> None:
    sales, packed, note = run("sales.csv", "in", "--output", "json").objects

    assert [one["file"] for one in (sales, packed, note)] == ["sales.csv", "in/a.json.gz", "in/deep/note.md"]
    assert (sales["classification"], sales["certainty"], sales["compression"]) == ("csv", 1.0, "none")
    assert (sales["delimiter"], sales["quote"], sales["header"], sales["encoding"]) == ("|", '"', True, "utf-8")
    assert sales["columns"] == [
        {"Name": "id", "Type": "bigint"},
        {"Name": "note", "Type": "string"},
        {"Name": "amount", "Type": "double"},
    ]
    assert (packed["classification"], packed["compression"], packed["delimiter"], packed["header"]) == ("json", "gzip", None, None)
    assert (note["classification"], note["certainty"], note["columns"]) == ("UNKNOWN", 0.0, [])
    assert all(each["reason"] for each in note["tried"])


def test_python_says_the_same_in_one_call(run: Run) -> None:
    assert gluepot.describe("sales.csv") == run("sales.csv", "--output", "json").objects[0]


def test_python_raises_where_there_is_no_file() -> None:
    with pytest.raises(ObjectNotFound):
        gluepot.describe("nowhere.csv")
    with pytest.raises(InvalidInput, match="is a folder"):
        gluepot.describe("in")


def test_tsv_is_a_line_a_file(run: Run) -> None:
    names, row = (line.split("\t") for line in run("sales.csv").out.splitlines())

    assert dict(zip(names, row, strict=True)) == {
        "file": "sales.csv",
        "classification": "csv",
        "certainty": "1.0",
        "compression": "none",
        "delimiter": "|",
        "quote": '"',
        "header": "true",
        "encoding": "utf-8",
        "columns": "id bigint,note string,amount double",
    }


def test_a_terminal_shows_verdicts_dialects_header_and_columns(run: Run) -> None:
    shown = run("sales.csv", "--output", "table").out

    for words in ("sales.csv  csv", "it does not begin with PAR1", "dialects considered", "header", "amount  double"):
        assert words in shown


def test_a_file_that_cannot_be_read_leaves_the_others_alone(run: Run) -> None:
    Path("cut.gz").write_bytes(b"\x1f\x8b\x08\x00" + b"\xff" * 99)

    done = run("nowhere.csv", "cut.gz", "sales.csv", "--output", "json")

    missing, cut, sales = done.objects
    assert done.code == 3
    assert missing["file"] == "nowhere.csv"
    assert "does not exist" in missing["error"]
    assert cut["error"]
    assert sales["classification"] == "csv"
    assert [line.split(": ")[1] for line in done.err.splitlines()] == ["nowhere.csv", "cut.gz"]


def test_an_empty_file_is_unknown(run: Run) -> None:
    Path("empty.csv").write_text("")

    (found,) = run("empty.csv", "--output", "json").objects

    assert (found["classification"], found["tried"][0]["reason"]) == ("UNKNOWN", "it is empty")


def test_types_are_glues_where_it_is_asked(run: Run) -> None:
    Path("days.csv").write_text("day,n\n2024-01-01,1\n2024-01-02,2\n")

    assert run("days.csv", "--inference", "glue", "--output", "json").objects[0]["columns"][0]["Type"] == "string"


# --- custom classifiers


def test_grok_is_shown_line_by_line(run: Run) -> None:
    Path("gluepot.toml").write_text('[classifiers.app]\ntype = "grok"\npattern = "%{YEAR:year} %{LOGLEVEL:level} %{GREEDYDATA:message}"\n')
    Path("app.log").write_text("2024 INFO started\n2024 WARN slow\n2024 what now\n2024 INFO done\n")

    (found,) = run("app.log", "--output", "json").objects
    shown = " ".join(run("app.log", "--output", "table").out.split())

    assert found["classification"] == "app"
    assert found["parameters"]["grokPattern"].startswith("%{YEAR:year}")
    assert [line["matched"] for line in found["lines"]] == [True, True, False, True]
    assert found["lines"][2]["column"] == 5
    assert "'what now' stands where %{LOGLEVEL:level} was expected" in shown


def test_the_file_s_classifiers_are_tried_in_its_order_unless_others_are_chosen(run: Run) -> None:
    Path("gluepot.toml").write_text('[classifiers.one]\ntype = "csv"\ndelimiter = "_"\n[classifiers.two]\ntype = "csv"\ndelimiter = "|"\n')

    def tried(*arguments: str) -> list[str]:
        return [each["classifier"] for each in run("sales.csv", "--output", "json", *arguments).objects[0]["tried"]]

    assert tried() == ["one", "two"]
    assert tried("--classifier", "two", "--classifier", "one") == ["two"]


def test_a_classifier_of_the_catalog_is_chosen_by_name(run: Run) -> None:
    with gluepot.open("gluepot.db") as catalog:
        catalog.create_classifier(ClassifierDefinition.from_api(to_api(CsvClassifier("ours", "|", header=("a", "b", "c")))))

    (found,) = run("sales.csv", "--classifier", "ours", "--output", "json").objects

    assert [column["Name"] for column in found["columns"]] == ["a", "b", "c"]


def test_a_classifier_s_file_is_chosen_by_its_path(run: Run) -> None:
    Path("ours.json").write_text(json.dumps({"Classifier": to_api(CsvClassifier("ours", "|", contains_header="ABSENT"))}))

    assert run("sales.csv", "--classifier", "ours.json", "--output", "json").objects[0]["header"] is False


def test_an_unknown_classifier_is_a_mistake_of_usage(run: Run) -> None:
    done = run("sales.csv", "--classifier", "nobody")

    assert done.code == 2
    assert "there is no classifier 'nobody'" in done.err


def test_mistakes_in_the_file_are_told_with_their_place(run: Run) -> None:
    Path("gluepot.toml").write_text('[classifiers.one]\ntype = "csv"\ndelimiter = "ab"\n\n[classifiers.two]\ntype = "log"\n')

    done = run("sales.csv")

    assert done.code == 2
    assert "gluepot.toml, line 1, classifiers.one: delimiter must be exactly one character" in done.err
    assert "gluepot.toml, line 5, classifiers.two: type must be one of" in done.err


def test_classifiers_must_be_tables(run: Run) -> None:
    Path("gluepot.toml").write_text('classifiers = ["one"]\n')

    assert "must be a table, [classifiers.NAME]" in run("sales.csv").err


def test_a_crawl_uses_them_too(capsys: pytest.CaptureFixture[str]) -> None:
    Path("gluepot.toml").write_text('[classifiers.till]\ntype = "csv"\nheader = ["key", "what", "much"]\n')

    with pytest.raises(SystemExit):
        main(["sales.csv", "--classifier", "till", "--output", "json"])

    table = json.loads(capsys.readouterr().out)["Tables"][0]["Table"]
    assert [column["Name"] for column in table["StorageDescriptor"]["Columns"]] == ["key", "what", "much"]
