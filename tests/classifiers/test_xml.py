"""XML: recognised by content, rows by what repeats, types as the text has them; bombs refused."""

from __future__ import annotations

import pickle
import time
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gluepot.classifiers.chain import classify
from gluepot.classifiers.documents.elements import Elements, TooLarge
from gluepot.classifiers.documents.xml import Xml
from gluepot.classifiers.inference.resolve import column_type
from gluepot.classifiers.inference.summary import merge
from gluepot.classifiers.sample import Classification, Match, Rejection, Sample
from gluepot.crawler.signatures import columns_of

BOOKS = '<catalog><book id="1"><title>A</title></book><book id="2"><title>B</title></book></catalog>'


def of(text: str | bytes, *, whole: bool = True) -> Classification:
    head = text.encode() if isinstance(text, str) else text
    return classify(Sample("key", len(head), head, whole=whole))


def columns(found: Classification | Match) -> dict[str, str]:
    return dict(columns_of(found.schema, "accurate"))


def row_tag(found: Classification | Match) -> str:
    return dict(found.format.options)["rowTag"]


@pytest.mark.parametrize(
    "head",
    [
        BOOKS.encode(),
        b'<?xml version="1.0"?>\n' + BOOKS.encode(),
        b"\xef\xbb\xbf" + BOOKS.encode(),
        b"\xef\xbb\xbf\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>" + BOOKS.encode(),
        b"\n\n  <?xml version='1.0'?>" + BOOKS.encode(),
        b"<!-- of 2024 -->\n<!DOCTYPE catalog SYSTEM 'catalog.dtd'>\n" + BOOKS.encode(),
        BOOKS.encode("utf-16"),
        BOOKS.encode("utf-16-be"),
        ("<?xml version='1.0' encoding='UTF-16'?>" + BOOKS).encode(),
        ("<?xml version='1.0' encoding='Shift_JIS'?>" + BOOKS.replace("A", "本")).encode("shift_jis"),
        ("<?xml version='1.0' encoding='iso-8859-1'?>" + BOOKS.replace("A", "é")).encode("latin-1"),
        BOOKS.replace("A", "é").encode("cp1252"),
    ],
)
def test_a_document_is_recognised_however_it_begins_and_is_encoded(head: bytes) -> None:
    found = of(head)

    assert (found.format.classification, row_tag(found)) == ("xml", "book")
    assert columns(found) == {"_id": "bigint", "title": "string"}
    assert found.records == 2


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><html><body><p>x</p></body></html>",
        "<html><body><p>x</p><p>y</p></body></html>",
        "<!-- licence -->\n\n# Read me\n\n<p>x</p>\n",
        "<div class='a'>{{ name }}</div>",
        "<ul>{% for x in y %}<li>{{ x }}</li>{% endfor %}</ul>",
        "<my-view v-if='a'>{{ b }}</my-view>",
        "<App items={[1, 2]} />",
        "<template><div/></template>\n<script>let a = 1 < 2;</script>",
        "<?php echo 1; ?>",
        "<%@ page language='java' %><a/>",
        "<\n",
        "<- 1\n<- 2\n",
        "<user@example.org>, <other@example.org>\n",
        "<34>Oct 11 22:14:15 machine su: failed\n<34>Oct 11 22:14:16 machine su: failed\n",
    ],
)
def test_pages_templates_and_what_only_begins_alike_are_not_xml(text: str) -> None:
    assert of(text).format.classification != "xml"


@pytest.mark.parametrize(
    "text",
    [
        "<svg xmlns='http://www.w3.org/2000/svg' width='3'><text x='1'>hi</text></svg>",
        "<html xmlns='http://www.w3.org/1999/xhtml'><body><p>x</p></body></html>",
        "<?xml version='1.0'?><html><body><p>x</p></body></html>",
        "<plist version='1.0'><dict><key>a</key><string>b</string></dict></plist>",
    ],
)
def test_vocabularies_of_xml_are_xml(text: str) -> None:
    assert of(text).format.classification == "xml"


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        (BOOKS, "book"),
        ("<r><data><row><a>1</a></row><row><a>2</a></row></data></r>", "row"),
        ("<e:Envelope xmlns:e='u'><e:Body><n:row><n:a>1</n:a></n:row><n:row><n:a>2</n:a></n:row></e:Body></e:Envelope>", "n:row"),
        ("<rss><channel><title>t</title><link>l</link><item><title>a</title></item></channel></rss>", "item"),
        ("<orders><order><id>1</id></order></orders>", "order"),
        ("<root><config><a>1</a></config></root>", "config"),
        ("<order id='1'><to><name>A</name><zip>1</zip></to><lines><line n='1'/><line n='2'/></lines></order>", "order"),
        ("<list><name>a</name><name>b</name></list>", "list"),
        ("<note><to>a</to><from>b</from></note>", "note"),
        ("<row a='1'/>\n<row a='2'/>\n", "row"),
        ("<?xml version='1.0'?><row a='1'/>\n<?xml version='1.0'?><row a='2'/>\n", "row"),
        ("<r><a x='1'/><b><c><d/></c></b><a x='2'/><a x='3'/><a x='4'/></r>", "a"),
    ],
)
def test_the_row_tag_is_found_without_being_told(text: str, tag: str) -> None:
    assert row_tag(of(text)) == tag


