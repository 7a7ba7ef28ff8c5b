"""Structure: headers of two rows, repeated headers, totals, two tables; no row is lost without a word."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.reading.reader import read_file
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.reading.tables import Table

SETTINGS = Settings(timezone="Europe/Paris")
SALES = "invoice_no,client_code,product_code,quantity,unit_price,timestamp"
PRODUCTS = "code,nom,famille,prix_achat,prix_vente,seuil_marge_min"
CLIENTS = "client_code,name,total_revenue_generated,loyalty_tier"
FIRST, SECOND = "1,C,P,2,3.5,2026-01-31", "2,C,Q,1,3.5,2026-01-31"


def read(folder: Path, *lines: str) -> Table:
    path = folder / "x.csv"
    path.write_text("\n".join(lines))
    (table,) = read_file(path, SETTINGS).tables
    return table


def notices(table: Table) -> list[tuple[str, str, str]]:
    return [(str(p.severity), p.code, p.params.get("rows", p.params.get("last", ""))) for p in table.problems]


def test_repeated_headers_and_totals_are_left_aside_by_name(tmp_path: Path):
    lines = [
        "Export,,,,,",
        *(SALES, FIRST, "Sous-total,,,2,7.00,", SALES, SECOND, ",,Sub total:,1,3.5,"),
        *("", SALES, "3,C,P,1,1.5,2026-01-31", "TOTAL GÉNÉRAL,,,4,12.00,", ",,,4,Total,"),
    ]
    table = read(tmp_path, *lines)
    assert table.frame["row"].to_list() == table.originals["row"].to_list() == [3, 6, 10]
    assert notices(table) == [
        ("notice", "rows_above_header", "1"),
        ("notice", "headers_repeated", "5, 9"),
        ("notice", "totals_left_aside", "4, 7, 11, 12"),
    ]
    for problem in table.problems:
        assert "{" not in problem.message("fr") + problem.remedy("en")


@pytest.mark.parametrize(
    ("kind", "lines", "row"),
    [
        (SALES, [FIRST, SALES, SECOND], 1),
        (SALES, ["Ventes", FIRST, SECOND, SALES], 2),
        (CLIENTS, ["C,N,12 €,Or", CLIENTS, "D,M,5,Or"], 1),
        (SALES, ["1,C,P,2,3.5,le", SALES, FIRST], None),
        (SALES, ["Du,au,C,12,2026,2026-01-31", SALES, FIRST], 1),
        (SALES, [",,P,2,,2026-01-31", SALES, FIRST], None),
        (SALES, ["1,C,P,deux,3.5,2026-01-31", SALES, FIRST], None),
    ],
)
def test_a_row_of_the_table_above_its_headers_refuses_it(tmp_path: Path, kind: str, lines: list[str], row: int | None):
    if row is None:
        assert notices(read(tmp_path, *lines)) == [("notice", "rows_above_header", "1")]
        return
    with pytest.raises(RejectedFileError) as caught:
        read(tmp_path, *lines)
    assert [(p.code, p.row, p.params["headers"]) for p in caught.value.problems] == [
        ("data_above_headers", row, str(lines.index(kind) + 1))
    ]


def test_headers_repeated_in_another_case_are_left_aside(tmp_path: Path):
    table = read(tmp_path, SALES, FIRST, SALES.upper(), SECOND, SALES.replace("_", " ").title())
    assert table.frame["row"].to_list() == [2, 4]
    assert notices(table) == [("notice", "headers_repeated", "3, 5")]


@pytest.mark.parametrize(
    "foot",
    [
        *("Page 1/1", "page : 3", "Page 2 sur 7", "Page,2/7", "Édité le 12/03/2026 à 10:22", "Imprimé par Zoé"),
        *("Document généré le 12/03/2026", "Printed on,2026-03-12", "Nombre de lignes : 12", ",Nombre de lignes :,12"),
        *("Nb de factures,2", "Number of rows,12", "Date d'édition : 12/03/2026", "*** Fin de liste ***"),
        *(
            "End of report",
            "Sage 100 - Page 1/2",
            "Fin de l'export Sage",
            "*** FIN ***",
            "Ligne(s) : 2",
            "2 lignes exportées",
        ),
        *("© 2026 Logiciel", "SIRET 123 456 789 00012", "TVA 20 %,2.50", "dont TVA : 2.50", "Net à payer,15.00 €"),
    ],
)
def test_feet_of_pages_are_left_aside_by_name(tmp_path: Path, foot: str):
    table = read(tmp_path, SALES, FIRST, foot, SALES, SECOND, foot)
    assert table.frame["row"].to_list() == [2, 5]
    assert notices(table) == [("notice", "headers_repeated", "4"), ("notice", "feet_left_aside", "3, 6")]


@pytest.mark.parametrize(
    "line", ["Merci de votre confiance", "Ets Zoé SARL au capital de 10 000 €", "Édité avec le logiciel Zoé"]
)
def test_what_a_writer_says_of_itself_is_left_aside_below_the_table_alone(tmp_path: Path, line: str):
    table = read(tmp_path, SALES, FIRST, line, line)
    assert table.frame["row"].to_list() == [2]
    assert notices(table) == [("notice", "feet_left_aside", "3, 4")]
    between = read(tmp_path, SALES, FIRST, line, SECOND)
    assert between.frame["row"].to_list() == [2, 3, 4]


def test_words_below_a_table_that_change_it_are_heard_before_it_is_rid_of_them(tmp_path: Path):
    with pytest.raises(RejectedFileError) as caught:
        read(tmp_path, SALES, FIRST, "Merci ; montants en milliers d'euros")
    assert [(p.code, p.row) for p in caught.value.problems] == [("banner_unit", 3)]


@pytest.mark.parametrize("line", [",,3 lignes cahier,4,,", ",,APE-12,,,", ",,TVA,3,,", ",,Fin,,,"])
def test_a_line_whose_product_sounds_like_a_foot_stays_and_is_judged(tmp_path: Path, line: str):
    table = read(tmp_path, SALES, FIRST, line, SECOND)
    assert table.frame["row"].to_list() == [2, 3, 4]


def test_a_client_whose_code_sounds_like_a_foot_stays(tmp_path: Path):
    table = read(tmp_path, CLIENTS, "C,Dupont,1.5,Gold", "Siret 12,Martin,,", "APE 12,,,")
    assert table.frame["row"].to_list() == [2, 3]


@pytest.mark.parametrize("line", ["Page 1/1,C,P,,,", "Page,Dupont", "2,C", "Prix valables en mars", "Fin,3"])
def test_what_is_more_than_a_foot_stays_and_is_judged(tmp_path: Path, line: str):
    table = read(tmp_path, SALES, FIRST, line)
    assert table.frame["row"].to_list() == [2, 3]
    assert notices(table) == []


IN_FRENCH = "no_facture;date_heure;code_client;code_produit;Désignation;quantite;prix_unitaire;Montant HT"
MIEL, THE = "F1;31/01/2026;C;P;Miel;2;3,50;7,00", "F1;31/01/2026;C;Q;Thé;3;3,50;10,50"


@pytest.mark.parametrize(
    "line", ["{};;;;;;;3,50", ";;;{};;;;3,50 €", ";;;;{};;17,50;3,50", ";;;;;;{};3,50", ";{};;;;;;"]
)
@pytest.mark.parametrize(
    "label",
    [
        *("TVA à 20 %", "TVA 20%", "Dont TVA (20 %)", "Total T.V.A.", "TOTAL T.T.C.", "TOTAL H.T.", "Net à payer"),
        *("Net à payer TTC", "Montant TVA :", "Report", "À reporter", "VAT at 20%", "Carried forward", "Amount due"),
    ],
)
def test_what_is_said_below_the_lines_of_an_invoice_is_left_aside_wherever_it_stands(
    tmp_path: Path, label: str, line: str
):
    table = read(tmp_path, IN_FRENCH, MIEL, THE, line.format(label), MIEL.replace("F1", "F2"))
    assert table.frame["row"].to_list() == [2, 3, 5]
    assert [notice[1] in {"totals_left_aside", "feet_left_aside"} for notice in notices(table)] == [True]


@pytest.mark.parametrize(
    "line",
    [
        *(";;;TVA;;3;;", ";;;TVA;;1;3,50;3,50", "F1;;;TVA 20 %;;;3,50;", ";;C;TVA;;;3,50;", ";31/01/2026;;TVA;;;3,50;"),
        *(
            ";;;Balance;;;3,50;",
            ";;;SOLDES;;;3,50;",
            ";;;Taxe de séjour;;;3,50;",
            ";;;TVA-12X;;;3,50;",
            ";;;TVA;Livre;;3,50;",
        ),
    ],
)
def test_a_line_that_may_be_sold_is_no_tax(tmp_path: Path, line: str):
    table = read(tmp_path, IN_FRENCH, MIEL, THE, line)
    assert table.frame["row"].to_list() == [2, 3, 4]


def test_an_object_of_json_is_no_foot(tmp_path: Path):
    path = tmp_path / "x.jsonl"
    sold = {"invoice_no": "F1", "product_code": "P", "quantity": 1, "unit_price": 3.5, "timestamp": "2026-01-31"}
    path.write_text("\n".join(map(json.dumps, (sold, {"product_code": "TVA", "unit_price": 3.5}))))
    (table,) = read_file(path, SETTINGS).tables
    assert table.frame["row"].to_list() == [1, 2]


@pytest.mark.parametrize("banner", ["Montants T.T.C.", "Prix T.T.C", "Tarifs t.t.c. 2026"])
def test_points_between_initials_change_no_banner(tmp_path: Path, banner: str):
    with pytest.raises(RejectedFileError) as caught:
        read(tmp_path, f"{banner},,,,,", SALES, FIRST)
    assert [(p.code, p.row) for p in caught.value.problems] == [("banner_unit", 1)]


@pytest.mark.parametrize(
    ("name", "is_total"),
    [
        ("TOTAL ENERGIES", False),
        ("Total SA", False),
        ("Somme Développement", False),
        ("Total clients du mois de mars 2026", True),
        ("TOTAL GÉNÉRAL TTC :", True),
        ("Total - Dupont", True),
        ("Sous-total dupont", True),
    ],
)
def test_a_name_that_begins_like_a_total_is_one_only_where_it_is_proven(tmp_path: Path, name: str, is_total: bool):
    table = read(tmp_path, CLIENTS, "C,Dupont,1.5,Gold", f",{name},1.5,")
    assert table.frame["row"].to_list() == [2] if is_total else [2, 3]
    assert notices(table) == ([("notice", "totals_left_aside", "3")] if is_total else [])


@pytest.mark.parametrize(
    "line",
    ["Totoro,,,2,3.5,", ",,,2,3.5,", "TOTAL 10W40,C,P,2,3.5,2026-01-31"],
    ids=["another word for one row", "no label for one row", "a code that begins so"],
)
def test_what_may_be_data_stays_and_is_judged(tmp_path: Path, line: str):
    table = read(tmp_path, SALES, FIRST, line)
    assert table.frame["row"].to_list() == [2, 3]
    assert notices(table) == []


LABELS = (
    *("S/Total", "Sous total", "SOUS-TOTAL :", "Cumul", "Report", "A reporter", "À reporter", "Net à payer"),
    *("Total facture F1", "Total général", "Balance", "Solde", "Amount due", "Carried forward", "Total client : Bar"),
)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("line", ["{},,,4,9.5,", ",,{},4,14,", "2,C,{},4,14,2026-01-31", ",{},,,14,"])
def test_sums_of_the_rows_above_are_left_aside_whatever_word_they_bear(tmp_path: Path, label: str, line: str):
    table = read(tmp_path, SALES, FIRST, "2,C,Q,2,3.5,2026-01-31", line.format(label).replace("9.5", "7"))
    assert table.frame["row"].to_list() == [2, 3]
    assert notices(table) == [("notice", "totals_left_aside", "4")]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("line", ["2,C,{},4,99,2026-01-31", "{},C,P,1,1,2026-01-31"])
def test_the_label_of_a_total_is_no_code(tmp_path: Path, label: str, line: str):
    table = read(tmp_path, SALES, FIRST, "2,C,Q,2,3.5,2026-01-31", line.format(label))
    assert table.frame["row"].to_list() == [2, 3, 4]
    assert [(p.row, p.code, p.value) for p in table.problems if p.severity == "error"] == [(4, "code_is_total", label)]


def test_sums_count_since_the_last_total_or_from_the_start(tmp_path: Path):
    lines = [
        FIRST,
        SECOND,
        "Étage 1,,,3,,",
        SECOND,
        "3,C,R,4,3.5,2026-01-31",
        "Étage 2,,,5,,",
        "Magasin,,,8,28,",
        ",,,9,,",
    ]
    table = read(tmp_path, SALES, *lines)
    assert table.frame["row"].to_list() == [2, 3, 5, 6, 9]
    assert notices(table) == [("notice", "totals_left_aside", "4, 7, 8")]


def test_sums_in_french_and_in_columns_of_no_meaning(tmp_path: Path):
    header = "no_facture;code_produit;quantite;prix_unitaire;date_heure;Montant"
    lines = ["F1;P1;2;1 200,50;31/01/2026;2 401,00", "F1;P2;1;0,50;31/01/2026;0,50", "Tout;;;;;2 401,50 €"]
    table = read(tmp_path, header, *lines)
    assert notices(table)[0] == ("notice", "totals_left_aside", "4")


def test_the_label_of_no_sum_continues_no_invoice(tmp_path: Path):
    table = read(tmp_path, SALES, FIRST, "2,C,Q,2,3.5,2026-01-31", ",,Cumul,5,14,")
    assert ("error", "code_is_total", "") in notices(table)


def test_totals_of_every_kind(tmp_path: Path):
    for header, line in ((PRODUCTS, "P,N,F,1.5,2.5,20 %"), (CLIENTS, "C,N,1.5,Gold")):
        table = read(tmp_path, header, line, "Total" + "," * header.count(","))
        assert notices(table) == [("notice", "totals_left_aside", "3")]


def test_headers_of_two_rows_are_joined(tmp_path: Path):
    lines = ["Catalogue,,,,,", "code,nom,famille,Prix,,seuil_marge_min", ",,,achat,vente,", "P,N,F,1.5,2.5,20 %"]
    table = read(tmp_path, *lines)
    assert [str(table.frame[name][0]) for name in ("buy_price", "sell_price")] == ["1.5000", "2.5000"]
    assert table.headers["buy_price"] == "Prix achat"
    assert table.frame["row"].to_list() == [4]
    assert notices(table) == [("notice", "rows_above_header", "1")]


def test_groups_that_name_nothing_are_left_out(tmp_path: Path):
    table = read(
        tmp_path, "code,Article,,Tarif,,seuil_marge_min", ",nom,famille,prix_achat,prix_vente,", "P,N,F,1,2,0.2"
    )
    assert table.frame.select("name", "category").rows() == [("N", "F")]


@pytest.mark.parametrize(
    "headers",
    [
        [",,,prix,,", "code,nom,famille,achat,vente,seuil_marge_min"],
        ["code,nom,,prix,,", ",,famille,achat,vente,seuil_marge_min"],
        ["Article,,,prix,,", "code,nom,famille,achat,vente,seuil_marge_min"],
    ],
    ids=["all below", "here and there", "beside a group that names nothing"],
)
def test_headers_beside_a_group_stand_alone(tmp_path: Path, headers: list[str]):
    table = read(tmp_path, *headers, "P,N,F,1.5,2.5,20 %")
    assert table.frame.select("product_code", "name", "category").rows() == [("P", "N", "F")]
    assert [str(table.frame[name][0]) for name in ("buy_price", "sell_price")] == ["1.5000", "2.5000"]
    assert table.frame["min_margin_threshold"].to_list() == [0.2]


def test_a_header_without_anything_below_is_no_group(tmp_path: Path):
    # As a group, it would make “client code” of the product's.
    headers = ["facture,client,,date,,prix", ",,code,,quantité,unitaire"]
    table = read(tmp_path, *headers, "1,C,P,2026-01-31,2,3.5")
    assert table.frame.select("invoice_no", "client_code", "product_code", "quantity").rows() == [("1", "C", "P", 2)]
    assert table.headers["unit_price"] == "prix unitaire"


def test_titles_of_groups_above_headers_that_say_less(tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_text("Facture;;;Article;;\nN°;Date;Client;Code;Qté;Prix\nF1;13/03/2026;C1;P1;2;3,5\n")
    (table,) = read_file(path, SETTINGS).tables
    assert table.frame.select("invoice_no", "client_code", "product_code", "quantity").rows() == [("F1", "C1", "P1", 2)]
    assert table.frame["unit_price"].to_list() == [Decimal("3.5")]
    assert table.frame["timestamp"].to_list() == [datetime(2026, 3, 12, 23, tzinfo=UTC)]


def test_merged_headers_of_a_workbook(tmp_path: Path):
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        sheet = book.add_worksheet()
        for column, header in ((0, "code"), (1, "nom"), (2, "famille"), (5, "seuil marge")):
            sheet.merge_range(0, column, 1, column, header)
        sheet.merge_range(0, 3, 0, 4, "Prix")
        sheet.write_row(1, 3, ["d'achat", "de vente"])
        sheet.write_row(2, 0, ["P", "N", "F", 1.5, 2.5, 0.2])
    (table,) = read_file(tmp_path / "x.xlsx", SETTINGS).tables
    assert table.headers["sell_price"] == "Prix de vente"
    assert [str(table.frame[name][0]) for name in ("buy_price", "sell_price")] == ["1.5000", "2.5000"]


@pytest.mark.parametrize(
    "lines",
    [
        [SALES, FIRST, "", CLIENTS + ",,", "C,Ann,1.5,Gold,,"],
        [SALES, FIRST, "timestamp,quantity,unit_price,product_code,client_code,invoice_no", "2026-01-31,1,2.5,P,C,9"],
        [SALES, FIRST, "facture,article,client,quantité (2),prix unitaire 2026,date 2026", "9,P,C,1,2.5,2026-01-31"],
        [f"{SALES},,{PRODUCTS.replace('code', 'sku')}", f"{FIRST},,P,N,F,1.5,2.5,20 %"],
    ],
    ids=["another kind below", "other order below", "headers with digits below", "side by side"],
)
def test_two_tables_on_one_sheet_are_refused(tmp_path: Path, lines: list[str]):
    with pytest.raises(RejectedFileError) as caught:
        read(tmp_path, *lines)
    assert [p.code for p in caught.value.problems] == ["two_tables"]


def test_the_same_table_twice_side_by_side_is_refused(tmp_path: Path):
    with pytest.raises(RejectedFileError) as caught:
        read(tmp_path, f"{CLIENTS},,{CLIENTS}", "C,N,1.5,Gold,,D,M,1.5,Gold")
    assert not isinstance(caught.value, AmbiguousFileError)


def test_codes_that_a_spreadsheet_was_told_to_take_as_text(tmp_path: Path):
    table = read(tmp_path, SALES, '="00123",C,="P 1",2,="3.50",2026-01-31')
    assert table.frame.select("invoice_no", "product_code").rows() == [("00123", "P 1")]
    assert str(table.frame["unit_price"][0]) == "3.5000"
    assert table.originals["invoice_no"].to_list() == ['="00123"']


def test_line_ends_may_be_mixed(tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_bytes(f'{SALES}\r\n{FIRST}\n2,C,"Q\r\nR",1,3.5,2026-01-31\r3,C,P,1,2.5,2026-01-31\r\n'.encode())
    (table,) = read_file(path, SETTINGS).tables
    assert table.frame["row"].to_list() == [2, 3, 4]
    assert table.frame["product_code"].to_list()[1] == "Q\r\nR"
