"""Small files that mislead other readers, each with the types that a catalog should hold."""

from __future__ import annotations

import pytest

from gluepot.classifiers.chain import classify
from gluepot.classifiers.inference.resolve import column_type, null_tokens
from gluepot.classifiers.sample import Classification, Sample


def of(text: str | bytes, name: str = "data") -> Classification:
    head = text.encode() if isinstance(text, str) else text
    return classify(Sample(name, len(head), head))


def columns(found: Classification) -> str:
    return " ".join(f"{name}:{column_type(member.type)}" for name, member in found.schema.members.items())


ROWS = "\n".join(f"{number},name{number}" for number in range(1, 9))


@pytest.mark.parametrize(
    ("about", "text", "expected"),
    [
        ("zip codes with leading zeros", "zip,city\n00042,Oslo\n12345,Rome\n", "zip:string city:string"),
        ("all-text rows without a header", "ann,oslo\nbob,rome\ncat,lima\ndan,oslo\nann,rome\n", "col0:string col1:string"),
        ("numeric rows without a header", "1,2.5\n2,3.5\n3,4.5\n", "col0:bigint col1:double"),
        ("a commented preamble", "# made by hand\n# 2021\nid,price\n1,2.5\n2,3.5\n", "id:bigint price:double"),
        ("dates in the American and the European way", "us,eu\n12/31/2020,31/12/2020\n01/02/2021,02/01/2021\n", "us:string eu:string"),
        ("moments with zones", "id,at\n1,2021-01-01T10:00:00Z\n2,2021-01-01T10:00:00+02:00\n", "id:bigint at:string"),
        ("whole numbers past 64 bits", "id,n\n1,9223372036854775808\n2,18446744073709551616\n", "id:bigint n:decimal(20,0)"),
        ("whole numbers past 38 digits", f"id,n\n1,{'9' * 39}\n2,{'8' * 39}\n", "id:bigint n:string"),
        ("ragged rows", "a,b,c\n1,2,3\n4,5\n6,7,8\n9,10,11,12\n13,14,15\n", "a:bigint b:bigint c:bigint"),
        ("semicolons and decimal commas", "name;price\nbread;1,50\nmilk;0,95\n", "name:string price:string"),
        ("a total below", f"id,name\n{ROWS}\nTOTAL\n", "id:bigint name:string"),
        ("Hive's own delimiter", "1\x01ann\n2\x01bob\n3\x01cat\n", "col0:bigint col1:string"),
        ("names that come twice, or not at all", "id,id,,name\n1,2,3,ann\n4,5,6,bob\n", "id:bigint id_2:bigint col2:bigint name:string"),
        ("a trailing delimiter", "a,b,\n1,x,\n2,y,\n", "a:bigint b:string col2:string"),
        ("line breaks inside quotes", 'id,text\n1,"two\nlines"\n2,"one"\n', "id:bigint text:string"),
        ("a quote inside quotes", 'id,text\n1,"say ""hi"", Bob"\n2,x\n', "id:bigint text:string"),
        ("a quote that comes late", "id,text\n" + "1,plain\n" * 4000 + '2,"now, quoted"\n', "id:bigint text:string"),
        ("years as names", "country,2001,2002\nNorway,1.5,2.5\nPeru,3.5,4.5\n", "country:string 2001:double 2002:double"),
        ("a second table below", f"id,name\n{ROWS}\n\na,b,c\n1,2,3\n4,5,6\n7,8,9\n", "id:bigint name:string"),
        ("a smaller table above", f"a,b,c\n1,2,3\n4,5,6\n\nid,name\n{ROWS}\n", "id:bigint name:string"),
        ("not a number and infinity", "x\tid\nNaN\t1\n-inf\t2\n1.5\t3\n", "x:double id:bigint"),
        ("truths that only people read", "ok,id\nyes,1\nno,2\n", "ok:string id:bigint"),
        ("days that are none", "day,id\n2021-02-30,1\n2021-02-28,2\n", "day:string id:bigint"),
    ],
)
def test_the_types_are_those_that_a_serde_can_read(about: str, text: str, expected: str) -> None:
    assert columns(of(text)) == expected, about


@pytest.mark.parametrize("word", ["NULL", "NA", "N/A", "-", "\\N", "?", "null", "#N/A"])
def test_a_word_for_null_leaves_the_type_alone_and_is_known(word: str) -> None:
    found = of(f"id,n\n1,10\n2,{word}\n3,30\n4,40\n5,50\n")

    assert columns(found) == "id:bigint n:bigint"
    assert null_tokens(found.schema.members["n"].type) == (word,)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_an_encoding_is_found(encoding: str) -> None:
    found = of("nom,café\nRené,1\nZoë,2\nFrançois,3\n".encode(encoding))

    assert columns(found) == "nom:string café:bigint"


def test_lines_around_a_table_are_left_out() -> None:
    found = of(f"Sales of 2021\n\nid,name\n{ROWS}\n\nSource: the office\n")

    assert columns(found) == "id:bigint name:string"
    assert found.format.dialect is not None
    assert (found.format.dialect.skipped_lines, found.format.dialect.trailing_lines) == (2, 2)


def test_a_second_table_in_a_file_is_told() -> None:
    found = of(f"id,name\n{ROWS}\n\na,b,c\n1,2,3\n4,5,6\n")

    assert columns(found) == "id:bigint name:string"
    assert found.evidence["oddities"] == ["it holds several tables: only the largest, lines 1 to 9, is read"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id,name,price\n", "id:string name:string price:string"),
        ("name\nann\nbob\n", "name:string"),
        ("1\n2\n3\n", "col0:bigint"),
        ('text\n"one, two"\n"three, four"\n', "text:string"),
        ("dear sir\nthis is no table, but a letter\n", "col0:string"),
    ],
)
def test_a_file_that_is_called_a_table_is_one(text: str, expected: str) -> None:
    assert columns(of(text, "lake/data.csv.gz")).startswith(expected)
    assert of(text, "lake/data.csv").format.classification == "csv"


def test_the_name_of_a_file_does_not_make_a_table_of_other_formats() -> None:
    assert of('{"a": 1}\n', "data.csv").format.classification == "json"
    assert of(b"\x00\x01\x02\x03binary\x00", "data.csv").format.classification == "UNKNOWN"
    assert of("<html><body>gone</body></html>\n", "data.csv").format.classification != "csv"
