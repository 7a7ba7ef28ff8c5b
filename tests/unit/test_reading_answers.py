"""Questions about a file, and what answers to them do: settle, contradict, or fit nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from comptoir.answering import _check
from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.questions import Question, sound_answers
from comptoir.reading.apart import read_apart
from comptoir.reading.exchange import read_outcome, write_refusal
from comptoir.reading.reader import read_file
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.reading.tables import Table

HEADER = "invoice_no;product_code;quantity;unit_price;timestamp\n"
ORDER, MARK = "date_order_unclear::timestamp", "decimal_mark_unclear::unit_price"


def read(folder: Path, rows: str, answers: dict[str, str], header: str = HEADER, **settings: Any) -> Table:
    path = folder / "any.csv"
    path.write_text(header + rows, encoding="utf-8")
    (table,) = read_file(path, Settings(timezone="UTC", **settings), answers=answers).tables
    return table


def questions_of(folder: Path, rows: str, answers: dict[str, str], header: str = HEADER) -> list[Question]:
    with pytest.raises(AmbiguousFileError) as caught:
        read(folder, rows, answers, header)
    return caught.value.questions


def refusal(folder: Path, rows: str, answers: dict[str, str], header: str = HEADER) -> str:
    with pytest.raises(RejectedFileError) as caught:
        read(folder, rows, answers, header)
    assert not isinstance(caught.value, AmbiguousFileError)
    return caught.value.problems[0].code


def test_a_question_is_data_in_the_reader_s_language(tmp_path: Path):
    (question,) = questions_of(tmp_path, "1;P;2;1.5;01/02/2026\n", {})
    assert question.to_json("fr") == {
        "id": ORDER,
        "code": "date_order_unclear",
        "sheet": None,
        "column": "timestamp",
        "value": "01/02/2026",
        "message": (
            "Dans « timestamp », « 01/02/2026 » commence-t-il par le jour ou par le mois ? "
            "Aucune autre cellule ne tranche."
        ),
        "choices": [
            {"answer": "day_first", "message": "Le jour d'abord : « 01/02/2026 » est le 1 févr. 2026."},
            {"answer": "month_first", "message": "Le mois d'abord : « 01/02/2026 » est le 2 janv. 2026."},
        ],
    }
    assert Question.from_document(question.to_document()) == question


@pytest.mark.parametrize(("answer", "month"), [("day_first", 2), ("month_first", 1)])
def test_an_answer_settles_the_order_of_dates(tmp_path: Path, answer: str, month: int):
    table = read(tmp_path, "1;P;2;1.5;01/02/2026\n", {ORDER: answer})
    assert table.frame["timestamp"].to_list() == [datetime(2026, month, 3 - month, tzinfo=UTC)]
    assert {each.column: each.read_as for each in table.mapping}["timestamp"] == answer


@pytest.mark.parametrize(("answer", "price"), [("point", "1.234"), ("comma", "1234")])
def test_an_answer_settles_the_decimal_mark(tmp_path: Path, answer: str, price: str):
    table = read(tmp_path, "1;P;2;1.234;2026-01-02\n", {MARK: answer})
    assert table.frame["unit_price"].to_list() == [Decimal(price)]
    assert {each.column: each.read_as for each in table.mapping}["unit_price"] == answer


def test_what_is_not_answered_is_asked_again(tmp_path: Path):
    (question,) = questions_of(tmp_path, "1;P;2;1.234;01/02/2026\n", {ORDER: "day_first"})
    assert question.id == MARK


@pytest.mark.parametrize(
    ("rows", "answers"),
    [
        ("1;P;2;1.5;01/02/2026\n2;P;2;1.5;13/02/2026\n", {ORDER: "month_first"}),
        ("1;P;2;1.5;01/02/2026\n2;P;2;1.5;02/13/2026\n", {ORDER: "day_first"}),
        ("1;P;2;1.234;2026-01-02\n2;P;2;2,5;2026-01-02\n", {MARK: "point"}),
        ("1;P;2;1.234;2026-01-02\n2;P;2;2.5;2026-01-02\n", {MARK: "comma"}),
    ],
)
def test_an_answer_against_the_column_s_proof_is_refused(tmp_path: Path, rows: str, answers: dict[str, str]):
    assert refusal(tmp_path, rows, answers) == "answer_contradicts"
    (question, answer) = next(iter(answers.items()))
    other = {"day_first": "month_first", "month_first": "day_first", "point": "comma", "comma": "point"}[answer]
    assert read(tmp_path, rows, {question: other}).problems == []


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({ORDER: "day"}, "answer_invalid"),
        ({MARK: ","}, "answer_invalid"),
        ({"columns_compete::unit_price": "Price"}, "answer_invalid"),
        ({"date_order_unclear::unit_price": "day_first"}, "answer_unknown"),
        ({"date_order_unclear:Sheet1:timestamp": "day_first"}, "answer_unknown"),
        ({"nonsense": "yes"}, "answer_unknown"),
        ({"value_unclear::Type doc|BL": "left_out"}, "answer_header_unknown"),
        ({"value_unclear::Type doc": "left_out"}, "answer_header_unknown"),
        ({"value_unclear::quantity|3": "perhaps"}, "answer_invalid"),
    ],
)
def test_an_answer_that_fits_nothing_is_refused(tmp_path: Path, answers: dict[str, str], code: str):
    assert refusal(tmp_path, "1;P;2;1.5;2026-01-02\n", answers) == code


def test_an_answer_about_a_column_that_the_file_lacks_names_those_that_it_has(tmp_path: Path):
    with pytest.raises(RejectedFileError) as caught:
        read(tmp_path, "1;P;2;1.5;2026-01-02\n", {"value_unclear::Type doc|BL": "left_out"})
    (problem,) = caught.value.problems
    assert "invoice_no, product_code, quantity, unit_price, timestamp" in problem.message("fr")
    assert "value_unclear::Type doc|BL" in problem.message("en")


def test_the_proof_against_an_answer_is_a_date_that_exists(tmp_path: Path):
    with pytest.raises(RejectedFileError) as caught:
        read(tmp_path, "1;P;2;1.5;31/02/2026\n2;P;2;1.5;13/02/2026\n", {ORDER: "month_first"})
    assert [(problem.code, problem.value) for problem in caught.value.problems] == [
        ("answer_contradicts", "13/02/2026")
    ]


def test_an_answer_goes_before_what_other_columns_suggest(tmp_path: Path):
    header = "invoice_no;product_code;quantity;unit_price;total_amount;timestamp\n"
    rows = "1;P;1;1.234;1,5;2026-01-02\n"
    assert read(tmp_path, rows, {}, header).frame["unit_price"].to_list() == [Decimal(1234)]
    assert read(tmp_path, rows, {MARK: "point"}, header).frame["unit_price"].to_list() == [Decimal("1.234")]


@pytest.mark.parametrize(
    ("header", "month"),
    [("Date (JJ/MM/AAAA)", 2), ("Date (mm/dd/yyyy)", 1), ("Date (DD-MM-YY)", 2), ("Date (MM/JJ/AAAA)", 1)],
)
def test_a_header_states_the_order_of_dates_that_prove_none(tmp_path: Path, header: str, month: int):
    names = f"invoice_no;product_code;quantity;unit_price;{header}\n"
    frame = read(tmp_path, "1;P;2;1.5;01/02/2026\n", {}, names).frame
    assert frame["timestamp"].dt.month().to_list() == [month]
    proven = read(tmp_path, "1;P;2;1.5;01/02/2026\n2;P;2;1.5;13/02/2026\n", {}, names).frame
    assert proven["timestamp"].dt.month().to_list() == [2, 2]


def test_other_columns_prove_the_order_of_dates(tmp_path: Path):
    names = "product_code;quantity;batch_no;expiry_date;last_movement\n"
    rows = "P;2;L1;03/04/2027;15/11/2025\n"
    assert str(read(tmp_path, rows, {}, names).frame["expiry_date"][0]) == "2027-04-03"
    answered = read(tmp_path, rows, {"date_order_unclear::expiry_date": "month_first"}, names).frame
    assert str(answered["expiry_date"][0]) == "2027-03-04"


def test_defaults_settle_only_what_nothing_proves(tmp_path: Path):
    defaults = {"date_order": "month_first", "decimal_mark": "comma"}
    doubtful = read(tmp_path, "1;P;2;1.234;01/02/2026\n", {}, **defaults).frame
    assert doubtful.row(0, named=True)["timestamp"] == datetime(2026, 1, 2, tzinfo=UTC)
    assert doubtful["unit_price"].to_list() == [Decimal(1234)]
    proven = read(tmp_path, "1;P;2;1.234;01/02/2026\n2;P;2;1.5;13/02/2026\n", {}, **defaults).frame
    assert proven["timestamp"].dt.month().to_list() == [2, 2]
    assert proven["unit_price"].to_list() == [Decimal("1.234"), Decimal("1.5")]
    answered = read(tmp_path, "1;P;2;1.234;01/02/2026\n", {ORDER: "day_first", MARK: "point"}, **defaults).frame
    assert answered["unit_price"].to_list() == [Decimal("1.234")]


def test_competing_columns_are_chosen_by_an_answer(tmp_path: Path):
    header = "invoice_no;product_code;quantity;prix;pu;timestamp\n"
    rows = "1;P;1;2.5;3.5;2026-01-02\n"
    (question,) = questions_of(tmp_path, rows, {}, header)
    assert [choice.answer for choice in question.choices] == ["prix", "pu"]
    table = read(tmp_path, rows, {question.id: "pu"}, header)
    assert table.frame["unit_price"].to_list() == [Decimal("3.5")]
    assert {each.column: each.source for each in table.mapping}["unit_price"] == "answer"


def test_the_question_of_a_sheet_names_it(tmp_path: Path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Ventes=2026")
        sheet.write_row(0, 0, HEADER.strip().split(";"))
        sheet.write_row(1, 0, ["1", "P", 2, 1.234, "01/02/2026"])
    with pytest.raises(AmbiguousFileError) as caught:
        read_file(path, Settings(timezone="UTC"))
    (question,) = caught.value.questions
    assert question.id == "date_order_unclear:Ventes%3D2026:timestamp"
    (table,) = read_file(path, Settings(timezone="UTC"), answers={question.id: "day_first"}).tables
    assert table.frame["timestamp"].to_list() == [datetime(2026, 2, 1, tzinfo=UTC)]


@pytest.mark.parametrize("given", [[], "a", {"a": 1}, {1: "a"}, {"a": "\0"}, {"a": "b" * 501}, {"a": None}])
def test_what_is_no_mapping_of_short_texts_is_no_answer(given: Any):
    with pytest.raises(ValueError, match=r"\.$"):
        sound_answers(given)


def test_an_empty_variable_is_an_unset_default(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COMPTOIR_DATE_ORDER", "")
    monkeypatch.setenv("COMPTOIR_DECIMAL_MARK", "comma")
    assert [Settings().date_order, Settings().decimal_mark] == [None, "comma"]


def test_questions_answers_and_mappings_pass_the_border_of_the_reading_process(tmp_path: Path):
    path = tmp_path / "any.csv"
    path.write_text(HEADER + "1;P;2;1.5;01/02/2026\n", encoding="utf-8")
    here = questions_of(tmp_path, "1;P;2;1.5;01/02/2026\n", {})
    with pytest.raises(AmbiguousFileError) as caught:
        read_apart(path, Settings(timezone="UTC"))
    assert [caught.value.questions, caught.value.kind] == [here, "sales"]
    answers = {ORDER: "month_first"}
    apart = read_apart(path, Settings(timezone="UTC"), answers=answers).tables[0]
    assert apart.mapping == read(tmp_path, "1;P;2;1.5;01/02/2026\n", answers).mapping
    assert [apart.encoding, apart.delimiter] == ["utf-8", ";"]


def test_what_is_known_of_a_file_that_asks_passes_the_border_too(tmp_path: Path):
    path = tmp_path / "any.jsonl"
    items = '[{"sku": "P", "qty": 1}, {"sku": "Q", "qty": 2}]'
    path.write_text(f'{{"invoice_no": "1", "items": {items}, "note": null, "date": "01/02/2026"}}\n')
    with pytest.raises(AmbiguousFileError) as caught:
        read_file(path, Settings(timezone="UTC"))
    (outline,) = caught.value.outlines
    sent = {"invoice_no": "1", "items": items, "note": None, "date": "01/02/2026"}
    assert [outline.kind, outline.header_row, outline.rows_read] == ["sales", None, 1]
    assert [list(sent), [{"row": 1} | sent]] == [outline.headers, outline.first_rows]
    write_refusal(caught.value, tmp_path)
    with pytest.raises(AmbiguousFileError) as come_back:
        read_outcome(tmp_path)
    assert come_back.value.outlines == [outline]


def test_of_a_column_that_is_asked_about_no_header_is_told_as_known(tmp_path: Path):
    uuid = "0f8fad5b-d9cb-469f-a165-70867728950e"
    path = tmp_path / "any.csv"
    path.write_text(f"no_facture;chose;quantite;date_heure\n1;{uuid};2;2026-01-02\n", encoding="utf-8")
    with pytest.raises(AmbiguousFileError) as caught:
        read_file(path, Settings(timezone="UTC"))
    assert [question.id for question in caught.value.questions] == ["column_unnamed::product_code"]
    (outline,) = caught.value.outlines
    assert [each.column for each in outline.mapping] == ["invoice_no", "quantity", "timestamp"]


@pytest.mark.parametrize(
    ("quantity", "day", "is_taken"),
    [("livré", "moment", True), ("none", "none", True), ("livré", "livré", False), ("livré", "vendu", False)],
)
def test_answers_that_can_t_be_are_told_before_the_file_comes_again(
    tmp_path: Path, quantity: str, day: str, *, is_taken: bool
):
    path = tmp_path / "any.csv"
    path.write_text("order no,sku,livré,moment\nF1,P,2,2026-01-02\n", encoding="utf-8")
    with pytest.raises(AmbiguousFileError) as caught:
        read_file(path, Settings(timezone="UTC"))
    entry = {"state": "asking", "questions": [question.to_document() for question in caught.value.questions]}
    answers = {"column_unnamed::quantity": quantity, "column_unnamed::timestamp": day}
    if is_taken:
        _check(entry, answers)
        return
    with pytest.raises(RejectedFileError) as refused:
        _check(entry, answers)
    assert [problem.code for problem in refused.value.problems] == ["answer_invalid"]
