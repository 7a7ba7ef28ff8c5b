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


def test_a_near_name_is_taken_with_a_notice(tmp_path: Path):
    (table,) = read(tmp_path, "code_client;raison sociales client;nomm client;ca_total;niveau\nC;X;Ann;1;Or\n").tables
    (mapped,) = [each for each in table.mapping if each.column == "name"]
    assert [mapped.header, mapped.source] == ["nomm client", "similarity"]
    assert 0.9 <= mapped.confidence < 1
    assert [(problem.code, problem.column) for problem in table.problems] == [("column_guessed", "nomm client")]


@pytest.mark.parametrize("header", ["quant", "quota", "couleur", "qtt", "montant tva"])
def test_what_only_shares_letters_is_not_proposed(tmp_path: Path, header: str):
    assert refused(tmp_path, NEAR.replace("quantitte", header), answers={PRICE: "prix_unitair"}) == "kind_unknown"


def test_a_column_that_a_header_names_is_not_asked_about(tmp_path: Path):
    text = "no_facture;code_produit;quantite;quantitte;date_heure\n1;P;2;9;2026-01-02\n"
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
