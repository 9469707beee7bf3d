"""Stores of both kinds, filled with given objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gluepot.storage.local import LocalStore
from gluepot.storage.s3 import S3Options, S3Store
from gluepot.storage.store import Store
from s3_server import S3Server

Fill = Callable[[Mapping[str, bytes]], Store]


@pytest.fixture(params=["local", "s3"])
def fill(request: pytest.FixtureRequest) -> Fill:
    """A function that puts objects into a store."""
    found: Fill = request.getfixturevalue(f"fill_{request.param}")
    return found


@pytest.fixture
def fill_local(tmp_path: Path) -> Fill:
    def fill(objects: Mapping[str, bytes]) -> Store:
        for key, content in objects.items():
            path = tmp_path / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return LocalStore(str(tmp_path))

    return fill


@pytest.fixture(scope="session")
def shared_bucket(s3_server: S3Server) -> str:
    """One bucket for the tests that do not list it: SeaweedFS takes a while to make room in a new one."""
    s3_server.client.create_bucket(Bucket="shared")
    return "shared"


@pytest.fixture
def fill_s3(s3_server: S3Server, s3_options: S3Options, bucket: str) -> Fill:
    def fill(objects: Mapping[str, bytes]) -> Store:
        def put(item: tuple[str, bytes]) -> None:
            s3_server.client.put_object(Bucket=bucket, Key=item[0], Body=item[1])

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(put, objects.items()))
        return S3Store(bucket, s3_options)

    return fill
