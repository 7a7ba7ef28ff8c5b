"""Workbooks: typed cells, sheets by kind, what is left aside, what is refused."""

from __future__ import annotations

import re
import struct
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from time import process_time
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter
import xlwt

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.reading import archives, scans, workbooks
from comptoir.reading.reader import read_file
from comptoir.settings import Settings
from tests.unit.spreadsheets import write_ods, write_xlsb

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SETTINGS = Settings(timezone="Europe/Paris")
PRODUCTS = ["product_code", "name", "category", "buy_price", "sell_price", "min_margin_threshold", "valid_from"]
STRICT = "http://purl.oclc.org/ooxml"
CLIENTS = ["client_code", "name", "total_revenue_generated", "loyalty_tier", "as_of"]
SALES = ["invoice_no", "client_code", "product_code", "quantity", "unit_price", "timestamp"]


def workbook(path: Path, sheets: dict[str, list[list[Any]]], *, hidden: str = "", epoch_1904: bool = False) -> Path:
    with xlsxwriter.Workbook(path, {"date_1904": epoch_1904, "default_date_format": "dd/mm/yyyy hh:mm"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, values in enumerate(rows):
                sheet.write_row(row, 0, values)
            if name == hidden:
                sheet.hide()
    return path


def test_typed_cells_are_taken_as_they_are(tmp_path: Path):
    rows = [
        SALES,
        [536365, 17850.0, "85123A", 6, 2.5499999999999998, 40513.351388888892],
        ["536366", "00123", 71053, 1234.0, 1.234, datetime(2026, 7, 1, 8, 26)],  # noqa: DTZ001 - as a spreadsheet
        ["C536367", None, 84406.0, -1, "1.234,56 €", "31/12/2025 10:00"],
    ]
    (table,) = read_file(workbook(tmp_path / "x.xlsx", {"Feuil1": rows}), SETTINGS).tables
    assert table.problems == []
    assert table.sheet == "Feuil1"
    assert table.frame.select("invoice_no", "client_code", "product_code", "quantity", "unit_price", "row").rows() == [
        ("536365", "17850", "85123A", 6, Decimal("2.55"), 2),
        ("536366", "00123", "71053", 1234, Decimal("1.234"), 3),
        ("C536367", None, "84406", -1, Decimal("1234.56"), 4),
    ]
    assert table.frame["timestamp"].to_list() == [
        datetime(2010, 12, 1, 7, 26, tzinfo=UTC),
        datetime(2026, 7, 1, 6, 26, tzinfo=UTC),
        datetime(2025, 12, 31, 9, 0, tzinfo=UTC),
    ]
    assert table.originals["unit_price"].to_list() == ["2.55", "1.234", "1.234,56 €"]


def test_every_visible_sheet_is_its_own_kind_in_order_of_dependency(tmp_path: Path):
    sheets = {
        "Notes": [["to do"], ["call Ann"]],
        "Ventes": [SALES, ["1", "C", "P", 1, 2, 46000]],
        "Nothing": [],
        "Clients": [CLIENTS, ["C", "Ann", 0, "Or", date(2025, 12, 31)]],
        "Old": [PRODUCTS, ["P", "N", "K", 1, 2, 0.2, None]],
        "Stock soon": [["product_code", "quantity", "batch_no", "last_movement"]],
        "Products": [PRODUCTS, ["P", "N", "K", 1, 2, "20 %", date(2026, 1, 31)]],
        "Sales maybe": [SALES[:-1], ["1", "C", "P", 1, 2]],
    }
    file = read_file(workbook(tmp_path / "x.xlsx", sheets, hidden="Old"), SETTINGS)
    assert [(t.kind.name, t.sheet, len(t.frame)) for t in file.tables] == [
        ("products", "Products", 1),
        ("clients", "Clients", 1),
        ("sales", "Ventes", 1),
    ]
    assert file.kind == "mixed"
    assert file.tables[0].frame["valid_from"].to_list() == [date(2026, 1, 31)]
    assert [(p.code, str(p.severity), p.sheet) for p in file.skipped] == [
        ("sheet_skipped", "notice", "Notes"),
        ("sheet_empty", "notice", "Nothing"),
        ("sheet_hidden", "notice", "Old"),
        ("sheet_skipped", "warning", "Sales maybe"),
        ("sheet_empty", "notice", "Stock soon"),
    ]
    for problem in file.skipped:
        assert "{" not in problem.message("en") + problem.remedy("fr")


def test_errors_booleans_and_clock_times_are_errors_of_their_cells(tmp_path: Path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(2, 1, SALES)
        sheet.write_row(3, 1, ["1", "C", "P", True, 2, 46000])
        sheet.write_number(4, 6, 0.5, book.add_format({"num_format": "hh:mm"}))
        sheet.write_formula(4, 2, "=NA()", None, "#N/A")
        sheet.write_formula(4, 5, "=1/0", None, "#DIV/0!")
    (table,) = read_file(path, SETTINGS).tables
    assert [(p.code, p.row, p.column, p.value) for p in table.problems] == [
        ("error_cell", 5, "client_code", "#N/A"),
        ("not_a_number", 4, "quantity", "TRUE"),
        ("error_cell", 5, "unit_price", "#DIV/0!"),
        ("not_a_date", 5, "timestamp", "12:00:00"),
    ]
    assert table.frame["row"].to_list() == [4, 5]


def test_rows_are_the_same_in_whatever_chunks_they_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    mixed: list[Any] = ["85123A", 71053, 8.0, "", 22.5, " "]
    sheet = [["1", "C", code, 1, None if code else 2.5, 46000] for code in mixed]
    rows = [[], SALES, *sheet, [" "], [], *[["2", None, code, -1, 3, 46000.25] for code in mixed], ["", ""], ["3"]]
    path = workbook(tmp_path / "x.xlsx", {"S": rows})
    numbers = [*range(3, 9), *range(11, 17), 18]
    texts = []
    for chunk_rows, batch_rows in ((20_000, 500), (5, 2), (1, 1)):
        monkeypatch.setattr(workbooks, "BANNER_ROWS", 3)
        monkeypatch.setattr(workbooks, "CHUNK_ROWS", chunk_rows)
        monkeypatch.setattr(workbooks, "BATCH_ROWS", batch_rows)
        (table,) = read_file(path, SETTINGS).tables
        assert table.frame["row"].to_list() == numbers
        texts.append(table.originals.rows())
    assert [row[2] for row in texts[0]] == ["85123A", "71053", "8", None, "22.5", " "] * 2 + [None]
    assert texts[0] == texts[1] == texts[2]


def test_days_counted_from_1904(tmp_path: Path):
    rows = [CLIENTS, ["C", "Ann", 0, "Gold", date(2025, 12, 31)], ["D", "Bob", 0, "Gold", 44560]]
    (table,) = read_file(workbook(tmp_path / "x.xlsx", {"S": rows}, epoch_1904=True), SETTINGS).tables
    assert table.frame["as_of"].to_list() == [date(2025, 12, 31), date(2025, 12, 31)]


def test_times_go_to_the_nearest_second(tmp_path: Path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, SALES)
        sheet.write_row(1, 0, ["1", "C", "P", 1, 2])
        # A tenth of a second before 1 December 2010, 8:26.
        sheet.write_number(1, 5, 40513.351388888892 - 1.2e-6, book.add_format({"num_format": "dd/mm/yyyy hh:mm"}))
    (table,) = read_file(path, SETTINGS).tables
    assert table.frame["timestamp"].to_list() == [datetime(2010, 12, 1, 7, 26, tzinfo=UTC)]
    assert table.originals["timestamp"].to_list() == ["2010-12-01 08:26:00"]


def test_text_cells_are_asked_about_like_those_of_a_csv(tmp_path: Path):
    rows = [SALES, ["1", "C", "P", 1, "1.234", "01/02/2026"]]
    with pytest.raises(AmbiguousFileError) as caught:
        read_file(workbook(tmp_path / "x.xlsx", {"S": rows}), SETTINGS)
    assert [p.code for p in caught.value.problems] == ["decimal_mark_unclear", "date_order_unclear"]


def test_a_workbook_without_any_known_sheet_is_refused(tmp_path: Path):
    with pytest.raises(RejectedFileError) as caught:
        read_file(workbook(tmp_path / "x.xlsx", {"A": [["x", "y"], [1, 2]], "B": []}), SETTINGS)
    assert [(p.code, p.sheet) for p in caught.value.problems] == [("kind_unknown", "A")]


def refusal_of(path: Path) -> str:
    with pytest.raises(RejectedFileError) as caught:
        read_file(path, SETTINGS)
    return caught.value.problems[0].code


def rebuilt(path: Path, target: Path, extra: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for member in source.namelist():
            if member not in extra:
                copy.writestr(member, source.read(member))
        for member, content in extra.items():
            copy.writestr(member, content)
    return target


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return workbook(tmp_path / "sound.xlsx", {"S": [SALES, ["1", "C", "P", 1, 2, 46000]]})


def test_a_bomb_is_refused_before_it_is_opened(sound: Path, tmp_path: Path):
    bomb = rebuilt(sound, tmp_path / "bomb.xlsx", {"xl/media/x.xml": b" " * (40 << 20)})
    assert refusal_of(bomb) == "archive_unsafe"


def test_too_large_when_unpacked(sound: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archives, "UNPACKED_LIMIT_BYTES", 5_000)
    assert refusal_of(sound) == "archive_too_large"


def test_a_document_type_is_refused(sound: Path, tmp_path: Path):
    declared = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><sst/>'
    assert refusal_of(rebuilt(sound, tmp_path / "dtd.xlsx", {"xl/sharedStrings.xml": declared})) == "archive_unsafe"


def test_a_sheet_stretched_over_millions_of_cells_is_refused(sound: Path, tmp_path: Path):
    far = b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'  # noqa: E501 - one cell at the far end
    assert refusal_of(rebuilt(sound, tmp_path / "far.xlsx", {"xl/worksheets/sheet1.xml": far})) == "sheet_too_large"


def test_rows_under_a_prefix_are_counted(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scans, "CELLS_LIMIT", 100 * 26)
    rows = b"".join(b'<x:row r="%d"/>' % row for row in range(1, 101))
    sheet = b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</x:worksheet>'
    member = "xl/worksheets/sheet1.xml"
    assert refusal_of(rebuilt(sound, tmp_path / "100.xlsx", {member: sheet % rows})) == "file_empty"
    for far in (rows + b"<x:row/>", rows.replace(b'"99"', b'"101"')):
        assert refusal_of(rebuilt(sound, tmp_path / "101.xlsx", {member: sheet % far})) == "sheet_too_large"


def test_damage_is_refused(sound: Path, tmp_path: Path):
    content = bytearray(sound.read_bytes())
    content[200:260] = b"\xff" * 60
    damaged = tmp_path / "damaged.xlsx"
    damaged.write_bytes(content)
    assert refusal_of(damaged) == "file_damaged"


@pytest.mark.parametrize("encoding", ["nonsense", "utf-7"])
def test_xml_of_an_encoding_that_nobody_reads_is_damage(sound: Path, tmp_path: Path, encoding: str):
    content = f'<?xml version="1.0" encoding="{encoding}"?><x/>'.encode()
    for member in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        assert refusal_of(rebuilt(sound, tmp_path / "x.xlsx", {member: content})) == "file_damaged"
    path = write_ods(tmp_path / "sound.ods", {"S": [SALES]})
    assert refusal_of(rebuilt(path, tmp_path / "x.ods", {"content.xml": content})) == "file_damaged"


def test_a_panic_of_the_parser_is_damage(tmp_path: Path):
    path = write_xlsb(tmp_path / "sound.xlsb", {"S": [SALES]})
    beyond = struct.pack("<I", 1 << 20)
    with zipfile.ZipFile(path) as archive:
        book = archive.read("xl/workbook.bin").replace(struct.pack("<I", len("rId1")), beyond)
    assert beyond in book
    with pytest.raises(RejectedFileError) as caught:
        read_file(rebuilt(path, tmp_path / "x.xlsb", {"xl/workbook.bin": book}), SETTINGS)
    assert [p.code for p in caught.value.problems] == ["file_damaged"]
    assert type(caught.value.__cause__).__name__ == "PanicException"


def test_an_endless_number_of_a_row_is_too_large(sound: Path, tmp_path: Path):
    far = b'<worksheet><sheetData><row r="' + b"9" * 5_000 + b'"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
    assert refusal_of(rebuilt(sound, tmp_path / "far.xlsx", {"xl/worksheets/sheet1.xml": far})) == "sheet_too_large"
    repeats = "9" * 5_000
    tail = (
        f'<table:table-row table:number-rows-repeated="{repeats}"><table:table-cell office:value-type="string"'
        f' calcext:value-type="error" table:number-columns-repeated="{repeats}"/></table:table-row>'
    )
    assert refusal_of(write_ods(tmp_path / "far.ods", {"S": [SALES]}, tail=tail)) == "sheet_too_large"


def test_other_zips_are_refused(tmp_path: Path):
    path = tmp_path / "x.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", "<x/>")
    assert refusal_of(path) == "format_unsupported"


def test_formulas_that_no_program_calculated_are_errors_of_their_cells(tmp_path: Path):
    book = openpyxl.Workbook()
    for row in [SALES, ["1", "C", "P", 1, "=1+1", "=TODAY()"], [f"=A{n}" for n in range(6)]]:
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    (table,) = read_file(tmp_path / "x.xlsx", SETTINGS).tables
    assert {(p.code, p.row) for p in table.problems} == {("formula_uncalculated", 2), ("formula_uncalculated", 3)}
    assert len(table.problems) == 8


def with_cells(sound: Path, cells: dict[str, str], book: str = "") -> Path:
    """Return a workbook in which cells of one row of sales are written as given."""
    for place, cell in cells.items():
        edited(sound, rf'<c r="{place}"[^>]*>.*?</c>', cell)
    if book:
        edited(sound, "<calcPr[^>]*>", book, "xl/workbook.xml")
    return sound


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="E2" t="str"><f>B1*2</f></c>',
        '<c r="E2"><f><![CDATA[1>0]]></f></c>',
        '<c r="E2"><f t="array" ref="E2:E2">A1:A2</f></c>',
        '<c r="E2"><f t="shared" si="0"/><v xml:space="preserve"> </v></c>',
        '<c r="e2"><f>1</f></c>',
        '<c r="e2" t="str"><f>1</f></c>',
        '<c r="D2"><f t="array" ref="D2:E2">A1:A2</f></c><c r="E2"/>',
        '<c r="d2"><f t="array" ref="D2:E2">A1:A2</f></c><c r="E2"/>',
    ],
)
def test_whatever_formula_has_no_value_is_an_error(sound: Path, cell: str):
    if cell[6] in "Dd":
        edited(sound, '<c r="D2"[^>]*>.*?</c>', "")
    (table,) = read_file(with_cells(sound, {"E2": cell}), SETTINGS).tables
    assert ("formula_uncalculated", "unit_price") in {(p.code, p.column) for p in table.problems}


@pytest.mark.parametrize(
    ("cell", "book", "is_wrong"),
    [
        ("<f>1-1</f><v>0</v>", "", True),
        ("<f>1+1</f><v>2</v>", "", False),
        ("<v>0</v>", "", False),
        ("<f>1-1</f><v>0</v>", '<calcPr calcId="191029"/>', False),
    ],
)
def test_zeros_of_formulas_in_a_book_that_nobody_calculated(sound: Path, cell: str, book: str, is_wrong: bool):
    (table,) = read_file(with_cells(sound, {"E2": f'<c r="E2">{cell}</c>'}, book), SETTINGS).tables
    assert ("formula_uncalculated" in {p.code for p in table.problems}) == is_wrong


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="E2" t="e"><v></v></c>',
        '<c r="E2" t="e"/>',
        '<c r="E2" t="e"><f>NA()</f><v xml:space="preserve">#N/A</v></c>',
        '<c r="e2" t="e"><v>#N/A</v></c>',
    ],
)
def test_every_cell_of_the_type_of_errors_is_one(sound: Path, cell: str):
    (table,) = read_file(with_cells(sound, {"E2": cell}), SETTINGS).tables
    assert [(p.code, p.column) for p in table.problems] == [("error_cell", "unit_price")]


