"""Files that break programs: bombs, forged and damaged containers, wrong names, endless cells, odd cells."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from typing import TYPE_CHECKING

from tests.corpus.books import (
    add_members,
    compound,
    edit_sheet,
    edit_zip,
    write_ods,
    write_xls,
    write_xlsb,
    write_xlsx,
    zipped,
)
from tests.corpus.spelling import COMMA, DAY_FIRST, ENGLISH, ISO_SECONDS, POINT
from tests.corpus.texts import cells_of, encode, kept, write_rows
from tests.corpus.truth import (
    ACCENTED_NAMES,
    PLAIN_NAMES,
    Case,
    Expected,
    Record,
    Row,
    Sheet,
    as_read,
    draw_records,
    numbered,
    refused,
    seeded,
)
from tests.corpus.workbooks import typed_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

UNSAFE = ("archive_unsafe", "archive_too_large", "file_damaged", "file_too_large", "sheet_too_large")
DAMAGED = ("file_damaged", "archive_unsafe")
FOREIGN = ("format_unsupported", "file_damaged", "nul_bytes")
ENDLESS = ("cell_too_long", "cell_too_large", "columns_too_many", "too_many_columns", "row_too_long", "file_too_large")
KILLED = ("reading_memory", "reading_time")


def _base(seed: int) -> tuple[list[Record], bytes, bytes]:
    """Return sound sales, as a text and as a workbook."""
    records = kept(draw_records("sales", seeded(seed, "hostile"), 14, ACCENTED_NAMES), DAY_FIRST)
    text = write_rows(cells_of("sales", records, ENGLISH, COMMA, DAY_FIRST), ";").encode()
    return records, text, write_xlsx({"Feuil1": typed_rows("sales", records)})


def containers(seed: int) -> Iterator[Case]:
    """Yield bombs and forgeries in the container of a workbook."""
    _, text, book = _base(seed)

    def case(name: str, content: Callable[[], bytes], *codes: str, file_name: str = "s.xlsx") -> Case:
        return Case("container", name, file_name, content, refused(*codes))

    sheet = "xl/worksheets/sheet1.xml"
    yield case("a bomb of 400 MB", lambda: _replaced(book, sheet, b" " * (400 << 20)), *UNSAFE)
    rows = b"<row><c><v>1</v></c></row>"
    yield case("a bomb of rows", lambda: _replaced(book, sheet, _around(rows * 6_000_000)), *UNSAFE)
    yield case(
        "a bomb of shared strings",
        lambda: _replaced(book, "xl/sharedStrings.xml", b"<si><t>a</t></si>" * 20_000_000),
        *UNSAFE,
    )
    yield case("a size that lies", lambda: _lying(book), *UNSAFE)
    yield case("two members of one name", lambda: add_members(book, {sheet: b"<worksheet/>"}), *UNSAFE)
    yield case("ten thousand members", lambda: add_members(book, {f"x/{n}": b"" for n in range(10_000)}), *UNSAFE)
    yield case(
        "a cell in the last corner",
        lambda: edit_sheet(book, "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
        *UNSAFE,
    )
    for name, dtd in _dtds().items():
        yield case(f"{name} in the sheet", lambda dtd=dtd: _with_dtd(book, sheet, dtd), *UNSAFE)
        yield case(f"{name} in the workbook", lambda dtd=dtd: _with_dtd(book, "xl/workbook.xml", dtd), *UNSAFE)
        yield case(
            f"{name} in an ODS", lambda dtd=dtd: write_ods({"A": [["a"]]}, before=dtd), *UNSAFE, file_name="s.ods"
        )
    endless = (
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
        'table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row>'
    )
    yield case(
        "an ODS of repeated cells",
        lambda: write_ods({"A": [["a"]]}, tail=endless),
        *UNSAFE,
        *ENDLESS,
        "kind_unknown",
        file_name="s.ods",
    )
    yield case("a gzip bomb", lambda: gzip.compress(b"a;b\n" * (100 << 20), 9), *UNSAFE, file_name="s.csv.gz")
    yield case("a zip bomb of a CSV", lambda: zipped({"s.csv": b"1;2\n" * (150 << 20)}), *UNSAFE, file_name="s.zip")
    yield case("zip encryption", lambda: _flagged(book), "file_encrypted", "file_damaged")
    yield case(
        "an encrypted zip of a CSV", lambda: _flagged(zipped({"s.csv": text})), "file_encrypted", file_name="s.zip"
    )
    yield case("a password", _password, "file_encrypted", "format_old_excel")
    yield case(
        "an old workbook with a password",
        _old_password,
        "file_encrypted",
        "format_old_excel",
        "file_damaged",
        file_name="s.xls",
    )
    yield case(
        "a symbolic link in a zip",
        _link,
        *DAMAGED,
        "format_unsupported",
        "archive_contents",
        "kind_unknown",
        file_name="s.zip",
    )


def _around(rows: bytes) -> bytes:
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return b"<worksheet " + space + b"><sheetData>" + rows + b"</sheetData></worksheet>"


def _replaced(book: bytes, member: str, data: bytes) -> bytes:
    return edit_zip(book, lambda name, old: data if name == member else old)


def _lying(book: bytes) -> bytes:
    """Say in the directory that a large member is small."""
    bomb = _replaced(book, "xl/worksheets/sheet1.xml", _around(b"<row/>" * 8_000_000))
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return bomb.replace(struct.pack("<I", size), struct.pack("<I", 1000))


def _dtds() -> dict[str, str]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return {
        "billion laughs": f'<!DOCTYPE lolz [<!ENTITY l0 "lol">{laughs}]>',
        "an external entity": '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        "an external DTD": '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/evil.dtd">',
    }


def _with_dtd(book: bytes, member: str, dtd: str) -> bytes:
    def edit(name: str, data: bytes) -> bytes:
        return data.replace(b"?>", b"?>" + dtd.encode(), 1) if name == member else data

    return edit_zip(book, edit)


def _flagged(content: bytes) -> bytes:
    """Set the bit that says a member is encrypted, in every header."""
    changed = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            changed[place + offset] |= 1
            place = content.find(mark, place + 4)
    return bytes(changed)


def _password() -> bytes:
    return compound({"EncryptionInfo": b"\4\0\4\0\x40\0\0\0<encryption/>", "EncryptedPackage": b"\7" * 9000})


def _old_password() -> bytes:
    """Put the record of a password after the first one of an Excel 97 workbook, and scramble the rest."""
    start = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 5, 0x0DBB, 0x07CC, 0, 6)
    lock = struct.pack("<HH", 0x002F, 54) + struct.pack("<HHH", 1, 1, 1) + b"\x5a" * 48
    return compound({"Workbook": start + lock + b"\x5a" * 6000})


def _link() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        member = zipfile.ZipInfo("ventes.csv")
        member.external_attr = 0o120777 << 16
        archive.writestr(member, "/etc/passwd")
    return content.getvalue()


def damaged(seed: int) -> Iterator[Case]:
    """Yield sound files cut short, misnamed or written over; a change of bytes may give any answer but a crash."""
    records, text, book = _base(seed)
    rows = typed_rows("sales", records)
    sources = {
        "xlsx": book,
        "ods": write_ods({"Feuil1": rows}),
        "xls": write_xls({"Feuil1": rows}),
        "xlsb": write_xlsb({"Feuil1": rows}),
    }
    for extension, content in sources.items():
        for share in (5, 50, 95):
            cut = content[: len(content) * share // 100]
            codes = DAMAGED if share > 5 else (*DAMAGED, "format_unsupported", "format_old_excel", "file_empty")
            yield Case(
                "damaged", f"{extension} cut at {share} %", f"s.{extension}", lambda cut=cut: cut, refused(*codes)
            )
        for number in range(25):
            yield Case(
                "fuzz",
                f"{extension} {number}",
                f"s.{extension}",
                _scratched(content, seed, extension, number),
                Expected(any_answer=True),
            )
    for number in range(25):
        yield Case("fuzz", f"csv {number}", "s.csv", _scratched(text, seed, "csv", number), Expected(any_answer=True))
    yield from _misnamed(records, text, book, sources)


def _scratched(content: bytes, seed: int, extension: str, number: int) -> Callable[[], bytes]:
    """Change bytes: in the members of a zip, so that the change gets behind its checksums, else anywhere."""

    def scratch(name: str, data: bytes) -> bytes:
        draw = seeded(seed, "scratch", extension, number, name)
        changed = bytearray(data)
        for _ in range(draw.randint(1, 4) if changed else 0):
            changed[draw.randrange(len(changed))] = draw.randrange(256)
        return bytes(changed)

    if content.startswith(b"PK"):
        return lambda: edit_zip(
            content,
            lambda name, data: scratch(name, data) if number % 2 or "sheet" in name or "content" in name else data,
        )
    return lambda: scratch("", content)


def _misnamed(records: list[Record], text: bytes, book: bytes, sources: dict[str, bytes]) -> Iterator[Case]:
    flat, in_sheet = as_read("sales", records), as_read("sales", records, sheet="Feuil1")
    for name in ("ventes.xlsx", "ventes", "ventes.csv.exe", "ventes.TXT", "ventes.pdf", "ventes.xls", "ventes.ods"):
        yield Case("name", f"a CSV called {name}", name, lambda: text, flat)
    for extension, content in sources.items():
        for name in ("ventes.csv", "ventes"):
            yield Case("name", f"{extension} called {name}", name, lambda content=content: content, in_sheet)
    hostile = (
        "../../etc/passwd",
        "a\u202evsc.exe",
        "ventes\n.csv",
        "é" * 300 + ".csv",
        "CON",
        "'; DROP TABLE x;--.csv",
        "{0}{x}.csv",
        "%s%n.csv",
        "<b>x</b>.csv",
    )
    for name in hostile:
        yield Case("name", f"a CSV called {name[:40]!r}", name, lambda: text, flat)
        yield Case(
            "name",
            f"a PDF called {name[:40]!r}",
            name,
            lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
            refused("format_unsupported"),
        )
    for name, content in _foreign(book).items():
        yield Case(
            "foreign",
            name,
            "ventes.csv",
            lambda content=content: content,
            refused(*FOREIGN, "kind_unknown", "encoding_unknown"),
        )
        yield Case(
            "foreign",
            f"{name}, called .xlsx",
            "ventes.xlsx",
            lambda content=content: content,
            refused(*FOREIGN, "kind_unknown", "encoding_unknown"),
        )


def _foreign(book: bytes) -> dict[str, bytes]:
    return {
        "PDF": b"%PDF-1.7\n" + b"1 0 obj\n<<>>\nendobj\n" * 40,
        "PNG": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
        "JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 8,
        "HTML table": b"<html><body><table><tr><td>invoice_no</td></tr></table></body></html>",
        "XML spreadsheet": b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook></Workbook>',
        "RTF": b"{\\rtf1\\ansi invoice_no}",
        "Parquet": b"PAR1" + bytes(200) + b"PAR1",
        "7z": b"7z\xbc\xaf\x27\x1c" + bytes(100),
        "Word": edit_zip(book, lambda name, data: None if name.startswith("xl/") else data),
        "old Word": compound({"WordDocument": b"\xec\xa5\xc1\x00" + bytes(5000)}),
        "ELF": b"\x7fELF\x02\x01\x01" + bytes(500),
        "SQLite": b"SQLite format 3\0" + bytes(500),
        "noise": seeded("noise").randbytes(5000),
    }


def texts(seed: int) -> Iterator[Case]:
    """Yield texts that break readers: no letters, endless cells and rows, wrong encodings."""
    records, text, _ = _base(seed)
    flat = as_read("sales", records)

    def case(name: str, content: Callable[[], bytes], expected: Expected) -> Case:
        return Case("text", name, "s.csv", content, expected)

    for name, data in {
        "nothing": b"",
        "a mark": b"\xef\xbb\xbf",
        "spaces": b"  \n \t\n",
        "delimiters": b";;;\n;;;\n",
        "NULs": bytes(4096),
    }.items():
        yield case(
            f"only {name}",
            lambda data=data: data,
            refused("file_empty", "format_unsupported", "nul_bytes", "kind_unknown"),
        )
    yield case("a NUL in a cell", lambda: text.replace(b"P0", b"P\x000", 1), _null_refused())
    yield case("NULs at the end", lambda: text + bytes(512), _null_refused(flat))
    yield case(
        "a million columns", lambda: _wide(records, 1_000_000), Expected(flat.sheets, frozenset({*ENDLESS, *KILLED}))
    )
    yield case(
        "a million empty headers",
        lambda: b";" * 1_000_000 + b"\n" + b";" * 1_000_000,
        refused("kind_unknown", "file_empty", *ENDLESS),
    )
    yield case("a cell of 50 MB", lambda: _long_cell(50 << 20), _long_expected(50 << 20))
    yield case("a cell of 50 MB, quoted", lambda: _long_cell(50 << 20, quoted=True), _long_expected(50 << 20))
    yield case(
        "a cell of 200 kB late in the file",
        lambda: _long_cell(200_000, quoted=True, after=60),
        _long_expected(200_000, after=60),
    )
    yield case("50 MB without a line's end", lambda: b"a" * (50 << 20), refused("kind_unknown", *ENDLESS))
    yield case(
        "a million quotes",
        lambda: b'"' * 1_000_000,
        refused("kind_unknown", "quotes_unbalanced", "file_empty", *ENDLESS),
    )
    yield case(
        "two encodings",
        lambda: text + "F-9;CL-1;P0001;1;1,50;1,50;13/03/2025 Crème ".encode() + "Crème\n".encode("cp1252"),
        refused("encoding_mixed"),
    )
    yield case(
        "a mark and another encoding",
        lambda: b"\xef\xbb\xbf" + "é;à\n".encode("cp1252") + text,
        refused("encoding_mixed"),
    )
    yield case(
        "UTF-16 of an odd length",
        lambda: encode(text.decode(), "utf-16-le-bom") + b"a",
        refused("encoding_unknown", "encoding_mixed", "file_damaged"),
    )
    yield case(
        "EBCDIC",
        lambda: text.decode().encode("cp500"),
        refused("kind_unknown", "encoding_unknown", "format_unsupported", "encoding_mixed"),
    )
    yield case("UTF-7", lambda: text.decode().encode("utf-7"), Expected(any_answer=True))
    yield case(
        "rows longer and longer",
        lambda: b"\n".join(b"a" * n + b";" * n for n in range(2000)),
        refused("kind_unknown", *ENDLESS),
    )


def _null_refused(expected: Expected | None = None) -> Expected:
    return Expected(
        expected.sheets if expected else (),
        frozenset({"format_unsupported", "nul_bytes", "file_damaged", "encoding_unknown"}),
    )


def _wide(records: list[Record], count: int) -> bytes:
    rows = cells_of("sales", records, ENGLISH, COMMA, DAY_FIRST)
    headers = [*rows[0], *(f"c{n}" for n in range(count))]
    return (";".join(headers) + "\n" + "\n".join(";".join(row) for row in rows[1:]) + "\n").encode()


def _long_records(size: int, after: int) -> list[Record]:
    records = draw_records("clients", seeded("long"), after + 5, PLAIN_NAMES[:1])
    records[after]["name"] = "x" * size
    return records


def _long_cell(size: int, *, quoted: bool = False, after: int = 2) -> bytes:
    rows = cells_of("clients", _long_records(size, after), ENGLISH, POINT, ISO_SECONDS)
    return write_rows(rows, ";", quoting=1 if quoted else 0).encode()


def _long_expected(size: int, after: int = 2) -> Expected:
    rows = list(numbered(_long_records(size, after)))
    long = rows[after]
    rows[after] = Row(long.number, long.values, frozenset({"cell_too_long", "cell_too_large", "text_too_long"}))
    return Expected((Sheet("clients", tuple(rows)),), refusals=frozenset({*ENDLESS, *KILLED}))
