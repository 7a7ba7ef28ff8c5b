"""The reject file: all rejected rows, every cell as it was sent, reason and remedy beside them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from comptoir.quality.judging import judge_file, summarise
from comptoir.quality.known import Known
from comptoir.quality.reject_file import write_reject_file
from comptoir.quality.respelling import spelling
from comptoir.reading.guide import ADDED_HEADERS, signature_of
from comptoir.reading.reader import read_file
from comptoir.reading.tables import Table
from comptoir.records import kind_of
from comptoir.sentences import MESSAGES
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.quality.verdicts import Verdict

MakeTable = Callable[..., Table]

PARIS = Settings(timezone="Europe/Paris", language="fr")
ENGLISH = Settings(timezone="Europe/Paris", language="en")
TODAY = date(2026, 3, 2)
HEADER = "no_facture;code_client;code_produit;quantite;prix_unitaire;date_heure;remarque"
BAD = 'F1;C1;P1;0;2,50;2026-03-01 10:00;"a;b ""c"""'
HELD = "F1;C1;P2;2;1 234,50;2026-03-01 10:00;=1+1"
SOUND = "F2;C1;P1;1;2,50;2026-03-01 10:00;"


def judged(path: Path) -> list[Verdict]:
    return judge_file(read_file(path, PARIS).tables, Known(), PARIS, today=TODAY)[0]


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def test_a_reject_file_is_read_back_within_the_limits_of_reading(tmp_path: Path):
    source = tmp_path / "ventes.csv"
    proven = SOUND.replace("2026-03-01", "13/02/2026")
    unproven = BAD.replace("2026-03-01", "01/02/2026")
    source.write_text(f"{HEADER}\n{unproven}\n{proven}\n", encoding="utf-8")
    for limit, cell in ((PARIS.reading_memory_mebibytes, "2026-02-01 10:00:00+01:00"), (1, "01/02/2026 10:00")):
        limited = PARIS.model_copy(update={"reading_memory_mebibytes": limit})
        path = write_reject_file(judged(source), source, tmp_path / str(limit), limited)
        assert path is not None
        assert cells(path)[1][5] == cell


def test_a_text_file_gives_a_text_file(tmp_path: Path):
    source = tmp_path / "ventes.csv"
    source.write_text(f"{HEADER}\n{BAD}\n{SOUND}\n{HELD}", encoding="utf-8")
    verdicts = judged(source)
    path = write_reject_file(verdicts, source, tmp_path / "rejects", PARIS)
    assert path == tmp_path / "rejects" / "ventes-rejets.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    header, *rows = cells(path)
    assert header == [*HEADER.split(";"), "Motif", "Remède"]
    assert [row[:7] for row in rows] == [
        ["F1", "C1", "P1", "0", "2,50", "2026-03-01 10:00", 'a;b "c"'],
        ["F1", "C1", "P2", "2", "1 234,50", "2026-03-01 10:00", "=1+1"],
    ]
    assert rows[0][7] == "La quantité est 0."
    assert rows[1][7].startswith("Cette ligne est correcte, mais la facture F1 est retenue")
    assert all(row[8] for row in rows)
    assert len(rows) == summarise(verdicts).rows_rejected == 2


def test_a_corrected_reject_file_goes_through(tmp_path: Path):
    source = tmp_path / "ventes.csv"
    source.write_text(f"{HEADER}\n{BAD}\n{SOUND}\n{HELD}", encoding="utf-8")
    path = write_reject_file(judged(source), source, tmp_path, PARIS)
    assert path is not None
    again = write_reject_file(judged(path), path, tmp_path, PARIS)
    assert again is not None
    assert cells(again)[0] == cells(path)[0]
    path.write_text(path.read_text(encoding="utf-8-sig").replace(";0;2,50;", ";4;2,50;"), encoding="utf-8")
    (verdict,) = judged(path)
    assert verdict.rejected_rows == []
    assert verdict.accepted["quantity"].to_list() == [4, 2]
    assert verdict.accepted["unit_price"].to_list() == [Decimal("2.50"), Decimal("1234.50")]


