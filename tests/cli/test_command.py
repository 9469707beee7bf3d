"""The real command: what it prints where, and how it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from gluepot.catalog.model import Column, Database, StorageDescriptor, Table
from gluepot.catalog.sqlite import open_catalog
from gluepot.cli import main

SALES = "id,store,amount\n1,0007,2.5\n2,0012,4.0\n"


class Done(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a folder with a lake of its own, and none of the developer's settings."""
    for name in [name for name in os.environ if name.startswith("GLUEPOT_")]:
        monkeypatch.delenv(name)
    (tmp_path / "lake" / "sales").mkdir(parents=True)
    (tmp_path / "lake" / "sales" / "a.csv").write_text(SALES)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> Done:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capsys.readouterr()
        return Done(int(str(ended.value.code or 0)), out, err)

    return run


def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", "gluepot", *arguments], capture_output=True, text=True)


# --- crawl


def test_a_crawl_in_a_pipe_prints_tsv_and_what_is_not_data_on_stderr() -> None:
    done = command("lake")

    names, *rows = (line.split("\t") for line in done.stdout.splitlines())
    assert done.returncode == 0
    assert names[:4] == ["action", "table", "classification", "columns"]
    assert [row[:4] for row in rows] == [["create", "default.sales", "csv", "3"]]
    assert "1 table created from 1 object" in done.stderr


def test_a_crawl_s_json_has_glue_s_table_and_the_whole_report(run: Run) -> None:
    report = json.loads(run("lake", "--output", "json").out)

    (one,) = report["Tables"]
    assert report["Database"] == "default"
    assert report["Targets"] == ["lake"]
    assert report["Ok"] is True
    assert one["Action"] == "create"
    assert one["Objects"] == 1
    assert one["Bytes"] == len(SALES)
    assert one["Verification"]["Status"] == "verified"
    assert [column["Name"] for column in one["Table"]["StorageDescriptor"]["Columns"]] == ["id", "store", "amount"]


def test_a_crawl_as_a_table_shows_columns_types_and_what_was_read_back(run: Run) -> None:
    done = run("lake", "--output", "table")

    assert done.err == ""
    assert "default.sales created" in done.out
    assert "store string" in done.out
    assert "verified: all 2 rows of 1 file" in done.out


def test_quiet_leaves_only_data(run: Run) -> None:
    assert run("lake", "--quiet").err == ""


def test_quiet_still_tells_why_the_crawl_is_not_whole(run: Run) -> None:
    found = run("nowhere", "lake", "--quiet")

    assert found.code == 3
    assert found.err.startswith("error: nowhere: ")
    assert found.err.count("\n") == 1


def test_a_dry_run_says_so_and_writes_nothing(run: Run) -> None:
    assert "1 table would be created" in run("lake", "--dry-run").err
    assert run("tables").out.splitlines()[1:] == []


def test_settings_reach_the_crawl(run: Run) -> None:
    Path("gluepot.toml").write_text('database = "cafe"\ncatalog = "other.db"\n')

    run("lake", "--prefix", "raw_", "--exclude", "**.bak", "--exclude", "**.tmp")

    assert "cafe.raw_sales" in run("tables").out
    assert Path("other.db").exists()


def test_an_object_that_cannot_be_crawled_makes_exit_code_3(run: Run) -> None:
    Path("lake/sales/broken.csv.gz").write_bytes(b"\x1f\x8b\x08\x00 this is no gzip")

    done = run("lake")

    assert done.code == 3
    assert "broken.csv.gz" in done.err


# --- usage


@pytest.mark.parametrize("word", ["tabels", "shwo", "explian"])
def test_a_mistyped_verb_is_told_with_the_nearest_one(word: str, run: Run) -> None:
    done = run(word)

    nearest = {"tabels": "tables", "shwo": "show", "explian": "explain"}[word]
    assert done.code == 2
    assert f"There is no such folder or command: '{word}'. Did you mean: crawl {nearest}?" in done.err


def test_a_verb_after_an_option_is_told_to_come_first(run: Run) -> None:
    assert "A verb comes first: crawl tables" in run("--catalog", "x.db", "tables").err


def test_messages_about_a_crawl_call_it_crawl() -> None:
    assert command("--nonsense").stderr.startswith("Usage: python -m gluepot [OPTIONS] TARGET...")


