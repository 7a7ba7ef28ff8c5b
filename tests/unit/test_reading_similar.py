"""Headers that nearly name a column: asked about where a figure hangs on them, and remembered once answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.reading.guide import Guide, signature_of
from comptoir.reading.reader import read_file
from comptoir.records import SALES
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.questions import Question
    from comptoir.reading.tables import ReadFile

SETTINGS = Settings(timezone="UTC")
NEAR = "no_facture;code_produit;quantitte;prix_unitair;date_heure;vendeur\n1;P;2;3,5;2026-01-02;Ann\n"
UNNAMED = "column_unnamed::quantity"
QUANTITY, PRICE = "mapping_unclear::quantity", "mapping_unclear::unit_price"
ANSWERS = {QUANTITY: "quantitte", PRICE: "prix_unitair"}


def read(folder: Path, text: str, **guide: Any) -> ReadFile:
    path = folder / "any.csv"
    path.write_text(text, encoding="utf-8")
    return read_file(path, SETTINGS, **guide)


def asked(folder: Path, text: str, **guide: Any) -> dict[str, Question]:
    with pytest.raises(AmbiguousFileError) as caught:
        read(folder, text, **guide)
    return {question.id: question for question in caught.value.questions}


def refused(folder: Path, text: str, **guide: Any) -> str:
    with pytest.raises(RejectedFileError) as caught:
        read(folder, text, **guide)
    assert not isinstance(caught.value, AmbiguousFileError)
    return caught.value.problems[0].code


def test_near_headers_of_figures_are_asked_about(tmp_path: Path):
    questions = asked(tmp_path, NEAR)
    assert questions.keys() == {QUANTITY, PRICE}
    told = questions[QUANTITY].to_json("fr")
    assert [told["value"], told["column"], told["sheet"]] == ["quantitte", "quantitte", None]
    assert told["message"] == (
        "Ce fichier semble être de type ventes. Quelle colonne est « quantite » ? « quantitte » s'en approche le plus."
    )
    assert [choice["answer"] for choice in told["choices"]] == ["quantitte", "prix_unitair", "vendeur", "none"]
    assert told["choices"][-1]["message"] == "Aucune des colonnes n'est « quantite »."


def test_answers_settle_them(tmp_path: Path):
    (table,) = read(tmp_path, NEAR, answers=ANSWERS).tables
    assert table.frame["quantity"].to_list() == [2]
    assert {each.column for each in table.mapping if each.source == "answer"} == {"quantity", "unit_price"}


def test_dates_and_amounts_are_asked_about_in_the_same_round_as_headers(tmp_path: Path):
    text = "no_facture;code_produit;quantitte;Montant;montant;date_heure;prix_unitaire\n1;P;1;1;1;01/02/2026;1.234\n"
    ids = list(asked(tmp_path, text))
    assert ids == [
        QUANTITY,
        "columns_compete::total_amount",
        "decimal_mark_unclear::unit_price",
        "date_order_unclear::timestamp",
    ]
    answers = {QUANTITY: "quantitte", ids[1]: "Montant", ids[2]: "point", ids[3]: "day_first"}
    (table,) = read(tmp_path, text, answers=answers).tables
    assert table.frame["quantity"].to_list() == [1]


def test_of_a_column_that_is_unclear_itself_nothing_else_is_asked(tmp_path: Path):
    text = "no_facture;code_produit;quantite;date_heurre\n1;P;1;01/02/2026\n"
    assert [question.field for question in asked(tmp_path, text).values()] == ["timestamp"]


def test_an_optional_column_may_be_answered_away_a_required_one_not(tmp_path: Path):
    (table,) = read(tmp_path, NEAR, answers=ANSWERS | {PRICE: "none"}).tables
    assert table.frame["unit_price"].to_list() == [None]
    assert "unit_price" not in table.headers
    assert refused(tmp_path, NEAR, answers=ANSWERS | {QUANTITY: "none"}) == "kind_unknown"


def test_an_answer_may_name_any_header_and_no_other(tmp_path: Path):
    text = NEAR.replace("vendeur", "a=b")
    (table,) = read(tmp_path, text, answers=ANSWERS | {"mapping_unclear::client_code": "a=b"}).tables
    assert table.frame["client_code"].to_list() == ["Ann"]
    assert refused(tmp_path, text, answers=ANSWERS | {QUANTITY: "quantity"}) == "kind_unknown"
    assert refused(tmp_path, text, answers=ANSWERS | {PRICE: "price"}) == "answer_invalid"


def test_a_header_that_is_called_none_is_told_from_the_answer_that_there_is_none(tmp_path: Path):
    text = NEAR.replace("vendeur", "none")
    (table,) = read(tmp_path, text, answers=ANSWERS | {PRICE: "none"}).tables
    assert table.frame["unit_price"].to_list() == [None]
    (table,) = read(tmp_path, text, answers=ANSWERS | {"mapping_unclear::client_code": "none (2)"}).tables
    assert table.frame["client_code"].to_list() == ["Ann"]


def test_a_near_name_is_taken_with_a_notice(tmp_path: Path):
    (table,) = read(tmp_path, "code_client;raison sociales client;nomm client;ca_total;niveau\nC;X;Ann;1;Or\n").tables
    (mapped,) = [each for each in table.mapping if each.column == "name"]
    assert [mapped.header, mapped.source] == ["nomm client", "similarity"]
    assert 0.9 <= mapped.confidence < 1
    assert [(problem.code, problem.column) for problem in table.problems] == [("column_guessed", "nomm client")]


@pytest.mark.parametrize("header", ["quant", "quota", "couleur", "qtt", "montant tva"])
def test_what_only_shares_letters_is_not_proposed_but_asked_about_among_all(tmp_path: Path, header: str):
    questions = asked(tmp_path, NEAR.replace("quantitte", header), answers={PRICE: "prix_unitair"})
    assert questions.keys() == {UNNAMED}
    told = questions[UNNAMED].to_json("fr")
    assert [told["value"], told["column"]] == [None, None]
    assert told["message"] == (
        "Ce fichier semble être de type ventes, mais aucun en-tête ne nomme « quantite ». Quelle colonne est-ce ?"
    )
    assert [choice["answer"] for choice in told["choices"]] == [header, "vendeur", "none"]


@pytest.mark.parametrize(
    ("text", "answers", "columns"),
    [
        (
            "Facture;Article;Qté commandée;Qté livrée;Date\nF1;P;3;2;2026-01-02\n",
            {"quantity": "Qté livrée"},
            {"product_code": ["P"], "quantity": [2]},
        ),
        (
            "order no,sku,qty ordered,qty shipped,moment\nF1,P,3,2,2026-01-02\n",
            {"quantity": "qty shipped", "timestamp": "moment"},
            {"quantity": [2]},
        ),
        (
            "code_produit;quantite;lot;;emplacement\nP;2;L;2026-01-02;A1\n",
            {"last_movement": "Column 4"},
            {"quantity": [2], "batch_no": ["L"]},
        ),
    ],
)
def test_a_column_that_nothing_comes_near_is_asked_for(
    tmp_path: Path, text: str, answers: dict[str, str], columns: dict[str, list[object]]
):
    given = {f"column_unnamed::{column}": header for column, header in answers.items()}
    questions = asked(tmp_path, text)
    assert questions.keys() == given.keys()
    for question in questions.values():
        assert set(answers.values()) < {choice.answer for choice in question.choices}
    (table,) = read(tmp_path, text, answers=given).tables
    assert {name: table.frame[name].to_list() for name in columns} == columns
    assert {each.column: each.header for each in table.mapping if each.source == "answer"} == answers


@pytest.mark.parametrize(
    "text",
    [
        "Date;Libellé;Débit;Crédit\n2026-01-02;Virement;;5\n",
        "Date;Référence;Libellé;Montant;Solde\n2026-01-02;R1;Virement;5;9\n",  # a bank's: no word of its own
        "Code;Nom;Rue;Ville\nC1;Ann;Rue 1;Lyon\n",  # of products as much as of clients
        "SKU,Name,Family,Cost,Price,Supplier\nP,N,F,1,2,ACME\n",  # no column is left that may be a margin
        "Facture;2026-000417;Client;C12;Commande;88\nx;y;z;z;z;z\n",  # a letter's head
        "Facture;Vendeur;Canal;Zone;Pays\nF1;Ann;web;9;FR\n",
    ],
)
def test_what_is_hardly_one_of_the_kinds_is_refused(tmp_path: Path, text: str):
    assert refused(tmp_path, text) == "kind_unknown"


def test_a_needed_column_that_is_not_there_refuses_the_file(tmp_path: Path):
    text = NEAR.replace("quantitte", "couleur")
    assert refused(tmp_path, text, answers={PRICE: "prix_unitair", UNNAMED: "none"}) == "kind_unknown"


def test_no_header_answers_for_two_columns(tmp_path: Path):
    text = "order no,sku,qty shipped,moment\nF1,P,2,2026-01-02\n"
    assert refused(tmp_path, text, answers={UNNAMED: "moment", "column_unnamed::timestamp": "moment"}) == (
        "answer_invalid"
    )


def test_beside_a_recognised_sheet_one_of_its_kind_is_asked_about_another_left_aside(tmp_path: Path):
    path = tmp_path / "x.xlsx"
    sheets = {
        "Mai": ["no_facture", "code_produit", "quantite", "date_heure"],
        "Juin": ["no_facture", "code_produit", "livré", "date_heure"],
        "Clients": ["code_client", "nom", "ca_total", "factures"],
        "Liste": ["no_facture", "produits", "TVA", "date_heure"],
    }
    with xlsxwriter.Workbook(path) as book:
        for name, headers in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, headers)
            sheet.write_row(1, 0, [name, "P", 2, "2026-01-02"])
    with pytest.raises(AmbiguousFileError) as caught:
        read_file(path, SETTINGS)
    assert [question.id for question in caught.value.questions] == ["column_unnamed:Juin:quantity"]
    file = read_file(path, SETTINGS, answers={"column_unnamed:Juin:quantity": "livré"})
    assert [table.sheet for table in file.tables] == ["Mai", "Juin"]
    assert [(problem.code, problem.sheet) for problem in file.skipped] == [
        ("sheet_skipped", "Clients"),
        ("sheet_skipped", "Liste"),
    ]


def test_a_column_that_a_header_names_is_not_asked_about(tmp_path: Path):
    text = "no_facture;code_produit;quantite;quantitte;prix;date_heure\n1;P;2;9;1,5;2026-01-02\n"
    (table,) = read(tmp_path, text).tables
    assert table.frame["quantity"].to_list() == [2]


def test_a_sheet_that_is_nearly_one_is_asked_about_not_skipped(tmp_path: Path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, quantity in (("Mai", "quantite"), ("Juin", "quantitte")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["no_facture", "code_produit", quantity, "date_heure"])
            sheet.write_row(1, 0, [name, "P", 2, "2026-01-02"])
    with pytest.raises(AmbiguousFileError) as caught:
        read_file(path, SETTINGS)
    (question,) = caught.value.questions
    assert question.id == "mapping_unclear:Juin:quantity"
    assert len(read_file(path, SETTINGS, answers={question.id: "quantitte"}).tables) == 2
    without = read_file(path, SETTINGS, answers={question.id: "none"})
    assert [[table.sheet for table in without.tables], [p.code for p in without.skipped]] == [
        ["Mai"],
        ["sheet_skipped"],
    ]


def test_what_was_confirmed_for_the_same_headers_is_used_again(tmp_path: Path):
    signature = signature_of(NEAR.splitlines()[0].split(";"))
    assert signature == signature_of([*NEAR.splitlines()[0].split(";"), "Motif", "Remède"])  # of its reject file
    mappings = {signature: {"quantity": "quantitte", "unit_price": None}}
    (table,) = read(tmp_path, NEAR, mappings=mappings).tables
    assert [table.frame["quantity"].to_list(), table.frame["unit_price"].to_list()] == [[2], [None]]
    assert {each.source for each in table.mapping if each.column == "quantity"} == {"memory"}
    other = NEAR.replace("vendeur", "vendeuse")
    assert asked(tmp_path, other, mappings=mappings).keys() == {QUANTITY, PRICE}


def test_a_new_answer_goes_before_what_was_confirmed(tmp_path: Path):
    signature = signature_of(NEAR.splitlines()[0].split(";"))
    mappings = {signature: {"quantity": "quantitte", "unit_price": None}}
    (table,) = read(tmp_path, NEAR, mappings=mappings, answers={PRICE: "prix_unitair"}).tables
    assert {each.column: each.source for each in table.mapping if each.source != "template"} == {
        "quantity": "memory",
        "unit_price": "answer",
    }
    assert Guide(ANSWERS | {PRICE: "none"}).answered(SALES, None) == {"quantity": "quantitte", "unit_price": None}
