"""Writers of workbooks in every format: XLSX and XLSM by a library, ODS, XLS and XLSB byte by byte.

A book is a mapping of sheet names to rows of cells: text, int, float, Decimal, date, datetime, bool or None; in an
XLSX also a pair of one of these and its number format.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

Cells = Sequence[Sequence[Any]]
Book = Mapping[str, Cells]

SERIAL_START = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's days have no zone
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def serial(day: date) -> float:
    """Return the number by which a spreadsheet keeps a day or moment."""
    moment = day if isinstance(day, datetime) else datetime.combine(day, time())
    return (moment - SERIAL_START).total_seconds() / 86400


def write_xlsx(
    book: Book,
    *,
    hidden: Sequence[str] = (),
    hidden_rows: Sequence[int] = (),
    epoch_1904: bool = False,
    **options: Any,
) -> bytes:
    """Write a workbook as a spreadsheet program does; `hidden_rows`, from 1, are hidden on all sheets."""
    content = io.BytesIO()
    settings = {"in_memory": True, "date_1904": epoch_1904, "default_date_format": "dd/mm/yyyy hh:mm"} | options
    with xlsxwriter.Workbook(content, settings) as written:
        for name, rows in book.items():
            sheet = written.add_worksheet(name)
            for number, row in enumerate(rows):
                _write_row(sheet, number, [_formatted(written, cell) for cell in row])
            for number in hidden_rows:
                sheet.set_row(number - 1, None, None, {"hidden": True})
            if name in hidden:
                sheet.hide()
    return content.getvalue()


def _formatted(written: Any, cell: Any) -> tuple[Any, Any]:
    value, code = cell if isinstance(cell, tuple) else (cell, None)
    return value, code and written.add_format({"num_format": code})


def _write_row(sheet: Any, number: int, row: Sequence[tuple[Any, Any]]) -> None:
    for column, (cell, shown) in enumerate(row):
        if isinstance(cell, str):
            sheet.write_string(number, column, cell, shown)
        elif cell is not None:
            sheet.write(number, column, float(cell) if isinstance(cell, Decimal) else cell, shown)


def write_xlsm(book: Book) -> bytes:
    """Write a workbook with macros: the same with another content type and a member that holds the macros."""
    plain, macro = "spreadsheetml.sheet.main+xml", "vnd.ms-excel.sheet.macroEnabled.main+xml"
    content = edit_zip(
        write_xlsx(book),
        lambda name, data: (
            data.replace(f"vnd.openxmlformats-officedocument.{plain}".encode(), macro.encode())
            if name == "[Content_Types].xml"
            else data
        ),
    )
    return add_members(content, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504})


def edit_zip(content: bytes, edit: Any) -> bytes:
    """Return a zip with every member's bytes passed through `edit(name, data)`; None drops the member."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            data = edit(member.filename, old.read(member))
            if data is not None:
                new.writestr(member.filename, data)
    return changed.getvalue()


def edit_sheet(content: bytes, pattern: str, replacement: str, member: str = "xl/worksheets/sheet1.xml") -> bytes:
    """Return a workbook whose first sheet's XML was changed; the pattern must be there."""

    def edit(name: str, data: bytes) -> bytes:
        if name != member:
            return data
        changed, times = re.subn(pattern, lambda _: replacement, data.decode(), count=1, flags=re.DOTALL)
        if not times:
            raise ValueError(f"{pattern} is not in {member}")
        return changed.encode()

    return edit_zip(content, edit)


