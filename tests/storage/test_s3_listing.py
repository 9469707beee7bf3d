"""The parser of ListObjectsV2 beside a real XML parser."""

from __future__ import annotations

from urllib.parse import quote_plus
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from hypothesis import given
from hypothesis import strategies as st

from gluepot.storage.s3_listing import parse_page
from gluepot.storage.store import StoredObject

keys = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=12)
members = st.fixed_dictionaries(
    {"Size": st.integers(0, 1 << 40).map(str)},
    optional={
        "LastModified": st.just("2026-01-02T03:04:05.000Z"),
        "ETag": st.sampled_from(['"abc-2"', "abc"]),
        "StorageClass": st.sampled_from(["STANDARD", "STANDARD_IA", "GLACIER"]),
        "Owner": st.just("someone"),
    },
)
QUOTED = {'"': "&quot;"}
objects = st.lists(st.tuples(keys, members, st.permutations(["Size", "LastModified", "ETag", "StorageClass", "Owner"])), max_size=5)


@given(objects, st.booleans())
def test_objects_are_read_as_an_xml_parser_reads_them(given_objects: list[tuple[str, dict[str, str], list[str]]], encoded: bool) -> None:
    text = _page(given_objects, encoded=encoded)
    root = ElementTree.fromstring(text)

    assert [found.key for found in parse_page(text)] == [key for key, _, _ in given_objects]
    assert [found[1:] for found in parse_page(text)] == [_expected(one)[1:] for one in root.iter("Contents")]


def _page(given_objects: list[tuple[str, dict[str, str], list[str]]], *, encoded: bool) -> str:
    contents: list[str] = []
    for key, given_members, order in given_objects:
        written = "".join(f"<{name}>{escape(given_members[name], QUOTED)}</{name}>" for name in order if name in given_members)
        contents.append(f"<Contents><Key>{quote_plus(key) if encoded else escape(key)}</Key>{written}</Contents>")
    kind = "<EncodingType>url</EncodingType>" if encoded else ""
    return f"<ListBucketResult><Name>b</Name><Prefix></Prefix>{kind}{''.join(contents)}<IsTruncated>false</IsTruncated></ListBucketResult>"


def _expected(contents: ElementTree.Element) -> StoredObject:
    kind = contents.findtext("StorageClass", "")
    modified = 1767323045.0 if contents.find("LastModified") is not None else 0.0
    etag = contents.findtext("ETag", "").strip('"')
    return StoredObject("", int(contents.findtext("Size", "0")), modified, etag, "" if kind == "STANDARD" else kind)
