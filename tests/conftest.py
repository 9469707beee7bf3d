"""Fixtures for every area: a real S3 server, and what reaches it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest

from fault_proxy import FaultProxy
from gluepot.storage.s3 import S3Options
from servers import S3Server, ServerMissing, seaweedfs


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """A running S3 server; where its program is missing, tests are skipped, but fail in CI."""
    try:
        with seaweedfs() as server:
            yield server
    except ServerMissing as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture
def s3_options(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Options:
    """How to reach the server, its credentials given in the environment."""
    for name, value in s3_server.environment().items():
        monkeypatch.setenv(name, value)
    return S3Options(endpoint_url=s3_server.endpoint, patience=3)


@pytest.fixture
def bucket(s3_server: S3Server) -> str:
    """A new, empty bucket."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    s3_server.client.create_bucket(Bucket=name)
    return name


@pytest.fixture
def fault_proxy(s3_server: S3Server) -> Iterator[FaultProxy]:
    """A proxy before the S3 server that makes it fail as told."""
    with FaultProxy(s3_server.endpoint) as proxy:
        yield proxy