@pytest.mark.parametrize("tag", ["<c x ", '<c r="A1" t="e"/>', '<c r="A1"><f>', '<row hidden="1" '])
def test_tags_that_never_end_take_no_more_time_than_others(sound: Path, tmp_path: Path, tag: str):
    sheet = f"<worksheet><sheetData>{tag * 40_000}".encode()
    path = rebuilt(sound, tmp_path / "x.xlsx", {"xl/worksheets/sheet1.xml": sheet})
    start = process_time()
    assert refusal_of(path) in {"file_damaged", "archive_unsafe"}
    assert process_time() - start < 3


def test_a_formula_whose_value_is_the_empty_text_is_an_empty_cell(sound: Path, tmp_path: Path):
    with zipfile.ZipFile(sound) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    empty = re.sub(rb'<c r="B2"[^>]*>.*?</c>', b'<c r="B2" t="str"><f>""</f><v></v></c>', sheet)
    (table,) = read_file(rebuilt(sound, tmp_path / "x.xlsx", {"xl/worksheets/sheet1.xml": empty}), SETTINGS).tables
    assert (table.problems, table.frame["client_code"].to_list()) == ([], [None])


def test_a_sheet_with_a_pivot_table_is_left_aside(tmp_path: Path):
    sheets = {"P": [SALES, ["1", "C", "P", 1, 2, 46000]], "S": [SALES, ["2", "C", "P", 1, 2, 46000]]}
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/pivotTable"
    relations = f'<Relationships><Relationship Id="r" Type="{kind}" Target="../p.xml"/></Relationships>'.encode()
    path = workbook(tmp_path / "x.xlsx", sheets)
    path = rebuilt(path, tmp_path / "y.xlsx", {"xl/worksheets/_rels/sheet1.xml.rels": relations})
    file = read_file(path, SETTINGS)
    assert [table.sheet for table in file.tables] == ["S"]
    assert [(p.code, p.sheet) for p in file.skipped] == [("sheet_pivot", "P")]


