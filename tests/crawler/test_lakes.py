"""Golden lakes: a folder of files, and the tables that a crawl must make of it.

`GLUEPOT_WRITE_GOLDEN=1` writes what the crawl made; read the difference before committing it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import gluepot
from gluepot.crawler.report import CrawlReport
from gluepot.crawler.settings import CrawlSettings

LAKES = Path(__file__).parent / "lakes"
CASES = sorted(LAKES.glob("*/*.json"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.stem}")
def test_a_lake_gives_its_golden_tables(case: Path, tmp_path: Path) -> None:
    golden = json.loads(case.read_text())
    lake = tmp_path / "lake"
    shutil.copytree(case.parent / "input", lake)

    found = {"settings": golden["settings"], **_crawl(lake, tmp_path / "catalog.db", golden["settings"])}

    if os.environ.get("GLUEPOT_WRITE_GOLDEN"):
        case.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    assert found == golden


def _crawl(lake: Path, path: Path, settings: dict[str, Any]) -> dict[str, Any]:
    chosen: dict[str, Any] = {**settings, "exclude": tuple(settings.get("exclude", ()))}
    with gluepot.open(path) as catalog:
        report = gluepot.crawl(str(lake), catalog=catalog, settings=CrawlSettings(verify="full", **chosen))
        return _relative(_told(report, {t.table.name: list(catalog.get_partitions("default", t.table.name)) for t in report.tables}), lake)


def _told(report: CrawlReport, partitions: dict[str, Any]) -> dict[str, Any]:
    tables: list[dict[str, Any]] = []
    for found in report.tables:
        table = found.table
        assert table.storage is not None
        assert table.storage.serde is not None
        tables.append(
            {
                "name": table.name,
                "location": table.location,
                "columns": [f"{column.name}: {column.type}" for column in table.columns],
                "partition_keys": [f"{key.name}: {key.type}" for key in table.partition_keys or ()],
                "partitions": [[*partition.values, partition.location] for partition in partitions[table.name]],
                "serde": [(table.storage.serde.library or "").rpartition(".")[2], dict(table.storage.serde.parameters or {})],
                "parameters": {key: value for key, value in (table.parameters or {}).items() if key not in _USUAL},
                "verified": found.verification and [found.verification.status, found.verification.rows],
            }
        )
    return {"tables": tables, "oddities": [[oddity.severity, oddity.subject, oddity.message] for oddity in report.oddities]}


# The same in every crawl, or different in each.
_USUAL = {
    "CRAWL_RUN_ID",
    "CrawlerSchemaSerializerVersion",
    "CrawlerSchemaDeserializerVersion",
    "UPDATED_BY_CRAWLER",
    "typeOfData",
    "columnsOrdered",
}


def _relative(told: dict[str, Any], lake: Path) -> dict[str, Any]:
    text = json.dumps(told, ensure_ascii=False).replace(f"file://{lake}/", "LAKE/").replace(f"{lake}", "LAKE")
    relative: dict[str, Any] = json.loads(re.sub(r"_[0-9a-f]{32}", "_HASH", text))  # of the location, which is new in each run
    return relative