def test_a_folder_called_like_a_verb_is_crawled_when_it_is_spelled_as_a_folder(run: Run) -> None:
    Path("lake/sales").rename("tables")

    assert "default.tables" in run("./tables").out


def test_without_arguments_the_help_is_shown(run: Run) -> None:
    done = run()

    assert done.code == 2
    assert "Usage:" in done.err + done.out


def test_a_wrong_setting_is_a_usage_error_and_nothing_is_done(run: Run) -> None:
    done = run("lake", "--workers", "none", "--table-level", "-1")

    assert done.code == 2
    assert "Error: --workers: must be a whole number, not 'none'." in done.err
    assert "Error: --table-level: table-level must be 1 or more" in done.err
    assert not Path("gluepot.db").exists()


# --- the catalog's verbs


def test_tables_as_json_are_what_gettables_lists(run: Run) -> None:
    run("lake")

    (table,) = json.loads(run("tables", "--database", "default", "--output", "json").out)

    assert (table["DatabaseName"], table["Name"], table["TableType"]) == ("default", "sales", "EXTERNAL_TABLE")
    assert table["CreateTime"].endswith("+00:00")


def test_tables_of_all_databases_are_listed_unless_one_is_named(run: Run) -> None:
    run("lake")
    run("lake", "--database", "cafe")

    def listed(*arguments: str) -> list[str]:
        return [line.split("\t")[0] for line in run("tables", *arguments).out.splitlines()[1:]]

    assert listed() == ["cafe.sales", "default.sales"]
    assert listed("--database", "cafe") == ["cafe.sales"]


def test_no_tables_are_an_empty_list(run: Run) -> None:
    open_catalog("gluepot.db").close()

    assert json.loads(run("tables", "--output", "json").out) == []


def test_show_as_json_is_gettable_with_its_partitions(run: Run) -> None:
    for day in ("2026-03-01", "2026-03-02"):
        Path(f"lake/sales/dt={day}").mkdir()
        Path(f"lake/sales/dt={day}/a.csv").write_text(SALES)
    Path("lake/sales/a.csv").unlink()
    run("lake")

    table = json.loads(run("show", "default.sales", "--output", "json").out)

    assert [key["Name"] for key in table["PartitionKeys"]] == ["dt"]
    assert [partition["Values"] for partition in table["Partitions"]] == [["2026-03-01"], ["2026-03-02"]]
    assert "CreationTime" in table["Partitions"][0]


@pytest.mark.parametrize("form", ["table", "tsv"])
def test_show_shows_every_column(form: str, run: Run) -> None:
    columns = [f"c{number}" for number in range(300)]
    Path("lake/sales/a.csv").write_text(",".join(columns) + "\n" + ",".join(["1"] * 300) + "\n")
    run("lake")

    shown = run("show", "sales", "--output", form).out.split()

    assert set(columns) <= set(shown)


def test_explain_tells_the_classifiers_and_one_column_only_when_asked(run: Run) -> None:
    run("lake")

    whole = run("explain", "default.sales", "--output", "table").out
    one = run("explain", "sales.store", "--output", "table").out

    assert "classifiers tried" in whole
    assert "amount" in whole
    assert "store" in one
    assert "amount" not in one


def test_explaining_a_column_that_is_not_there_names_the_nearest(run: Run) -> None:
    run("lake")

    done = run("explain", "default.sales.amuont")

    assert done.code == 1
    assert "Did you mean amount?" in done.err


def test_a_table_that_is_not_there_is_told_with_the_nearest(run: Run) -> None:
    run("lake")

    done = run("show", "sale")

    assert (done.code, done.out) == (1, "")
    assert done.err == "Error: There is no table default.sale. Did you mean default.sales?\n"


def test_a_catalog_that_is_not_there_is_an_error_and_is_not_made(run: Run) -> None:
    done = run("tables", "--catalog", "no.db")

    assert done.code == 1
    assert "no.db" in done.err
    assert not Path("no.db").exists()


def test_verbose_shows_where_an_error_arose(run: Run) -> None:
    assert "Traceback" not in run("tables").err
    assert "Traceback" in run("tables", "--verbose").err