def test_nothing_rejected_gives_no_file(tmp_path: Path):
    source = tmp_path / "ventes.csv"
    source.write_text(f"{HEADER}\n{SOUND}", encoding="utf-8")
    assert write_reject_file(judged(source), source, tmp_path / "rejects", ENGLISH) is None
    assert not (tmp_path / "rejects").exists()


def workbook(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sales = book.add_worksheet("Ventes d'avril")
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sales.write_row(0, 0, ["no_facture", "code_produit", "quantite", "prix_unitaire", "date_heure", "note"])
        for row, quantity in enumerate((0, 3), start=1):
            sales.write_row(row, 0, ["007", "P1", quantity, 2.55, 46082.5])
            sales.write(row, 4, 46082.5, day)
            sales.write_string(row, 5, "@SUM(1)")
        products = book.add_worksheet("Produits")
        products.write_row(0, 0, ["code_produit", "nom", "categorie", "prix_achat", "prix_vente", "seuil_marge_min"])
        products.write_row(1, 0, ["P1", "Lanterne", "Maison", -1, 3, 0.2])
        products.write_row(2, 0, ["P2", "Bougie", "Maison", 1, 3, 0.2])


def test_a_workbook_gives_a_workbook(tmp_path: Path):
    source = tmp_path / "tout.xlsx"
    workbook(source)
    path = write_reject_file(judged(source), source, tmp_path, ENGLISH)
    assert path == tmp_path / "tout-rejected.xlsx"
    book = openpyxl.load_workbook(path)
    assert set(book.sheetnames) == {"Ventes d'avril", "Produits"}
    sales = book["Ventes d'avril"]
    assert [cell.value for cell in sales[1]][-3:] == ["note", "Reason", "Remedy"]
    bad, held = list(sales.iter_rows(min_row=2))
    assert (bad[0].value, bad[0].data_type) == ("007", "s")
    assert (bad[2].value, bad[2].data_type) == (0, "n")
    assert bad[3].value == 2.55
    assert (bad[5].value, bad[5].data_type) == ("@SUM(1)", "s")
    assert bad[2].fill.bgColor.rgb != bad[3].fill.bgColor.rgb
    assert held[6].value.startswith("This line is sound")
    assert [row[0].value for row in book["Produits"].iter_rows(min_row=2)] == ["P1"]


def test_a_rejected_workbook_can_be_read_again(tmp_path: Path):
    source = tmp_path / "tout.xlsx"
    workbook(source)
    first = judged(source)
    path = write_reject_file(first, source, tmp_path, PARIS)
    assert path is not None
    second = judged(path)
    for before, after in zip(first, second, strict=True):
        rejected = before.table.frame.filter(before.table.frame["row"].is_in(before.rejected_rows))
        assert rejected.drop("row").equals(after.table.frame.drop("row"))


def test_typed_days_are_typed_in_the_reject_file_so_that_unlikely_ones_are_not_accepted_later(tmp_path: Path):
    source = tmp_path / "v.xlsx"
    typed = (datetime(1905, 7, 18), datetime(1900, 1, 20), datetime(2026, 3, 1, 12, 30), 2026)  # noqa: DTZ001 - cells
    with xlsxwriter.Workbook(source) as book:
        sheet = book.add_worksheet("V")
        sheet.write_row(0, 0, ["no_facture", "code_produit", "quantite", "prix_unitaire", "date_heure"])
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for row, value in enumerate([*typed, "1905-07-18"], start=1):
            sheet.write_row(row, 0, [f"F{row}", "P1", 0, 2.5])
            sheet.write(row, 4, value, None if value in {2026, "1905-07-18"} else moment)
    verdicts = judged(source)
    path = write_reject_file(verdicts, source, tmp_path, ENGLISH)
    assert path is not None
    column = next(openpyxl.load_workbook(path)["V"].iter_cols(min_row=2, min_col=5, max_col=5))
    assert [cell.data_type for cell in column] == ["d", "d", "d", "n", "s"]
    assert column[0].value == typed[0]
    days = [
        [problem.row for problem in verdict.problems if problem.code == "day_unlikely"]
        for verdict in (*verdicts, *judged(path))
    ]
    assert days == [[2, 3, 5]] * 2
    assert judged(path)[0].table.frame["timestamp"].equals(verdicts[0].table.frame["timestamp"])


def test_sheet_names_that_excel_refuses_are_made_to_fit(make_table: MakeTable, tmp_path: Path):
    long = "a very long name, [of a sheet]: longer than 31"
    tables = [make_table("stock", [{"quantity": None}], sheet=long + end) for end in ("", " indeed")]
    verdicts, _ = judge_file(tables, Known(), PARIS, today=TODAY)
    path = write_reject_file(verdicts, tmp_path / "x.xlsx", tmp_path, ENGLISH)
    assert path is not None
    assert openpyxl.load_workbook(path).sheetnames == [
        "a very long name, _of a sheet__",
        "2 a very long name, _of a sheet",
    ]


def text_file(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_text_file_keeps_its_delimiter_and_its_encoding(tmp_path: Path, encoding: str, delimiter: str):
    lines = [line.replace(";", delimiter) for line in (HEADER.replace("remarque", "libellé"), HELD, SOUND)]
    bad = delimiter.join(["F1", "C1", "P1", "0", "2.50", "2026-03-01 10:00", "déjà vu"])
    lines = [line.replace("2,50", "2.50").replace("1 234,50", "1234.50") for line in lines]
    source = text_file(tmp_path / "v.csv", *lines, bad, encoding=encoding)
    path = write_reject_file(judged(source), source, tmp_path, PARIS)
    assert path is not None
    written = path.read_bytes().decode({"utf-8": "utf-8-sig"}.get(encoding, encoding))
    header, first, second = csv.reader(written.splitlines(), delimiter=delimiter)
    assert header[-3:] == ["libellé", "Motif", "Remède"]
    assert (first[3], second[6], second[7]) == ("2", "déjà vu", "La quantité est 0.")
    (again,) = read_file(path, PARIS).tables
    assert (again.delimiter, again.frame.height) == (delimiter, 2)


def test_words_that_the_encoding_can_not_hold_make_it_utf_8(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(MESSAGES["quantity_zero"], "fr", "Quantité\u202f: 0")
    source = text_file(tmp_path / "v.csv", HEADER, BAD, SOUND.replace("C1", "Crème"), encoding="cp1252")
    path = write_reject_file(judged(source), source, tmp_path, PARIS)
    assert path is not None
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert cells(path)[1][7] == "Quantité\u202f: 0"


@pytest.mark.parametrize(
    ("source", "delimiter", "name"),
    [
        ("v.csv", ";", "v-rejets.csv"),
        ("v.tsv", "\t", "v-rejets.tsv"),
        ("v.TXT.gz", ";", "v-rejets.TXT"),
        ("v.csv.zip", ";", "v-rejets.csv"),
        ("export du 1.2", ";", "export du 1-rejets.csv"),
    ],
)
def test_a_reject_file_is_named_after_its_source(tmp_path: Path, source: str, delimiter: str, name: str):
    text = text_file(tmp_path / "x", *(line.replace(";", delimiter) for line in (HEADER, SOUND, BAD)))
    path = write_reject_file(judged(text), tmp_path / source, tmp_path, PARIS)
    assert path == tmp_path / name


PRODUCT = '{"code_produit": "P%s", "prix_vente": 1e1, "prix_achat": %s, "nom": "Été", "actif": true, %s}'
REST = '"categorie": {"rayon": ["A", 1.50]}, "seuil_marge_min": 0.2'


def json_lines(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(["", *lines]), encoding="utf-8")
    return path


def objects(path: Path) -> list[dict[str, object]]:
    return [json.loads(line, parse_float=str) for line in path.read_text(encoding="utf-8").splitlines()]


def test_json_lines_give_json_lines(tmp_path: Path):
    extra = f'{REST}, "note": "seul"'
    source = json_lines(
        tmp_path / "p.jsonl", *(PRODUCT % each for each in ((1, -1, REST), (2, -2, extra), (3, 4, REST)))
    )
    verdicts = judged(source)
    path = write_reject_file(verdicts, source, tmp_path, PARIS)
    assert path == tmp_path / "p-rejets.jsonl"
    first, second = objects(path)
    assert list(first) == [*json.loads(PRODUCT % (1, -1, REST)), "Motif", "Remède"]
    assert (first["prix_vente"], first["actif"], first["categorie"]) == ("1e1", True, {"rayon": ["A", "1.50"]})
    assert (second["note"], second["Motif"]) == ("seul", "Le prix « -2 » dans « prix_achat » est négatif.")
    assert len(objects(path)) == summarise(verdicts).rows_rejected == 2
    again = write_reject_file(judged(path), path, tmp_path, PARIS)
    assert again is not None
    assert again.read_text(encoding="utf-8") == path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace('"prix_achat": -', '"prix_achat": '), encoding="utf-8")
    (corrected,) = judged(path)
    assert (corrected.rejected_rows, corrected.accepted["buy_price"].to_list()) == ([], [1, 2])


INVOICE = '{"invoice_no": "F%s", "items": [{"sku": "P1", "qty": %s, "price": "1,234"}], "timestamp": "%s"}'


def test_items_of_json_lines_are_spelled_out_in_their_place(tmp_path: Path):
    sound = [(INVOICE % (place, 1, "2025-12-10")).replace("1,234", "1,25") for place in (10, 11, 12)]
    source = json_lines(tmp_path / "s.ndjson", *sound, INVOICE % (1, 0, "2025-12-10"))
    path = write_reject_file(judged(source), source, tmp_path, ENGLISH)
    assert path == tmp_path / "s-rejected.ndjson"
    (sent,) = objects(path)
    assert sent["items"] == [{"sku": "P1", "qty": 0, "price": "1,2340"}]
    assert sent["Reason"]


US_HEADER = "invoice_no,product_code,quantity,unit_price,timestamp"


@pytest.mark.parametrize(
    ("proof", "rejected", "understood"),
    [
        # Only a row that goes on proves month first: the rejected one alone would be asked about.
        ("F2,P1,1,2.50,12/25/2025 10:00", ["F1,P1,0,2.50,03/04/2025 10:00"], [(2025, 3, 4)]),
        # Rejected rows alone would prove the other order, and be misread without a question.
        (
            "F2,P1,1,2.50,12/25/2025 10:00\r\nF3,P1,1,2.50,12/26/2025 10:00",
            ["F1,P1,0,2.50,03/04/2025 10:00", "F4,P1,1,2.50,13/04/2025 10:00"],
            [(2025, 3, 4)],
        ),
    ],
    ids=["asked", "misread"],
)
def test_dates_that_other_rows_proved_are_spelled_out(
    tmp_path: Path, proof: str, rejected: list[str], understood: list[tuple[int, int, int]]
):
    sound = [f"S{number},P1,1,2.50,12/{13 + number}/2025 10:00" for number in range(11)]
    source = text_file(tmp_path / "v.csv", US_HEADER, *sound, proof, *rejected)
    path = write_reject_file(judged(source), source, tmp_path, PARIS)
    assert path is not None
    (again,) = read_file(path, PARIS).tables
    days = [moment.astimezone(PARIS.zone).timetuple()[:3] for moment in again.frame["timestamp"].head(1)]
    assert days == understood
    assert "2025-03-04 10:00:00+01:00" in path.read_text(encoding="utf-8-sig")


def test_amounts_that_other_rows_proved_are_spelled_out(tmp_path: Path):
    header = "no_facture;code_produit;quantite;prix_unitaire;montant_total;date_heure"
    sound, bad = "F2;P1;1;2,50;;2026-03-01 10:00", "F1;P1;0;1.234;-0,5;2026-03-01 10:00"
    source = text_file(tmp_path / "v.csv", header, sound, bad.replace("-0,5", ""))
    path = write_reject_file(judged(source), source, tmp_path, PARIS)
    assert path is not None
    (again,) = read_file(path, PARIS).tables
    assert again.frame["unit_price"].to_list() == [Decimal(1234)]
    assert cells(path)[1][3] == "1234"


def test_amounts_are_spelled_out_so_that_corrections_in_the_style_of_the_file_are_read_right(tmp_path: Path):
    header = "no_facture;code_produit;quantite;prix_unitaire;date_heure"
    bad = ["F1;P1;0;2,345;2026-03-01 10:00", "F1;P2;0;x;2026-03-01 10:00"]
    source = text_file(tmp_path / "v.csv", header, "F2;P1;1;2,50;2026-03-01 10:00", *bad)
    path = write_reject_file(judged(source), source, tmp_path, PARIS)
    assert path is not None
    assert cells(path)[1][3] == "2,3450"
    path.write_text(path.read_text(encoding="utf-8-sig").replace(";x;", ";1,234;"), encoding="utf-8")
    (again,) = read_file(path, PARIS).tables
    assert again.frame["unit_price"].to_list() == [Decimal("2.345"), Decimal("1.234")]


def test_dates_and_amounts_are_spelled_out_where_an_answer_named_their_columns(tmp_path: Path):
    answers = {"mapping_unclear::quantity": "quantitte", "mapping_unclear::unit_price": "none"}
    header = "no_facture;code_produit;quantitte;prix_unitair;montant_total;date_heure"
    lines = ["F2;P1;1;x;2,50;25/12/2025", "F1;P1;0;x;1.234;03/04/2025", "F3;P1;1;x;2,50;25/12/2025"]
    source = text_file(tmp_path / "v.csv", header, *lines)
    (table,) = read_file(source, PARIS, answers=answers).tables
    (verdict,), _ = judge_file([table], Known(), PARIS, today=TODAY)
    path = write_reject_file([verdict], source, tmp_path, PARIS)
    assert path is not None
    assert cells(path)[1][3:6] == ["x", "1234", "2025-04-03 00:00:00+02:00"]
    headers = [*header.split(";"), *ADDED_HEADERS["fr"]]
    remembered = {signature_of(headers): {"quantity": "quantitte", "unit_price": None}}
    (again,) = read_file(path, PARIS, mappings=remembered).tables
    assert again.frame.select("total_amount", "timestamp").equals(
        table.frame.filter(pl.col("row") == 3).select("total_amount", "timestamp")
    )


def test_what_needs_nospelling_stays_as_it_was_sent(tmp_path: Path):
    source = text_file(tmp_path / "v.csv", US_HEADER, "F1,P1,0,2.5,12/25/2025 10:00", "F2,P1,1,2.50,12/25/2025 10:00")
    path = write_reject_file(judged(source), source, tmp_path, PARIS)
    assert path is not None
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1][:5] == ["F1", "P1", "0", "2.5", "12/25/2025 10:00"]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("sales.timestamp", "2026-10-25 02:30:00+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("sales.timestamp", "2026-07-01 00:00:00.250+02:00", datetime(2026, 6, 30, 22, 0, 0, 250_000, tzinfo=UTC)),
        ("sales.quantity", "-12345", -12345),
        ("sales.unit_price", "1234.5600", Decimal("1234.56")),
        ("products.min_margin_threshold", "12.5000000000 %", 0.125),
        ("products.min_margin_threshold", "120.0000000000 %", 1.2),
        ("products.valid_from", "2026-04-03", date(2026, 4, 3)),
    ],
)
def test_a_value_that_is_spelled_out_is_read_as_it_was(
    make_table: MakeTable, tmp_path: Path, name: str, text: str, value: object
):
    kind, _, field = name.partition(".")
    (column,) = [each for each in kind_of(kind).columns if each.name == field]
    table = make_table(kind, [{field: value}])
    spelled = table.frame.select(spelling(column, PARIS)).item()
    assert spelled == text
    filled = [each for each in table.headers if table.frame[each].is_not_null().all()]
    others = {each: str(table.frame[each][0]).removesuffix("+00:00") for each in filled}
    source = text_file(tmp_path / "x.csv", ";".join(filled), ";".join((others | {field: spelled}).values()))
    assert read_file(source, PARIS).tables[0].frame[field].to_list() == [value]


def test_a_column_of_the_senders_own_named_reason_is_kept(tmp_path: Path):
    source = text_file(tmp_path / "v.csv", f"{HEADER};Motif", f"{BAD};retour", f"{SOUND};")
    first = write_reject_file(judged(source), source, tmp_path, PARIS)
    assert first is not None
    second = write_reject_file(judged(first), first, tmp_path, PARIS)
    assert second is not None
    for path in (first, second):
        header, row = cells(path)
        assert header[-4:] == ["remarque", "Motif", "Motif (2)", "Remède"]
        assert (row[7], row[8]) == ("retour", "La quantité est 0.")
