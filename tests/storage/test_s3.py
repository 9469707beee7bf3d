"""What only S3 can do wrong; a proxy before a real server makes it happen."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest

from fault_proxy import Fault, FaultProxy
from gluepot.errors import AccessDenied, InvalidInput, ObjectNotFound, StorageError, StoreUnavailable
from gluepot.storage.s3 import S3Options, S3Store
from gluepot.storage.store import ByteRange
from s3_server import SECRET_KEY, S3Server
from stores import keys

PATIENCE = 1.5
THROTTLED = Fault(503, "SlowDown")


@pytest.fixture
def flaky(s3_server: S3Server, s3_options: S3Options, shared_bucket: str, fault_proxy: FaultProxy) -> S3Store:
    """A store behind the fault proxy, with an object 'a'."""
    s3_server.client.put_object(Bucket=shared_bucket, Key="a", Body=b"0123456789" * 100_000)
    return S3Store(shared_bucket, replace(s3_options, endpoint_url=fault_proxy.endpoint, patience=PATIENCE))


ASKS: dict[str, Callable[[S3Store], object]] = {
    "list": lambda store: list(store.list()),
    "head": lambda store: store.head("a"),
    "read": lambda store: store.read(ByteRange("a", 0, 10)),
    "open": lambda store: store.open("a"),
}
every_way_of_asking = pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS.keys())


@every_way_of_asking
def test_throttling_that_ends_is_not_noticed(flaky: S3Store, fault_proxy: FaultProxy, ask: Callable[[S3Store], object]) -> None:
    ask(flaky)  # connects
    fault_proxy.inject(THROTTLED, on=flaky.bucket, times=1)
    before = len(fault_proxy.requests)

    ask(flaky)

    assert len(fault_proxy.requests) - before == 2


@every_way_of_asking
@pytest.mark.parametrize("fault", [THROTTLED, Fault(500, "InternalError"), Fault(delay=60)], ids=["throttled", "failing", "silent"])
def test_a_server_that_stays_unavailable_is_given_up_in_time(
    flaky: S3Store, fault_proxy: FaultProxy, ask: Callable[[S3Store], object], fault: Fault
) -> None:
    fault_proxy.inject(fault, on=flaky.bucket)
    start = time.monotonic()

    with pytest.raises(StoreUnavailable, match=flaky.bucket):
        ask(flaky)

    assert time.monotonic() - start < 6 * PATIENCE


@every_way_of_asking
def test_a_refusal_names_the_bucket_and_the_cure_and_no_secret(
    flaky: S3Store, fault_proxy: FaultProxy, ask: Callable[[S3Store], object]
) -> None:
    fault_proxy.inject(Fault(403, "AccessDenied"), on=flaky.bucket)

    with pytest.raises(AccessDenied, match=rf"{flaky.bucket}.*--anonymous") as refusal:
        ask(flaky)

    assert SECRET_KEY not in repr(refusal.value)
    assert refusal.value.__cause__ is None or SECRET_KEY not in repr(refusal.value.__cause__)


@pytest.mark.parametrize(
    ("status", "code", "kind", "said"),
    [
        (403, "InvalidObjectState", StorageError, "archived"),
        (400, "ExpiredToken", AccessDenied, "expired"),
        (403, "RequestTimeTooSkewed", AccessDenied, "clock"),
        (403, "InvalidAccessKeyId", AccessDenied, "does not accept these credentials"),
        (404, "NoSuchBucket", ObjectNotFound, "bucket .* does not exist"),
        (404, "NoSuchKey", ObjectNotFound, "a does not exist"),
        (301, "PermanentRedirect", StorageError, "another region"),
        (412, "PreconditionFailed", StorageError, "changed while it was read"),
        (418, "Teapot", StorageError, r"418 \(Teapot\)"),
    ],
)
def test_each_refusal_says_what_it_means(
    flaky: S3Store, fault_proxy: FaultProxy, status: int, code: str, kind: type[StorageError], said: str
) -> None:
    fault_proxy.inject(Fault(status, code), on=f"GET /{flaky.bucket}/a")

    with pytest.raises(kind, match=said):
        flaky.read(ByteRange("a", 0, 10))


def test_a_connection_cut_in_the_middle_of_an_object_is_mended(flaky: S3Store, fault_proxy: FaultProxy) -> None:
    fault_proxy.inject(Fault(cut_after=1000), on=f"GET /{flaky.bucket}/a", times=1)

    assert flaky.read(ByteRange("a", 0, 1_000_000)) == b"0123456789" * 100_000


def test_a_connection_cut_in_the_middle_of_a_listing_is_mended(flaky: S3Store, fault_proxy: FaultProxy) -> None:
    fault_proxy.inject(Fault(cut_after=30), on="list-type=2", times=1)

    assert "a" in keys(flaky)


def test_an_error_within_a_good_answer_is_asked_again(flaky: S3Store, fault_proxy: FaultProxy) -> None:
    fault_proxy.inject(Fault(200, "InternalError"), on="list-type=2", times=1)

    assert "a" in keys(flaky)


def test_a_server_that_is_not_there_is_told(s3_options: S3Options, bucket: str) -> None:
    store = S3Store(bucket, replace(s3_options, endpoint_url="http://127.0.0.1:9", patience=0.5))

    for ask in ASKS.values():
        with pytest.raises(StoreUnavailable, match=r"cannot be reached.*--endpoint-url"):
            ask(store)


def test_an_object_that_changes_while_it_is_read_is_told(s3_server: S3Server, flaky: S3Store) -> None:
    with flaky.open("a") as stream:
        stream.read(10)
        s3_server.client.put_object(Bucket=flaky.bucket, Key="a", Body=b"9876543210" * 100_000)
        stream.seek(900_000)

        with pytest.raises(StorageError, match="changed while it was read"):
            stream.read(10)


def test_read_ahead_grows_while_an_object_is_read_straight_on(s3_server: S3Server, flaky: S3Store, fault_proxy: FaultProxy) -> None:
    s3_server.client.put_object(Bucket=flaky.bucket, Key="big", Body=bytes(20 << 20))

    with flaky.open("big") as stream:
        while stream.read(64 * 1024):
            pass

    assert sum(request.startswith(f"GET /{flaky.bucket}/big") for request in fault_proxy.requests) < 12


def test_a_missing_bucket_is_named(s3_options: S3Options) -> None:
    store = S3Store(f"missing-{uuid.uuid4().hex}", s3_options)

    with pytest.raises(ObjectNotFound, match=f"bucket {store.bucket} does not exist"):
        keys(store)


@every_way_of_asking
def test_without_credentials_the_ways_to_give_them_are_told(
    s3_options: S3Options, bucket: str, monkeypatch: pytest.MonkeyPatch, ask: Callable[[S3Store], object]
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", "/nonexistent")

    with pytest.raises(AccessDenied, match=r"No AWS credentials were found.*AWS_PROFILE"):
        ask(S3Store(bucket, replace(s3_options, region="us-east-1", patience=1.5)))


def test_wrong_credentials_are_told_apart(s3_options: S3Options, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")

    with pytest.raises(AccessDenied, match="does not accept these credentials"):
        keys(S3Store(bucket, s3_options))


def test_a_bucket_that_is_not_public_refuses_the_anonymous(s3_options: S3Options, bucket: str) -> None:
    with pytest.raises(AccessDenied, match="denied"):
        keys(S3Store(bucket, replace(s3_options, anonymous=True)))


def test_the_anonymous_read_a_public_bucket(s3_server: S3Server, s3_options: S3Options, bucket: str) -> None:
    everyone = '{"Effect":"Allow","Principal":"*","Action":["s3:GetObject","s3:ListBucket"]'
    resources = f'"Resource":["arn:aws:s3:::{bucket}","arn:aws:s3:::{bucket}/*"]'
    s3_server.client.put_bucket_policy(Bucket=bucket, Policy=f'{{"Version":"2012-10-17","Statement":[{everyone},{resources}}}]}}')
    s3_server.client.put_object(Bucket=bucket, Key="a", Body=b"public")
    store = S3Store(bucket, replace(s3_options, anonymous=True))

    assert keys(store) == ["a"]
    assert store.read(ByteRange("a", 0, 10)) == b"public"


def test_the_endpoint_comes_from_the_environment_too(s3_server: S3Server, s3_options: S3Options, bucket: str) -> None:
    assert s3_options.endpoint_url == os.environ["AWS_ENDPOINT_URL_S3"]
    s3_server.client.put_object(Bucket=bucket, Key="a", Body=b"x")
    store = S3Store(bucket, S3Options(patience=3))

    assert keys(store) == ["a"]
    assert store.read(ByteRange("a", 0, 1)) == b"x"


def test_the_endpoint_that_was_given_wins_over_the_environment(s3_server: S3Server, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in s3_server.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    s3_server.client.put_object(Bucket=bucket, Key="a", Body=b"x")
    store = S3Store(bucket, S3Options(endpoint_url=s3_server.endpoint, patience=3))

    assert keys(store) == ["a"]
    assert store.read(ByteRange("a", 0, 1)) == b"x"


def test_the_one_who_asks_pays_where_that_is_set(flaky: S3Store, fault_proxy: FaultProxy) -> None:
    store = S3Store(flaky.bucket, replace(flaky.options, requester_pays=True))
    for ask in ASKS.values():
        ask(store)

    asked = [
        headers
        for request, headers in zip(fault_proxy.requests, fault_proxy.headers, strict=True)
        if "HEAD" not in request or "/a" in request
    ]
    assert len(asked) == 4
    assert all(headers["x-amz-request-payer"] == "requester" for headers in asked)


@pytest.mark.parametrize("options", [S3Options(profile="nonsense"), S3Options(endpoint_url="nonsense")], ids=["profile", "endpoint"])
@pytest.mark.usefixtures("s3_options")
def test_options_that_cannot_be_meant_are_refused(bucket: str, options: S3Options) -> None:
    for ask in ASKS.values():
        with pytest.raises(InvalidInput, match="nonsense"):
            ask(S3Store(bucket, options))


def test_a_bucket_in_another_region_is_signed_for_there(flaky: S3Store, fault_proxy: FaultProxy) -> None:
    fault_proxy.inject(Fault(headers=(("x-amz-bucket-region", "eu-west-3"),)), on=f"HEAD /{flaky.bucket}", times=1)

    flaky.read(ByteRange("a", 0, 1))

    assert "/eu-west-3/s3/" in fault_proxy.headers[-1]["authorization"]
