"""The demo: a lake that is the same every time, crawled, and commands that work when they are pasted."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from database_servers import Database
from gluepot.demo.lake import lake_files, next_commands, write_lake
from gluepot.errors import InvalidInput


def _gluepot(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GLUEPOT_")}
    return subprocess.run([sys.executable, "-m", "gluepot", *arguments], capture_output=True, text=True, cwd=cwd, env=environment)


def test_the_lake_is_the_same_every_time() -> None:
    assert list(lake_files()) == list(lake_files())


def test_the_lake_has_the_blemishes_of_real_ones() -> None:
    files = dict(lake_files())
    sales = {path: content for path, content in files.items() if path.startswith("sales/")}

    assert sum(path.endswith(".gz") for path in sales) == 1
    assert sum(path.endswith("_SUCCESS") for path in sales) == 14
    assert sum(content.startswith(b"\xef\xbb\xbf") for content in sales.values()) == 1
    assert b"" in [content for path, content in sales.items() if path.endswith(".csv")]
    plain = b"".join(sales.values())
    assert b",N/A,0007," in plain
    assert b'"Latte, oat milk"' in plain
    assert b'"""Sunday"" cake"' in plain


def test_the_demo_crawls_its_lake_and_its_commands_work(tmp_path: Path) -> None:
    done = _gluepot("demo", "my lake", "--output", "json", cwd=tmp_path)

    tables = {one["Table"]["Name"]: one for one in json.loads(done.stdout)["Tables"]}
    assert done.returncode == 0, done.stderr
    assert {"members", "sales", "weather", "crm_feedback", "crm_opinions"} <= tables.keys()
    types = {column["Name"]: column["Type"] for column in tables["sales"]["Table"]["StorageDescriptor"]["Columns"]}
    assert (types["store"], types["customer_id"], types["paid_at"]) == ("string", "bigint", "timestamp")
    assert tables["sales"]["Partitions"]["Added"] == 14
    commands = [shlex.split(line) for line in done.stderr.splitlines() if line.startswith("  crawl ")]
    assert [words[1] for words in commands] == ["tables", "explain", "query"]
    for words in commands:
        tried = _gluepot(*words[1:], cwd=tmp_path)
        assert tried.returncode == 0, tried.stderr
        assert len(tried.stdout.splitlines()) > 1


def test_the_demo_may_run_again(tmp_path: Path) -> None:
    _gluepot("demo", cwd=tmp_path)

    again = _gluepot("demo", "--output", "json", cwd=tmp_path)

    assert {one["Action"] for one in json.loads(again.stdout)["Tables"]} == {"unchanged"}


@pytest.mark.parametrize("path", ["notes.txt", "README.txt"])
def test_a_folder_that_holds_anything_else_is_left_alone(path: str, tmp_path: Path) -> None:
    (tmp_path / path).write_text("mine")

    with pytest.raises(InvalidInput, match="holds what crawl demo did not write"):
        write_lake(tmp_path)

    assert [found.name for found in tmp_path.iterdir()] == [path]


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    assert write_lake(tmp_path) == tmp_path / "lake"


def test_the_commands_name_the_catalog() -> None:
    assert next_commands(Path("a b/gluepot.db"), "crm_feedback").count("--catalog 'a b/gluepot.db'") == 3


def test_the_demo_puts_its_database_into_a_postgresql_that_is_at_hand(tmp_path: Path, postgres_database: Database) -> None:
    _gluepot("demo", "--postgres", postgres_database.url, cwd=tmp_path)
    done = _gluepot("demo", "--postgres", postgres_database.url, "--output", "json", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    tables = {one["Table"]["Name"]: one for one in json.loads(done.stdout)["Tables"]}
    assert tables[f"{postgres_database.name}_gluepot_demo_feedback"]["Verification"]["Rows"] == 240
    query = next(shlex.split(line) for line in done.stderr.splitlines() if line.startswith("  crawl query"))
    assert len(_gluepot(*query[1:], cwd=tmp_path).stdout.splitlines()) == 6


def test_a_schema_that_the_demo_did_not_make_is_left_alone(tmp_path: Path, postgres_database: Database) -> None:
    postgres_database.execute("CREATE SCHEMA gluepot_demo", "CREATE TABLE gluepot_demo.mine (a int)")

    done = _gluepot("demo", "--postgres", postgres_database.url, cwd=tmp_path)

    assert done.returncode == 1
    assert "crawl demo did not make" in done.stderr
    assert postgres_database.execute("SELECT count(*) FROM gluepot_demo.mine") == [(0,)]