def test_a_workbook_of_hidden_sheets_says_so(tmp_path: Path):
    sheets = {"B": [], "A": [SALES, ["1", "C", "P", 1, 2, 46000]]}
    assert refusal_of(workbook(tmp_path / "x.xlsx", sheets, hidden="A")) == "sheets_all_skipped"


def test_cells_that_do_not_say_where_they_are_are_scanned_all_the_same(tmp_path: Path):
    rows = [PRODUCTS, *[["P", "N", "K", 1, 2, 0.2, date(2026, 1, 31)] for _ in range(4)]]
    path = workbook(tmp_path / "x.xlsx", {"S": rows})
    edited(path, r'<c r="E3">.*?</c>', '<c r="E3" t="e"><v>#N/A</v></c>')
    edited(path, r'<c r="D4">.*?</c>', '<c r="D4"><f>1+1</f></c>')
    edited(path, r'<row r="5"', '<row r="5" hidden="1"')
    before = read_file(path, SETTINGS).tables[0].problems
    edited(path, r'(<(?:c|row)) r="[A-Z]*[0-9]+"', r"\1")
    (table,) = read_file(path, SETTINGS).tables
    assert table.problems == before
    assert [(p.code, p.row, p.column) for p in before] == [
        ("rows_hidden", 5, None),
        ("formula_uncalculated", 4, "buy_price"),
        ("error_cell", 3, "sell_price"),
    ]


