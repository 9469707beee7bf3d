from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import gluepot
from gluepot.catalog.interface import Catalog
from gluepot.classifiers.chain import BUILT_IN
from gluepot.crawler.report import CrawlReport, Progress
from gluepot.crawler.settings import CrawlSettings
from gluepot.errors import InvalidInput, TableThresholdExceeded

SALES = "id,amount\n1,2.5\n2,3.5\n"
PEOPLE = "name,city\nann,Oslo\nbob,Lima\n"

Write = Callable[[dict[str, str | bytes]], Path]
Crawl = Callable[..., CrawlReport]


def names(catalog: Catalog) -> list[str]:
    return [table.name for table in catalog.get_tables("default")]


def test_a_second_crawl_of_an_unchanged_lake_changes_nothing(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/dt=2024-01-01/a.csv": SALES, "people/p.csv": PEOPLE})
    crawl(root)

    second = crawl(root)

    assert [table.action for table in second.tables] == ["unchanged", "unchanged"]
    assert second.tables[1].partitions.unchanged == 1
    assert [catalog.get_table("default", name).version_id for name in names(catalog)] == ["0", "0"]


def test_a_new_folder_becomes_a_partition_and_keeps_the_table(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/dt=2024-01-01/a.csv": SALES})
    crawl(root)
    lake({"sales/dt=2024-01-02/a.csv": SALES})

    report = crawl(root)

    assert report.tables[0].partitions.added == 1
    assert report.tables[0].partitions.unchanged == 1
    assert [partition.values for partition in catalog.get_partitions("default", "sales")] == [("2024-01-01",), ("2024-01-02",)]


def test_a_new_column_is_a_new_version_that_says_so(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/a.csv": SALES})
    crawl(root)
    lake({"sales/a.csv": "id,amount,store\n1,2.5,7\n2,3.5,8\n"})

    report = crawl(root)

    assert report.tables[0].action == "update"
    assert "column store bigint added" in report.tables[0].changes
    assert [version.version_id for version in catalog.get_table_versions("default", "sales")] == ["1", "0"]


def test_what_a_user_added_survives_a_crawl(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/a.csv": SALES})
    crawl(root)
    table = catalog.get_table("default", "sales")
    assert table.storage is not None
    commented = tuple(replace(column, comment="in euro") if column.name == "amount" else column for column in table.columns)
    storage = replace(table.storage, columns=commented)
    catalog.update_table(
        "default", replace(table, parameters={**(table.parameters or {}), "team": "shop"}, storage=storage, description="All sales")
    )
    lake({"sales/a.csv": SALES + "3,4.5\n"})

    crawl(root)

    after = catalog.get_table("default", "sales")
    assert after.description == "All sales"
    assert (after.parameters or {})["team"] == "shop"
    assert [column.comment for column in after.columns] == [None, "in euro"]


def test_a_table_whose_files_are_gone_is_marked_deprecated_and_kept(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/a.csv": SALES, "people/p.csv": PEOPLE})
    crawl(root)
    shutil.rmtree(root / "sales")

    report = crawl(root)

    assert [(table.table.name, table.action) for table in report.tables] == [("people", "unchanged"), ("sales", "deprecate")]
    assert "DEPRECATED_BY_CRAWLER" in (catalog.get_table("default", "sales").parameters or {})


def test_a_crawl_of_another_folder_leaves_tables_elsewhere_alone(lake: Write, crawl: Crawl) -> None:
    root = lake({"a/sales/a.csv": SALES, "b/people/p.csv": PEOPLE})
    crawl(root / "a")

    report = crawl(root / "b")

    assert [table.table.name for table in report.tables] == ["people"]


def test_a_dry_run_tells_everything_and_writes_nothing(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/dt=1/a.csv": SALES, "sales/dt=2/a.csv": SALES})

    report = crawl(root, dry_run=True)

    assert [(table.table.name, table.action, table.partitions.added) for table in report.tables] == [("sales", "create", 2)]
    assert names(catalog) == []


def test_more_tables_than_the_threshold_fail_the_crawl_and_write_nothing(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/a.csv": SALES, "people/p.csv": PEOPLE})

    with pytest.raises(
        TableThresholdExceeded, match="The number of tables detected by crawler: 2 is greater than the table threshold value provided: 1"
    ):
        crawl(root, table_threshold=1)

    assert names(catalog) == []


def test_one_file_can_be_a_target(lake: Write, crawl: Crawl) -> None:
    root = lake({"sales.csv": SALES, "sales.csv.bak": PEOPLE})

    report = crawl(root / "sales.csv")

    table = report.tables[0].table
    assert (table.name, table.location) == ("sales_csv", f"file://{root}/sales.csv")
    assert report.tables[0].verification is not None
    assert report.tables[0].verification.rows == 2


def test_several_targets_fill_one_database(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"a/sales/a.csv": SALES, "b/people/p.csv": PEOPLE})

    report = crawl(root / "a", f"file://{root}/b", database="Shop")

    assert report.ok
    assert [table.name for table in catalog.get_tables("shop")] == ["people", "sales"]


def test_a_target_that_does_not_exist_is_told_and_the_others_are_crawled(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/a.csv": SALES})

    report = crawl(root / "nowhere", root)

    assert not report.ok
    assert [oddity.subject for oddity in report.oddities if oddity.severity == "error"] == [str(root / "nowhere")]
    assert names(catalog) == ["sales"]


def test_sample_size_classifies_so_many_objects_of_each_folder(lake: Write, crawl: Crawl) -> None:
    root = lake({f"sales/{number:03}.csv": SALES for number in range(20)})

    report = crawl(root, sample_size=3)

    assert report.classified == 3
    assert report.listed == 20


def test_settings_that_cannot_be_meant_are_refused_all_at_once() -> None:
    with pytest.raises(InvalidInput, match=r"sample-size must be between 1 and 249.*table-level must be 1 or more"):
        CrawlSettings(sample_size=0, table_level=0)


def test_processes_and_a_single_one_make_the_same_catalog(lake: Write, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"t{table}/dt=2024-01-{day:02}/{part}.csv": f"id,v{table}\n{day},{part}.5\n{day},{'x' if day == part else part}\n"
        for table in range(4)
        for day in range(1, 29)
        for part in range(5)
    }
    root = lake(files)
    made: list[tuple[Any, ...]] = []
    for workers in (1, 3):
        with gluepot.open(tmp_path / f"{workers}.db") as catalog:
            gluepot.crawl(str(root), catalog=catalog, settings=CrawlSettings(workers=workers, verify="none"), new_id=lambda: "run")
            tables = list(catalog.get_tables("default"))
            partitions = [(p.values, p.location, p.parameters) for t in tables for p in catalog.get_partitions("default", t.name)]
            evidence = [catalog.get_evidence("default", t.name) for t in tables]
            made.append(([table.input() for table in tables], partitions, evidence))

    assert len(made[0][0]) == 4
    assert made[0] == made[1]


def test_progress_is_told_while_it_works(lake: Write, catalog: Catalog) -> None:
    seen: list[Progress] = []

    gluepot.crawl(str(lake({"sales/a.csv": SALES})), catalog=catalog, on_progress=seen.append)

    assert [progress.stage for progress in seen][-2:] == ["writing", "verifying"]
    assert seen[-1].listed == seen[-1].classified == seen[-1].tables == seen[-1].verified == 1


def test_python_reads_back_what_was_crawled(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    crawl(lake({"sales/year=2024/a.csv": SALES, "sales/year=2025/a.csv": SALES}))

    table = catalog.get_table("default", "sales")
    rows = gluepot.scan_table(catalog, "sales", where="year = 2025").read_all()

    assert [str(kind) for kind in table.arrow_schema().types] == ["int64", "double", "int32"]
    assert rows.to_pydict() == {"id": [1, 2], "amount": [2.5, 3.5], "year": [2025, 2025]}


def test_evidence_names_the_value_that_ruled_a_type_out(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"codes/a.csv": "id,code\n1,17\n2,18\n3,A7\n"})
    crawl(root)

    evidence = catalog.get_evidence("default", "codes")

    assert evidence is not None
    column = next(column for column in evidence["columns"] if column["name"] == "code")
    considered = {kind["type"]: kind["ruled_out_by"] for kind in column["considered"]}
    assert considered["bigint"] == {"value": "A7", "object": f"file://{root}/codes/a.csv", "line": 4}
    order = [classifier.name for classifier in BUILT_IN]
    assert [verdict["classifier"] for verdict in evidence["classifiers"]] == order[: order.index("csv") + 1]


def test_objects_that_have_not_changed_are_not_read_again(lake: Write, crawl: Crawl) -> None:
    root = lake({"sales/a.csv": SALES})
    crawl(root)
    path = root / "sales/a.csv"
    before = path.stat()
    path.write_text("id,amount\n1,2.5\n2,a b\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    unseen = crawl(root, verify="none")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000))
    seen = crawl(root, verify="none")

    assert path.stat().st_size == before.st_size
    assert unseen.tables[0].action == "unchanged"
    assert "column amount: double → string" in seen.tables[0].changes


def test_a_file_that_could_not_be_read_is_tried_again(lake: Write, crawl: Crawl) -> None:
    root = lake({"sales/a.csv": SALES, "sales/b.csv.gz": b"\x1f\x8b\x08\x00" + b"\xff" * 40})

    assert not crawl(root).ok
    assert not crawl(root).ok


def test_targets_that_overlap_make_each_table_once(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/day=1/a.csv": SALES, "sales/day=2/a.csv": SALES, "events/a.json": '{"a": 1}\n', "empty/a.csv": ""})

    report = crawl(root, root / "sales", f"{root}/", root / "sales" / ".." / "sales")

    assert {table.name for table in catalog.get_tables("default")} == {"events", "sales"}
    assert [oddity.message for oddity in report.oddities].count("empty: 1 object left out") == 1


@pytest.mark.parametrize("later", ["sales/a.csv", "sales/day=1/hour=2/a.csv"])
def test_a_table_follows_its_folders_to_other_levels_of_partitions(later: str, lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"sales/day=1/a.csv": SALES, "sales/day=2/a.csv": SALES})
    crawl(root)
    shutil.rmtree(root / "sales")
    lake({later: SALES})

    report = crawl(root, verify="full")

    assert report.ok
    [sales] = report.tables
    assert "partitions of the old keys removed: 2, whose folders are partitions no more" in sales.changes
    assert len(list(catalog.get_partitions("default", "sales"))) == later.count("=") / 2
    assert gluepot.scan_table(catalog, "sales").read_all().num_rows == 2
