"""The reject file: all rejected rows, every cell as it was sent, reason and remedy beside them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import xlsxwriter

from comptoir.quality.judging import judge_file, summarise
from comptoir.quality.known import Known
from comptoir.quality.reject_file import write_reject_file
from comptoir.reading.reader import read_file
from comptoir.reading.tables import Table
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.quality.verdicts import Verdict

MakeTable = Callable[..., Table]

PARIS = Settings(timezone="Europe/Paris")
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


def test_a_text_file_gives_a_text_file(tmp_path: Path):
    source = tmp_path / "ventes.csv"
    source.write_text(f"{HEADER}\n{BAD}\n{SOUND}\n{HELD}", encoding="utf-8")
    verdicts = judged(source)
    path = write_reject_file(verdicts, source, tmp_path / "rejects", language="fr", delimiter=";")
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
    path = write_reject_file(judged(source), source, tmp_path, language="fr", delimiter=";")
    assert path is not None
    again = write_reject_file(judged(path), path, tmp_path, language="fr", delimiter=";")
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
    assert write_reject_file(judged(source), source, tmp_path / "rejects", language="en") is None
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
    path = write_reject_file(judged(source), source, tmp_path, language="en")
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
    path = write_reject_file(first, source, tmp_path, language="fr")
    assert path is not None
    second = judged(path)
    for before, after in zip(first, second, strict=True):
        rejected = before.table.frame.filter(before.table.frame["row"].is_in(before.rejected_rows))
        assert rejected.drop("row").equals(after.table.frame.drop("row"))


def test_sheet_names_that_excel_refuses_are_made_to_fit(make_table: MakeTable, tmp_path: Path):
    long = "a very long name, [of a sheet]: longer than 31"
    tables = [make_table("stock", [{"quantity": None}], sheet=long + end) for end in ("", " indeed")]
    verdicts, _ = judge_file(tables, Known(), PARIS, today=TODAY)
    path = write_reject_file(verdicts, tmp_path / "x.xlsx", tmp_path, language="en")
    assert path is not None
    assert openpyxl.load_workbook(path).sheetnames == [
        "a very long name, _of a sheet__",
        "2 a very long name, _of a sheet",
    ]
