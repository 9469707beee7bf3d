"""Tables whose files lie in a real S3 bucket."""

from __future__ import annotations

import gzip
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import parquet

from gluepot.scan.query import query
from gluepot.scan.verify import Verification, verify_table
from gluepot.storage.s3 import S3Options

if TYPE_CHECKING:
    from s3_server import S3Server

    from .conftest import Lake


def move(lake: Lake, table: str, location: str) -> None:
    entry = lake.catalog.get_table("default", table)
    assert entry.storage is not None
    lake.catalog.update_table("default", replace(entry, storage=replace(entry.storage, location=location)))


def test_text_and_parquet_in_a_bucket_are_queried_together(lake: Lake, s3_server: S3Server, s3_options: S3Options, bucket: str) -> None:
    stream = io.BytesIO()
    parquet.write_table(pa.table({"id": [1, 2], "name": ["Ann", "Bob"]}), stream)
    s3_server.client.put_object(Bucket=bucket, Key="people/a b+c.parquet", Body=stream.getvalue())
    s3_server.client.put_object(Bucket=bucket, Key="sales/x.csv.gz", Body=gzip.compress(b"1,5\n2,7\n1,6\n"))
    s3_server.client.put_object(Bucket=bucket, Key="sales2/y.csv", Body=b"not,sales\n")
    lake.table("parquet", {"id": "bigint", "name": "string"}, name="people")
    lake.table("text", {"who": "bigint", "price": "int"}, name="sales", serde_parameters={"field.delim": ","})
    move(lake, "people", f"s3://{bucket}/people/a b+c.parquet")
    move(lake, "sales", f"s3://{bucket}/sales")

    rows = query(lake.catalog, "select name, sum(price) as s from people join sales on id = who group by 1 order by 1", s3=s3_options)

    assert rows.read_all().to_pylist() == [{"name": "Ann", "s": 11}, {"name": "Bob", "s": 7}]
    assert verify_table(lake.catalog, "default", "sales", s3=s3_options) == Verification("verified", complete=True, rows=3, files=1)


def test_a_bucket_that_is_not_there_fails_the_verification(lake: Lake, s3_options: S3Options) -> None:
    lake.table("text", {"id": "int"})
    move(lake, "t", "s3://no-such-bucket-here/t/")

    found = verify_table(lake.catalog, "default", "t", s3=s3_options)

    assert found.status == "failed"
    assert "no-such-bucket-here" in str(found.failure)
