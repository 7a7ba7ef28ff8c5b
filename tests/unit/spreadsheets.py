"""Writes small workbooks of the formats that no library of ours writes: XLS, XLSB and ODS.

A sheet is a list of rows; a cell is None, a text, a number, a date, a bool, an `Error` or a value as it is `Shown`.
Rows and columns that are hidden are counted from 0.
"""

from __future__ import annotations

import struct
import zipfile
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import xlwt

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

Rows = list[list[Any]]
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
)
COLLAPSED = ' table:visibility="collapse"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True)
class Error:
    """A cell that holds #N/A."""

    name: str = "#N/A"
    code: int = 0x2A


@dataclass(frozen=True)
class Shown:
    """A cell with a number format."""

    value: Any
    code: str


def write_xls(path: Path, sheets: dict[str, Rows], *, hidden: str = "", epoch_1904: bool = False) -> Path:
    """Write an XLS workbook."""
    book = xlwt.Workbook()
    book.dates_1904 = epoch_1904
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        sheet.visibility = int(name == hidden)
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if isinstance(value, Error):
                    sheet.row(row).set_cell_error(column, value.code)
                elif value is not None:
                    sheet.write(row, column, value, *([day] if isinstance(value, date) else []))
    book.save(str(path))
    return path


def write_ods(
    path: Path,
    sheets: dict[str, Rows],
    *,
    hidden: str = "",
    tail: str = "",
    epoch_1904: bool = False,
    hidden_rows: Collection[int] = (),
    hidden_columns: Collection[int] = (),
) -> Path:
    """Write an ODS workbook; `tail` goes to the end of each sheet as it is."""
    columns = "".join(
        f"<table:table-column{COLLAPSED if place in hidden_columns else ''}/>"
        for place in range(max(hidden_columns, default=-1) + 1)
    )
    null_date = '<table:null-date table:date-value="1904-01-01"/>' if epoch_1904 else ""
    tables = "".join(
        f"<table:table table:name={quoteattr(name)} table:style-name={quoteattr('hidden' if name == hidden else '')}>"
        f"{columns}{''.join(_ods_row(cells, place in hidden_rows) for place, cells in enumerate(rows))}{tail}"
        "</table:table>"
        for name, rows in sheets.items()
    )
    styles = (
        '<office:automatic-styles><style:style style:name="hidden" style:family="table">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {NAMESPACES} xmlns:calcext="urn:org:documentfoundation:names:'
        f'experimental:calc:xmlns:calcext:1.0">{styles}<office:body><office:spreadsheet><table:calculation-settings>'
        f"{null_date}</table:calculation-settings>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS_TYPE)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


def _ods_row(cells: list[Any], is_hidden: bool) -> str:
    return f"<table:table-row{COLLAPSED if is_hidden else ''}>{''.join(map(_ods_cell, cells))}</table:table-row>"


def _ods_cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, Error):
        typed = 'table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error"'
        return f"<table:table-cell {typed}><text:p>{value.name}</text:p></table:table-cell>"
    if isinstance(value, Shown):
        return _ods_shown(value)
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def _ods_shown(cell: Shown) -> str:
    if isinstance(cell.value, str):
        return _ods_cell(cell.value)
    kind = "percentage" if cell.code.endswith("%") else "currency"
    currency = f' office:currency="{cell.code.partition("[$")[2][:3]}"' if kind == "currency" else ""
    return f'<table:table-cell office:value-type="{kind}" office:value="{cell.value}"{currency}/>'


def write_xlsb(
    path: Path,
    sheets: dict[str, Rows],
    *,
    hidden: str = "",
    epoch_1904: bool = False,
    hidden_rows: Collection[int] = (),
    hidden_columns: Collection[int] = (),
    merged: Collection[tuple[int, int, int, int]] = (),
) -> Path:
    """Write an XLSB workbook; `merged` are the first and the last row and column, from 0, of cells of each sheet."""
    parts = f'<Relationship Id="styles" Type="{RELATIONS}/styles" Target="styles.bin"/>' + "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.bin"/>'
        for n in range(1, len(sheets) + 1)
    )
    book = _record(153, struct.pack("<III", int(epoch_1904), 0, 0)) + _record(143, b"")
    for n, name in enumerate(sheets, start=1):
        book += _record(156, struct.pack("<II", int(name == hidden), n) + _wide(f"rId{n}") + _wide(name))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.bin", book + _record(144, b"") + _record(157, b"\0" * 26))
        archive.writestr("xl/_rels/workbook.bin.rels", f"<Relationships>{parts}</Relationships>")
        codes = sorted({c.code for rows in sheets.values() for row in rows for c in row if isinstance(c, Shown)})
        archive.writestr("xl/styles.bin", _xlsb_styles(codes))
        styles = {code: place for place, code in enumerate(codes, start=2)}
        for n, rows in enumerate(sheets.values(), start=1):
            data = _xlsb_sheet(rows, epoch_1904, hidden_rows, hidden_columns, styles, merged=merged)
            archive.writestr(f"xl/worksheets/sheet{n}.bin", data)
    return path


def _xlsb_styles(codes: list[str]) -> bytes:
    """Write the styles general, of days (format 14), and those of the codes; one of no cell stands before them."""
    numbers = [0, 14, *range(164, 164 + len(codes))]
    formats = b"".join(
        _record(44, struct.pack("<H", number) + _wide(code)) for number, code in enumerate(codes, start=164)
    )
    styles = [_record(47, struct.pack("<HHHHHH", 0, number, 0, 0, 0, 0) + b"\0" * 4) for number in (9, *numbers)]
    of_none = _record(626, struct.pack("<I", 1)) + styles[0] + _record(627, b"")
    of_cells = _record(617, struct.pack("<I", len(numbers))) + b"".join(styles[1:]) + _record(618, b"")
    return formats + of_none + of_cells


def _xlsb_sheet(
    rows: Rows,
    epoch_1904: bool,
    hidden_rows: Collection[int],
    hidden_columns: Collection[int],
    styles: dict[str, int],
    *,
    merged: Collection[tuple[int, int, int, int]],
) -> bytes:
    width = max((len(row) for row in rows), default=1)
    data = _record(129, b"") + _record(148, struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, width - 1))
    data += b"".join(_record(60, struct.pack("<IIIIH", place, place, 2560, 0, 1)) for place in hidden_columns)
    data += _record(145, b"")
    for row, cells in enumerate(rows):
        flags = 0x10 if row in hidden_rows else 0
        data += _record(0, struct.pack("<IIHBBBI", row, 0, 300, 0, flags, 0, 0))
        data += b"".join(
            _xlsb_cell(column, value, epoch_1904, styles) for column, value in enumerate(cells) if value is not None
        )
    data += _record(146, b"") + b"".join(_record(176, struct.pack("<IIII", *cells)) for cells in merged)
    return data + _record(130, b"")


def _xlsb_cell(column: int, value: Any, epoch_1904: bool, styles: dict[str, int]) -> bytes:
    style = styles[value.code] if isinstance(value, Shown) else int(isinstance(value, date))
    value = value.value if isinstance(value, Shown) else value
    place = struct.pack("<II", column, style)
    if isinstance(value, Error):
        return _record(3, place + bytes([value.code]))
    if isinstance(value, str):
        return _record(6, place + _wide(value))
    if isinstance(value, date):
        value = (value - (date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30))).days
    return _record(5, place + struct.pack("<d", value))


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _record(kind: int, body: bytes) -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, rest = b"", len(body)
    while rest > 0x7F:
        length, rest = length + bytes([rest & 0x7F | 0x80]), rest >> 7
    return head + length + bytes([rest]) + body