def add_members(content: bytes, members: Mapping[str, bytes]) -> bytes:
    """Return a zip with further members."""
    changed = io.BytesIO(content)
    with zipfile.ZipFile(changed, "a", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that is there already, which is meant
        for name, data in members.items():
            archive.writestr(name, data)
    return changed.getvalue()


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Return a zip of members."""
    return add_members(b"PK\x05\x06" + b"\0" * 18, members)


def write_ods(book: Book, *, hidden: Sequence[str] = (), before: str = "", tail: str = "") -> bytes:
    """Write an OpenDocument spreadsheet; `before` goes before its XML's root, `tail` after each sheet's rows."""
    styles = (
        '<style:style style:name="off" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    tables = "".join(_ods_table(name, rows, tail, is_hidden=name in hidden) for name, rows in book.items())
    uris = ("office", "table", "text", "style")
    spaces = " ".join(f'xmlns:{uri}="urn:oasis:names:tc:opendocument:xmlns:{uri}:1.0"' for uri in uris)
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<office:document-content {spaces} office:version="1.3">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mime}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return zipped({"mimetype": mime.encode(), "content.xml": body.encode(), "META-INF/manifest.xml": manifest.encode()})


def _ods_table(name: str, rows: Cells, tail: str, *, is_hidden: bool) -> str:
    style = ' table:style-name="off"' if is_hidden else ""
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    return f'<table:table table:name="{escape(name)}"{style}>{lines}{tail}</table:table>'


def _ods_cell(cell: Any) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
    if isinstance(cell, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
    return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'


def write_xls(book: Book) -> bytes:
    """Write an Excel 97 workbook: BIFF8 records in a compound file."""
    start = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    sheets = [_biff_sheet(rows) for rows in book.values()]
    names = [_biff_name(name) for name in book]
    offset = len(start) + sum(4 + 6 + len(name) for name in names) + 4
    bounds = b""
    for name, sheet in zip(names, sheets, strict=True):
        bounds += _biff(0x0085, struct.pack("<IBB", offset, 0, 0) + name)
        offset += len(sheet)
    return compound({"Workbook": start + bounds + _biff(0x000A, b"") + b"".join(sheets)})


def _biff(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _biff_name(name: str) -> bytes:
    return struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")


def _biff_sheet(rows: Cells) -> bytes:
    width = max(map(len, rows), default=0)
    head = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    extent = _biff(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    cells = [_biff_cell(r, c, cell) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell is not None]
    return head + extent + b"".join(cells) + _biff(0x000A, b"")


def _biff_cell(row: int, column: int, cell: Any) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(cell, str):
        encoded = cell.encode("utf-16-le")
        return _biff(0x0204, place + struct.pack("<HB", len(encoded) // 2, 1) + encoded)
    return _biff(0x0203, place + struct.pack("<d", _as_float(cell)))


def _as_float(cell: Any) -> float:
    return serial(cell) if isinstance(cell, date) else float(cell)


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Write a compound file (the container of old Office files) with streams of at least 4,096 bytes each."""
    sector, end, free, fat_mark = 512, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    padded = {name: data.ljust(4096, b"\0") for name, data in streams.items()}
    sizes = [-(-len(data) // sector) for data in padded.values()]
    directory_sectors = -(-(len(padded) + 1) // 4)
    table_sectors = 1
    while table_sectors * 128 < sum(sizes) + directory_sectors + table_sectors:
        table_sectors += 1
    table, places = [], []
    for size in [directory_sectors, *sizes]:
        places.append(len(table))
        table += [*range(len(table) + 1, len(table) + size), end]
    fat_places = list(range(len(table), len(table) + table_sectors))
    table += [fat_mark] * table_sectors
    table += [free] * (table_sectors * 128 - len(table))
    entries = [_entry("Root Entry", 5, end, 0, child=1)]
    entries += [
        _entry(name, 2, start, len(data), right=place + 2 if place + 1 < len(padded) else free)
        for place, ((name, data), start) in enumerate(zip(padded.items(), places[1:], strict=True))
    ]
    directory = b"".join(entries).ljust(directory_sectors * sector, b"\0")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, table_sectors, places[0], 0, 4096, end, 0, end, 0
    )
    head += struct.pack("<109I", *fat_places, *[free] * (109 - table_sectors))
    body = b"".join(data.ljust(-(-len(data) // sector) * sector, b"\0") for data in padded.values())
    return head + directory + body + struct.pack(f"<{len(table)}I", *table)


def _entry(name: str, kind: int, start: int, size: int, *, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded), kind, 1, 0xFFFFFFFF, right, child)
    return head + b"\0" * 36 + struct.pack("<IQ", start, size)


def write_xlsb(book: Book) -> bytes:
    """Write a binary workbook: the parts of an XLSX as records instead of XML."""
    bundle = b"".join(
        _record(156, struct.pack("<II", 0, number) + _wide(f"rId{number}") + _wide(name))
        for number, name in enumerate(book, start=1)
    )
    members = {
        "[Content_Types].xml": _xlsb_types(len(book)),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.bin")}),
        "xl/workbook.bin": _record(131) + _record(143) + bundle + _record(144) + _record(132),
        "xl/_rels/workbook.bin.rels": _relations(
            {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.bin") for n in range(1, len(book) + 1)}
        ),
    }
    sheets = {f"xl/worksheets/sheet{n}.bin": _xlsb_sheet(rows) for n, rows in enumerate(book.values(), start=1)}
    return zipped(members | sheets)


def _xlsb_types(count: int) -> bytes:
    kind = "application/vnd.ms-excel"
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.bin" ContentType="{kind}.worksheet"/>'
        for n in range(1, count + 1)
    )
    return (
        f'{XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="bin" ContentType="{kind}.sheet.binary.macroEnabled.main"/>{sheets}</Types>'
    ).encode()


def _relations(targets: Mapping[str, tuple[str, str]]) -> bytes:
    each = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'{XML}<Relationships xmlns="{RELATIONS}">{each}</Relationships>'.encode()


def _xlsb_sheet(rows: Cells) -> bytes:
    width = max(map(len, rows), default=1)
    extent = _record(148, struct.pack("<IIII", 0, max(0, len(rows) - 1), 0, width - 1))
    return _record(129) + extent + _record(145) + b"".join(_xlsb_rows(rows)) + _record(146) + _record(130)


def _xlsb_rows(rows: Cells) -> Iterator[bytes]:
    for number, row in enumerate(rows):
        yield _record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))
        for column, cell in enumerate(row):
            place = struct.pack("<II", column, 0)
            if isinstance(cell, str):
                yield _record(6, place + _wide(cell))
            elif cell is not None:
                yield _record(5, place + struct.pack("<d", _as_float(cell)))


def _wide(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<I", len(encoded) // 2) + encoded


def _record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(data)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 127 else 0)])
        length >>= 7
        if not length:
            return head + size + data