def test_records_beside_the_rows_are_told() -> None:
    found = of("<r>" + "<a x='1' y='2'/>" * 5 + "<b z='1'/>" * 2 + "</r>")

    assert row_tag(found) == "a"
    assert found.evidence["oddities"] == ["elements <b> (2) beside the rows <a> are not read"]


def test_a_given_row_tag_is_heeded_with_or_without_its_prefix() -> None:
    text = "<n:r xmlns:n='u'><n:head><a>1</a></n:head><n:x><b>2</b></n:x><n:x><b>3</b></n:x></n:r>"
    head = text.encode()
    for tag in ("head", "n:head"):
        found = Xml(row_tag=tag, classification="heads").classify(Sample("key", len(head), head), None)
        assert isinstance(found, Match)
        assert (found.format.classification, columns(found)) == ("heads", {"a": "bigint"})

    absent = Xml(row_tag="nothing").classify(Sample("key", len(head), head), None)
    assert absent == Rejection("it holds no <nothing>")
    assert pickle.loads(pickle.dumps(Xml("x"))) == Xml("x")


def test_attributes_text_and_repetition_give_structs_and_arrays() -> None:
    found = of(
        "<r><p id='01'><price unit='$'>1.5</price><tag>a</tag><tag>b</tag><at>2024-01-02</at><in><x>1</x></in><e/></p>"
        "<p id='02'><price>2</price><tag>c</tag><at/><in><x>2.5</x><x>3</x></in><e/></p></r>"
    )

    assert columns(found) == {
        "_id": "string",
        "price": "struct<_unit:string,_VALUE:double>",
        "tag": "array<string>",
        "at": "date",
        "in": "struct<x:array<double>>",
        "e": "string",
    }


def test_mixed_content_is_its_text() -> None:
    assert columns(of("<r><p><t>One <i>two</i> three</t></p><p><t>four</t></p></r>")) == {"t": "string"}


def test_nil_and_empty_elements_never_override_a_type() -> None:
    text = "<r xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><p><n>1</n><s><a>1</a></s></p><p><n xsi:nil='true'/><s/></p><p><n> </n></p></r>"

    assert columns(of(text)) == {"n": "bigint", "s": "struct<a:bigint>"}


def test_the_rows_own_prefix_is_dropped_and_another_ones_kept() -> None:
    text = "<n:r xmlns:n='u' xmlns:m='v'><n:row n:k='1'><n:a>1</n:a><m:a>x</m:a></n:row><n:row n:k='2'><n:a>2</n:a></n:row></n:r>"

    assert columns(of(text)) == {"_k": "bigint", "a": "bigint", "m_a": "string"}


def test_a_sample_may_end_anywhere() -> None:
    text = "<?xml version='1.0'?><rows>" + "".join(f"<row><id>{n}</id><v>x{n}</v></row>" for n in range(20)) + "</rows>"
    for cut in range(len("<?xml version='1.0'?><rows><row><id>0</id>"), len(text)):
        found = of(text[:cut], whole=False)
        assert (found.format.classification, row_tag(found)) == ("xml", "row")
        assert columns(found)["id"] == "bigint"


def test_rows_before_a_fault_count_and_the_fault_is_told() -> None:
    found = of("<?xml version='1.0'?><r>\n<row><a>1</a></row>\n<row><a>2</b></row>\n</r>")

    assert columns(found) == {"a": "bigint"}
    assert found.evidence["oddities"] == ["it is not well-formed: mismatched tag at line 3; what follows is not read"]


BOMB = "<!DOCTYPE r [" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 9)) + "]><r><x>&a8;</x></r>"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BOMB, "the entity a1 may expand without end"),
        ("<!DOCTYPE r [<!ENTITY a '" + "x" * 100_000 + "'>]><r>" + "&a;" * 1000 + "</r>", "the entity a may expand without end"),
        ("<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><r>&a;</r>", "the entity a reaches outside the document"),
        ("<!DOCTYPE r [<!ENTITY % p SYSTEM 'http://h/x'> %p;]><r/>", "the entity p reaches outside the document"),
    ],
)
def test_entities_that_expand_or_reach_outside_are_refused(text: str, reason: str) -> None:
    found = of(text)

    assert not found.known
    assert any(verdict.classifier == "xml" and reason in verdict.reason for verdict in found.tried)


