"""What every store promises, local or S3."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Mapping

import pytest

from gluepot.errors import ObjectNotFound
from gluepot.storage.store import ByteRange, Store
from stores import keys, listed

Fill = Callable[[Mapping[str, bytes]], Store]

ODD_NAMES = [
    "with space/a b.csv",
    "quotes/'single' \"double\".csv",
    "new\nline.csv",
    "tab\t.csv",
    "emoji-😀/é.csv",
    "per%20cent/100%.csv",
    "plus+and&amp;<x>.csv",
    "hash#/question?.csv",
    "key=a%2Fb/[set]{x,y}*.csv",
    "~tilde/$dollar/@at.csv",
]


def test_lists_in_the_order_of_keys_as_bytes(fill: Fill) -> None:
    # Nothing here sorts between 'a' and 'a/': SeaweedFS lists folders by their bare names, unlike S3.
    given = ["a/x", "a0", "a/b/c", "a1/c", "B", "é", "z", "😀", "\uffff", "a=1/x", "_SUCCESS"]
    store = fill(dict.fromkeys(given, b"x"))

    assert keys(store) == sorted(given, key=str.encode)


def test_lists_below_a_prefix_only(fill: Fill) -> None:
    store = fill(dict.fromkeys(["lake/a/1", "lake/a/2", "lake/ab", "lake-other/a/3", "b"], b"x"))

    assert keys(store, "lake/a/") == ["lake/a/1", "lake/a/2"]
    assert keys(store, "lake/a") == ["lake/a/1", "lake/a/2", "lake/ab"]
    assert keys(store, "nothing/") == []


def test_tells_size_and_time(fill: Fill) -> None:
    found = listed(fill({"a": b"12345"}))

    assert [(one.key, one.size, one.storage_class) for one in found] == [("a", 5, "")]
    assert abs(found[0].modified - time.time()) < 60


def test_head_agrees_with_the_listing(fill: Fill) -> None:
    store = fill({"a/b": b"12345"})

    listed_one, head = listed(store)[0], store.head("a/b")

    assert (head.key, head.size, head.etag, head.storage_class) == (listed_one.key, 5, listed_one.etag, "")
    assert abs(head.modified - listed_one.modified) < 1


def test_reads_what_it_lists_whatever_the_names(fill: Fill) -> None:
    store = fill({name: name.encode() for name in ODD_NAMES})

    assert sorted(keys(store)) == sorted(ODD_NAMES)
    for name in ODD_NAMES:
        content = name.encode()
        assert store.head(name).size == len(content)
        assert store.read(ByteRange(name, 2, 3)) == content[2:5]
        assert store.read(ByteRange(name, -3, 3)) == content[-3:]
        with store.open(name) as stream:
            assert stream.read() == content


def test_reads_ranges_that_may_pass_the_end(fill: Fill) -> None:
    wanted = {(0, 4): b"0123", (8, 4): b"89", (-3, 3): b"789", (-30, 30): b"0123456789", (10, 5): b"", (50, 5): b"", (3, 0): b""}
    store = fill({"a": b"0123456789"})

    assert {span: store.read(ByteRange("a", *span)) for span in wanted} == wanted


def test_an_empty_object_reads_as_nothing(fill: Fill) -> None:
    store = fill({"empty": b""})

    assert store.read(ByteRange("empty", 0, 8)) == b""
    assert store.read(ByteRange("empty", -8, 8)) == b""
    with store.open("empty") as stream:
        assert stream.read() == b""


def test_reads_many_and_keeps_each_failure_in_its_place(fill: Fill) -> None:
    store = fill({f"{number}": str(number).encode() for number in range(100)})

    found = store.read_many([ByteRange("5", 0, 9), ByteRange("gone", 0, 9), *(ByteRange(str(number), 0, 9) for number in range(100))])

    assert found[0] == b"5"
    assert isinstance(found[1], ObjectNotFound)
    assert found[2:] == [str(number).encode() for number in range(100)]


def test_a_missing_object_is_named(fill: Fill) -> None:
    store = fill({"a": b"x"})

    for ask in (lambda: store.head("no/b"), lambda: store.read(ByteRange("no/b", 0, 1)), lambda: store.open("no/b")):
        with pytest.raises(ObjectNotFound, match="no/b does not exist"):
            ask()


def test_an_open_object_can_be_sought_and_read_in_parts(fill: Fill) -> None:
    content = bytes(range(256)) * 4000

    with fill({"a": content}).open("a") as stream:
        assert stream.read(10) == content[:10]
        assert stream.seek(-5, 2) == len(content) - 5
        assert stream.read() == content[-5:]
        stream.seek(300_000)
        assert stream.read(400_000) == content[300_000:700_000]
        stream.seek(0)
        assert stream.read() == content


def test_a_store_travels_to_another_process(fill: Fill) -> None:
    store: Store = pickle.loads(pickle.dumps(fill({"a": b"x"})))

    assert store.read(ByteRange("a", 0, 1)) == b"x"
    assert store.root.endswith("/")


def test_lists_in_pages(fill: Fill) -> None:
    store = fill({f"part={number:04d}/f": b"x" for number in range(1050)})

    pages = list(store.list())

    assert [len(page) for page in pages] == [1000, 50]
