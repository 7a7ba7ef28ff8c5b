"""Formats: every one read alike, wrappings opened, what is unsafe, protected or damaged refused by name."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pytest
import xlwt

from comptoir.errors import RejectedFileError
from comptoir.reading import wrappings
from comptoir.reading.jsonlines import LINE_OF_LIST
from comptoir.reading.reader import read_file
from comptoir.settings import Settings
from tests.unit.spreadsheets import Error, write_ods, write_xls, write_xlsb

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SETTINGS = Settings(timezone="Europe/Paris")
CLIENTS = ["client_code", "name", "total_revenue_generated", "loyalty_tier", "as_of"]
SALES = ["invoice_no", "client_code", "product_code", "quantity", "unit_price", "timestamp"]
TEXT = ",".join(SALES) + "\n1,C,P,2,3.50,2026-01-31\n"
WRITERS = [write_xls, write_xlsb, write_ods]


def refusal_of(path: Path, content: bytes | None = None) -> str:
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RejectedFileError) as caught:
        read_file(path, SETTINGS)
    for problem in caught.value.problems:
        assert "{" not in problem.message("fr") + problem.remedy("en")
    return caught.value.problems[0].code


def zipped(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("epoch_1904", [False, True])
def test_typed_cells_hidden_sheets_and_epochs_in_every_format(
    tmp_path: Path, write: Callable[..., Path], epoch_1904: bool
):
    serial = 46_022 - (1462 if epoch_1904 else 0)
    rows: list[list[Any]] = [
        CLIENTS,
        ["00123", "Éléonore & Cie", 1234.5, "Or", date(2025, 12, 31)],
        [17850, "Bob", 0.1, "Silver", serial],
    ]
    path = write(tmp_path / "wrong name.csv", {"Old": rows, "Données": rows}, hidden="Old", epoch_1904=epoch_1904)
    file = read_file(path, SETTINGS)
    assert [(p.code, p.sheet) for p in file.skipped] == [("sheet_hidden", "Old")]
    (table,) = file.tables
    assert table.problems == []
    assert table.sheet == "Données"
    assert table.frame.drop("client_id").rows() == [
        ("00123", "Éléonore & Cie", Decimal("1234.5"), "Gold", date(2025, 12, 31), 2),
        ("17850", "Bob", Decimal("0.1"), "Silver", date(2025, 12, 31), 3),
    ]


@pytest.mark.parametrize("write", WRITERS)
def test_an_error_cell_is_never_an_empty_one(tmp_path: Path, write: Callable[..., Path]):
    rows = [[None] * 6, SALES, ["1", Error(), "P", 1, Error("#DIV/0!", 0x07), date(2026, 1, 31)]]
    (table,) = read_file(write(tmp_path / "x", {"S": rows}), SETTINGS).tables
    assert [(p.code, p.row, p.column, p.value) for p in table.problems] == [
        ("error_cell", 3, "client_code", "#N/A"),
        ("error_cell", 3, "unit_price", "#DIV/0!"),
    ]


def test_a_formula_result_that_is_an_error_in_an_old_workbook(tmp_path: Path):
    # What xlwt writes for a formula, with the result of its calculation put in.
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for column, header in enumerate(SALES):
        sheet.write(0, column, header)
    for column, value in enumerate(["1", "C", "P", 1]):
        sheet.write(1, column, value)
    sheet.write(1, 4, xlwt.Formula("1/0"))
    sheet.write(1, 5, "2026-01-31")
    book.save(str(tmp_path / "x.xls"))
    content = (tmp_path / "x.xls").read_bytes()
    at = content.index(b"\x06\x00", content.index(b"\x09\x08", 600))
    while content[at + 4 : at + 8] != b"\x01\x00\x04\x00":
        at = content.index(b"\x06\x00", at + 1)
    (tmp_path / "x.xls").write_bytes(content[: at + 10] + b"\x02\x00\x07\x00\x00\x00\xff\xff" + content[at + 18 :])
    (table,) = read_file(tmp_path / "x.xls", SETTINGS).tables
    assert [(p.code, p.row, p.value) for p in table.problems] == [("error_cell", 2, "#DIV/0!")]


@pytest.mark.parametrize(("build", "code"), [(0x0DBB, ["formula_uncalculated"]), (0x1234, [])])
def test_a_formula_that_an_old_workbook_s_writer_left_uncalculated(tmp_path: Path, build: int, code: list[str]):
    # Of another program, an empty text is what the formula came to.
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for row, cells in enumerate([SALES, ["1", "C", "P", 1, xlwt.Formula("1+1"), "2026-01-31"]]):
        for column, value in enumerate(cells):
            sheet.write(row, column, value)
    book.save(str(tmp_path / "x.xls"))
    head = b"\x09\x08\x10\x00\x00\x06\x05\x00"
    content = (tmp_path / "x.xls").read_bytes()
    assert content.count(head + b"\xbb\x0d") == 1
    (tmp_path / "x.xls").write_bytes(content.replace(head + b"\xbb\x0d", head + build.to_bytes(2, "little")))
    (table,) = read_file(tmp_path / "x.xls", SETTINGS).tables
    assert [p.code for p in table.problems if p.column == "unit_price"] == code


def test_uncalculated_formulas_of_a_document(tmp_path: Path):
    cell = '<table:table-cell table:number-columns-repeated="5" table:formula="of:=A1"/>'
    path = write_ods(
        tmp_path / "x", {"S": [CLIENTS, ["1", "A", 1, "Gold", None]]}, tail=f"<table:table-row>{cell}</table:table-row>"
    )
    (table,) = read_file(path, SETTINGS).tables
    assert [(p.code, p.row) for p in table.problems] == [("formula_uncalculated", 3)] * 5


@pytest.mark.parametrize(
    "cell",
    [
        'office:value-type="string" table:number-columns-repeated="1000"',
        'calcext:value-type="error" table:number-columns-repeated="9"',
    ],
    ids=["cells", "errors"],
)
def test_a_document_that_repeats_itself_without_end_is_refused(tmp_path: Path, cell: str):
    tail = f'<table:table-row table:number-rows-repeated="1000000"><table:table-cell {cell}/></table:table-row>'
    assert refusal_of(write_ods(tmp_path / "x", {"S": [CLIENTS]}, tail=tail)) == "sheet_too_large"


def test_old_and_binary_workbooks_stretched_over_millions_of_cells_are_refused(tmp_path: Path):
    far = [*([[]] * 65_535), [None] * 255 + [1]]
    for write in (write_xls, write_xlsb):
        assert refusal_of(write(tmp_path / "x", dict.fromkeys("ABC", far))) == "sheet_too_large"


@pytest.mark.parametrize(
    "wrap",
    [
        gzip.compress,
        lambda content: zipped({"a/x.csv": content, "__MACOSX/._x.csv": b"?"}),
        lambda content: zipped({"x.csv": content, "._x.csv": b"?", "a/Desktop.ini": b"?"}),
        lambda content: b"MZ\x90\0" + bytes(6000) + zipped({"x.csv": content}),
    ],
    ids=["gzip", "zip", "zip with litter", "zip that unpacks itself"],
)
@pytest.mark.parametrize("inner", ["text", "workbook"])
def test_a_wrapping_around_one_file_is_opened(tmp_path: Path, wrap: Callable[[bytes], bytes], inner: str):
    rows = [SALES, ["1", "C", "P", 2, 3.5, date(2026, 1, 31)]]
    content = TEXT.encode() if inner == "text" else write_xls(tmp_path / "x", {"S": rows}).read_bytes()
    path = tmp_path / "packed"
    path.write_bytes(wrap(content))
    (table,) = read_file(path, SETTINGS).tables
    assert table.frame.select("product_code", "quantity", "unit_price").rows() == [("P", 2, Decimal("3.5"))]
    assert list(tmp_path.glob("*inner*")) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (gzip.compress(gzip.compress(TEXT.encode())), "archive_nested"),
        (zipped({"x.gz": gzip.compress(TEXT.encode())}), "archive_nested"),
        (zipped({"x.zip": zipped({"x.csv": TEXT.encode()})}), "archive_nested"),
        (zipped({"x.csv": TEXT.encode(), "y.csv": TEXT.encode()}), "archive_several"),
        (zipped({"folder/": b""}), "file_empty"),
        (zipped({"../x.csv": TEXT.encode()}), "archive_unsafe"),
        (zipped({"..\\x.csv": TEXT.encode()}), "archive_unsafe"),
        (zipped({"/x.csv": TEXT.encode()}), "archive_unsafe"),
        (gzip.compress(b"a" * (30 << 20)), "archive_unsafe"),
        (zipped({"x.csv": b"a" * (30 << 20)}), "archive_unsafe"),
        (gzip.compress(TEXT.encode() * 999)[:-20], "file_damaged"),
        (gzip.compress(TEXT.encode())[:-8] + b"\0" * 8, "file_damaged"),
        (zipped({"x.csv": TEXT.encode()})[:-30], "file_damaged"),
        (gzip.compress(b""), "file_empty"),
        (zipped({"word/document.xml": b"<x/>", "[Content_Types].xml": b"<x/>"}), "format_unsupported"),
        (zipped({"xl/workbook2.xml": b"<x/>", "[Content_Types].xml": b"<x/>"}), "format_unsupported"),
        (zipped({"x.csv": TEXT.encode()}).replace(b"\x14\0\0\0\x08\0", b"\x14\0\0\0\x09\0"), "format_unsupported"),
        (zipped({"x.csv": TEXT.encode()}).replace(b"\x14\0\0\0\x08\0", b"\x14\0\x01\0\x08\0"), "file_encrypted"),
        (b"<meta charset=utf-8><table><tr>", "format_unsupported"),
        (b"\n<!-- export --><table><tr>", "format_unsupported"),
        ("<div><table><tr>".encode("utf-16"), "format_unsupported"),
        (b"From: <x>\r\nSubject: a\r\n b\r\nMIME-Version: 1.0\r\n", "format_unsupported"),
        (b"ID;PWXL;N;E\r\nP;PGeneral\r\n", "format_unsupported"),
        (b"ID;Prix\nP;12\n", "kind_unknown"),
        (b"\r\n" * 9_000, "file_empty"),
        (b"[1, 2]\n[3]\n", "kind_unknown"),
        (b'[{"a": 1}]', "kind_unknown"),
        (b"[[1, 2], [3]]", "json_document"),
        (b"[ ]", "file_empty"),
        (b"\0" * 99, "nul_bytes"),
        (TEXT.encode() + b"2,C,P\0,2,3,2026-01-31\n", "nul_bytes"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "file_damaged"),
    ],
)
def test_what_is_refused_by_its_own_name(tmp_path: Path, content: bytes, code: str):
    assert refusal_of(tmp_path / "x.csv", content) == code


@pytest.mark.parametrize(
    "content",
    [
        TEXT.replace("invoice_no", "PK facture").encode(),
        b"\r\n" * 9_000 + TEXT.encode(),
        (json.dumps(dict(zip(SALES, ["1", "C", "P", 2, 3.5, "2026-01-31"], strict=True))) + "\n").encode("utf-16"),
    ],
    ids=["PK", "blank rows", "JSON lines in UTF-16"],
)
def test_what_is_no_other_format_than_its_own(tmp_path: Path, content: bytes):
    (tmp_path / "x.csv").write_bytes(content)
    answers = {"column_unnamed::invoice_no": "PK facture"} if content.startswith(b"PK") else {}
    (table,) = read_file(tmp_path / "x.csv", SETTINGS, answers=answers).tables
    assert table.frame.select("product_code", "quantity", "unit_price").rows() == [("P", 2, Decimal("3.5"))]


def test_a_link_in_an_archive_leads_nowhere(tmp_path: Path):
    link = zipfile.ZipInfo("x.csv")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refusal_of(tmp_path / "x.zip") == "archive_unsafe"


def test_a_wrapping_that_unfolds_beyond_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wrappings, "UNWRAPPED_LIMIT_BYTES", 1_000)
    assert refusal_of(tmp_path / "x.gz", gzip.compress(TEXT.encode() * 99)) == "archive_too_large"


def test_protected_files_are_told_from_old_ones(tmp_path: Path):
    workbook = write_xls(tmp_path / "x.xls", {"S": [SALES]}).read_bytes()
    # In a container of its own name, as a protected XLSX lies in one.
    package = workbook.replace(
        "Workbook".encode("utf-16-le") + b"\0" * 48, "EncryptedPackage".encode("utf-16-le") + b"\0" * 32
    )
    package = package.replace(b"\x12\0\x02\x01", b"\x22\0\x02\x01")
    assert refusal_of(tmp_path / "x.xlsx", package) == "file_encrypted"
    # The record that says that what follows is protected, in place of another of the same length.
    start = workbook.index(b"\xe1\x00\x02\x00")
    protected = workbook[:start] + b"\x2f\x00" + workbook[start + 2 :]
    assert refusal_of(tmp_path / "x.xls", protected) == "file_encrypted"
    manifest = b'<m><file-entry full-path="content.xml"><encryption-data/></file-entry></m>'
    content = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"\x01\x02"}
    assert refusal_of(tmp_path / "x.ods", zipped(content | {"META-INF/manifest.xml": manifest})) == "file_encrypted"


def test_json_lines_keep_numbers_to_the_last_digit(tmp_path: Path):
    lines = [
        {"invoice_no": 536365, "client_code": None, "product_code": "P", "quantity": 2, "timestamp": "2026-01-31"},
        {"product_code": "Q;é", "invoice_no": "2", "quantity": -1, "unit_price": "PRICE", "timestamp": 20260131},
    ]
    text = "\n\n".join(json.dumps(line) for line in lines).replace('"PRICE"', "1.234e0").replace("20260131", "46000.5")
    path = tmp_path / "x.jsonl"
    path.write_text(text + "\n", encoding="utf-8")
    (table,) = read_file(path, SETTINGS).tables
    assert [(p.code, p.row, p.value) for p in table.problems] == [("day_as_number", 3, "46000.5")]
    columns = ["invoice_no", "client_code", "product_code", "quantity", "unit_price", "row"]
    assert table.frame.select(columns).rows() == [
        ("536365", None, "P", 2, None, 1),
        ("2", None, "Q;é", -1, Decimal("1.234"), 3),
    ]


def test_json_lines_keep_long_codes(tmp_path: Path):
    path = tmp_path / "x.jsonl"
    items = '[{"product_code":202611270000012346,"quantity":1}]'
    path.write_text(f'{{"invoice_no":202611270000012345,"timestamp":"2026-01-31","items":{items}}}')
    (table,) = read_file(path, SETTINGS).tables
    assert table.problems == []
    assert table.frame.select("invoice_no", "product_code").rows() == [("202611270000012345", "202611270000012346")]


def test_half_a_character_in_json_stays_as_it_is_escaped(tmp_path: Path):
    path = tmp_path / "x.jsonl"
    line = '{"invoice_no":"F\\ud83d","product_code":"P","quantity":1,"timestamp":"2026-01-31","caf\\ude00":["\\uD83D"]}'
    path.write_text(f"{line}\n{line.replace('F', 'G')}")
    (table,) = read_file(path, SETTINGS).tables
    assert table.problems == []
    assert table.frame["invoice_no"].to_list() == ["F\\ud83d", "G\\ud83d"]
    assert table.originals.to_dicts()[0]["caf\\ude00"] == '["\\ud83d"]'


@pytest.mark.parametrize("line", ['{"a": 1', '{"a": 1, "a": 2}', "[1]", '{"a":' * 5_000, "a,b"])
def test_a_broken_line_of_json_refuses_the_file(tmp_path: Path, line: str):
    path = tmp_path / "x.jsonl"
    path.write_text('{"invoice_no": 1}\n' + line + "\n")
    with pytest.raises(RejectedFileError) as caught:
        read_file(path, SETTINGS)
    assert [(p.code, p.row) for p in caught.value.problems] == [("json_line_broken", 2)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{\n "invoice_no": "F1"\n}\n', "json_document"),
        (
            '{"draft": true, "invoices": [{"invoice_no": "F1", "timestamp": "2026-01-31", "items": 1}]}',
            "json_document",
        ),
        ('{"total": 1, "rows": [{"code": "x"}]}', "kind_unknown"),
        ('{"invoice_no": "F1", }\n', "json_line_broken"),
        ('{"invoice_no": "F1"},\n{"invoice_no": "F2"},\n', "json_line_broken"),
        ('[{"invoice_no": "F1"}, {"invoice_no": "F2"}]', "json_document"),
        ('[{"invoice_no": "F1"}, 2]', "json_document"),
    ],
)
def test_one_json_document_is_told_from_lines(tmp_path: Path, text: str, code: str):
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(RejectedFileError) as caught:
        read_file(path, Settings(timezone="UTC"))
    assert [(p.code, p.row) for p in caught.value.problems] == [(code, 1)]


OBJECT = (
    '{"invoice_no":"F%d","client_code":"C","product_code":"P]","quantity":2,"timestamp":"2026-01-31","tags":[1, {}]}'
)


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        (["[", f"  {OBJECT % 1},", "", f"\t{OBJECT % 2} ,", OBJECT % 3, "]"], [2, 4, 5]),
        ([f"[{OBJECT % 1}", f",{OBJECT % 2}", f", {OBJECT % 3}]"], [1, 2, 3]),
        (["\ufeff[", f"{OBJECT % 1},", OBJECT % 2, ",", f"{OBJECT % 3}", " ] "], [2, 3, 5]),
        ([f"[{OBJECT % 1}]"], [1]),
    ],
)
def test_a_list_with_an_object_on_each_line_is_read_as_such_lines(tmp_path: Path, lines: list[str], rows: list[int]):
    path = tmp_path / "x.json"
    path.write_text("\r\n".join(lines), encoding="utf-8")
    (table,) = read_file(path, SETTINGS).tables
    assert table.problems == []
    assert table.frame["row"].to_list() == rows
    assert table.frame["invoice_no"].to_list() == [f"F{number}" for number in range(1, len(rows) + 1)]
    assert table.documents is not None
    assert table.documents["text"].to_list() == [OBJECT % number for number in range(1, len(rows) + 1)]


@pytest.mark.parametrize(
    ("lines", "code", "row"),
    [
        (["[", f"{OBJECT % 1},", OBJECT % 2], "file_damaged", None),
        (["[", f"{OBJECT % 1},"], "file_damaged", None),
        (["[", f"{OBJECT % 1},", "]"], "json_line_broken", 3),
        (["[", OBJECT % 1, OBJECT % 2, "]"], "json_line_broken", 3),
        (["[", f"{OBJECT % 1},", "12", "]"], "json_line_broken", 3),
        (["[", f"{OBJECT % 1},", '{"a": 1', "]"], "json_line_broken", 3),
        (["[", f"{OBJECT % 1},", '{"a": 1 2}', "]"], "json_line_broken", 3),
        (["[", f"{OBJECT % 1},", "null", "]"], "json_line_broken", 3),
        (["[", f"{OBJECT % 1},", '{"a": 1, "a": 2}', "]"], "json_line_broken", 3),
        (["[", f"{OBJECT % 1},", '{"a": 1'], "json_line_broken", 3),
        (["[", f"{OBJECT % 1},", "{", '"a": 1', "}", "]"], "json_line_broken", 3),
        (["[", OBJECT % 1, "]", OBJECT % 2], "json_document", 4),
        (["[", "  {", '    "invoice_no": "F1"', "  }", "]"], "json_document", 2),
    ],
)
def test_another_list_is_refused_as_one(tmp_path: Path, lines: list[str], code: str, row: int | None):
    path = tmp_path / "x.json"
    path.write_text("\n".join(lines))
    with pytest.raises(RejectedFileError) as caught:
        read_file(path, SETTINGS)
    assert [(p.code, p.row) for p in caught.value.problems] == [(code, row)]


def test_a_line_of_blanks_in_a_list_is_looked_at_once():
    began = perf_counter()
    assert LINE_OF_LIST.fullmatch("," + " " * 1_600 + "x") is None
    assert perf_counter() - began < 1


def test_json_lines_of_two_kinds_are_two_tables(tmp_path: Path):
    path = tmp_path / "x.jsonl"
    sale = {"invoice_no": "F1", "timestamp": "2026-01-31", "client_code": "C", "product_code": "P", "quantity": 1}
    sale |= {"unit_price": 2}
    product = {"product_code": "P", "name": "Miel", "category": "E", "sell_price": 3}
    path.write_text("\n".join(map(json.dumps, (sale, sale | {"name": "Miel", "category": "E"}, product))))
    with pytest.raises(RejectedFileError) as caught:
        read_file(path, Settings(timezone="UTC"))
    assert [(p.code, p.row) for p in caught.value.problems] == [("two_tables", 3)]
    path.write_text("\n".join(map(json.dumps, (sale, {**sale, "name": "Miel", "category": "E"}, {"name": "Miel"}))))
    (table,) = read_file(path, Settings(timezone="UTC")).tables
    assert {p.row for p in table.problems if p.severity == "error"} <= {3}


def test_json_lines_of_too_many_keys_are_refused_by_that_name(tmp_path: Path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"invoice_no": 1}\n' + json.dumps(dict.fromkeys(map(str, range(10_000)))) + "\n")
    with pytest.raises(RejectedFileError) as caught:
        read_file(path, SETTINGS)
    assert [(p.code, p.row, p.params["limit"]) for p in caught.value.problems] == [("columns_too_many", 2, "10000")]


@pytest.mark.parametrize("number", ["1e400", "1e-400", "NaN", "-Infinity", "9" * 40])
def test_numbers_that_json_can_write_and_money_cannot_be(tmp_path: Path, number: str):
    path = tmp_path / "x.jsonl"
    line = '{"invoice_no":1,"product_code":1,"quantity":1,"timestamp":"2026-01-31","unit_price":§}'
    path.write_text(line.replace("§", number))
    (table,) = read_file(path, SETTINGS).tables
    assert [p.code for p in table.problems] == ["number_too_large" if number == "9" * 40 else "not_a_number"]