def test_a_query_s_rows_come_in_every_form(run: Run) -> None:
    run("lake")
    sql = "select store, amount, null as nothing from sales order by id"

    assert run("query", sql, "--output", "tsv").out == "store\tamount\tnothing\n0007\t2.5\t\\N\n0012\t4.0\t\\N\n"
    rows = json.loads(run("query", sql, "--output", "json", "--limit", "1").out)
    assert rows == [{"store": "0007", "amount": 2.5, "nothing": None}]
    assert "2 rows" in run("query", sql, "--output", "table").out


def test_a_query_that_makes_no_sense_is_one_clear_line(run: Run) -> None:
    run("lake")

    done = run("query", "select nonsense from sales")

    assert done.code == 1
    assert len(done.err.splitlines()) == 1
    assert "nonsense" in done.err


# --- streams and signals


def test_a_reader_that_goes_away_is_no_error() -> None:
    with open_catalog("gluepot.db") as catalog:
        storage = StorageDescriptor(location="file:///" + "x" * 4000)
        for number in range(100):
            catalog.create_table("default", Table(f"t{number}", storage=storage))
    writer = subprocess.Popen([sys.executable, "-m", "gluepot", "tables"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stderr is not None

    writer.stdout.readline()
    writer.stdout.close()

    assert writer.stderr.read() == b""
    assert writer.wait() == 141
    writer.stderr.close()


def test_an_interrupted_crawl_exits_with_130_and_leaves_no_tables(run: Run) -> None:
    for number in range(10_000):
        Path(f"lake/sales/{number}.csv").write_text(SALES)
    crawling = subprocess.Popen([sys.executable, "-m", "gluepot", "lake"], stderr=subprocess.PIPE, start_new_session=True, text=True)
    while not Path("gluepot.db").exists():
        time.sleep(0.01)

    os.killpg(crawling.pid, signal.SIGINT)
    _, told = crawling.communicate(timeout=30)

    assert crawling.returncode == 130
    assert told.strip() == "Interrupted."
    assert run("tables").out.splitlines()[1:] == []


def test_hostile_names_reach_no_terminal_raw(run: Run) -> None:
    hostile = "\x1b[31mred\x07\nnext"
    folder = Path("lake") / hostile
    folder.mkdir()
    (folder / "a.csv").write_text(SALES)
    with open_catalog("gluepot.db") as catalog:
        catalog.create_database(Database(name="other"))
        columns = (Column("\u202eid", "\x9b31mint", comment=hostile),)
        storage = StorageDescriptor(columns=columns, location=f"s3://bucket/{hostile}")
        catalog.create_table("other", Table("odd", storage=storage, parameters={hostile: "\u202eevil"}))

    for form in ("table", "tsv", "json"):
        for arguments in (["lake"], ["tables"], ["show", "other.odd"], ["show", f"no{hostile}"]):
            done = run(*arguments, "--output", form)
            raw = {char for char in done.out + done.err if not char.isprintable()} - {"\n", "\t"}
            assert raw == set(), (form, arguments)


def test_a_name_that_is_not_utf8_is_shown_whatever_the_terminal_s_encoding() -> None:
    (Path("lake") / os.fsdecode(b"bad\xff.csv")).write_text(SALES)

    done = subprocess.run(
        [sys.executable, "-m", "gluepot", "lake"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )

    assert done.returncode == 3
    assert rb"bad\xff.csv" in done.stderr or rb"bad\udcff.csv" in done.stderr


def test_what_is_pinned_is_listed_kept_and_removed(run: Run) -> None:
    run("lake")

    assert run("pin", "sales.amount", "type=decimal(9,2)").code == 0
    assert run("pin").out == "database\ttable\tcolumn\tkey\tvalue\ndefault\tsales\tamount\ttype\tdecimal(9,2)\n"
    run("lake")
    assert "amount\tdecimal(9,2)" in run("show", "sales").out
    assert run("pin", "--remove", "sales.amount").code == 0
    assert run("pin").out.count("\n") == 1


def test_a_pin_that_cannot_be_says_why(run: Run) -> None:
    run("lake")

    assert run("pin", "sales.amount", "type").code == 2
    assert "There is no classifier odd; there are" in run("pin", "sales", "classifier=odd").err
    assert "Did you mean amount?" in run("pin", "sales.amout", "type=int").err
    assert "Nothing is pinned of sales" in run("pin", "--remove", "sales").err
