"""What stands beside or above a line changes what it means: it is read as meant, or rejected with its reason."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.questions import NO_ANSWERS
from comptoir.reading import delimited
from comptoir.reading.guide import signature_of
from comptoir.reading.qualified import answered_words
from comptoir.reading.reader import read_file, recognise
from comptoir.reading.tables import joined
from tests.unit.judged_files import SETTINGS, judged_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from comptoir.quality.verdicts import Verdict
    from comptoir.questions import Question

SALES = "invoice_no,client_code,timestamp,product_code,quantity,unit_price"
FIRST, SECOND, THIRD = "F1,C,2026-01-14,P,3,12.50", "F1,C,2026-01-14,Q,1,7.00", "F2,D,2026-01-15,P,2,12.50"


def judged(folder: Path, *lines: str, answers: Mapping[str, str] = NO_ANSWERS) -> Verdict:
    path = folder / "x.csv"
    path.write_text("\n".join(lines))
    return judged_file(path, answers)


def question_about(folder: Path, *lines: str) -> Question:
    """Return the one question that a file asks."""
    with pytest.raises(AmbiguousFileError) as doubt:
        judged(folder, *lines)
    (question,) = doubt.value.questions
    return question


def errors(verdict: Verdict) -> list[tuple[int | None, str, str | None]]:
    for problem in verdict.problems:
        assert "{" not in problem.message("fr") + problem.remedy("en")
    return [(p.row, p.code, p.value) for p in verdict.problems if p.severity == "error" and p.code != "invoice_held"]


@pytest.mark.parametrize(
    ("header", "usual", "cell", "code"),
    [
        ("Currency", "EUR", "USD", "currency_foreign"),
        ("Devise", "Euro", "Dollar US", "currency_foreign"),
        ("Devise", "€", "k€", "currency_foreign"),
        ("Type", "Facture", "Avoir", "credit_note_positive"),
        ("Document type", "Invoice", "Credit Memo", "credit_note_positive"),
        ("Nature", "", "Remboursement client", "credit_note_positive"),
        ("Avoir", "Non", "Oui", "credit_note_positive"),
        ("is_return", "false", "true", "credit_note_positive"),
        ("Credit note", "", "x", "credit_note_positive"),
        ("Remboursement", "0", "1", "credit_note_positive"),
        ("Type de pièce", "Facture", "Devis", "not_a_sale"),
        ("Statut", "Payée", "Annulée", "not_a_sale"),
        ("Financial Status", "paid", "refunded", "not_a_sale"),
        ("Status", "Posted", "Draft", "not_a_sale"),
        ("Cancelled at", "", "2026-01-16", "not_a_sale"),
        ("Remise %", "0", "10 %", "line_discounted"),
        ("Lineitem discount", "0.00", "1.50", "line_discounted"),
        ("Rem. %", "", "5", "line_discounted"),
        ("Disc.%", "0", "5.5", "line_discounted"),
        ("Réduction", "", "1,50 €", "line_discounted"),
        ("Remise 2", "", "3", "line_discounted"),
        ("Escompte", "0", "2", "line_discounted"),
        ("Dev.", "EUR", "USD", "currency_foreign"),
        ("Cur", "", "GBP", "currency_foreign"),
        ("Type", "FA", "AV", "credit_note_positive"),
        ("Kind", "Invoice", "Credit", "credit_note_positive"),
        ("Qté retournée", "0", "1", "not_as_written"),
        ("Returned qty", "", "2.00", "not_as_written"),
        ("TVA comprise", "Non", "Oui", "not_as_written"),
        ("HT/TTC", "HT", "TTC", "not_as_written"),
        ("Prix par", "1", "100", "not_as_written"),
        ("Taux de change", "1,000", "1,08", "not_as_written"),
        ("Transaction", "Sale", "Refund", "credit_note_positive"),
        ("Catégorie pièce", "FAC", "AVO", "credit_note_positive"),
        ("Ticket type", "Vente", "Annulation", "not_a_sale"),
        ("Situation", "Payée", "Annulée", "not_a_sale"),
        ("Phase", "Done", "Draft", "not_a_sale"),
        ("Validé", "Oui", "Non", "not_a_sale"),
        ("Posted", "Yes", "No", "not_a_sale"),
        ("Supprimée", "0", "1", "not_a_sale"),
        ("Offert", "", "x", "not_a_sale"),
        ("Signe", "+", "-", "credit_note_positive"),
        ("Sign", "1", "-1", "credit_note_positive"),
        ("Sens", "+", "-", "credit_note_positive"),
        ("Coeff.", "1", "-1", "credit_note_positive"),
        ("Coefficient", "1,00", "-1,00", "credit_note_positive"),
        ("Prix TTC ?", "Non", "Oui", "not_as_written"),
        ("Promotion", "", "-10%", "line_discounted"),
        ("Payment", "Card", "Refunded", "not_a_sale"),
        ("Paiement", "Espèces", "Remboursé", "not_a_sale"),
        ("Stage", "Closed won", "Closed Lost", "not_a_sale"),
        ("Étape", "Gagné", "Perdu", "not_a_sale"),
        ("Résultat", "Gagnée", "Perdue", "not_a_sale"),
        ("Libellé statut", "Payée", "Annulée", "not_a_sale"),
        ("current_state", "paid", "Annulée", "not_a_sale"),
        ("Order state name", "Paid", "Cancelled", "not_a_sale"),
        ("Statut du client", "Pro", "Annulé", "not_a_sale"),
        ("Sales document type", "Invoice", "Credit memo", "credit_note_positive"),
        ("Record type", "Invoice", "Refund", "credit_note_positive"),
        ("Libellé opération", "Facture", "Avoir", "credit_note_positive"),
        ("Observations", "fragile", "ANNULÉE", "not_a_sale"),
        ("Commentaire", "", "annulé par le client", "not_a_sale"),
        ("Notes", "fragile", "avoir", "credit_note_positive"),
        ("Remarque", "", "Retour marchandise", "credit_note_positive"),
        ("Billing Currency", "EUR", "USD", "currency_foreign"),
        ("Devise prix", "EUR", "USD", "currency_foreign"),
        ("Type prix", "HT", "TTC", "not_as_written"),
        ("Mode TVA", "HT", "TTC", "not_as_written"),
        ("Price basis", "excl. VAT", "incl. VAT", "not_as_written"),
        ("Price includes tax", "No", "Yes", "not_as_written"),
        ("Coupon amount", "", "1.50", "line_discounted"),
        ("Geste commercial", "0", "1.50", "line_discounted"),
        ("Markdown", "", "1.50", "line_discounted"),
        ("Rabat", "", "10 %", "line_discounted"),
        ("R%", "", "10", "line_discounted"),
        ("% off", "", "10", "line_discounted"),
        ("Extourne", "Non", "Oui", "not_a_sale"),
        ("Contrepassation", "", "X", "not_a_sale"),
        ("Brouillon", "Non", "Oui", "not_a_sale"),
        ("Draft", "false", "true", "not_a_sale"),
        ("Provisoire", "Non", "Oui", "not_a_sale"),
        ("deleted_at", "", "2026-01-15", "not_a_sale"),
        ("Motif annulation", "", "Erreur de saisie", "not_a_sale"),
        ("Remplacée par", "", "F9", "not_a_sale"),
        ("Mode", "CB", "Retour", "credit_note_positive"),
        ("Mode de vente", "Sur place", "Remboursement", "not_a_sale"),
    ],
)
def test_a_column_that_says_otherwise_rejects_its_row(tmp_path: Path, header: str, usual: str, cell: str, code: str):
    lines = [f'{line},"{said}"' for line, said in ((FIRST, usual), (SECOND, usual), (THIRD, cell))]
    verdict = judged(tmp_path, f"{SALES},{header}", *lines)
    assert errors(verdict) == [(4, code, cell)]
    assert verdict.accepted["row"].to_list() == [2, 3]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Currency", ("EUR", "Euro (€)", "978")),
        ("Type", ("Vente quotidienne", "Facture annuelle", "Comptoir")),
        ("Type", ("Boisson", "Légume", "Épicerie")),
        ("Type de facture", ("Facture client", "Ticket de caisse", "out_invoice")),
        ("State", ("Nevada", "Ohio", "Maine")),
        ("Statut", ("Not cancelled", "Non annulée", "Partiellement payée")),
        ("Payment state", ("in_payment", "Unpaid", "Not paid")),
        ("Unité", ("U", "pièces", "kg")),
        ("TVA comprise", ("2.50", "Non", "")),
        ("Prix par", ("1", "pièce", "1,0")),
        ("Prix TTC", ("15.00", "8.40", "1")),
        ("Prix unité", ("15.00", "8.40", "1")),
        ("Prix unité", ("15.00 €", "8.40 EUR", "le kilo")),
        ("Quelconque", ("bleu", "vert", "Retour aux sources")),
        ("Rem.", ("appeler le 12", "fragile", "-")),
        ("Code promo", ("ETE10", "", "ETE10")),
        ("Statut fidélité", ("Bronze", "Platine", "")),
        ("Fournisseur", ("METRO", "METRO", "LIDL")),
        ("Annulée", ("Non", "", "0")),
        ("Remise", ("-", "0,00 %", "aucune")),
        ("Retour", ("Non", "", "2026-02-14")),
        ("Refund", ("0.00", "No", "FALSE")),
        ("Mode de paiement", ("Avoir", "Remboursement", "Devis")),
        ("Montant HT", ("37.50", "7.00", "25.00")),
        ("Free qty", ("0", "", "0.00")),
        ("Bonus", ("Non", "", "0")),
        ("Échantillon", ("non", "no", "aucun")),
        ("Payment", ("Card", "Ewallet", "Credit card")),
        ("Paiement", ("CB", "Espèces", "Avoir")),
        ("Paiement", ("2026-01-20", "Payé", "25.00")),
        ("Règlement", ("Payé", "Kadéos", "Non payé")),
        ("Coeff.", ("1", "1", "1")),
        ("deleted_at", ("NULL", "NULL", "0000-00-00 00:00:00")),
        ("is_draft", ("f", "f", "f")),
        ("Replaced by", ("NULL", "", "nil")),
        ("Sens", ("+", "+", "+")),
        ("Stage", ("Closed won", "Won", "Signed")),
        ("Étape", ("Gagné", "Signée", "Livrée")),
        ("Stage", ("Olympia", "Zénith", "Main stage")),
        ("Observations", ("retour le 12", "client annulé de sa propre initiative hier", "appeler")),
        ("Désignation", ("Retour", "Avoir", "Devis")),
        ("Libellé article", ("Retour", "Avoir", "Annulé")),
        ("Genre", ("H", "F", "F")),
        ("Type", ("A", "B", "A")),
        ("D/C", ("Paris", "Lyon", "Paris")),
        ("N° avoir", ("", "0", "-")),
        ("Commande d'origine", ("C1", "C2", "C3")),
        ("Origine", ("France", "Maroc", "")),
        ("Devise client", ("EUR", "€", "Euros")),
        ("Monnaie rendue", ("2.50", "0", "1")),
        ("Marque", ("USD", "TRY", "MAD")),
        ("Emballage", ("Carton", "Sac", "Carton")),
        ("", ("pièces", "kg", "U")),
        ("Vendu par", ("Zoé", "Max", "Zoé")),
        ("Nb cartons", ("2", "1", "1")),
        ("Cond. paiement", ("30 j", "30 j", "60 j")),
        ("Unités facturées", ("3", "1", "2")),
        ("UVC", ("3760001234567", "3760001234574", "1")),
        ("Coupon", ("ETE10", "", "1234")),
        ("Mode", ("CB", "Avoir", "Retour au choix du client")),
        ("Mode de règlement", ("CB", "Avoir", "Remboursement")),
        ("Sens", ("1", "1", "1")),
        ("Sens", ("+", "+1", "1,00")),
        ("Lieu de retour", ("Lyon", "Lyon", "Paris")),
        ("Unité de prix", ("1,00", "1", "kg")),
        ("Corrigé par", ("", "", "")),
        ("Détails", ("{}", "[]", "[{'note': 'fragile'}]")),
    ],
)
def test_other_words_and_other_columns_say_nothing(tmp_path: Path, header: str, cells: tuple[str, ...]):
    lines = [f'{line},"{cell}"' for line, cell in zip((FIRST, SECOND, THIRD), cells, strict=True)]
    verdict = judged(tmp_path, f"{SALES},{header}", *lines)
    assert errors(verdict) == []
    assert verdict.accepted.height == 3


@pytest.mark.parametrize(
    ("header", "usual", "cell"),
    [
        ("Type de pièce", "Facture", "Bon de livraison"),
        ("Type", "FA", "BL"),
        ("Nature", "Vente", "Payment"),
        ("Transaction type", "Sale", "Purchase"),
        ("Move type", "out_invoice", "in_invoice"),
        ("Document", "Facture", "Commande"),
        ("Sens", "", "R"),
        ("Statut", "Payée", "Abandonnée"),
        ("Status", "Paid", "On hold"),
        ("Payment state", "paid", "Failed"),
        ("État", "Validée", "Non confirmée"),
        ("Unité", "U", "Douzaine"),
        ("UoM", "each", "Carton"),
        ("Retour", "Non", "partiel"),
        ("Typ", "Facture", "Rechnung"),
        ("Code journal", "VE", "AC"),
        ("Line type", "product", "shipping"),
        ("Conditionnement", "1", "6"),
        ("Price unit", "1", "100"),
        ("Price unit", "", "per dozen"),
        ("Unité de prix", "pièce", "douzaine"),
        ("Unité de prix", "1.00", "100.00"),
        ("Remboursé le", "", "2026-01-20"),
        ("Avoir le", "", "2026-01-20"),
        ("Unité de prix", "€/pièce", "Cent"),
        ("Unité de prix", "le kg", "100 g"),
        ("Refunded", "0.00", "12.50"),
        ("Prix par", "1", "carton"),
        ("Tax included", "No", "partly"),
        ("Payment", "Card", "Failed"),
        ("Paiement", "Espèces", "Échoué"),
        ("Paiement", "CB", "KO"),
        ("Payé", "Oui", "En litige"),
        ("Stage", "Closed Won", "Negotiation"),
        ("Étape de vente", "Gagnée", "Proposition"),
        ("Type", "FC", "NC"),
        ("Devise client", "EUR", "USD"),
        ("Unité facturée", "Pièce", "Carton"),
        ("Pcs/carton", "1", "12"),
        ("Units per case", "1", "12"),
        ("Nb par carton", "1", "12"),
        ("Vendu par", "1", "12"),
        ("Cond.", "1", "Carton"),
        ("UVC", "1", "12"),
        ("Quoi", "pièces", "cartons"),
        ("Quoi", "€", "USD"),
    ],
)
def test_a_word_that_nobody_knows_is_asked_about_and_taken_as_answered(
    tmp_path: Path, header: str, usual: str, cell: str
):
    lines = (f"{SALES},{header}", f"{FIRST},{usual}", f"{SECOND},{usual}", f"{THIRD},{cell}")
    question = question_about(tmp_path, *lines)
    assert (question.problem.code, question.problem.value) == ("value_unclear", cell)
    assert question.id == f"value_unclear::{header}|{cell}"
    assert "{" not in question.problem.message("fr") + question.choices[0].message("en")
    assert judged(tmp_path, *lines, answers={question.id: "as_written"}).accepted.height == 3
    verdict = judged(tmp_path, *lines, answers={question.id: "left_out"})
    assert [row for row, _, _ in errors(verdict)] == [4]
    with pytest.raises(RejectedFileError) as refusal:
        judged(tmp_path, *lines, answers={question.id: "perhaps"})
    assert [problem.code for problem in refusal.value.problems] == ["answer_invalid"]


def test_an_answer_that_a_word_is_of_returns_rejects_what_is_positive(tmp_path: Path):
    lines = (f"{SALES},Sens", f"{FIRST},V", f"{SECOND},V", f"{THIRD.replace(',2,', ',-2,')},R")
    answers = {"value_unclear::Sens|V": "as_written", "value_unclear::Sens|R": "return"}
    assert judged(tmp_path, *lines, answers=answers).accepted["quantity"].to_list() == [3, 1, -2]
    verdict = judged(tmp_path, *lines[:3], f"{THIRD},R", answers=answers)
    assert errors(verdict) == [(4, "credit_note_positive", "R")]


def test_many_words_are_asked_about_as_one(tmp_path: Path):
    lines = [f"F{place},C,2026-01-14,P,3,12.50,sort {place}" for place in range(20)]
    question = question_about(tmp_path, f"{SALES},Type de document", *lines)
    assert (question.id, question.problem.value) == (
        "value_unclear::Type de document",
        "sort 0, sort 1, sort 2, sort 3, sort 4 …",
    )
    verdict = judged(tmp_path, f"{SALES},Type de document", *lines, answers={question.id: "as_written"})
    assert verdict.accepted.height == 20


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        *(("Free qty", "1"), ("Qté gratuite", "2"), ("Bonus", "1.0"), ("UG", "3"), ("Quantité offerte", "1")),
        *(("Free goods", "Yes"), ("Produit offert", "Tasse"), ("Qty (free)", "1")),
    ],
)
def test_what_is_given_beside_the_quantity_is_asked_about(tmp_path: Path, header: str, cell: str):
    lines = (f"{SALES},{header}", f"{FIRST},0", f"{SECOND},", f"{THIRD},{cell}")
    question = question_about(tmp_path, *lines)
    assert (question.id, question.problem.value) == (f"value_unclear::{header}", cell)
    assert judged(tmp_path, *lines, answers={question.id: "as_written"}).accepted.height == 3
    verdict = judged(tmp_path, *lines, answers={question.id: "left_out"})
    assert errors(verdict) == [(4, "not_as_written", cell)]


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        *(("N° Avoir", "AV001"), ("Facture d'origine", "F1"), ("Original invoice", "F1")),
        *(("Montant remboursé", "4.50"), ("Refunded Amount", "1"), ("Débit/Crédit", "C")),
        ("Avoir sur facture", "F9"),
    ],
)
def test_what_a_row_takes_back_or_may_take_back_is_asked_about(tmp_path: Path, header: str, cell: str):
    lines = (f"{SALES},{header}", f"{FIRST},", f"{SECOND},", f"{THIRD},{cell}")
    question = question_about(tmp_path, *lines)
    assert question.problem.value == cell
    verdict = judged(tmp_path, *lines, answers={question.id: "return"})
    assert errors(verdict) == [(4, "credit_note_positive", cell)]


def test_letters_for_sales_and_what_is_given_back_are_asked_about(tmp_path: Path):
    with pytest.raises(AmbiguousFileError) as doubt:
        judged(tmp_path, f"{SALES},Type", f"{FIRST},F", f"{SECOND},F", f"{THIRD},A")
    assert [question.problem.value for question in doubt.value.questions] == ["F", "A"]


def test_a_column_without_a_header_may_tell_a_currency(tmp_path: Path):
    lines = (f"{SALES},", f"{FIRST},USD", f"{SECOND},USD", f"{THIRD},USD")
    question = question_about(tmp_path, *lines)
    assert question.problem.value == "USD"
    verdict = judged(tmp_path, *lines, answers={question.id: "left_out"})
    assert [code for _, code, _ in errors(verdict)] == ["currency_foreign"] * 3


@pytest.mark.parametrize("header", ["Fournisseur", "Supplier", "Vendor name"])
def test_sales_of_suppliers_without_a_client_may_be_purchases(tmp_path: Path, header: str):
    lines = [line.replace(",C,", ",").replace(",D,", ",") for line in (FIRST, SECOND, THIRD)]
    lines = [f"{SALES.replace('client_code,', '')},{header}", *(f"{line},METRO" for line in lines)]
    question = question_about(tmp_path, *lines)
    assert question.id == f"value_unclear::{header}"
    assert judged(tmp_path, *lines, answers={question.id: "left_out"}).accepted.height == 0


@pytest.mark.parametrize("header", ["Prix d'achat", "Unit cost", "Purchase price", "Coût unitaire"])
def test_sales_of_a_cost_without_price_and_client_may_be_purchases(tmp_path: Path, header: str):
    lines = [line.replace(",C,", ",").replace(",D,", ",") for line in (FIRST, SECOND, THIRD)]
    names = SALES.replace("client_code,", "").replace("unit_price", header)
    with pytest.raises(AmbiguousFileError) as doubt:
        judged(tmp_path, names, *lines)
    assert [question.id for question in doubt.value.questions] == [f"value_unclear::{header}"]
    beside = judged(tmp_path, f"{names},prix", *(f"{line},9.00" for line in lines))
    assert beside.accepted["unit_price"].to_list() == [9, 9, 9]


def test_lots_in_a_unit_of_several_pieces_are_asked_about(tmp_path: Path):
    lines = ("product_code,quantity,batch_no,last_movement,Unité", "P,3,L1,2026-01-01,U", "Q,3,L2,2026-01-01,Carton")
    question = question_about(tmp_path, *lines)
    assert [choice.answer for choice in question.choices] == ["as_written", "left_out"]
    verdict = judged(tmp_path, *lines, answers={question.id: "left_out"})
    assert errors(verdict) == [(3, "not_as_written", "Carton")]


PRODUCTS = ("product_code,name,category,buy_price,sell_price,min_margin_threshold", "P,Pen,X,1.00,4.50,0.2")
STOCK = ("product_code,quantity,batch_no,last_movement", "P,3,L1,2026-01-01")
CLIENTS = ("client_code,name,loyalty_tier,total_revenue_generated", "C,Zoé,Gold,100.00")


@pytest.mark.parametrize(
    ("table", "header", "cell"),
    [
        (PRODUCTS, "Unité de prix", "100"),
        (PRODUCTS, "Unité achat", "Carton de 12"),
        (PRODUCTS, "Remise fournisseur", "30 %"),
        (PRODUCTS, "À partir de", "10"),
        (STOCK, "Colisage", "12"),
        (STOCK, "Pcs/carton", "12"),
        (STOCK, "Unité de gestion", "Carton de 12"),
        (STOCK, "Statut", "Rebut"),
        (STOCK, "Status", "On order"),
        (CLIENTS, "Type tiers", "Fournisseur"),
        (CLIENTS, "Type", "Prospect"),
    ],
)
def test_rows_of_other_kinds_that_may_not_count_are_asked_about(
    tmp_path: Path, table: tuple[str, str], header: str, cell: str
):
    lines = (f"{table[0]},{header}", f"{table[1]},{cell}")
    question = question_about(tmp_path, *lines)
    assert question.problem.value == cell
    assert judged(tmp_path, *lines, answers={question.id: "as_written"}).accepted.height == 1
    verdict = judged(tmp_path, *lines, answers={question.id: "left_out"})
    assert [(row, code) for row, code, _ in errors(verdict) if row] == [(2, "not_as_written")]


@pytest.mark.parametrize(("header", "cell"), [("TTC/HT", "TTC"), ("Type prix", "TTC"), ("Prix pour", "100")])
def test_prices_of_products_with_tax_or_of_several_pieces_are_rejected(tmp_path: Path, header: str, cell: str):
    verdict = judged(tmp_path, f"{PRODUCTS[0]},{header}", f"{PRODUCTS[1]},{cell}")
    assert (2, "not_as_written", cell) in errors(verdict)


@pytest.mark.parametrize(
    ("table", "header", "cell"),
    [
        (PRODUCTS, "Unité vente", "Carton"),
        (PRODUCTS, "Emballage", "Carton"),
        (PRODUCTS, "TVA", "20 %"),
        (PRODUCTS, "Remise max", "10 %"),
        (PRODUCTS, "À partir de", "1"),
        (STOCK, "Statut", "Disponible"),
        (STOCK, "État", "Commande client"),
        (CLIENTS, "Type", "Particulier"),
        (CLIENTS, "Segment", "Prospect"),
    ],
)
def test_rows_of_other_kinds_count_beside_ordinary_words(
    tmp_path: Path, table: tuple[str, str], header: str, cell: str
):
    assert judged(tmp_path, f"{table[0]},{header}", f"{table[1]},{cell}").accepted.height == 1


@pytest.mark.parametrize(
    ("units", "values"),
    [
        (",,,,cartons,€ TTC", ["cartons", "€ TTC"]),
        (",,jj/mm/aaaa,,pièces,USD", ["USD"]),
        (",,,,Boîte de 12,€ HT", ["Boîte de 12"]),
        (",,,,,k€", ["k€"]),
    ],
)
def test_a_row_of_units_that_count_otherwise_refuses_the_file(tmp_path: Path, units: str, values: list[str]):
    with pytest.raises(RejectedFileError) as refusal:
        judged(tmp_path, SALES, units, FIRST, THIRD)
    assert [(p.code, p.row, p.value) for p in refusal.value.problems] == [("header_unit", 2, value) for value in values]


def test_a_row_of_ordinary_units_is_a_bad_row(tmp_path: Path):
    assert judged(tmp_path, SALES, ",,jj/mm/aaaa,,pièces,€ HT", FIRST, THIRD).accepted.height == 2


def test_the_value_of_a_stock_is_no_quantity(tmp_path: Path):
    with pytest.raises(RejectedFileError) as refusal:
        judged(tmp_path, STOCK[0].replace("quantity", "Stock (€)"), STOCK[1])
    assert [(p.code, p.value) for p in refusal.value.problems] == [("header_unit", "€")]


@pytest.mark.parametrize(("table", "header"), [(CLIENTS, "CA (N-1)"), (PRODUCTS, "Prix vente (N-1)")])
def test_figures_of_another_year_are_asked_about(tmp_path: Path, table: tuple[str, str], header: str):
    known = "total_revenue_generated" if table is CLIENTS else "sell_price"
    with pytest.raises(AmbiguousFileError) as doubt:
        judged(tmp_path, table[0].replace(known, header), table[1])
    assert [question.problem.code for question in doubt.value.questions] == ["mapping_unclear"]


@pytest.mark.parametrize("number", ["BROUILLON", "Draft Invoice (* 5)", "(PROV12)", "/", "Pro-forma 7"])
def test_a_draft_has_no_number_and_is_no_sale(tmp_path: Path, number: str):
    verdict = judged(tmp_path, SALES, FIRST, SECOND, THIRD.replace("F2", number))
    assert errors(verdict) == [(4, "not_a_sale", number)]


def test_numbers_that_only_begin_alike_are_those_of_invoices(tmp_path: Path):
    verdict = judged(tmp_path, SALES, FIRST, THIRD.replace("F2", "PROVENCE-7"), THIRD.replace("F2", "N°/7"))
    assert errors(verdict) == []


@pytest.mark.parametrize(
    ("header", "amount"),
    [
        *(("Montant HT", "12,50"), ("Line total", "-25.00"), ("Montant ligne", "0.25"), ("Prix total", "25.02")),
        *(("Total HT", "22.50"), ("Total hors taxes", "22,50"), ("CA HT", "22.50"), ("Total excl. VAT", "22.50")),
        ("Amount (excl. VAT)", "22.50"),
    ],
)
def test_a_line_whose_own_amount_is_another_is_rejected(tmp_path: Path, header: str, amount: str):
    """Half of it is a discount, its opposite a credit note, a hundredth a price for a hundred pieces."""
    lines = [f"{FIRST},37.50", f"{SECOND},7.00", f'{THIRD},"{amount}"']
    verdict = judged(tmp_path, f"{SALES},{header}", *lines)
    assert errors(verdict) == [(4, "line_amount_differs", amount)]
    assert verdict.accepted["row"].to_list() == [2, 3]


def test_an_invoice_s_amount_on_each_of_its_lines_agrees_with_their_sum(tmp_path: Path):
    for header in ("Montant HT", "Total HT"):
        verdict = judged(tmp_path, f"{SALES},{header}", f"{FIRST},44.50", f"{SECOND},44.50", f"{THIRD},25.00")
        assert errors(verdict) == []


@pytest.mark.parametrize("header", ["Total TTC", "TVA", "Montant TVA", "Total incl. VAT", "Tax amount", "Prix TTC"])
@pytest.mark.parametrize("amount", ["-25.00", "(25,00)", "25,00-", "-25 €"])
def test_a_line_whose_amount_with_tax_is_negative_is_no_sale(tmp_path: Path, header: str, amount: str):
    verdict = judged(tmp_path, f"{SALES},{header}", f"{FIRST},7.50", f"{SECOND},", f'{THIRD},"{amount}"')
    assert errors(verdict) == [(4, "credit_note_positive", amount)]


def test_the_tax_of_what_came_back_and_rates_of_taxes_say_nothing(tmp_path: Path):
    lines = [f"{FIRST},-3.00,20 % (-)", f"{SECOND.replace(',1,', ',-9,')},-3.00,", f"{THIRD},5.00,20 (normal)"]
    assert errors(judged(tmp_path, f"{SALES},Total TTC,TVA", *lines)) == []


def test_a_credit_note_of_negative_quantities_is_one(tmp_path: Path):
    verdict = judged(tmp_path, f"{SALES},Type", f"{FIRST},Facture", "F2,C,2026-01-15,P,-2,12.50,Avoir")
    assert verdict.accepted["quantity"].to_list() == [3, -2]


@pytest.mark.parametrize(
    ("header", "line"),
    [
        (f"{SALES},total_amount,Remise", f"{THIRD},25.00,10 %"),
        (f"{SALES.replace('unit_price', 'PU net')},Remise", f"{THIRD},10 %"),
    ],
    ids=["a total that agrees", "a header that says net"],
)
def test_a_price_proven_to_be_after_discount_is_taken(tmp_path: Path, header: str, line: str):
    verdict = judged(tmp_path, header, line)
    assert errors(verdict) == []
    assert verdict.accepted["unit_price"].to_list() == [Decimal("12.5")]


MORE = f"{SALES},Total,Shipping,Taxes"
OF_MORE = [
    f"{FIRST},58.20,5.00,8.70",
    f"{SECOND},,,",
    f"{THIRD},30.00,0.00,5.00",
    "F3,D,2026-01-15,P,2,12.50,25.00,,",
]


def test_a_total_with_the_tax_and_shipping_beside_it_agrees(tmp_path: Path):
    verdict = judged(tmp_path, MORE, *OF_MORE)
    assert errors(verdict) == []
    told = [(p.column, p.params["columns"]) for p in verdict.problems if p.code == "totals_of_more"]
    assert told == [("Total", "Shipping, Taxes")]


@pytest.mark.parametrize("extra", ["Frais de port", "TVA"])
def test_a_total_with_one_of_them_agrees_however_often_it_stands(tmp_path: Path, extra: str):
    once = [f"{FIRST},49.50,5.00", f"{SECOND},,", f"{THIRD},30.00,5.00"]
    repeated = [f"{FIRST},49.50,5.00", f"{SECOND},49.50,5.00", f"{THIRD},30.00,5.00"]
    by_line = [f"{FIRST},49.50,4.00", f"{SECOND},49.50,1.00", f"{THIRD},30.00,5.00"]
    for lines in (once, repeated, by_line):
        assert errors(judged(tmp_path, f"{SALES},Total,{extra}", *lines)) == []


def test_of_totals_with_more_one_that_differs_is_an_error(tmp_path: Path):
    verdict = judged(tmp_path, MORE, *OF_MORE, "F4,D,2026-01-15,P,2,12.50,31.00,0.00,5.00")
    assert errors(verdict) == [(6, "total_mismatch", "31.00")]


def test_a_total_that_is_right_without_its_tax_shows_that_prices_hold_it(tmp_path: Path):
    others = [f"F{number},D,2026-01-15,P,2,12.50,25.00,0.00,0.00" for number in range(5, 9)]
    verdict = judged(tmp_path, MORE, f"{FIRST},42.50,5.00,7.08", f"{THIRD},28.00,3.00,4.66", *others)
    assert {code for _, code, _ in errors(verdict)} == {"total_mismatch"}
    assert verdict.accepted["invoice_no"].to_list() == ["F5", "F6", "F7", "F8"]


def test_prices_of_products_in_another_currency_are_rejected(tmp_path: Path):
    header = "code,nom,famille,prix_achat,prix_vente,seuil_marge_min,devise"
    verdict = judged(tmp_path, header, "P,Thé,T,1.00,2.00,0.2,EUR", "Q,Riz,T,1.00,2.00,0.2,CHF")
    assert errors(verdict) == [(3, "currency_foreign", "CHF")]
    assert verdict.accepted["product_code"].to_list() == ["P"]


@pytest.mark.parametrize("header", ["Unité", "Unité CA", "Unité monétaire", "Devise"])
def test_amounts_of_clients_in_thousands_are_rejected(tmp_path: Path, header: str):
    headers = f"code_client,nom,ca_total,niveau_fidelite,{header}"
    verdict = judged(tmp_path, headers, "C,Ada,12.5,Gold,k€", "D,Eve,12500.00,Gold,€", "E,Léo,8.25,Gold,")
    assert errors(verdict) == [(2, "currency_foreign", "k€")]
    assert verdict.accepted["client_code"].to_list() == ["D", "E"]


def test_lines_below_their_invoice_are_lines_of_it(tmp_path: Path):
    verdict = judged(tmp_path, SALES, FIRST, ",,,Q,1,7.00", ",,,R,1,1.00", THIRD)
    accepted = verdict.accepted.select("invoice_no", "client_code", "product_code")
    assert accepted.rows() == [("F1", "C", "P"), ("F1", "C", "Q"), ("F1", "C", "R"), ("F2", "D", "P")]
    assert verdict.accepted["timestamp"].n_unique() == 2
    assert [(p.code, p.params["rows"]) for p in verdict.problems if p.code == "lines_continued"] == [
        ("lines_continued", "3, 4")
    ]


def test_lines_below_their_invoice_follow_it_into_the_next_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(delimited, "PIECE_CHARACTERS", len(SALES) + len(FIRST) + 2)
    monkeypatch.setattr(delimited, "WHOLE_PIECES", 1)
    path = tmp_path / "x.csv"
    path.write_text(f"{SALES}\n{FIRST}\n,,,Q,1,7.00\n,,,R,1,1.00\n{THIRD}")
    (pieces,) = [list(pieces) for pieces in recognise(path, SETTINGS).tables()]
    assert len(pieces) > 1
    frame = joined(pieces).frame
    assert frame["row"].to_list() == [2, 3, 4, 5]
    assert frame["invoice_no"].to_list() == ["F1", "F1", "F1", "F2"]


@pytest.mark.parametrize(
    "line",
    [",C,,Q,1,7.00", ",,2026-01-14,Q,1,7.00", ",,,Q,1,", ",,,Q,,7.00"],
    ids=["a client of its own", "a time of its own", "no price", "no quantity"],
)
def test_a_line_that_lacks_its_invoice_alone_holds_the_one_above(tmp_path: Path, line: str):
    verdict = judged(tmp_path, SALES, FIRST, line, THIRD, THIRD.replace("F2", "F3"), THIRD.replace("F2", "F4"))
    assert verdict.accepted["invoice_no"].to_list() == ["F2", "F3", "F4"]
    assert verdict.held_rows == [2]


def test_a_sum_without_a_product_holds_no_invoice(tmp_path: Path):
    verdict = judged(tmp_path, SALES, FIRST, SECOND, THIRD, ",,,,,57.50")
    assert verdict.accepted["row"].to_list() == [2, 3, 4]


def test_totals_of_lines_are_told_from_those_of_invoices(tmp_path: Path):
    verdict = judged(tmp_path, f"{SALES},Total", f"{FIRST},37.50", f"{SECOND},7.00", f"{THIRD},25.00")
    assert errors(verdict) == []
    assert verdict.accepted["total_amount"].to_list() == [None, None, None]
    assert [p.column for p in verdict.problems if p.code == "line_totals"] == ["Total"]


@pytest.mark.parametrize("totals", [("37.50", "7.00", "24.00"), ("44.50", "44.50", "25.00"), ("37.50", "", "25.00")])
def test_totals_that_lines_do_not_prove_are_those_of_invoices(tmp_path: Path, totals: tuple[str, ...]):
    lines = [f"{line},{total}" for line, total in zip((FIRST, SECOND, THIRD), totals, strict=True)]
    path = tmp_path / "x.csv"
    path.write_text("\n".join([f"{SALES},Total", *lines]))
    (table,) = read_file(path, SETTINGS).tables
    assert table.frame["total_amount"].to_list() == [Decimal(total) if total else None for total in totals]


@pytest.mark.parametrize(
    "unit",
    [
        *("(par 100)", "(les 100)", "(per dozen)", "(la douzaine)", "(pence)", "(p)", "('000)", "(000s)", "(EUR '000)"),
        *("(le mille)", "(M€)", "(\u00d71000)", "(x 1,000)", "(1000 EUR)", "(per box of 6)", "(carton de 12)"),
    ],
)
def test_a_header_that_counts_otherwise_refuses_the_file(tmp_path: Path, unit: str):
    with pytest.raises(RejectedFileError) as refusal:
        judged(tmp_path, SALES.replace(",unit_price", f',"Prix {unit}"'), FIRST)
    assert [problem.code for problem in refusal.value.problems] == ["header_unit"]


@pytest.mark.parametrize(
    "unit", ["(par unité)", "(pour 1)", "(tarif 2026)", "(HT, TVA 20 %)", "(excl. VAT)", "(EUR/pce)"]
)
def test_a_header_that_counts_pieces_is_read(tmp_path: Path, unit: str):
    verdict = judged(tmp_path, SALES.replace(",unit_price", f',"Prix {unit}"'), FIRST)
    assert verdict.accepted["unit_price"].to_list() == [Decimal("12.5")]


@pytest.mark.parametrize("header", ["PU (TTC)", "PU TTC", "Unit price (incl. VAT)", "Price (tax included)"])
def test_a_price_with_tax_is_asked_about_where_there_is_no_other(tmp_path: Path, header: str):
    with pytest.raises(AmbiguousFileError) as doubt:
        judged(tmp_path, SALES.replace("unit_price", header), FIRST)
    assert [question.field for question in doubt.value.questions] == ["unit_price"]


@pytest.mark.parametrize(
    ("column", "header"),
    [
        *(("unit_price", f"Prix {words}") for words in ("(T.T.C.)", "[TVAC]", "(taxe incluse)", "(avec TVA)", "(TVA)")),
        *(("unit_price", f"Prix {words}") for words in ("(KDH)", "(c€)", "(€/12)", "(ancien)", "(budget)", "(T€)")),
        *(("quantity", f"Quantité {words}") for words in ("(x12)", "(dz)", "(retournée)", "(colis de 12)")),
        *(("invoice_no", "N° facture (d'origine)"), ("timestamp", "Date (échéance)")),
    ],
)
def test_words_in_brackets_that_nobody_knows_are_asked_about(tmp_path: Path, column: str, header: str):
    with pytest.raises((AmbiguousFileError, RejectedFileError)) as doubt:
        judged(tmp_path, SALES.replace(column, f'"{header}"'), FIRST)
    codes = {problem.code for problem in doubt.value.problems}
    assert codes <= {"mapping_unclear", "column_unnamed", "header_unit"}


@pytest.mark.parametrize("cell", ["NULL", "null", "\\N", "N/A", "-", "???", "(vide)", "####"])
def test_what_stands_for_no_code_makes_no_client_of_all_its_rows(tmp_path: Path, cell: str):
    verdict = judged(tmp_path, SALES, FIRST, f"F9,{cell},2026-01-15,P,2,5.00", THIRD, SECOND)
    assert errors(verdict) == [(3, "code_placeholder", cell)]


@pytest.mark.parametrize("code", ['{"id":"C1"}', '["A1", "A2"]', "[1]", "{}", "[]"])
def test_an_object_or_a_list_is_no_code(tmp_path: Path, code: str):
    line = '{{"invoice_no":"F1","client_code":{},"product_code":"[A1]","quantity":1,"timestamp":"2026-01-05"}}'
    verdict = judged(tmp_path, line.format('"C1"'), line.format(code).replace("F1", "F2"))
    assert [(problem.row, problem.code) for problem in verdict.problems if problem.severity == "error"] == [
        (2, "code_nested")
    ]


def test_a_price_with_tax_beside_one_without_is_left_alone(tmp_path: Path):
    verdict = judged(tmp_path, f"{SALES.replace('unit_price', 'PU (HT)')},PU (TTC),Total TTC", f"{FIRST},15.00,45.00")
    assert verdict.accepted.select("unit_price", "total_amount").rows() == [(Decimal("12.5"), None)]


@pytest.mark.parametrize("cell", ["3 pcs", "3 Pièces", "3 u.", "3 pièce(s)", "3 EA"])
def test_pieces_are_counted_and_cost_nothing(tmp_path: Path, cell: str):
    verdict = judged(tmp_path, SALES, FIRST.replace(",3,", f",{cell},"), f"F2,D,2026-01-15,P,2,{cell}", THIRD, SECOND)
    assert verdict.accepted["quantity"].to_list()[0] == 3
    assert errors(verdict) == [(3, "not_a_number", cell)]


@pytest.mark.parametrize("cell", ["14/01/2026 à 10:30", "14/01/2026 at 10:30", "14/01/2026 - 10h30"])
def test_a_time_may_follow_a_word(tmp_path: Path, cell: str):
    verdict = judged(tmp_path, SALES, FIRST.replace("2026-01-14", cell))
    assert [moment.isoformat() for moment in verdict.accepted["timestamp"]] == ["2026-01-14T09:30:00+00:00"]


def test_a_row_between_other_delimiters_refuses_the_file(tmp_path: Path):
    with pytest.raises(RejectedFileError) as refusal:
        judged(tmp_path, SALES, FIRST, SECOND.replace(",", ";"), THIRD)
    assert [(problem.code, problem.row) for problem in refusal.value.problems] == [("row_delimiter", 3)]


@pytest.mark.parametrize(
    ("days", "swapped"),
    [
        (("2026-04-03", "2026-02-01", "2026-05-02", "01/25/2026", "02/27/2026", "03/15/2026"), True),
        (("2026-04-03", "2026-02-01", "2026-05-22", "01/25/2026", "02/27/2026", "03/15/2026"), False),
        (("2026-02-03", "2026-02-01", "2026-03-02", "25/01/2026", "27/02/2026", "03/02/2026"), False),
        (("2026-02-03", "2026-02-01", "2026-03-02", "25/01/2026", "27/02/2026", "27/02/2026"), False),
        (("2026-02-01", "2026-03-01", "2026-04-01", "13/01/2026", "14/01/2026", "15/01/2026"), True),
        (("2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01", "13/01/2026", "17/01/2026"), True),
        (("2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01", "13/01/2026"), False),
    ],
    ids=[
        *("all that can be swapped", "a known day beyond", "a text within", "too few", "of one month"),
        *("few texts", "a single text"),
    ],
)
def test_days_that_a_spreadsheet_swapped_refuse_the_file(tmp_path: Path, days: tuple[str, ...], *, swapped: bool):
    lines = [f"F{place},C,{day},P,1,1.00" for place, day in enumerate(days)]
    if swapped:
        with pytest.raises(RejectedFileError) as refusal:
            judged(tmp_path, SALES, *lines)
        assert [problem.code for problem in refusal.value.problems] == ["dates_half_converted"]
    else:
        judged(tmp_path, SALES, *lines)


@pytest.mark.parametrize(
    "header",
    ["Magasin", "Code boutique", "Store", "N° caisse", "PDV", "Point de vente", "POS", "Succursale", "Location"],
)
def test_the_same_number_in_two_shops_is_held(tmp_path: Path, header: str):
    lines = [f"{FIRST},Lyon", f"{SECOND},Paris", f"{THIRD},Lyon", f"{THIRD},"]
    verdict = judged(tmp_path, f"{SALES},{header}", *lines)
    assert errors(verdict) == [(row, "invoice_of_shops", "F1") for row in (2, 3)]
    assert verdict.problems[0].params["shops"] == "Lyon, Paris"
    assert verdict.held_rows == [2, 3]


@pytest.mark.parametrize("header", ["Store credit", "Dépôt", "Caissier", "Zone"])
def test_lines_of_one_invoice_differ_in_other_places(tmp_path: Path, header: str):
    assert errors(judged(tmp_path, f"{SALES},{header}", f"{FIRST},7", f"{SECOND},9", f"{THIRD},7")) == []


def test_one_shop_under_several_spellings_is_one(tmp_path: Path):
    header = f"{SALES},Code magasin,Nom magasin"
    assert errors(judged(tmp_path, header, f"{FIRST},01,Lyon", f"{SECOND},1,", f"{SECOND},1,LYON")) == []
    verdict = judged(tmp_path, header, f"{FIRST},1,Lyon", f"{SECOND},1,Paris")
    assert verdict.problems[0].params["shops"] == "Lyon, Paris"


@pytest.mark.parametrize("header", ["Dépôt", "Warehouse", "Code entrepôt", "Emplacement", "Location"])
@pytest.mark.parametrize("second", [5, 6])
def test_a_lot_in_two_depots_is_neither_repeated_nor_contradicted(tmp_path: Path, header: str, second: int):
    lots = [f"{tag},5,L{tag},2026-01-10,Lyon" for tag in "ABC"]
    verdict = judged(tmp_path, f"{STOCK[0]},{header}", *lots, f"A,{second},LA,2026-01-10,Paris")
    assert errors(verdict) == [(row, "lot_of_depots", "LA") for row in (2, 5)]
    assert {each.code for each in verdict.problems} == {"lot_of_depots", "unknown_product"}
    assert verdict.problems[0].params["depots"] == "Lyon, Paris"


def test_a_lot_that_comes_twice_in_one_depot_is_repeated(tmp_path: Path):
    verdict = judged(tmp_path, f"{STOCK[0]},Dépôt", "A,5,LA,2026-01-10,Lyon", "A,5,LA,2026-01-10,Lyon")
    assert errors(verdict) == []
    assert "identical_rows" in {each.code for each in verdict.problems}


@pytest.mark.parametrize(
    "number",
    ["AVOIR 12", "Refund #5", "Avoir n° 3", "Credit note 7", "Note de crédit 1", "Facture d'avoir 1", "FA-AVOIR-1"],
)
def test_a_number_of_a_credit_note_is_no_sale_of_what_is_positive(tmp_path: Path, number: str):
    back = f"{number},C,2026-01-14,P,-3,12.50"
    assert errors(judged(tmp_path, SALES, FIRST, SECOND, back)) == []
    verdict = judged(tmp_path, SALES, FIRST, SECOND, back.replace("-3", "3"))
    assert errors(verdict) == [(4, "credit_note_positive", number)]


@pytest.mark.parametrize(
    ("number", "letters"),
    [("AV-2026-001", "AV"), ("av12", "AV"), ("CN-001", "CN"), ("NC 4", "NC"), ("RET/7", "RET")],
)
def test_a_number_that_begins_as_those_of_credit_notes_is_asked_about(tmp_path: Path, number: str, letters: str):
    back = f"{number},C,2026-01-14,P,-3,12.50"
    assert errors(judged(tmp_path, SALES, FIRST, SECOND, back)) == []
    lines = (SALES, FIRST, SECOND, back.replace("-3", "3"), back.replace("-3", "2"))
    question = question_about(tmp_path, *lines)
    assert question.id == f"value_unclear::invoice_no|{letters}"
    assert judged(tmp_path, *lines, answers={question.id: "as_written"}).accepted.height == 4
    rejected = errors(judged(tmp_path, *lines, answers={question.id: "return"}))
    assert rejected == [(row, "credit_note_positive", number) for row in (4, 5)]


def test_a_credit_note_that_charges_for_something_is_not_asked_about(tmp_path: Path):
    back = "AV-2026-001,C,2026-01-14,P,-3,12.50"
    assert errors(judged(tmp_path, SALES, FIRST, SECOND, back, back.replace("P,-3", "LIVRAISON,1"))) == []


def test_letters_nobody_was_asked_about_are_no_doubt(tmp_path: Path):
    lines = (SALES, FIRST, THIRD.replace("F2", "AV-1"), "CN-2,C,2026-01-14,P,-3,12.50")
    assert errors(judged(tmp_path, *lines, answers={"value_unclear::invoice_no|AV": "as_written"})) == []


@pytest.mark.parametrize(
    ("header", "cells"),
    [("Type document", ("Facture", "Avoir")), ("Sens", ("1", "-1")), ("Type", ("Invoice", "Refund"))],
)
def test_numbers_are_not_asked_about_beside_a_column_that_tells(tmp_path: Path, header: str, cells: tuple[str, str]):
    lines = [f"{FIRST},{cells[0]}", f"{SECOND},{cells[0]}", f"{THIRD.replace('F2', 'AV-1')},{cells[1]}"]
    assert [row for row, *_ in errors(judged(tmp_path, f"{SALES},{header}", *lines))] == [4]


@pytest.mark.parametrize(("column", "number"), [("invoice_id", "AV-1"), ("invoice_no", "RFAC/2026/00001")])
def test_numbers_of_credit_notes_are_asked_about_in_either_column(tmp_path: Path, column: str, number: str):
    question = question_about(tmp_path, SALES.replace("invoice_no", column), FIRST, SECOND, THIRD.replace("F2", number))
    assert question.id.startswith(f"value_unclear::{column}|")


@pytest.mark.parametrize("identity", ["Av7KxPq2", "nC9fJk", "CN8A21B7-0003"])
def test_random_identities_are_no_letters_of_credit_notes(tmp_path: Path, identity: str):
    assert errors(judged(tmp_path, SALES, FIRST, SECOND, THIRD.replace("F2", identity))) == []


def test_the_answer_about_a_number_s_letters_holds_for_the_next_file(tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_text("\n".join((SALES, FIRST, SECOND, THIRD.replace("F2", "CN-1"))))
    answers = {"value_unclear::invoice_no|CN": "as_written"}
    (table,) = read_file(path, SETTINGS, answers=answers).tables
    said = answered_words(table, answers)
    path.write_text("\n".join((SALES, FIRST, SECOND, THIRD.replace("F2", "CN-2"))))
    (again,) = read_file(path, SETTINGS, mappings={signature_of(table.sent_headers): said}).tables
    assert [p.code for p in again.problems if p.severity == "error"] == []


@pytest.mark.parametrize("number", ["AVENUE-1", "CNC1", "RETAIL-12", "A-1", "FA-1", "CAV-1"])
def test_other_letters_before_a_number_say_nothing(tmp_path: Path, number: str):
    assert errors(judged(tmp_path, SALES, FIRST, SECOND, THIRD.replace("F2", number))) == []


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Date de retour", "2026-01-20"),
        ("Refunded at", "2026-01-20"),
        ("Motif d'avoir", "Casse"),
        ("Motif de retour", "Taille"),
        ("Return reason", "Size"),
        ("Corrigée par", "F-9"),
        ("Facture rectifiée par", "F-9"),
        ("Avoir lié", "AV-1"),
    ],
)
def test_what_became_of_a_sale_is_asked_about_as_one(tmp_path: Path, header: str, cell: str):
    lines = (f"{SALES},{header}", f"{FIRST},", f"{SECOND},{cell}", f"{THIRD},{cell}9")
    question = question_about(tmp_path, *lines)
    assert question.id == f"value_unclear::{header}"
    assert judged(tmp_path, *lines, answers={question.id: "as_written"}).accepted.height == 3
    verdict = judged(tmp_path, *lines, answers={question.id: "left_out"})
    assert [row for row, _, _ in errors(verdict)][:2] == [3, 4]


@pytest.mark.parametrize(
    ("header", "hours", "day", "is_told"),
    [
        ("Heure", ("14:32", "09:10:11", "8h05"), "2026-01-14", True),
        ("Time", ("2:32 PM", "", "9:10"), "2026-01-14", True),
        ("Heure de vente", ("", "", ""), "2026-01-14", False),
        ("Heures travaillées", ("7:30", "8:00", "8:00"), "2026-01-14", False),
        ("Heure", ("14:32", "soir", "matin"), "2026-01-14", False),
        ("Heure", ("14:32", "09:10", "08:05"), "2026-01-14 14:32", False),
        ("Heure", ("14:32", "09:10", "08:05"), "2026-01-14T00:00:00", True),
    ],
)
def test_hours_beside_days_are_said_to_be_left_aside(
    tmp_path: Path, header: str, hours: tuple[str, ...], day: str, *, is_told: bool
):
    lines = [line.replace("2026-01-14", day) for line in (FIRST, SECOND, THIRD.replace("-15", "-14"))]
    verdict = judged(tmp_path, f"{SALES},{header}", *map(",".join, zip(lines, hours, strict=True)))
    told = [(p.column, p.value, str(p.severity)) for p in verdict.problems if p.code == "hours_left_aside"]
    assert told == ([(header, hours[0], "notice")] if is_told else [])
    assert verdict.accepted.height == 3


@pytest.mark.parametrize("cells", [("1", "-1", "0"), ("1", "-1", "2"), ("1", "-1", "11")])
def test_signs_beside_what_is_none_are_asked_about(tmp_path: Path, cells: tuple[str, ...]):
    for header in ("Coeff", "Coefficient", "Sens"):
        with pytest.raises(AmbiguousFileError):
            judged(tmp_path, f"{SALES},{header}", *map(",".join, zip((FIRST, SECOND, THIRD), cells, strict=True)))


@pytest.mark.parametrize("number", ["Devis 12", "Annulée F3", "Quote 7", "Proforma 3", "Cancelled 4"])
def test_a_number_of_what_is_no_invoice_is_no_sale(tmp_path: Path, number: str):
    verdict = judged(tmp_path, SALES, FIRST, SECOND, THIRD.replace("F2", number))
    assert errors(verdict) == [(4, "not_a_sale", number)]


BACK = "F3,C,2026-01-20,P,-3,12.50"


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        *(("Date retour", "2026-02-12"), ("Refunded", "2026-02-12"), ("Remboursé", "37.50"), ("Remboursé", "oui")),
        *(("Motif de retour", "broken"), ("Returned", "2026-02-12"), ("Is refunded", "partly")),
    ],
)
def test_what_was_given_back_by_a_negative_quantity_is_read_as_it_is(tmp_path: Path, header: str, cell: str):
    lines = [f"{SALES},{header}", f"{FIRST},", f"{THIRD},0", f"{BACK},{cell}"]
    verdict = judged(tmp_path, *lines)
    assert errors(verdict) == []
    assert verdict.accepted["quantity"].to_list() == [3, 2, -3]
    if cell != "oui":
        assert question_about(tmp_path, *lines, f"{SECOND},{cell}").problem.code == "value_unclear"
        assert question_about(tmp_path, *lines, f"{SECOND.replace(',1,', ',,')},{cell}").problem.code == "value_unclear"


def test_what_was_given_back_is_asked_about_among_many_words(tmp_path: Path):
    told = [f"{FIRST},{place}.50" for place in range(300)]
    assert question_about(tmp_path, f"{SALES},Remboursé", *told, f"{BACK},1.50").problem.code == "value_unclear"


@pytest.mark.parametrize(
    ("numbers", "cell", "is_asked"),
    [
        (("F1", "F2"), "Ann Lee", False),
        (("F1", "F2"), "F2", True),
        (("F1", "F2"), "Ann 2", True),
        (("FA", "FB"), "Ann", True),
        (("F1", "FB"), "FB", True),
        *((("F1", "F2"), cell, True) for cell in ("AV-A", "Avoir", "FA-BIS", "oui", "credit note", "F-BIS", "NC")),
        (("KX1", "KX2"), "kx-b", True),
        (("2026-1", "2026-2"), "Ann Lee", False),
    ],
)
def test_who_corrected_a_line_changes_nothing(tmp_path: Path, numbers: tuple[str, str], cell: str, *, is_asked: bool):
    one, other = (line.replace("F1", number) for line, number in zip((FIRST, SECOND), numbers, strict=True))
    lines = [f"{SALES},Corrigé par", f"{one},{cell}", f"{other},"]
    if is_asked:
        assert question_about(tmp_path, *lines).problem.code == "value_unclear"
    else:
        assert errors(judged(tmp_path, *lines)) == []


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((FIRST, "F1,C,2026-01-14,,1,7.00", THIRD, "F2,D,2026-01-15,,2,12.50"), [(3, "P"), (5, "P")]),
        ((FIRST, "F2,C,2026-01-14,,1,7.00", "F3,C,2026-01-14, ,1,7.00"), [(3, "P"), (4, "P")]),
        (("F2,C,2026-01-14,,1,7.00", "F3,C,2026-01-14,,1,7.00", FIRST), []),
        ((FIRST, SECOND, "F2,C,2026-01-14,,1,7.00"), []),
        ((FIRST, "F1,C,2026-01-14,,,", THIRD, "F2,D,2026-01-15,,,"), []),
    ],
)
def test_a_product_on_the_first_row_of_its_group_is_not_that_of_the_others(
    tmp_path: Path, lines: tuple[str, ...], told: list[tuple[int, str]]
):
    verdict = judged(tmp_path, SALES, *lines)
    assert [(row, value) for row, code, value in errors(verdict) if code == "product_of_group"] == told
    assert verdict.accepted["product_code"].null_count() == 0


@pytest.mark.parametrize(("name", "is_told"), [("Frais de port", False), ("", True)])
def test_a_row_with_a_name_of_its_own_is_not_of_the_product_above(tmp_path: Path, name: str, *, is_told: bool):
    others = (f"{number},C,2026-01-14,,1,7.00,{name}" for number in ("F2", "F3"))
    verdict = judged(tmp_path, f"{SALES},Désignation", f"{FIRST},Miel", *others)
    assert ("product_of_group" in {code for _, code, _ in errors(verdict)}) is is_told
    assert verdict.accepted["product_code"].to_list() == ["P"]