def test_a_strict_workbook_is_scanned_as_any_other(tmp_path: Path):
    rows = [PRODUCTS, ["P", "N", "K", 1, 2, 0.2, 44560], ["Q", "N", "K", 1, 2, 0.2, 44560]]
    path = workbook(tmp_path / "x.xlsx", {"S": rows}, epoch_1904=True)
    edited(path, r'<c r="E3">.*?</c>', '<c r="E3" t="e"><v>#N/A</v></c>')
    for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"):
        edited(path, "http://schemas.openxmlformats.org/spreadsheetml/2006/main", f"{STRICT}/spreadsheetml/main", part)
        edited(path, "http://schemas.openxmlformats.org/officeDocument/2006", f"{STRICT}/officeDocument", part)
    (table,) = read_file(path, SETTINGS).tables
    assert [(p.code, p.row, p.column) for p in table.problems] == [("error_cell", 3, "sell_price")]
    assert table.frame["valid_from"].to_list() == [date(2025, 12, 31)] * 2


def edited(path: Path, pattern: str, replacement: str, part: str = "xl/worksheets/sheet1.xml") -> None:
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    members[part] = re.sub(pattern, replacement, members[part].decode(), flags=re.DOTALL).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            new.writestr(name, content)


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_a_number_too_long_for_a_spreadsheet_is_no_code(tmp_path: Path, form: str):
    numbers = [202611270000012345, 202611270000012346, 1_000_000_000_000_000, 999_999_999_999_999, "202611270000012345"]
    rows = [SALES, *[[number, "C", "P", 1, 2.5, date(2026, 1, 31)] for number in numbers]]
    path = tmp_path / f"x.{form}"
    if form == "ods":
        write_ods(path, {"S": rows})
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    (table,) = read_file(path, SETTINGS).tables
    assert [(p.code, p.row, p.column) for p in table.problems] == [
        ("code_shortened", row, "invoice_no") for row in (2, 3, 4)
    ]
    assert table.frame["invoice_no"].to_list() == [None] * 3 + ["999999999999999", "202611270000012345"]


