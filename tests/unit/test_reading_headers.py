"""Headers: spellings, kinds, identities by UUID or code, rivals."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.reading.headers import match_kind, unique_headers
from comptoir.reading.reader import read_file
from comptoir.reading.spelling import normalise
from comptoir.records import ALL_KINDS, CLIENTS, PRODUCTS, SALES, STOCK, Column, Kind
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.reading.tables import Table

UUID_1 = "0f8fad5b-d9cb-469f-a165-70867728950e"
UUID_2 = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


def read(folder: Path, text: str) -> Table:
    path = folder / "any.csv"
    path.write_text(text, encoding="utf-8")
    (table,) = read_file(path, Settings(timezone="UTC")).tables
    return table


@pytest.mark.parametrize(
    "spellings",
    [
        ("invoice_no", "InvoiceNo", "INVOICE NO", "Invoice-No.", "invoiceno", " Invoice No "),
        ("customer id", "CustomerID", "CUSTOMERID", "Customer_Id"),
        ("prix_achat", "Prix d'achat", "Prix achat (€)", "PRIX D\u2019ACHAT [EUR]", "prixAchat", "Prix achat EUR"),
        ("no_facture", "N° facture", "N° de facture", "Nº Facture"),
        ("date_peremption", "Date de péremption", "DATE PÉREMPTION"),
        ("quantite", "Quantités", "QUANTITÉ", "quantité(s)"),
        ("sales price", "Sale prices", "SALES PRICE (EUR)"),
    ],
)
def test_spellings_of_one_header(spellings: tuple[str, ...]):
    assert len({normalise(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(("kind", "column"), [(k, c) for k in ALL_KINDS for c in k.columns], ids=lambda x: x.name)
def test_every_documented_header_is_known(kind: Kind, column: Column):
    for header in column.headers:
        assert [claim.column for claim in match_kind(kind, [header]).claims] == [column.name]


@pytest.mark.parametrize("language", ["name", "french"])
@pytest.mark.parametrize("kind", ALL_KINDS, ids=lambda kind: kind.name)
def test_templates_are_their_own_kind_only(kind: Kind, language: str):
    headers = [getattr(column, language) for column in kind.columns]
    assert [k.name for k in ALL_KINDS if not match_kind(k, headers).missing] == [kind.name]


def test_the_same_word_is_another_column_in_another_kind():
    assert [c.column for c in match_kind(SALES, ["UnitPrice"]).claims] == ["unit_price"]
    assert [c.column for c in match_kind(PRODUCTS, ["UnitPrice"]).claims] == ["sell_price"]


def test_headers_are_made_unique():
    assert unique_headers(["a", "row", "", "a", " b "]) == ("a", "row (2)", "Column 3", "a (2)", "b")
    assert unique_headers(["none", "None"]) == ("none (2)", "None")  # the former is an answer


@pytest.mark.parametrize(
    ("header", "value", "id_value", "code_value"),
    [
        ("client_id", "C1", None, "C1"),
        ("client_id", UUID_1.upper(), UUID_1, None),
        ("customerid", UUID_1, UUID_1, None),
        ("code_client", UUID_1, UUID_1, None),
        ("CustomerID", "17850.0", None, "17850"),
    ],
)
def test_values_tell_ids_from_codes(
    tmp_path: Path, header: str, value: str, id_value: str | None, code_value: str | None
):
    text = f"{header},name,total_revenue_generated,loyalty_tier\n{value},Ann,0,Gold\n"
    frame = read(tmp_path, text).frame
    assert (frame["client_id"][0], frame["client_code"][0]) == (id_value, code_value)


def test_an_odd_value_among_uuids_is_an_error(tmp_path: Path):
    text = f"client_id,name,total_revenue_generated,loyalty_tier\n{UUID_1},A,0,Gold\nC2,B,0,Gold\n{UUID_2},C,0,Gold\n"
    table = read(tmp_path, text)
    assert table.frame["client_id"].to_list() == [UUID_1, None, UUID_2]
    assert [(p.code, p.row, p.column, p.value, p.params["field"]) for p in table.problems] == [
        ("not_a_uuid", 3, "client_id", "C2", "client_id")
    ]


def test_a_template_header_goes_before_an_alias(tmp_path: Path):
    text = "product_code,name,description,category,buy_price,sell_price,min_margin_threshold\nP,N,D,C,1,2,0.2\n"
    table = read(tmp_path, text)
    assert table.frame["name"].to_list() == ["N"]
    assert table.originals["description"].to_list() == ["D"]


@pytest.mark.parametrize(("first", "second"), [("6.00", "5.00"), ("5.00", "6.00")])
@pytest.mark.parametrize("headers", ["Prix unitaire,Prix (HT)", "Unit price,Price excl. VAT", "PU,PU HT"])
def test_of_prices_that_differ_the_one_without_tax_is_taken(tmp_path: Path, headers: str, first: str, second: str):
    table = read(tmp_path, f"facture,date,sku,qty,{headers}\nF1,2026-01-14,P,1,{first},{second}\n")
    assert table.frame["unit_price"].to_list() == [Decimal(second)]


@pytest.mark.parametrize(
    ("headers", "rows"),
    [
        ("date,qty,PU,Prix", ("2026-01-14,1,5,6",)),
        ("date,prix_unitaire,Quantité,Qté facturée", ("2026-01-14,5,3,2",)),
        ("date,unit_price,Quantity,Invoiced Quantity", ("2026-01-14,5,3,3", "2026-01-14,5,3,2")),
        ("qty,prix_unitaire,Date heure,Date facture", ("1,5,2026-01-14,2026-01-15",)),
        ("date,qty,Prix unitaire,Prix unitaire HT", ("2026-01-14,1,6,5", "2026-01-14,1,6,")),
    ],
)
def test_columns_of_one_meaning_that_differ_compete(tmp_path: Path, headers: str, rows: tuple[str, ...]):
    with pytest.raises(AmbiguousFileError) as doubt:
        read(tmp_path, "\n".join([f"facture,sku,{headers}", *(f"F1,P,{row}" for row in rows)]))
    assert [problem.code for problem in doubt.value.problems] == ["columns_compete"]


def test_columns_of_one_meaning_that_agree_do_not_compete(tmp_path: Path):
    headers = "facture;sku;Quantité;Qté facturée;Date heure;Date facture;Prix unitaire;PU HT"
    rows = ("F1;P;3;3,0;13/01/2026 10:30;2026-01-13;5;5,00", "F1;Q;3;;13/01/2026 10:30;;5,10;5,1")
    table = read(tmp_path, "\n".join([headers, *rows]))
    named = ("quantity", "timestamp", "unit_price")
    assert [table.headers[name] for name in named] == ["Quantité", "Date heure", "Prix unitaire"]


def test_rival_headers_are_asked_about(tmp_path: Path):
    with pytest.raises(AmbiguousFileError) as caught:
        read(tmp_path, "code,designation,libelle,category,buy_price,sell_price,min_margin_threshold\nP,N,D,C,1,2,0.2\n")
    assert caught.value.problems[0].params == {"field": "name", "field_fr": "nom", "headers": "designation, libelle"}


@pytest.mark.parametrize(
    ("written", "tier"),
    [
        ("Gold", "Gold"),
        ("OR", "Gold"),
        ("argent", "Silver"),
        (" standard ", "Standard"),
        ("Platinum", None),
        ("", None),
    ],
)
def test_tiers(tmp_path: Path, written: str, tier: str | None):
    table = read(tmp_path, f"code_client;nom;ca_total;niveau_fidelite\nC;N;0;{written}\n")
    assert table.kind == CLIENTS
    assert table.frame["loyalty_tier"].to_list() == [tier]
    assert [p.code for p in table.problems] == (["unknown_tier"] if written == "Platinum" else [])


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("17850", "17850"),
        ("17850.0", "17850"),
        (" 17850 ", "17850"),
        ("00123", "00123"),
        ("00123.0", "00123"),
        ("17850.00", "17850"),
        ("'00123", "00123"),
        ("'F1", "F1"),
        ("'a'", "'a'"),
        ("17850,00", "17850"),
        ("17\u00a0850", "17850"),
        ("1\u202f017\u202f850,00", "1017850"),
        ("17 850", "17 850"),
        ("17\u00a085", "17 85"),
        ("0\u00a0850", "0 850"),
        ("A\u00a0850", "A 850"),
        ("\ufeff17850\u200b", "17850"),
        ("178\u00ad50\u200b\u00a0", "17850"),
        ("\u200eP-7\u202c", "P-7"),
        ("P\u20117", "P-7"),
        ("P-7\x1d", "P-7"),
        ("85123a", "85123a"),
        ("1.50", "1.50"),
        ("C1.0", "C1.0"),
        ("e\u0301", "é"),
        ("1.23457E+12", None),
        ("1,23E+05", None),
    ],
)
def test_codes(tmp_path: Path, written: str, code: str | None):
    text = f"product_code;quantity;batch_no;last_movement\n{written};1;B;2026-01-31\n"
    table = read(tmp_path, text)
    assert table.kind == STOCK
    assert table.frame["product_code"].to_list() == [code]
    assert [p.code for p in table.problems] == ([] if code else ["code_shortened"])


def test_what_cannot_be_seen_is_no_code_and_no_part_of_a_name_s_ends(tmp_path: Path):
    name = "\ufeff\u00a0Caf\u00e9\u00a0du\u00adNord\u200b "
    table = read(tmp_path, f"code_client;nom;ca_total;niveau_fidelite\n\u200b;{name};0;Or\nD;\u200b;0;Or\n")
    assert table.frame["client_code"].to_list() == [None, "D"]
    assert table.frame["name"].to_list() == ["Caf\u00e9\u00a0du\u00adNord", None]


def test_a_foreign_amount_and_an_error_value_are_told_by_cell(tmp_path: Path):
    text = "code_client;nom;ca_total;niveau_fidelite;au\nC;N;$5;Or;31/12/2025\nD;M;1,5;#N/A;31/12/25\n"
    table = read(tmp_path, text)
    assert sorted((p.code, p.row, p.column, p.value) for p in table.problems) == [
        ("currency_foreign", 2, "ca_total", "$5"),
        ("error_cell", 3, "niveau_fidelite", "#N/A"),
        ("year_two_digits", 3, "au", "31/12/25"),
    ]


def test_a_word_that_is_said_better_elsewhere_is_no_rival(tmp_path: Path):
    table = read(
        tmp_path, "Order No;Invoice No;Customer;Customer ID;SKU;Qty;Date;Invoice date\nO;I;Ann;C;P;1;x;2026-01-02\n"
    )
    taken = {each.column: (each.header, each.confidence) for each in table.mapping}
    assert taken == {
        "invoice_no": ("Invoice No", 1.0),
        "client_code": ("Customer ID", 1.0),
        "product_code": ("SKU", 1.0),
        "quantity": ("Qty", 1.0),
        "timestamp": ("Invoice date", 1.0),
    }
    alone = read(tmp_path, "Order No;Customer;SKU;Qty;Date\nO;C;P;1;2026-01-02\n")
    assert {each.confidence for each in alone.mapping if each.column not in {"product_code", "quantity"}} == {0.9}


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        # Headers as the exports of each program name them.
        ("Référence article,Désignation,Famille,Prix d'achat,Prix de vente,Seuil marge", "products"),  # Sage
        ("Code article,Libellé,Code famille article,PA HT,PV HT,Marge mini.", "products"),  # EBP
        ("Internal Reference,Name,Product Category,Cost,Sales Price,Min margin", "products"),  # Odoo
        ("Variant SKU,Title,Product Type,Cost per item,Variant Price,Min margin", "products"),  # Shopify
        ("N° pièce,Code tiers,Référence article,Qté,PU HT,Date pièce", "sales"),  # Sage
        ("Numéro du document,Code client,Code article,Quantité,PV HT,Date du document", "sales"),  # EBP
        ("Number,Partner,Product/Service,Quantity,Unit Price,Invoice/Bill Date", "sales"),  # Odoo
        ("Order number,Customer ID,Lineitem sku,Lineitem quantity,Lineitem price,Created at", "sales"),  # Shopify
        ("Num,Customer,Item,Qty,Sales Price,Date", "sales"),  # QuickBooks
        ("Internal Reference,Quantity On Hand,Lot/Serial Number,Expiration Date,Last movement", "stock"),  # Odoo
        ("Code article,Stock réel,N° de lot,DLC,Date du dernier mouvement", "stock"),  # EBP
        ("Numéro client,Raison sociale,CA cumulé,Statut fidélité", "clients"),  # Sage
    ],
)
def test_exports_of_other_programs_are_recognised(headers: str, kind: str):
    assert [each.name for each in ALL_KINDS if not match_kind(each, headers.split(",")).missing] == [kind]


@pytest.mark.parametrize(
    ("headers", "kind", "missing"),
    [
        ("alpha,beta", "aucun", "toutes"),
        ("seuil_marge_min,beta", "produits", "code_produit, nom, categorie, prix_achat, prix_vente"),
        # Of products as much as of clients, which lack less.
        ("Nom,Prénom", "clients", "code_client, ca_total, niveau_fidelite"),
    ],
)
def test_what_is_not_recognised_is_told_its_closest_kind_alone(tmp_path: Path, headers: str, kind: str, missing: str):
    with pytest.raises(RejectedFileError) as refusal:
        read(tmp_path, f"{headers}\n1,2\n")
    (problem,) = refusal.value.problems
    assert (problem.code, problem.params["kind_fr"], problem.params["missing_fr"]) == ("kind_unknown", kind, missing)
    assert "{" not in problem.message("fr") + problem.remedy("en")
    assert len(problem.message("fr")) < 250


@pytest.mark.parametrize(
    "headers",
    [
        # As the French administration prescribes it.
        "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|PieceRef|PieceDate|EcritureLib|Debit|Credit",
        "JournalCode|EcritureNum|EcritureDate|CompteNum|Client|Montant|Sens",
        # Enough for questions about sales, if it were no ledger.
        "Journal|Date|N° de facture|N° compte|Client|Libellé|Débit|Crédit",
    ],
)
def test_a_ledger_of_entries_is_called_so(tmp_path: Path, headers: str):
    with pytest.raises(RejectedFileError) as refusal:
        read(tmp_path, f"{headers}\n{'|'.join(headers.split('|'))}\n")
    (problem,) = refusal.value.problems
    assert (problem.code, problem.row) == ("ledger_entries", 1)
    assert "modèle de ventes" in problem.remedy("fr")


def test_debits_beside_products_are_no_ledger(tmp_path: Path):
    with pytest.raises(AmbiguousFileError) as asked:
        read(tmp_path, "Date;Pièce;Compte;Client;Libellé;Quantité;Débit;Crédit\n25/01/2026;F1;411;Ann;Miel;2;120,00;\n")
    assert "column_unnamed::product_code" in {question.id for question in asked.value.questions}


@pytest.mark.parametrize(("above", "is_found"), [(25, True), (99, True), (100, False)])
def test_headers_stand_below_long_banners(tmp_path: Path, above: int, *, is_found: bool):
    banner = "".join(f"Line {place}, of what the program says\n" for place in range(above))
    text = f"{banner}invoice_no;product_code;quantity;timestamp\nF1;P1;2;2026-01-02\n"
    if is_found:
        table = read(tmp_path, text)
        assert (table.kind, table.frame["row"].to_list()) == (SALES, [above + 2])
    else:
        with pytest.raises(RejectedFileError, match="were not recognised"):
            read(tmp_path, text)


def test_a_table_that_only_lacks_a_name_is_no_banner_of_another(tmp_path: Path):
    rows = "".join(f"T{place};{place % 28 + 1:02d}/01/2026;A{place};2;3,50\n" for place in range(30))
    template = "code_produit;nom;prix_achat;prix_vente\nA1;Tea;1,00;2,00\n"
    with pytest.raises(AmbiguousFileError):
        read(tmp_path, f"Ticket;Jour;Truc;Qté;Tarif\n{rows}\n{template}")


def test_headers_far_below_must_have_all(tmp_path: Path):
    banner = "".join(f"Line {place}, of what the program says\n" for place in range(25))
    with pytest.raises(RejectedFileError, match="were not recognised"):
        read(tmp_path, f"{banner}invoice_no;product_code;quantitte;timestamp\nF1;P1;2;2026-01-02\n")


def test_rows_of_the_table_far_above_its_headers_are_not_left_aside(tmp_path: Path):
    rows = "".join(f"F{place};P1;2;2026-01-02\n" for place in range(30))
    with pytest.raises(RejectedFileError, match="stands above the headers"):
        read(tmp_path, f"{rows}invoice_no;product_code;quantity;timestamp\nF99;P1;2;2026-01-02\n")


NUMBERED = "{};{};code_client;code_produit;quantite;prix_unitaire;date_heure\n"


@pytest.mark.parametrize(
    ("headers", "is_asked"),
    [
        (("no_facture", "Invoice number"), True),
        (("Invoice number", "no_facture"), True),
        (("no_facture", "invoice_no"), True),
        (("N° facture", "N° facture"), True),
        (("no_facture", "Order number"), False),
    ],
)
def test_two_numbers_of_an_invoice_that_differ_are_asked_about(
    tmp_path: Path, headers: tuple[str, str], *, is_asked: bool
):
    text = NUMBERED.format(*headers) + "F1;G1;C;P;2;3,50;31/01/2026\nF1;G2;C;Q;1;3,50;31/01/2026\n"
    if is_asked:
        with pytest.raises(AmbiguousFileError) as asked:
            read(tmp_path, text)
        assert [question.id for question in asked.value.questions] == ["columns_compete::invoice_no"]
    else:
        assert read(tmp_path, text).frame["invoice_no"].to_list() == ["F1", "F1"]


def test_a_second_number_of_an_invoice_that_says_the_same_is_no_rival(tmp_path: Path):
    lines = "17850;17850.0;C;P;2;3,50;31/01/2026\n17851;;C;P;2;3,50;31/01/2026\n"
    table = read(tmp_path, NUMBERED.format("no_facture", "Invoice number") + lines)
    assert table.frame["invoice_no"].to_list() == ["17850", "17851"]


ODOO = "Number,Partner,Invoice/Bill Date,{0} lines/Product/Internal Reference,{0} lines/Quantity,{0} lines/Unit Price"
ODOO_IN_FRENCH = (
    "Numéro,Partenaire,Date de facturation,Lignes de facture/Article/Référence interne,Lignes de facture/Quantité,"
    "Lignes de facture/Prix unitaire"
)


@pytest.mark.parametrize("headers", [ODOO.format("Invoice"), ODOO.format("Order"), ODOO_IN_FRENCH])
def test_lines_of_invoices_are_read_as_odoo_nests_them(tmp_path: Path, headers: str):
    table = read(tmp_path, f"{headers}\nINV/1,Azure,2026-01-25,DESK,2.0,50.00\n,,,CHAIR,1.0,20.00\n")
    told = table.frame.select("invoice_no", "client_code", "product_code", "quantity", "unit_price").rows()
    assert told == [("INV/1", "Azure", "DESK", 2, Decimal(50)), ("INV/1", "Azure", "CHAIR", 1, Decimal(20))]


@pytest.mark.parametrize(
    "headers",
    [
        "Number,Invoice Partner Display Name,Invoice/Bill Date,Due Date,Untaxed Amount Signed,Total Signed,Status",
        "Numéro,Nom d'affichage du partenaire de la facture,Date de facturation,Échéance,Hors taxes,Total,Statut",
        "N° facture,Date facture,Client,Montant HT,Montant TVA,Montant TTC,État",
        "Facture,Client,Date,,,,Montant",  # no column is left for the product
    ],
)
def test_a_list_of_invoices_is_told_which_columns_it_lacks(tmp_path: Path, headers: str):
    with pytest.raises(RejectedFileError) as refusal:
        read(tmp_path, f"{headers}\nINV/1,Azure,2026-01-25,2026-02-25,100.00,120.00,Posted\n")
    (problem,) = refusal.value.problems
    assert (problem.code, problem.params["missing"]) == ("invoices_without_lines", "product_code, quantity")
    assert "Invoice lines/Quantity" in problem.remedy("en")


@pytest.mark.parametrize(
    "headers",
    [
        *("Client;Débit;Crédit;Solde", "Code client;Nom;Débit;Crédit;Solde", "Compte;Intitulé;Débit;Crédit;Solde"),
        *("Customer;Debit;Credit;Balance", "N° compte;Intitulé;Total débit;Total crédit;Solde débit;Solde crédit"),
        "Compte client;Raison sociale;Solde débiteur;Solde créditeur",
    ],
)
def test_a_balance_is_called_so(tmp_path: Path, headers: str):
    with pytest.raises(RejectedFileError) as refusal:
        read(tmp_path, f"{headers}\n{'411DUP;Dupont;120,00;20,00;100,00;0,00'[: 8 * headers.count(';')]}\n")
    (problem,) = refusal.value.problems
    assert (problem.code, problem.row) == ("client_balance", 1)
    assert "ca_total" in problem.remedy("fr")


@pytest.mark.parametrize(
    ("headers", "line"),
    [
        ("N° facture;Année;Mois;Jour;Client;Article;Quantité;PU HT", "F1;2026;1;31;C;P;2;3,50"),
        ("Invoice number;Year;Month;Day;Customer;SKU;Qty;Price", "F1;2026;1;31;C;P;2;3.50"),
    ],
)
def test_days_in_three_columns_are_named(tmp_path: Path, headers: str, line: str):
    with pytest.raises(RejectedFileError) as refusal:
        read(tmp_path, f"{headers}\n{line}\n")
    (problem,) = refusal.value.problems
    assert (problem.code, problem.row) == ("day_in_parts", 1)
    assert set(headers.split(";")[1:4]) <= set(problem.params.values())
    for header in ("date_heure", "Date facture"):
        with_date = read(tmp_path, f"{headers};{header}\n{line};31/01/2026\n")
        assert with_date.headers["timestamp"] == header


@pytest.mark.parametrize("date", ["31/01/2026", "28/02/2025"])
def test_a_date_beside_days_in_three_columns_is_asked_about(tmp_path: Path, date: str):
    headers, line = "N° facture;Année;Mois;Jour;Client;Article;Quantité;PU HT;Date", f"F1;2026;1;31;C;P;2;3,50;{date}"
    with pytest.raises(AmbiguousFileError) as doubt:
        read(tmp_path, f"{headers}\n{line}\n")
    assert [question.id for question in doubt.value.questions] == ["columns_compete::timestamp"]


def test_days_that_are_whole_dates_are_in_no_parts(tmp_path: Path):
    lines = "N° facture;Année;Mois;Jour;Client;Article;Quantité;PU HT\nF1;2026;1;31/01/2026;C;P;2;3,50\n"
    assert read(tmp_path, lines).headers["timestamp"] == "Jour"


@pytest.mark.parametrize(
    "lines",
    [
        "N° facture;Vendu le;Année;Mois;Jour;Client;Article;Quantité;PU HT\nF1;31/01/2026;2026;1;31;C;P;2;3,50\n",
        "Code article;Quantité;N° lot;année;mois;jour;Dernier mvt stock\nP;2;L1;2026;1;31;31/12/2025\n",
        "Code article;Quantité;N° lot;année;mois;jour\nP;2;L1;2026;1;31\n",
    ],
)
def test_a_date_under_a_header_that_nothing_knows_is_in_no_parts(tmp_path: Path, lines: str):
    codes: set[str] = set()
    try:
        codes = {problem.code for problem in read(tmp_path, lines).problems}
    except AmbiguousFileError as doubt:
        codes = {question.problem.code for question in doubt.questions}
    except RejectedFileError as refusal:
        codes = {problem.code for problem in refusal.problems}
    assert "day_in_parts" not in codes


@pytest.mark.parametrize(
    "headers",
    [
        "Code client;Nom;Total achats;Palier;Total débit;Total crédit;Solde client",
        "Code client;Nom;Chiffre affaires annuel;Fidélité;Débit;Crédit;Solde",
        "Code client;Nom;Total achats;Rang;Débit;Crédit;Solde",
    ],
)
def test_a_list_of_clients_with_what_they_owe_is_no_balance(tmp_path: Path, headers: str):
    with pytest.raises(AmbiguousFileError) as doubt:
        read(tmp_path, f"{headers}\nC1;Dupont;1500,00;gold;120,00;20,00;100,00\n")
    assert any("total_revenue_generated" in question.id for question in doubt.value.questions)


@pytest.mark.parametrize("header", ["Total", "Montant", "Invoice total"])
def test_an_amount_of_a_line_is_not_its_invoice_s(header: str):
    headers = ("Number", "Invoice Date", "Partner", "Invoice lines/Quantity", f"Invoice lines/{header}")
    assert "total_amount" not in {claim.column for claim in match_kind(SALES, headers).claims}
