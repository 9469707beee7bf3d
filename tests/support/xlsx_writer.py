"""Workbooks as a test writes them: cells by their Python values, in the parts that Excel writes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DATE, _MOMENT = 1, 2  # cell styles
_EPOCH = datetime(1899, 12, 30)
Sheet = Sequence[Sequence[Any]]


def workbook(sheets: Mapping[str, Sheet], **parts: bytes | str) -> bytes:
    """Pack sheets; `parts` replaces a part, its name's `/` and `.` written as `__` and `_`."""
    texts: dict[str, int] = {}
    bodies = [_sheet(rows, texts) for rows in sheets.values()]
    listed = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets))
    related = "".join(
        f'<Relationship Id="r{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in range(len(sheets))
    )
    shared = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    made: dict[str, bytes | str] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": "<Relationships/>",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{related}</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="170" formatCode="yyyy\\-mm\\-dd hh:mm:ss"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{shared}</sst>',
        **{f"xl/worksheets/sheet{n}.xml": body for n, body in enumerate(bodies)},
    }
    for name, part in parts.items():
        made[next(known for known in made if known.replace("/", "__").replace(".", "_") == name)] = part
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in made.items():
            package.writestr(name, part)
    return packed.getvalue()


def _sheet(rows: Sheet, texts: dict[str, int]) -> str:
    written = "".join(
        f'<row r="{number}">{"".join(_cell(f"{_letters(place)}{number}", value, texts) for place, value in enumerate(row))}</row>'
        for number, row in enumerate(rows, 1)
        if row
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{MAIN}"><sheetData>{written}</sheetData></worksheet>'


def _letters(place: int) -> str:
    return (_letters(place // 26 - 1) if place >= 26 else "") + chr(65 + place % 26)


def _cell(at: str, value: Any, texts: dict[str, int]) -> str:
    match value:
        case None:
            return ""
        case bool():
            return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
        case datetime() | date():
            moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
            style = _MOMENT if isinstance(value, datetime) else _DATE
            return f'<c r="{at}" s="{style}"><v>{(moment - _EPOCH).total_seconds() / 86400!r}</v></c>'
        case int() | float():
            return f'<c r="{at}"><v>{value!r}</v></c>'
        case _:
            return f'<c r="{at}" t="s"><v>{texts.setdefault(value, len(texts))}</v></c>'