def patched(path: Path, pattern: str, replacement: str) -> Path:
    """Change the XML of a workbook's first sheet."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    members[sheet] = re.sub(pattern, replacement, members[sheet].decode()).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("twice", ['<row r="2".*?</row>', '<c r="E2".*?</c>'])
def test_rows_and_cells_that_come_twice_refuse_the_workbook(tmp_path: Path, twice: str):
    path = workbook(tmp_path / "x.xlsx", {"S": [SALES, ["1", "C", "P", 1, 2.5, 46000]]})
    with pytest.raises(RejectedFileError) as caught:
        read_file(patched(path, f"({twice})", r"\1\1"), SETTINGS)
    assert [p.code for p in caught.value.problems] == ["archive_unsafe"]


LINES = [SALES, ["1", "C", "P", 1, 2.5, 46000], [None, None, "Q", 1, None, None], ["2", None, "P", 1, 3.5, 46000]]
MERGES = ["A2:A3", "B2:B4", "E2:E3", "F2:F3"]


def merged_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    for row in LINES:
        book.active.append(row)
    for place in MERGES:
        book.active.merge_cells(place)
    book.save(path)


def merged_xls(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for row, cells in enumerate(LINES):
        for column, value in enumerate(cells):
            if value is not None:
                sheet.write(row, column, value)
    sheet.merged_ranges.extend([(1, 2, 0, 0), (1, 3, 1, 1), (1, 2, 4, 4), (1, 2, 5, 5)])
    book.save(str(path))


def merged_xlsb(path: Path) -> None:
    write_xlsb(path, {"S": LINES}, merged=[(1, 2, 0, 0), (1, 3, 1, 1), (1, 2, 4, 4), (1, 2, 5, 5)])


def merged_ods(path: Path) -> None:
    spans = {(1, 0): 2, (1, 1): 3, (1, 4): 2, (1, 5): 2}

    def cell(row: int, column: int, value: Any) -> str:
        if value is None:
            return "<table:covered-table-cell/>"
        span = f' table:number-rows-spanned="{spans[row, column]}"' if (row, column) in spans else ""
        if isinstance(value, str):
            return f'<table:table-cell{span} office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
        return f'<table:table-cell{span} office:value-type="float" office:value="{value}"/>'

    rows = ("".join(cell(row, column, value) for column, value in enumerate(LINES[row])) for row in range(len(LINES)))
    write_ods(path, {"S": []}, tail="".join(f"<table:table-row>{cells}</table:table-row>" for cells in rows))


@pytest.mark.parametrize("write", [merged_xlsx, merged_xlsb, merged_xls, merged_ods])
def test_cells_merged_with_one_above_are_errors_but_for_what_an_invoice_says_once(
    tmp_path: Path, write: Callable[[Path], None]
):
    path = tmp_path / "x"
    write(path)
    (table,) = read_file(path, SETTINGS).tables
    # The second line continues the first invoice, but for its price; of whom the second invoice is, nobody can tell.
    assert [(p.code, p.row, p.column) for p in table.problems if p.code == "cell_merged"] == [
        ("cell_merged", 4, "client_code"),
        ("cell_merged", 3, "unit_price"),
    ]
    assert table.frame["invoice_no"].to_list()[::2] == ["1", "2"]


@pytest.mark.parametrize(
    ("merge", "price", "rows"),
    [
        ("E2:E3", 9, [3]),
        ("E2:E3", 2, []),
        ("D3:E3", None, [3]),
        ("D3:E3", 9, [3]),
        ("D2:E3", None, [2, 3]),
        ("A3:C3", 9, []),
    ],
)
def test_what_another_cell_is_shown_over_is_no_value(tmp_path: Path, merge: str, price: int | None, rows: list[int]):
    lines = [SALES, *[[str(n), "C", "P", n, value, 46000] for n, value in enumerate((2, price, 4), start=1)]]
    path = workbook(tmp_path / "x.xlsx", {"S": lines})
    edited(path, "</sheetData>", f'</sheetData><mergeCells><mergeCell ref="{merge}"/></mergeCells>')
    (table,) = read_file(path, SETTINGS).tables
    assert [p.row for p in table.problems if (p.code, p.column) == ("cell_merged", "unit_price")] == rows
