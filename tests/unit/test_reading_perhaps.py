"""Optional columns on which figures hang: asked about where a column that is left may be one, else believed absent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.reading.reader import read_file
from comptoir.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from comptoir.questions import Question
    from comptoir.reading.tables import Table

SETTINGS = Settings(timezone="UTC")
SALES = "invoice_no,timestamp,product_code,quantity"
LINES = ("F1,2026-01-14,P,3", "F1,2026-01-14,Q,1", "F2,2026-01-15,P,2", "F2,2026-01-15,R,4")
PRICED = [f"{line},5.00" for line in LINES]
PRICES = ("12.50", "7.00", "12.50", "3.20")
CLIENTS = ("Durand", "Durand", "Ma Boulange", "Ma Boulange")


def read(folder: Path, header: str, lines: Sequence[str], answers: Mapping[str, str] | None = None) -> Table:
    path = folder / "x.csv"
    path.write_text("\n".join([header, *lines]), encoding="utf-8")
    (table,) = read_file(path, SETTINGS, answers=answers or {}).tables
    return table


def asked(folder: Path, header: str, lines: Sequence[str]) -> Question:
    with pytest.raises(AmbiguousFileError) as doubt:
        read(folder, header, lines)
    (question,) = doubt.value.questions
    return question


def beside(lines: Sequence[str], cells: Sequence[Any]) -> list[str]:
    return [f'{line},"{cell}"' for line, cell in zip(lines, cells, strict=True)]


@pytest.mark.parametrize("header", ["Preis", "Rate", "Valor", "PVP", "unitaire", "Prix U.", "Amount", "Prix/unité"])
def test_amounts_under_a_header_that_nobody_knows_may_be_the_price(tmp_path: Path, header: str):
    lines = beside(LINES, PRICES)
    question = asked(tmp_path, f"{SALES},{header}", lines)
    assert (question.id, question.choices[0].answer) == ("mapping_unclear::unit_price", header)
    assert read(tmp_path, f"{SALES},{header}", lines, {question.id: header}).frame["unit_price"][0] == Decimal("12.5")
    assert read(tmp_path, f"{SALES},{header}", lines, {question.id: "none"}).frame["unit_price"].null_count() == 4


@pytest.mark.parametrize(
    "header", ["Tarif", "PV", "Prix hors taxes", "Price excl. VAT", "PU hors TVA", "Unit price ex. tax", "Prix H.T."]
)
def test_a_price_without_tax_is_the_price(tmp_path: Path, header: str):
    table = read(tmp_path, f"{SALES},{header}", beside(LINES, PRICES))
    assert table.frame["unit_price"].to_list() == [Decimal(price) for price in PRICES]


@pytest.mark.parametrize("header", ["Montant HT", "Total HT", "Total excl. VAT"])
def test_a_total_without_tax_is_no_invoice_s_total(tmp_path: Path, header: str):
    table = read(tmp_path, f"{SALES},unit_price,{header}", beside(PRICED, ("15", "5", "10", "20")))
    assert "total_amount" not in table.headers


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Previous price", PRICES),
        ("Poids (kg)", PRICES),
        ("Code postal", ("69001", "69001", "75002", "75002")),
        ("Code-barres", ("3760001234567",) * 4),
        ("Année", ("2026",) * 4),
        ("Marge %", ("5 %", "10 %", "5 %", "5 %")),
        ("Quelconque", ("5 %", "10 %", "5 %", "5 %")),
        ("Quelconque", ("100.00", "50.00", "free", "on request")),
        ("Price list", ("Gros", "Gros", "Détail", "2026")),
        ("Nombre", ("3", "1", "2", "4")),
        ("Colis", ("3", "1", "2", "4")),
        ("Couleur", ("bleu", "vert", "vert", "bleu")),
    ],
)
def test_what_is_no_price_is_not_asked_about(tmp_path: Path, header: str, cells: tuple[str, ...]):
    assert "unit_price" not in read(tmp_path, f"{SALES},{header}", beside(LINES, cells)).headers


@pytest.mark.parametrize("header", ["Montant TTC", "Total TTC", "CA TTC", "Total incl. VAT"])
def test_amounts_with_tax_are_asked_about_where_there_are_none_without(tmp_path: Path, header: str):
    question = asked(tmp_path, f"{SALES},{header}", beside(LINES, PRICES))
    assert (question.id, question.choices[0].answer) == ("mapping_unclear::unit_price", header)
    for other in ("unit_price", "Montant ligne HT", "Total facture"):
        table = read(tmp_path, f"{SALES},{other},{header}", beside([f"{line},8" for line in LINES], PRICES))
        assert header not in table.headers.values()


@pytest.mark.parametrize(
    "cells",
    [
        ("100.00", "50.00", "free", "on request"),
        ("1,00,000.00", "2,50,000.00", "12,500.00", "1.00"),
        ("$5", "$6", "$7", "$5"),
    ],
)
def test_what_its_header_calls_a_price_is_asked_about_though_some_can_t_be_read(tmp_path: Path, cells: tuple[str, ...]):
    assert asked(tmp_path, f"{SALES},Item Price", beside(LINES, cells)).choices[0].answer == "Item Price"


TOTALS = ("15.00", "5.00", "10.00", "20.00")  # of PRICED, line by line


def test_a_price_that_is_proven_to_hold_its_tax_is_asked_about(tmp_path: Path):
    header, lines = f"{SALES},Prix,Total TTC,TVA", [f"{line},1" for line in beside(PRICED, TOTALS)]
    question = asked(tmp_path, header, lines)
    assert (question.id, question.choices[0].answer) == ("mapping_unclear::unit_price", "Prix")
    assert read(tmp_path, header, lines, {question.id: "Prix"}).frame["unit_price"].to_list() == [5] * 4


@pytest.mark.parametrize(
    ("price", "totals", "tax"),
    [
        ("Prix HT", TOTALS, "1"),
        ("Prix", TOTALS, "0.00"),
        ("Prix", ("18.00", "6.00", "12.00", "24.00"), "1"),
        ("Prix", ("15.00", "6.00", "12.00", "24.00"), "1"),
    ],
    ids=["its header says otherwise", "there is no tax", "it is less", "one line has no tax"],
)
def test_a_price_that_may_be_without_tax_is_taken(tmp_path: Path, price: str, totals: tuple[str, ...], tax: str):
    lines = [f'{line},"{tax}"' for line in beside(PRICED, totals)]
    assert read(tmp_path, f"{SALES},{price},Total TTC,TVA", lines).headers["unit_price"] == price


@pytest.mark.parametrize("header", ["Amount (USD)", "Montant HT (k€)"])
def test_a_price_whose_amounts_are_in_another_unit_is_in_it_too(tmp_path: Path, header: str):
    with pytest.raises(RejectedFileError) as refusal:
        read(tmp_path, f"{SALES},Unit price,{header}", beside(PRICED, TOTALS))
    assert [(problem.code, problem.column) for problem in refusal.value.problems] == [("header_unit", header)]
    converted = read(tmp_path, f"{SALES},Unit price,Amount (USD)", beside(PRICED, ("16", "6", "11", "21")))
    assert converted.headers["unit_price"] == "Unit price"


def test_beside_a_price_other_amounts_are_left_alone(tmp_path: Path):
    table = read(tmp_path, f"{SALES},prix,Rate", beside(PRICED, PRICES))
    assert table.headers["unit_price"] == "prix"


@pytest.mark.parametrize("header", ["Prix remisé", "Prix net", "Price after discount", "Discounted price"])
def test_a_price_after_discount_may_be_the_one_that_counts(tmp_path: Path, header: str):
    lines = beside(PRICED, ("4", "4", "4", "4"))
    question = asked(tmp_path, f"{SALES},unit_price,{header}", lines)
    assert [choice.answer for choice in question.choices[:2]] == [header, "unit_price"]
    for answer, price in ((header, 4), ("unit_price", 5)):
        table = read(tmp_path, f"{SALES},unit_price,{header}", lines, {question.id: answer})
        assert table.frame["unit_price"].to_list() == [price] * 4


@pytest.mark.parametrize(
    "header",
    ["Tiers", "Raison sociale", "Customer name", "Société", "Acheteur", "Bill to", "Facturé à", "Nom", "Wholesaler"],
)
def test_who_bought_may_be_the_client(tmp_path: Path, header: str):
    lines = beside(PRICED, CLIENTS)
    question = asked(tmp_path, f"{SALES},unit_price,{header}", lines)
    assert question.id == "mapping_unclear::client_code"
    table = read(tmp_path, f"{SALES},unit_price,{header}", lines, {question.id: header})
    assert table.frame["client_code"].to_list() == list(CLIENTS)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Vendeur", CLIENTS),
        ("Staff", CLIENTS),
        ("Pays", ("FR", "FR", "BE", "BE")),
        ("Mode de paiement", ("CB", "CB", "chèque", "chèque")),
        ("Customer email", ("a@x.org", "a@x.org", "b@x.org", "b@x.org")),
        ("Ville client", CLIENTS),
        ("Compte comptable", ("707000", "707000", "707100", "707100")),
        ("Échéance", ("2026-02-14", "2026-02-14", "2026-02-15", "2026-02-15")),
        ("Total TTC", ("24.00", "24.00", "36.00", "36.00")),
        ("Quelconque", ("24.50", "24.50", "36.10", "36.10")),
        ("Quelconque", ("a", "b", "c", "c")),
        ("Quelconque", ("a", "a", "a", "a")),
        ("Quelconque", ("a", "", "", "")),
        ("Désignation", ("Thé", "Riz", "Thé", "Miel")),
    ],
)
def test_what_is_no_client_is_not_asked_about(tmp_path: Path, header: str, cells: tuple[str, ...]):
    table = read(tmp_path, f"{SALES},unit_price,{header}", beside(PRICED, cells))
    assert table.frame["client_code"].null_count() == 4


def test_of_invoices_of_one_line_what_differs_by_product_may_be_the_client(tmp_path: Path):
    lines = [f"F{place},2026-01-14,P{place % 3},1,5.00" for place in range(30)]
    clients = [f"client {place % 7}" for place in range(30)]
    assert asked(tmp_path, f"{SALES},unit_price,Nom", beside(lines, clients)).field == "client_code"
    for others in ([f"product {place % 3}" for place in range(30)], [f"row {place}" for place in range(30)]):
        assert "client_code" not in read(tmp_path, f"{SALES},unit_price,Nom", beside(lines, others)).headers


def test_beside_a_client_s_code_its_name_is_left_alone(tmp_path: Path):
    lines = [f"{line},C1" for line in beside(PRICED, CLIENTS)]
    assert (
        read(tmp_path, f"{SALES},unit_price,Customer name,client_code", lines).headers["client_code"] == "client_code"
    )


STOCK = "product_code,quantity,batch_no,last_movement", ("P,3,L1,2026-01-01", "Q,4,L2,2026-01-02")
PRODUCTS = "code,nom,famille,prix_achat,prix_vente,seuil_marge_min", ("P,Thé,T,1,2,0.2", "Q,Riz,T,1,2,0.2")
BALANCES = "client_code,name,ca_total,niveau_fidelite", ("C,Ann,3,Gold", "D,Bob,4,Gold")


@pytest.mark.parametrize(
    ("table", "header", "field"),
    [
        *((STOCK, header, "expiry_date") for header in ("MHD", "Date", "BBE", "Fin", "Limite")),
        *((PRODUCTS, header, "valid_from") for header in ("Date", "Applicable le", "À partir du", "Start date")),
        *((BALANCES, header, "as_of") for header in ("Date", "Situation au", "Clôture", "Statement date")),
    ],
)
def test_a_day_that_nobody_knows_may_be_the_one_that_counts(
    tmp_path: Path, table: tuple[str, tuple[str, ...]], header: str, field: str
):
    names, lines = table
    question = asked(tmp_path, f"{names},{header}", beside(lines, ("2026-01-31", "2026-01-30")))
    assert (question.field, question.problem.value) == (field, header)


@pytest.mark.parametrize("cells", [("31/01/2027", "aucune"), ("03/2027", "04/2027"), ("46027", "46028.5")])
def test_what_its_header_calls_an_expiry_is_asked_about_though_some_can_t_be_read(
    tmp_path: Path, cells: tuple[str, ...]
):
    names, lines = STOCK
    assert asked(tmp_path, f"{names},Fin de validité", beside(lines, cells)).field == "expiry_date"


@pytest.mark.parametrize(
    ("table", "header", "cell"),
    [
        (STOCK, "Date de production", "2026-01-31"),
        (STOCK, "Date de livraison", "2026-01-31"),
        (STOCK, "Limite", "aucune"),
        (PRODUCTS, "Valable jusqu'au", "2026-01-31"),
        (PRODUCTS, "Date de création", "2026-01-31"),
        (PRODUCTS, "Unité", "Carton"),
        (BALANCES, "Date de naissance", "1980-01-31"),
        (BALANCES, "Client depuis", "2020-01-31"),
    ],
)
def test_another_day_is_not_asked_about(tmp_path: Path, table: tuple[str, tuple[str, ...]], header: str, cell: str):
    names, lines = table
    assert len(read(tmp_path, f"{names},{header}", beside(lines, (cell, cell))).frame) == 2


@pytest.mark.parametrize("header", ["Tickets", "Orders", "Factures", "Invoices"])
def test_a_plural_over_small_numbers_may_count_invoices(tmp_path: Path, header: str):
    lines = beside([line.partition(",")[2] for line in PRICED], ("3", "7", "12", "3"))
    names = f"{SALES.partition(',')[2]},unit_price,{header}"
    question = asked(tmp_path, names, lines)
    assert question.id == "mapping_unclear::invoice_no"
    assert read(tmp_path, names, lines, {question.id: header}).frame["invoice_no"].to_list() == ["3", "7", "12", "3"]


@pytest.mark.parametrize(
    ("header", "cells"), [("Clients", ("3", "3", "5", "5")), ("Customers", ("3.0", "3.0", "5.0", "5.0"))]
)
def test_a_plural_over_small_numbers_may_count_clients(tmp_path: Path, header: str, cells: tuple[str, ...]):
    question = asked(tmp_path, f"{SALES},unit_price,{header}", beside(PRICED, cells))
    assert question.id == "mapping_unclear::client_code"


@pytest.mark.parametrize(
    ("header", "cells"),
    [("Clients", ("C3", "C3", "C5", "C5")), ("Client", ("3", "3", "5", "5")), ("N° clients", ("3", "3", "5", "5"))],
)
def test_codes_in_the_plural_and_numbers_of_one_client_are_codes(tmp_path: Path, header: str, cells: tuple[str, ...]):
    table = read(tmp_path, f"{SALES},unit_price,{header}", beside(PRICED, cells))
    assert table.frame["client_code"].to_list() == list(cells)


@pytest.mark.parametrize(
    "header", ["Invoice lines/Total TTC", "Prix U. T.T.C.", "Prix U. TTC", "Prix public TTC", "Invoice lines/Total"]
)
def test_prices_with_tax_are_asked_about_beside_no_other(tmp_path: Path, header: str):
    question = asked(tmp_path, f"{SALES},{header}", beside(LINES, PRICES))
    assert (question.id, question.choices[0].answer) == ("mapping_unclear::unit_price", header)
    table = read(tmp_path, f"{SALES},unit_price,{header}", beside([f"{line},8" for line in LINES], PRICES))
    assert header not in table.headers.values()


@pytest.mark.parametrize("header", ["Prix U. T.T.C.", "Invoice lines/Total", "Lignes de facture/Montant"])
def test_what_may_be_a_price_with_tax_is_asked_about_beside_an_invoice_s_total(tmp_path: Path, header: str):
    question = asked(tmp_path, f"{SALES},Total facture,{header}", beside([f"{line},8" for line in LINES], PRICES))
    assert (question.id, question.choices[0].answer) == ("mapping_unclear::unit_price", header)