def test_an_entity_that_is_a_few_characters_is_read() -> None:
    found = of("<!DOCTYPE r [<!ENTITY co 'ACME'>]><r><p><n>&co; &amp; sons&nbsp;</n></p><p><n>x</n></p></r>")

    assert columns(found) == {"n": "string"}


@pytest.mark.parametrize(
    "text",
    [
        "<a>" * 300_000,
        "<a>" * 100_000 + "</a>" * 100_000,
        "<r><p " + " ".join(f"a{n}='1'" for n in range(60_000)) + "/></r>",
        "<r>" + "<p/>" * 200_000 + "</r>",
        "<r><p x='" + "y" * 1_000_000,
        "<a/>" * 200_000,
        "<r>" + "".join(f"<p><c{n}>1</c{n}></p>" for n in range(30_000)) + "</r>",
        "<r>" + "".join(f"<p{n}><c>1</c></p{n}>" for n in range(30_000)) + "</r>",
        "<r>" + "<![CDATA[" * 100_000,
        "<!--" * 200_000,
        "<!DOCTYPE r [" + "<!ELEMENT a (b)>" * 50_000,
    ],
)
def test_hostile_shapes_cost_little(text: str) -> None:
    started = time.process_time()
    of(text, whole=False)

    assert time.process_time() - started < 8


def test_summaries_of_files_merge_into_one_schema() -> None:
    one = of("<r><p><a>1</a><t>x</t></p><p><a>2</a></p></r>")
    two = of("<r><p><a unit='m'>1.5</a><t>x</t><t>y</t></p><p><b>1</b></p></r>")

    assert dict(columns_of(merge(one.schema, two.schema), "accurate")) == {
        "a": "struct<_unit:string,_VALUE:double>",
        "t": "array<string>",
        "b": "bigint",
    }
    assert merge(one.schema, two.schema) == merge(two.schema, one.schema)


VALUES = {
    "bigint": st.integers(-(2**60), 2**60).map(str),
    "double": st.floats(-1e9, 1e9).map(lambda x: f"{x:.3f}"),
    "boolean": st.sampled_from(["true", "false"]),
    "date": st.dates().map(str).filter(lambda d: d > "1000"),
    "string": st.text("abcdeé<>&'\"本", min_size=1).map(lambda s: f"w{s}"),
}


@settings(max_examples=60, deadline=None)
@given(data=st.data(), kinds=st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=5), indent=st.sampled_from(["", "\n  "]))
def test_rendered_rows_give_their_columns_back(data: st.DataObject, kinds: list[str], indent: str) -> None:
    attributes = data.draw(st.lists(st.booleans(), min_size=len(kinds), max_size=len(kinds)))
    rows = data.draw(st.lists(st.tuples(*(VALUES[kind] for kind in kinds)), min_size=2, max_size=6))
    encoding = data.draw(st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
    text = indent.join(["<rows>", *(_rendered(row, attributes, indent) for row in rows), "</rows>"])

    found = of(text.encode(encoding))

    names = [f"_c{n}" if attribute else f"c{n}" for n, attribute in enumerate(attributes)]
    assert columns(found) == dict(sorted(zip(names, kinds, strict=True), key=lambda item: not item[0].startswith("_")))
    assert found.records == len(rows)


def _rendered(row: tuple[str, ...], attributes: list[bool], indent: str) -> str:
    given = "".join(f" c{n}={quoteattr(value)}" for n, value in enumerate(row) if attributes[n])
    children = [f"<c{n}>{escape(value)}</c{n}>" for n, value in enumerate(row) if not attributes[n]]
    return f"<row{given}>{indent}{indent.join(children)}</row>"


def test_one_column_type_of_a_lone_struct_is_itself() -> None:
    assert str(column_type(of(BOOKS).schema)) == "struct<_id:bigint,title:string>"


@pytest.mark.parametrize(
    ("begin", "more", "reason"),
    [
        ("<r><p x='", "y" * (1 << 20), "a tag or comment is longer than 8 MB"),
        ("<r><!--", "y" * (1 << 20), "a tag or comment is longer than 8 MB"),
        ("<r><p>", "y" * (1 << 20), "<p> is longer than 16 MB"),
        ("<r><p>", "<a>" * (1 << 17), "<p> holds more than 500000 tags"),
        ("<r>", "<a>" * (1 << 14), "elements nest deeper than 10000 levels"),
        ("<!DOCTYPE r [<!ENTITY a '" + "x" * 250 + "'>]><r><p>", "&a;" * (1 << 16), "<p> is longer than 1 MB"),
    ],
)
def test_what_does_not_end_is_given_up_at_a_limit(begin: str, more: str, reason: str) -> None:
    parser = Elements("p")
    pieces = [begin.encode(), *[more.encode()] * 40]
    with pytest.raises(TooLarge, match=reason):
        any(map(parser.feed, pieces))
