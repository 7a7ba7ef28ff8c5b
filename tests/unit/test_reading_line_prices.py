"""Sales that say what their lines come to and no price: divided where that is exact, asked about where unclear."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from comptoir.errors import AmbiguousFileError
from comptoir.quality.judging import judge_file
from comptoir.quality.known import Known
from comptoir.quality.reject_file import write_reject_file
from comptoir.questions import NO_ANSWERS
from comptoir.reading.guide import NO_MAPPINGS, signature_of
from comptoir.reading.reader import read_file
from comptoir.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from comptoir.quality.verdicts import Verdict
    from comptoir.reading.guide import Mappings

SETTINGS = Settings(timezone="Europe/Paris", language="fr")
HEADERS = "Facture;Client;Date;Article;Qté;{}"
UNCLEAR = "line_amount_unclear::total_amount"
APART = ("F1;C;14/01/2026;P;3;37,50", "F1;C;14/01/2026;Q;-2;-7,00", "F2;D;15/01/2026;P;4;1,00")
ALIKE = ("F1;C;14/01/2026;P;3;30,00", "F1;C;14/01/2026;Q;2;30,00", "F2;D;15/01/2026;P;4;1,00")


def judged(
    path: Path, *lines: str, header: str = "Montant HT", answers: Mapping[str, str] = NO_ANSWERS, **named: Mappings
) -> Verdict:
    path.write_text("\n".join([HEADERS.format(header), *lines]), encoding="utf-8")
    file = read_file(path, SETTINGS, answers=answers, **named)
    verdicts, _ = judge_file(file.tables, Known(), SETTINGS, today=date(2026, 3, 31))
    return verdicts[0]


def errors(verdict: Verdict) -> list[tuple[int | None, str]]:
    return [(p.row, p.code) for p in verdict.problems if p.severity == "error"]


@pytest.mark.parametrize(
    "header",
    [
        *("Montant HT", "Line total", "Total HT", "Net amount", "Montant", "TOTAL", "Invoice lines/Total HT"),
        *("Invoice lines/Amount HT", "Lignes de facture/Montant HT", "Invoice lines/Untaxed Amount"),
        *("Invoice lines/Subtotal", "Order lines/Price Subtotal", "Lignes de facture/Sous-total"),
    ],
)
def test_the_price_is_the_amount_divided_by_the_quantity(tmp_path: Path, header: str):
    verdict = judged(tmp_path / "v.csv", *APART, header=header)
    assert errors(verdict) == []
    assert verdict.accepted["unit_price"].to_list() == [Decimal("12.5"), Decimal("3.5"), Decimal("0.25")]
    (price,) = [each for each in verdict.table.mapping if each.column == "unit_price"]
    assert (price.header, price.source, price.read_as) == (header, "divided", "comma")


def test_an_amount_that_does_not_divide_rejects_its_row(tmp_path: Path):
    verdict = judged(tmp_path / "v.csv", *APART, "F3;D;15/01/2026;P;3;10,00", "F4;D;15/01/2026;P;3;")
    assert errors(verdict) == [(5, "line_amount_undivided")]
    (problem,) = [problem for problem in verdict.problems if problem.code == "line_amount_undivided"]
    assert "10.0000" in problem.message("en")
    assert "{" not in problem.message("fr") + problem.remedy("fr")
    # Without an amount a line is valued by the catalogue, as it is without a price.
    assert verdict.accepted["unit_price"].to_list()[-1] is None


@pytest.mark.parametrize(
    ("lines", "header"),
    [
        (("F1;C;14/01/2026;P;-2;7,00", APART[0]), "Montant HT"),
        (("F1;C;14/01/2026;P;2;-7,00", APART[0]), "Montant HT"),
    ],
)
def test_an_amount_of_another_sign_than_its_quantity_rejects_its_row(
    tmp_path: Path, lines: tuple[str, ...], header: str
):
    verdict = judged(tmp_path / "v.csv", *(line.replace("F1", f"F{n}") for n, line in enumerate(lines)), header=header)
    assert errors(verdict) == [(2, "price_negative")]


@pytest.mark.parametrize("header", ["Montant HT", "Montant"])
@pytest.mark.parametrize("lines", [ALIKE, (ALIKE[0], ALIKE[1].replace("30,00", ""), ALIKE[2])])
def test_whether_an_amount_is_a_line_s_or_its_invoice_s_is_asked_and_remembered(
    tmp_path: Path, lines: tuple[str, ...], header: str
):
    path = tmp_path / "v.csv"
    with pytest.raises(AmbiguousFileError) as doubt:
        judged(path, *lines, header=header)
    (question,) = doubt.value.questions
    assert (question.id, question.problem.value) == (UNCLEAR, "30,00")
    assert [choice.answer for choice in question.choices] == [header, "none"]
    assert "{" not in question.problem.message("fr") + question.choices[0].message("fr")
    of_lines = judged(path, *lines, header=header, answers={UNCLEAR: "none"}).accepted
    assert (of_lines["unit_price"][0], of_lines["total_amount"].null_count()) == (Decimal(10), 3)
    of_invoices = judged(path, *lines, header=header, answers={UNCLEAR: header}).accepted
    assert (of_invoices["unit_price"].null_count(), of_invoices["total_amount"][0]) == (3, Decimal(30))
    remembered = {signature_of(HEADERS.format(header).split(";")): {"total_amount": None}}
    assert judged(path, *lines, header=header, mappings=remembered).accepted["unit_price"][0] == Decimal(10)


@pytest.mark.parametrize("lines", [ALIKE[2:], ALIKE[1:]])
def test_nothing_is_asked_where_each_invoice_has_one_line(tmp_path: Path, lines: tuple[str, ...]):
    assert errors(judged(tmp_path / "v.csv", *lines)) == []


def test_a_total_that_its_header_calls_the_invoice_s_gives_no_price(tmp_path: Path):
    accepted = judged(tmp_path / "v.csv", *ALIKE, header="Total facture").accepted
    assert (accepted["unit_price"].null_count(), accepted["total_amount"].to_list()) == (3, [30, 30, 1])


def test_a_header_that_says_that_it_is_of_lines_is_not_asked_about(tmp_path: Path):
    verdict = judged(tmp_path / "v.csv", *ALIKE, header="Montant ligne HT")
    assert verdict.accepted["unit_price"].to_list() == [Decimal(10), Decimal(15), Decimal("0.25")]


def test_a_column_that_may_be_the_price_is_asked_about_first(tmp_path: Path):
    lines = [f"{line};{price}" for line, price in zip(APART, ("12,50", "3,50", "0,25"), strict=True)]
    with pytest.raises(AmbiguousFileError) as doubt:
        judged(tmp_path / "v.csv", *lines, header="Montant HT;Tarif public")
    assert [question.id for question in doubt.value.questions] == ["mapping_unclear::unit_price"]
    answers = {"mapping_unclear::unit_price": "none"}
    verdict = judged(tmp_path / "v.csv", *lines, header="Montant HT;Tarif public", answers=answers)
    assert verdict.accepted["unit_price"].to_list() == [Decimal("12.5"), Decimal("3.5"), Decimal("0.25")]


def test_a_reject_file_keeps_the_amounts(tmp_path: Path):
    lines = ("F9;C;14/01/2026;P;0;1,5", "F2;C;14/01/2026;P;2;x", "F3;C;14/01/2026;P;2;1.234,50", *APART[:1])
    path = tmp_path / "v.csv"
    verdict = judged(path, *lines, "F5;C;14/01/2026;Q;0;4", "F5;C;14/01/2026;P;2;1.234")
    rejects = write_reject_file([verdict], path, tmp_path / "rejects", SETTINGS)
    assert rejects is not None
    (again,) = read_file(rejects, SETTINGS, mappings=NO_MAPPINGS).tables
    assert again.frame.select("row", "unit_price").rows() == [(2, None), (3, None), (4, None), (5, Decimal(617))]
    amounts = again.originals["Montant HT"].to_list()
    assert amounts == ["1,5", "x", "4", "1234"]
