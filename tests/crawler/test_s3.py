from __future__ import annotations

import io
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import gluepot
from fault_proxy import Fault, FaultProxy
from gluepot.catalog.interface import Catalog
from gluepot.crawler.report import CrawlReport
from gluepot.crawler.settings import CrawlSettings
from gluepot.crawler.workbench import examine
from gluepot.storage.s3 import S3Options
from s3_server import S3Server

SALES = b"id,amount\n1,2.5\n2,3.5\n"
PEOPLE = b"name,city\nann,Oslo\nbob,Lima\n"


def crawl(catalog: Catalog, target: str, options: S3Options, **settings: object) -> CrawlReport:
    return gluepot.crawl(target, catalog=catalog, settings=CrawlSettings(s3=options, **settings))  # type: ignore[arg-type]  # by name


@pytest.fixture
def filled(s3_server: S3Server, bucket: str) -> str:
    parquet = io.BytesIO()
    pq.write_table(pa.table({"id": list(range(50_000)), "name": [f"name {n}" for n in range(50_000)]}), parquet)
    put = s3_server.client.put_object
    for day in range(1, 4):
        put(Bucket=bucket, Key=f"raw/sales/dt=2024-01-0{day}/a.csv", Body=SALES)
    put(Bucket=bucket, Key="raw/sales/_SUCCESS", Body=b"")
    put(Bucket=bucket, Key="raw/people/p q's ü.csv", Body=PEOPLE)
    put(Bucket=bucket, Key="raw/big/part-0.parquet", Body=parquet.getvalue())
    put(Bucket=bucket, Key="raw-other/x.csv", Body=PEOPLE)
    return bucket


def test_a_bucket_prefix_gives_tables_that_can_be_read_back(filled: str, s3_options: S3Options, catalog: Catalog) -> None:
    report = crawl(catalog, f"s3://{filled}/raw/", s3_options, verify="full")

    assert report.ok, report.oddities
    found = {table.table.name: table for table in report.tables}
    assert {name: (table.table.location, table.verification and table.verification.rows) for name, table in found.items()} == {
        "big": (f"s3://{filled}/raw/big/", 50_000),
        "people": (f"s3://{filled}/raw/people/", 2),
        "sales": (f"s3://{filled}/raw/sales/", 6),
    }
    assert [partition.location for partition in catalog.get_partitions("default", "sales")] == [
        f"s3://{filled}/raw/sales/dt=2024-01-0{day}/" for day in (1, 2, 3)
    ]
    assert (
        gluepot.query(catalog, "select sum(amount) from sales where dt > '2024-01-01'", s3=s3_options)
        .read_all()
        .to_pylist()[0]
        .popitem()[1]
        == 12.0
    )


def test_a_prefix_without_a_slash_is_a_folder_and_not_its_namesakes(filled: str, s3_options: S3Options, catalog: Catalog) -> None:
    report = crawl(catalog, f"s3://{filled}/raw", s3_options)

    assert sorted(table.table.name for table in report.tables) == ["big", "people", "sales"]


def test_a_whole_bucket_and_one_object_are_targets(filled: str, s3_options: S3Options, catalog: Catalog) -> None:
    assert crawl(catalog, f"s3a://{filled}", s3_options).ok
    report = crawl(catalog, f"s3://{filled}/raw/big/part-0.parquet", s3_options, database="one")

    assert [table.table.name for table in report.tables] == ["part_0_parquet"]


def test_table_level_counts_the_bucket_as_one(filled: str, s3_options: S3Options, catalog: Catalog) -> None:
    report = crawl(catalog, f"s3://{filled}/raw/sales/", s3_options, table_level=4)

    assert [table.table.location for table in report.tables] == [f"s3://{filled}/raw/sales/dt=2024-01-0{day}/" for day in (1, 2, 3)]


def test_a_missing_bucket_is_told_with_its_name(s3_options: S3Options, catalog: Catalog) -> None:
    report = crawl(catalog, "s3://no-such-bucket-here/x/", s3_options)

    assert not report.ok
    assert "no-such-bucket-here" in report.oddities[0].message


def test_an_object_that_cannot_be_read_is_recorded_and_the_rest_goes_on(
    filled: str, s3_options: S3Options, fault_proxy: FaultProxy, catalog: Catalog
) -> None:
    fault_proxy.inject(Fault(403, "AccessDenied"), on="2024-01-02/a.csv")

    report = crawl(catalog, f"s3://{filled}/raw/", replace(s3_options, endpoint_url=fault_proxy.endpoint, patience=1), verify="none")

    assert not report.ok
    assert [oddity.subject for oddity in report.oddities if oddity.severity == "error"] == [f"s3://{filled}/raw/sales/dt=2024-01-02/a.csv"]
    assert [partition.values for partition in catalog.get_partitions("default", "sales")] == [("2024-01-01",), ("2024-01-03",)]


def test_a_bucket_that_throttles_for_a_while_is_crawled_all_the_same(
    filled: str, s3_options: S3Options, fault_proxy: FaultProxy, catalog: Catalog
) -> None:
    fault_proxy.inject(Fault(503, "SlowDown"), on=filled, times=2)

    report = crawl(catalog, f"s3://{filled}/raw/", replace(s3_options, endpoint_url=fault_proxy.endpoint, patience=10))

    assert report.ok, report.oddities
    assert len(report.tables) == 3


def test_no_credential_appears_in_what_is_told(
    filled: str, s3_server: S3Server, s3_options: S3Options, fault_proxy: FaultProxy, catalog: Catalog
) -> None:
    fault_proxy.inject(Fault(403, "SignatureDoesNotMatch"), on=filled)

    report = crawl(catalog, f"s3://{filled}/", replace(s3_options, endpoint_url=fault_proxy.endpoint, patience=1))

    assert not report.ok
    assert not any(secret in str(report.oddities) for secret in (s3_server.secret_key, s3_server.access_key))


def test_single_objects_and_folders_of_a_bucket_are_classified(filled: str, s3_options: S3Options) -> None:
    targets = [f"s3://{filled}/raw/people/p q's ü.csv", f"s3://{filled}/raw/sales", f"s3://{filled}/raw/nowhere.csv"]

    found = list(examine(targets, s3=s3_options))

    assert [one.file.removeprefix(f"s3://{filled}/raw/") for one in found] == [
        "people/p q's ü.csv",
        *(f"sales/dt=2024-01-0{day}/a.csv" for day in range(1, 4)),
        "nowhere.csv",
    ]
    assert [name for name, _ in found[0].columns] == ["name", "city"]
    assert "nowhere.csv" in found[-1].problem
