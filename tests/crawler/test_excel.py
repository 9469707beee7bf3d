"""Excel: the table of a workbook with its cells' types, and no harm from what is not one."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gluepot
from gluepot.classifiers.sample import Classification
from gluepot.crawler.settings import CrawlSettings
from gluepot.crawler.signatures import columns_of
from gluepot.errors import GluepotError, ReadError
from xlsx_writer import MAIN, Sheet, workbook

HEADER = ["Id", "Name", "On", "At", "Price", "Ok"]
ROWS: list[list[Any]] = [
    HEADER,
    [1, "Ann", date(2024, 1, 2), datetime(2024, 1, 2, 3, 4, 5), 1.5, True],
    [2, "007", date(2024, 2, 29), datetime(2024, 1, 3, 0, 0, 1), 2, False],
    [3, None, None, None, None, None],
]
COLUMNS = {"id": "bigint", "name": "string", "on": "date", "at": "timestamp", "price": "double", "ok": "boolean"}


def of(folder: Path, data: bytes) -> Classification:
    (folder / "file").write_bytes(data)
    return gluepot.classify(str(folder / "file"))


def columns(found: Classification) -> dict[str, str]:
    return dict(columns_of(found.schema, "accurate"))


def queried(folder: Path, data: bytes, sql: str) -> list[dict[str, Any]]:
    lake = folder / "t"
    lake.mkdir(exist_ok=True)
    (lake / "a.xlsx").write_bytes(data)
    with gluepot.open(folder / "c.db") as catalog:
        report = gluepot.crawl(str(lake), catalog=catalog, settings=CrawlSettings(workers=1))
        assert [one.verification.status for one in report.tables if one.verification] == ["verified"]
        found: list[dict[str, Any]] = gluepot.query(catalog, sql).read_all().to_pylist()
        return found


def test_cells_say_their_types_and_the_header_names_the_columns(tmp_path: Path) -> None:
    found = of(tmp_path, workbook({"Sales": ROWS}))

    assert (found.format.classification, found.records) == ("excel", 3)
    assert columns(found) == COLUMNS


def test_what_is_crawled_can_be_queried(tmp_path: Path) -> None:
    found = queried(tmp_path, workbook({"Sales": ROWS}), "select * from t order by id")

    assert found[1] == {
        "id": 2,
        "name": "007",
        "on": date(2024, 2, 29),
        "at": datetime(2024, 1, 3, 0, 0, 1),
        "price": 2.0,
        "ok": False,
    }
    assert found[2] == {**dict.fromkeys(COLUMNS), "id": 3}


def test_a_table_may_stand_anywhere_on_its_sheet(tmp_path: Path) -> None:
    sheet: Sheet = [["Report of 2024"], [], [None, "made by hand"], *([None, *row] for row in ROWS)]
    sheet[4].append("a note")  # type: ignore[attr-defined]  # its rows are lists here

    found = of(tmp_path, workbook({"Empty": [], "Sales": sheet, "More": [["x"]]}))

    assert columns(found) == COLUMNS
    assert found.evidence["sheet"] == {"name": "Sales", "rows_above": 2, "first_column": 2}
    assert found.evidence["oddities"] == ["sheets More are not read: the table is on Sales"]
    assert queried(tmp_path, workbook({"Sales": sheet}), "select count(*) as n, max(price) as p from t") == [{"n": 3, "p": 2.0}]


def test_rows_without_names_are_numbered_columns(tmp_path: Path) -> None:
    assert columns(of(tmp_path, workbook({"S": [[1, "a"], [2, "b"], [3, "c"]]}))) == {"col0": "bigint", "col1": "string"}


def test_null_words_among_numbers_are_null(tmp_path: Path) -> None:
    data = workbook({"S": [["id", "v"], [1, 2.5], [2, "NA"], [3, 4]]})

    assert columns(of(tmp_path, data)) == {"id": "bigint", "v": "double"}
    assert queried(tmp_path, data, "select v from t order by id") == [{"v": 2.5}, {"v": None}, {"v": 4.0}]


def sheet_of(cells: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>v</t></is></c></row>{cells}</sheetData></worksheet>'


@pytest.mark.parametrize(
    ("cell", "code", "shown"),
    [
        ('<c s="0"><v>1</v></c>', "General", 1),
        ('<c s="0"><v>1</v></c>', "yyyy", date(1900, 1, 1)),
        ('<c s="0"><v>61</v></c>', "d/m/yy", date(1900, 3, 1)),
        ('<c s="0"><v>45293.5</v></c>', "[$-409]m/d/yy h:mm AM/PM;@", datetime(2024, 1, 2, 12)),
        ('<c s="0"><v>0.25</v></c>', "hh:mm", "06:00:00"),
        ('<c s="0"><v>1.5</v></c>', "[h]:mm:ss", 1.5),
        ('<c s="0"><v>12</v></c>', '0.00 "days"', 12),
        ('<c s="0"><v>12</v></c>', "[Red]#,##0", 12),
        ('<c s="0"><v>1E-3</v></c>', "General", 0.001),
        ('<c t="e"><v>#DIV/0!</v></c>', "General", None),
        ('<c t="str"><f>A1</f><v>a_x000D_b</v></c>', "General", "a\rb"),
        ('<c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh><t>c</t></rPh></is></c>', "General", "ab"),
        ('<c t="d"><v>2024-01-02T03:04:05Z</v></c>', "General", datetime(2024, 1, 2, 3, 4, 5)),
        ('<c s="9"/><c/>', "General", None),
    ],
)
def test_a_cell_is_what_excel_shows(tmp_path: Path, cell: str, code: str, shown: object) -> None:
    from gluepot.classifiers.sheets.workbook import Workbook

    styles = f'<s><numFmts><numFmt numFmtId="200" formatCode="{code.replace(chr(34), "&quot;")}"/></numFmts><cellXfs><xf numFmtId="200"/></cellXfs></s>'
    data = workbook({"S": []}, xl__worksheets__sheet0_xml=sheet_of(f"<row>{cell}</row>"), xl__styles_xml=styles)
    book = Workbook(io.BytesIO(data))

    rows = [row for _, row in book.rows(book.sheets[0])]

    assert rows[1:] == ([[shown]] if shown is not None else [])
    assert type(rows[-1][-1]) is (type(shown) if shown is not None else str)


def packed(**members: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name, text in members.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return made.getvalue()


def test_other_packages_of_office_are_not_workbooks(tmp_path: Path) -> None:
    found = of(tmp_path, packed(**{"[Content_Types].xml": "<Types/>", "word__document_xml": "<w/>"}))

    assert not found.known
    assert "no xl/workbook.xml" in " ".join(verdict.reason for verdict in found.tried)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("streams", "oddity"),
    [
        (["Workbook\0"], "it is a workbook of Excel before 2007 (.xls); its columns are not read: save it as .xlsx"),
        (["EncryptedPackage"], "it is encrypted: save it without a password"),
        (["WordDocument", "Workbook\0"], ""),
        ([], ""),
    ],
)
def test_older_and_encrypted_workbooks_are_recognised_and_told(tmp_path: Path, streams: list[str], oddity: str) -> None:
    found = of(tmp_path, OLE + b"".join(name.encode("utf-16-le") for name in streams))

    assert found.format.classification == ("excel" if oddity else "UNKNOWN")
    assert found.evidence.get("oddities", [""]) == [oddity]


def test_a_value_that_does_not_fit_is_told_with_its_row(tmp_path: Path) -> None:
    lake = tmp_path / "t"
    lake.mkdir()
    (lake / "a.xlsx").write_bytes(workbook({"S": [["id", "v"], [1, 2], [2, 3]]}))
    with gluepot.open(tmp_path / "c.db") as catalog:
        gluepot.crawl(str(lake), catalog=catalog, settings=CrawlSettings(workers=1))
        (lake / "a.xlsx").write_bytes(workbook({"S": [["id", "v"], [1, 2], [2, "x"]]}))
        with pytest.raises(ReadError, match=r"a.xlsx, line 3, column 'v': 'x'"):
            gluepot.scan_table(catalog, "t").read_all()


def test_a_cell_in_the_far_corner_and_a_bomb_cost_little(tmp_path: Path) -> None:
    far = sheet_of('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    spaces = sheet_of(" " * (64 << 20))
    started = time.process_time()
    assert of(tmp_path, workbook({"S": []}, xl__worksheets__sheet0_xml=far)).known
    bomb = of(tmp_path, workbook({"S": []}, xl__worksheets__sheet0_xml=spaces))

    assert bomb.evidence["oddities"] == ["xl/worksheets/sheet0.xml unpacks to 64 MB, more than is read"]
    assert time.process_time() - started < 4


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 3000), st.binary(min_size=1, max_size=30))
def test_a_damaged_workbook_is_told_and_harms_nobody(tmp_path: Path, place: int, noise: bytes) -> None:
    data = bytearray(workbook({"S": ROWS}))
    place %= len(data)
    data[place : place + len(noise)] = noise
    try:
        of(tmp_path, bytes(data))
    except GluepotError:
        pass
