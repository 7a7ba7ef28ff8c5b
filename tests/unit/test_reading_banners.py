"""Words above a table, below it and in its sheet's name: those that change what its rows mean refuse the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from comptoir.errors import RejectedFileError
from comptoir.reading.reader import read_file
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

SALES = "no_facture;code_produit;quantite;prix_unitaire;date_heure"
LINE = "F1;P1;{};3,50;31/01/2026"


def problem_of(folder: Path, *lines: str, currency: str = "EUR") -> tuple[str, int | None] | None:
    path = folder / "x.csv"
    path.write_text("\n".join(lines))
    try:
        read_file(path, Settings(timezone="Europe/Paris", currency=currency))
    except RejectedFileError as refusal:
        (problem, *_) = refusal.problems
        return problem.code, problem.row
    return None


def above(folder: Path, words: str, quantity: str = "2", currency: str = "EUR") -> tuple[str, int | None] | None:
    return problem_of(folder, "Zoé", words, SALES, LINE.format(quantity), currency=currency)


@pytest.mark.parametrize(
    "words",
    [
        *("en milliers d'euros", "in thousands", "k€", "Chiffres en K€", "€'000", "Montants TTC", "Prices incl. VAT"),
        *("All amounts in USD", "Devise :;GBP", "Montants en dollars", "Prix en centimes"),
        *("Tarifs TTC 2026", "Ventes janvier - Montants (USD)", "Ventes [GBP]", "Prix pour 100 pièces"),
        *("Prix par carton", "Price per 100", "Quantités en cartons de 12"),
        *("Tous les prix sont à payer TTC", "Prix à payer TTC", "Prix à payer T.T.C."),
    ],
)
def test_words_that_change_every_amount_refuse(tmp_path: Path, words: str):
    assert above(tmp_path, words) == ("banner_unit", 2)


@pytest.mark.parametrize(
    "words",
    [
        *("Liste des devis", "Quotations", "Brouillon", "DRAFT - not final", "Achats mars", "Prévisions de ventes"),
        *("Bons de livraison du 01/01 au 31/01", "Commandes clients non livrées", "Impayés annulés", "Proformas"),
        *("Pending orders", "Abandoned carts", "Cancelled invoices", "Sales voided", "Modèle", "Example", "Casse"),
        *("Échantillons gratuits", "Réceptions de mars 2026", "Delivery notes"),
    ],
)
def test_words_by_which_rows_are_no_sales_refuse(tmp_path: Path, words: str):
    assert above(tmp_path, words) == ("banner_no_data", 2)


def test_credit_notes_are_taken_only_with_negative_quantities(tmp_path: Path):
    assert above(tmp_path, "Avoirs de mars") == ("banner_credits", 2)
    assert above(tmp_path, "Avoirs de mars", "-2") is None
    assert above(tmp_path, "Sales returns") == ("banner_credits", 2)
    assert above(tmp_path, "Sales returns", "-2") is None


@pytest.mark.parametrize(
    "words",
    [
        *("Société Dupont", "Export du 03/03/2026", "Ventes mars", "12 rue des Mille Fleurs;1000 Bruxelles"),
        *("SARL au capital de 10 000 €", "SAS au capital de 2 M€", "Montants HT", "Devise : EUR", "Ventes et avoirs"),
        *(
            "Total TTC : 1 234,00",
            "Langue;FR",
            "Prices in EUR, excl. VAT",
            "Prix HT et TTC",
            "Ventes en livres et papeterie",
            "Bills",
            "Total TTC 2026,00",
            "TTC : 1 234,00",
            "Montants HT (EUR)",
            "Lyon (FR)",
            "Commandes clients",
            "Orders",
            "Bons de livraison facturés",
            "Réception : 01 02 03 04 05",
            "Modèle de gestion SARL",
            "Échantillon SARL",
            "Quantités en pièces",
            "Price list 2026",
        ),
    ],
)
def test_ordinary_words_pass(tmp_path: Path, words: str):
    assert above(tmp_path, words) is None


def test_the_own_currency_is_the_traders(tmp_path: Path):
    assert above(tmp_path, "Amounts in CHF", currency="CHF") is None
    assert above(tmp_path, "Montants en euros", currency="CHF") == ("banner_unit", 2)


def test_amounts_are_told_of_below_the_table_too(tmp_path: Path):
    lines = [LINE.format(2)] * 2
    assert problem_of(tmp_path, SALES, *lines, "Montants en milliers d'euros;;;;") == ("banner_unit", 4)
    assert problem_of(tmp_path, SALES, *lines, "Brouillon;;;;") is None  # a row of its own, which is judged


def test_a_stock_without_amounts_may_speak_of_thousands(tmp_path: Path):
    header = "code_produit;quantite;no_lot;dernier_mouvement"
    assert problem_of(tmp_path, "en milliers d'euros", header, "P1;2;L1;31/01/2026") is None
    assert problem_of(tmp_path, "Quantités en cartons", header, "P1;2;L1;31/01/2026") == ("banner_unit", 1)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("achats.csv", "banner_no_data"),
        ("2026-03_Achats_mars.csv", "banner_no_data"),
        ("devis_mars.xlsx.csv", "banner_no_data"),
        ("export-devis.csv", "banner_no_data"),
        ("Copie de purchases 2026.csv", "banner_no_data"),
        ("brouillon.csv", "banner_no_data"),
        ("draft_2.csv", "banner_no_data"),
        ("factures_fournisseurs.csv", "banner_no_data"),
        ("previsions_ventes.csv", "banner_no_data"),
        ("ventes prévisionnelles.csv", "banner_no_data"),
        ("Sales forecast 2026.csv", "banner_no_data"),
        ("budget des ventes.csv", "banner_no_data"),
        ("canceled_invoices.csv", "banner_no_data"),
        ("casse mars 2026.csv", "banner_no_data"),
        ("modele.csv", None),
        ("invoices_cancelled.csv", "banner_no_data"),
        ("Réceptions 2026.csv", "banner_no_data"),
        ("bons_de_livraison.csv", "banner_no_data"),
        ("sales_returns.csv", "banner_credits"),
        ("returned_sales.csv", "banner_credits"),
        ("retours_ventes.csv", "banner_credits"),
        ("ventes_et_retours.csv", None),
        ("sales_returns_and_invoices.csv", None),
        ("archive_ventes.csv", None),
        ("commandes_livrees.csv", None),
        ("avoirs-2026.csv", "banner_credits"),
        ("credit_notes.csv", "banner_credits"),
        ("ventes.csv", None),
        ("devis_et_ventes.csv", None),
        ("achats_clients.csv", None),
        ("avoirs_et_factures.csv", None),
        ("Avoriaz.csv", None),
        ("x.csv", None),
    ],
)
def test_the_names_of_files(tmp_path: Path, name: str, code: str | None):
    path = tmp_path / "x.csv"
    path.write_text(f"{SALES}\n{LINE.format(2)}")
    if code is None:
        assert len(read_file(path, Settings(timezone="Europe/Paris"), name=name).tables) == 1
        return
    with pytest.raises(RejectedFileError) as caught:
        read_file(path, Settings(timezone="Europe/Paris"), name=name)
    assert [(p.code, p.sheet, p.value) for p in caught.value.problems] == [(code, None, name)]
    assert f"« {name} »" in caught.value.problems[0].message("fr")


def test_only_of_sales_does_the_name_of_a_file_say_that_they_are_none(tmp_path: Path):
    notes, stock = tmp_path / "avoirs.csv", tmp_path / "achats.csv"
    notes.write_text(f"{SALES}\n{LINE.format(-2)}")
    stock.write_text("code_produit;quantite;no_lot;dernier_mouvement\nP1;2;L1;31/01/2026")
    for path in (notes, stock):
        assert len(read_file(path, Settings(timezone="Europe/Paris")).tables) == 1


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Avoirs", "banner_credits"),
        ("Devis", "banner_no_data"),
        ("Brouillon", "banner_no_data"),
        ("Achats", "banner_no_data"),
        ("Purchases", "banner_no_data"),
        ("Credit notes", "banner_credits"),
        ("Ventes k€", "banner_unit"),
        ("Ventes", None),
        ("Feuil1", None),
    ],
)
def test_the_names_of_sheets(tmp_path: Path, name: str, code: str | None):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, SALES.split(";"))
        sheet.write_row(1, 0, ["F1", "P1", 2, 3.5, "2026-01-31"])
    if code is None:
        assert len(read_file(path, Settings(timezone="Europe/Paris")).tables) == 1
        return
    with pytest.raises(RejectedFileError) as caught:
        read_file(path, Settings(timezone="Europe/Paris"))
    assert [(p.code, p.sheet, p.value) for p in caught.value.problems] == [(code, name, name)]
    assert f"« {name} »" in caught.value.problems[0].message("fr")
