"""What users and catalogs may call a place, and what is found there."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from gluepot.errors import InvalidInput, ObjectNotFound
from gluepot.storage.local import LocalStore
from gluepot.storage.s3 import S3Options, S3Store
from gluepot.storage.targets import locate, open_url
from s3_server import S3Server


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    (tmp_path / "my lake%20").mkdir()
    (tmp_path / "my lake%20/a.csv").write_bytes(b"x")
    return tmp_path / "my lake%20"


@pytest.mark.parametrize("spelling", ["{}", "{}/", "file://{}", "file://{}/", "file:{}", "FILE://{}/."])
def test_a_folder_in_any_spelling_is_a_store_of_its_own(lake: Path, spelling: str) -> None:
    location = locate(spelling.format(lake))

    assert (location.store, location.prefix, location.is_object) == (LocalStore(str(lake)), "", False)
    assert location.url == f"file://{lake}/"


def test_a_relative_path_means_one_below_the_current_folder(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(lake.parent)

    assert locate("my lake%20").store.root == f"file://{lake}/"
    assert locate(".").store.root == f"file://{lake.parent}/"


def test_one_file_is_an_object_of_its_folder(lake: Path) -> None:
    location = locate(f"file://{lake}/a.csv")

    assert (location.store, location.prefix, location.is_object) == (LocalStore(str(lake)), "a.csv", True)


def test_a_missing_path_is_named(lake: Path) -> None:
    with pytest.raises(ObjectNotFound, match=r"b\.csv does not exist"):
        locate(f"{lake}/b.csv")


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("gs://bucket/x", r"'gs://' cannot be read from.*s3://bucket/prefix"),
        ("https://example.org/a.csv", "cannot be read from"),
        ("s3:///prefix", "names no bucket"),
        ("file://host/share", "absolute path"),
        ("", "empty"),
    ],
)
def test_other_places_are_refused(target: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        locate(target)


@pytest.fixture
def s3_lake(s3_server: S3Server, s3_options: S3Options, shared_bucket: str) -> tuple[str, S3Store]:
    """A prefix with objects in it, and its bucket's store."""
    prefix = f"lake-{uuid.uuid4().hex}"
    for key in (f"{prefix}/data/a.csv", f"{prefix}/data-old/b.csv"):
        s3_server.client.put_object(Bucket=shared_bucket, Key=key, Body=b"x")
    return prefix, S3Store(shared_bucket, s3_options)


@pytest.mark.parametrize("scheme", ["s3", "s3a", "s3n"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_an_s3_folder_is_a_prefix_that_ends_with_a_slash(s3_lake: tuple[str, S3Store], scheme: str, slash: str) -> None:
    prefix, store = s3_lake

    location = locate(f"{scheme}://{store.bucket}/{prefix}/data{slash}", store.options)

    assert (location.store, location.prefix, location.is_object) == (store, f"{prefix}/data/", False)


def test_an_s3_object_is_told_from_a_folder(s3_lake: tuple[str, S3Store]) -> None:
    prefix, store = s3_lake

    location = locate(f"s3://{store.bucket}/{prefix}/data/a.csv", store.options)

    assert (location.prefix, location.is_object) == (f"{prefix}/data/a.csv", True)


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_whole_bucket_is_the_empty_prefix(s3_lake: tuple[str, S3Store], slash: str) -> None:
    _, store = s3_lake

    location = locate(f"s3://{store.bucket}{slash}", store.options)

    assert (location.store, location.prefix, location.is_object) == (store, "", False)


def test_the_beginning_of_a_name_is_not_a_folder(s3_lake: tuple[str, S3Store]) -> None:
    prefix, store = s3_lake

    with pytest.raises(ObjectNotFound, match=f"Nothing is stored under s3://{store.bucket}/{prefix}/dat"):
        locate(f"s3://{store.bucket}/{prefix}/dat", store.options)


def test_an_empty_bucket_can_be_a_target_and_a_missing_one_cannot(bucket: str, s3_options: S3Options) -> None:
    assert locate(f"s3://{bucket}", s3_options).prefix == ""
    with pytest.raises(ObjectNotFound, match="bucket"):
        locate(f"s3://{bucket}-missing", s3_options)


def test_a_tables_location_opens_with_or_without_its_last_slash(lake: Path, s3_lake: tuple[str, S3Store]) -> None:
    prefix, store = s3_lake

    assert open_url(f"file://{lake}") == open_url(f"file://{lake}/") == (LocalStore(str(lake)), "")
    assert open_url(f"s3://{store.bucket}/{prefix}/data", store.options) == (store, f"{prefix}/data/")
    assert open_url(f"s3://{store.bucket}/{prefix}/data/", store.options) == (store, f"{prefix}/data/")
    assert open_url(f"s3://{store.bucket}/", store.options) == (store, "")


def test_a_location_of_one_file_opens_as_that_file(lake: Path, s3_lake: tuple[str, S3Store]) -> None:
    prefix, store = s3_lake

    assert open_url(f"file://{lake}/a.csv") == (LocalStore(str(lake)), "a.csv")
    assert open_url(f"s3://{store.bucket}/{prefix}/data/a.csv", store.options) == (store, f"{prefix}/data/a.csv")


def test_a_location_that_is_gone_opens_and_its_listing_says_so(tmp_path: Path) -> None:
    store, key = open_url(f"file://{tmp_path}/gone/")

    assert key == ""
    with pytest.raises(ObjectNotFound, match="gone"):
        list(store.list(key))
