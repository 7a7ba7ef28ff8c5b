"""Heads of invoices in rows of their own and texts between lines: they sell nothing, and what a head says is kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

from comptoir.errors import AmbiguousFileError
from comptoir.reading import delimited
from tests.unit.judged_files import judged_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from comptoir.quality.verdicts import Verdict

HEADERS = "N° facture;Date;Code client;Référence;Désignation;Quantité;PU HT"
HEAD, FIRST, SECOND = "F1;2026-01-14;C;;;;", ";;;P;Vis;10;1,50", ";;;Q;Clou;5;2,00"
SAID = "F1;2026-01-14;C;P;Vis;10;1,50", "F1;2026-01-14;C;Q;Clou;5;2,00"
OTHERS = [f"F{number};2026-01-15;D;P;Vis;1;1,50" for number in range(2, 6)]


def judged_text(folder: Path, *lines: str) -> Verdict:
    path = folder / "x.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return judged_file(path)


def codes(verdict: Verdict) -> list[tuple[int | None, str]]:
    """Return the errors' rows and codes, but for those of rows that are held for others'."""
    errors = [problem for problem in verdict.problems if problem.severity == "error"]
    return [(problem.row, problem.code) for problem in errors if problem.code != "invoice_held"]


def left_aside(verdict: Verdict) -> list[str]:
    told = [problem for problem in verdict.problems if problem.code in {"bare_rows_left_aside", "groups_left_aside"}]
    assert all("{" not in problem.message("fr") + problem.remedy("fr") for problem in told)
    return [problem.params["rows"] for problem in told]


def test_what_a_head_says_holds_for_its_lines(tmp_path: Path):
    verdict = judged_text(tmp_path, HEADERS, HEAD, FIRST, SECOND, "F2;2026-01-15;D;;;;", FIRST)
    of_invoices = verdict.accepted.select("row", "invoice_no", "client_code", "product_code")
    assert of_invoices.rows() == [(3, "F1", "C", "P"), (4, "F1", "C", "Q"), (6, "F2", "D", "P")]
    assert verdict.accepted["timestamp"].n_unique() == 2
    assert (codes(verdict), left_aside(verdict)) == ([], ["2, 5"])


def test_lines_may_repeat_the_number_of_their_invoice(tmp_path: Path):
    verdict = judged_text(tmp_path, HEADERS, HEAD, f"F1{FIRST}", f"F1{SECOND}")
    assert verdict.accepted.select("client_code", "quantity").rows() == [("C", 10), ("C", 5)]


@pytest.mark.parametrize(
    ("header", "cell", "code"),
    [
        ("Statut", "Annulée", "not_a_sale"),
        ("Type de pièce", "Avoir", "credit_note_positive"),
        ("Devise", "USD", "currency_foreign"),
        ("Montant TVA", "-5,00", "credit_note_positive"),
        ("Remise", "10 %", "line_discounted"),
        ("Total", "26,00", "total_mismatch"),
    ],
)
def test_what_a_head_says_of_the_sale_is_not_lost(tmp_path: Path, header: str, cell: str, code: str):
    usual = {"Devise": "EUR", "Statut": "Payée", "Type de pièce": "Facture"}.get(header, "")
    others = [f"{line};{usual}" for line in OTHERS]
    verdict = judged_text(tmp_path, f"{HEADERS};{header}", f"{HEAD};{cell}", f"{FIRST};", f"{SECOND};", *others)
    assert {found for _, found in codes(verdict)} == {code}
    assert verdict.accepted["invoice_no"].to_list() == ["F2", "F3", "F4", "F5"]


@pytest.mark.parametrize("of_lines", ["15,00", ""], ids=["lines with their own", "lines without"])
def test_a_head_may_say_what_its_lines_come_to(tmp_path: Path, of_lines: str):
    second = "10,00" if of_lines else ""
    lines = f"{HEAD};25,00", f"{FIRST};{of_lines}", f"{SECOND};{second}"
    verdict = judged_text(tmp_path, f"{HEADERS};Total HT", *lines)
    assert (codes(verdict), left_aside(verdict)) == ([], ["2"])
    assert len(verdict.accepted) == 2


@pytest.mark.parametrize("amount", ["29,00", "15,00"])
def test_a_head_with_another_amount_is_rejected(tmp_path: Path, amount: str):
    others = [f"{line};1,50" for line in OTHERS]
    lines = f"{HEAD};{amount}", f"{FIRST};15,00", f"{SECOND};10,00"
    verdict = judged_text(tmp_path, f"{HEADERS};Total HT", *lines, *others)
    assert left_aside(verdict) == []
    assert verdict.accepted["invoice_no"].to_list() == ["F2", "F3", "F4", "F5"]


@pytest.mark.parametrize(
    "text",
    [
        "F1;2026-01-14;C;;Selon votre commande du 12 mars;;",
        "F1;;;;Suivant devis n° 12;0;0,00",
        "F1;2026-01-14;C;;Livraison le 15 au matin;;",
        "F1;2026-01-14;C;;;;",
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2], ids=["above", "between", "below"])
def test_a_text_among_the_lines_sells_nothing(tmp_path: Path, text: str, place: int):
    lines = [OTHERS[0], *SAID]
    lines.insert(place + 1, text)
    verdict = judged_text(tmp_path, HEADERS, *lines)
    assert verdict.accepted["product_code"].to_list() == ["P", "P", "Q"]
    assert (codes(verdict), left_aside(verdict)) == ([], [str(place + 3)])


@pytest.mark.parametrize(
    ("header", "text", "is_aside"),
    [
        ("Remarques", "Selon votre commande du 12 mars", True),
        ("Commentaire", "Bon de livraison BL-12", True),
        ("Remarques", "Annulé par le client", False),
        ("Remarques", "Devis", False),
        ("Remarques", "Commande offerte", False),
        ("Phase", "Commande", False),
    ],
)
def test_a_remark_among_the_lines_sells_nothing(tmp_path: Path, header: str, text: str, *, is_aside: bool):
    lines = f"{SAID[0]};", f"F1;2026-01-14;C;;;;;{text}", f"{SAID[1]};", *(f"{line};" for line in OTHERS)
    verdict = judged_text(tmp_path, f"{HEADERS};{header}", *lines)
    assert left_aside(verdict) == (["3"] if is_aside else [])
    assert ("F1" in verdict.accepted["invoice_no"].to_list()) is is_aside


@pytest.mark.parametrize(
    "row",
    [";;;;Livré en deux fois;;", ";;;;Facture F2 du 15/01/2026;;", ";2026-01-14;C;;;;", ";;C;;Selon commande;;"],
)
def test_a_row_without_an_invoice_ends_the_one_above(tmp_path: Path, row: str):
    verdict = judged_text(tmp_path, HEADERS, SAID[0], row, SECOND, *OTHERS)
    assert verdict.accepted["invoice_no"].to_list() == ["F1", "F2", "F3", "F4", "F5"]
    assert (left_aside(verdict), {line for line, _ in codes(verdict)}) == ([], {3, 4})


def test_numbers_of_rows_and_places_are_no_amounts(tmp_path: Path):
    lines = f"{SAID[0]};1;4", "F1;2026-01-14;C;;Selon devis 4;;;2;7", f"{SAID[1]};3;4"
    verdict = judged_text(tmp_path, f"{HEADERS};N° ligne;Dépôt", *lines)
    assert (codes(verdict), left_aside(verdict)) == ([], ["3"])


@pytest.mark.parametrize(
    "text",
    [
        "F1;2026-01-14;C;;Port;;;12,00",
        "F1;2026-01-14;C;;Port;;;15,00",
        "F1;2026-01-14;C;;Port 12 EUR;;;",
        *(
            f"F1;2026-01-14;C;;Transport;;;{cell}"
            for cell in ("12,50EUR", "\u221212,50", "1\u2019250.00", "12,50*", "450 DH")
        ),
        *(
            f"F1;2026-01-14;C;;{text};;;"
            for text in (
                "Prix TTC",
                "Prix pour 100 pièces",
                "NON FACTURÉ",
                "10 offerts",
                "Livraison 12,50",
                "Acompte : 12",
            )
        ),
        "F1;2026-01-14;C;;Remise exceptionnelle;;;",
        "F1;2026-01-14;C;;Avoir sur la facture F0;;;",
        "F1;2026-01-14;C;;Annulée;;;",
        "F1;2026-01-14;C;;Port;1;;",
        "F1;2026-01-14;C;;Port;;12,00;",
        "F1;2026-01-14;D;;;;;",
    ],
)
def test_what_may_change_the_invoice_holds_it(tmp_path: Path, text: str):
    others = [f"{line};" for line in OTHERS]
    lines = f"{SAID[0]};15,00", text, f"{SAID[1]};10,00"
    verdict = judged_text(tmp_path, f"{HEADERS};Total HT", *lines, *others)
    assert left_aside(verdict) == []
    assert verdict.accepted["invoice_no"].to_list() == ["F2", "F3", "F4", "F5"]


def test_a_fee_above_a_line_of_the_same_amount_is_no_head(tmp_path: Path):
    lines = f"{HEAD.replace(';;;;', ';;Forfait déplacement;;')};15,00", f"{FIRST};15,00"
    verdict = judged_text(tmp_path, f"{HEADERS};Montant HT", *lines, *(f"{line};1,50" for line in OTHERS))
    assert verdict.accepted["invoice_no"].to_list() == ["F2", "F3", "F4", "F5"]


def test_a_head_in_another_currency_than_its_lines_holds_them(tmp_path: Path):
    others = [f"{other};EUR" for other in OTHERS]
    verdict = judged_text(tmp_path, f"{HEADERS};Devise", f"{HEAD};MAD", f"{FIRST};EUR", f"{SECOND};EUR", *others)
    assert verdict.accepted["invoice_no"].to_list() == ["F2", "F3", "F4", "F5"]


@pytest.mark.parametrize(
    ("header", "head", "line"), [("Type document", "Bon de livraison", "Article"), ("Statut", "Litige", "Payée")]
)
def test_what_a_head_tells_otherwise_than_its_lines_is_asked_about(tmp_path: Path, header: str, head: str, line: str):
    lines = f"{HEAD};{head}", f"{FIRST};{line}", f"{SECOND};{line}"
    with pytest.raises(AmbiguousFileError, match=head):
        judged_text(tmp_path, f"{HEADERS};{header}", *lines)


def test_an_invoice_without_lines_is_rejected(tmp_path: Path):
    verdict = judged_text(tmp_path, HEADERS, *OTHERS, "F6;2026-01-14;C;;Vente au comptoir;;")
    assert {row for row, _ in codes(verdict)} == {6}


def test_a_price_that_has_no_column_may_stand_in_another(tmp_path: Path):
    headers = HEADERS.replace("PU HT", "Montant HT")
    verdict = judged_text(tmp_path, headers, *SAID, "F1;2026-01-14;C;;Port;;12,00", *OTHERS)
    assert left_aside(verdict) == []
    assert "F1" not in verdict.accepted["invoice_no"].to_list()


BY_CLIENT = ["F1;2026-01-14;;P;Vis;10;1,50", "F1;2026-01-14;;Q;Clou;5;2,00", "F2;2026-01-15;;P;Vis;1;1,50"]
BY_PRODUCT = ["F1;2026-01-14;C;;;10;1,50", "F2;2026-01-15;D;;;1;1,50"]


def test_lines_below_a_client_are_that_client_s(tmp_path: Path):
    lines = ";;C;;;;", *BY_CLIENT, ";;D;;;;", "F3;2026-01-15;;P;Vis;1;1,50"
    verdict = judged_text(tmp_path, HEADERS, *lines)
    assert verdict.accepted["client_code"].to_list() == ["C", "C", "C", "D"]
    assert (codes(verdict), left_aside(verdict)) == ([], ["2, 6"])


def test_lines_below_a_product_are_of_it(tmp_path: Path):
    verdict = judged_text(tmp_path, HEADERS, ";;;P;Vis;;", *BY_PRODUCT, ";;;Q;Clou;;", BY_PRODUCT[0])
    of_lines = verdict.accepted.select("invoice_no", "client_code", "product_code")
    assert of_lines.rows() == [("F1", "C", "P"), ("F2", "D", "P"), ("F1", "C", "Q")]
    assert (codes(verdict), left_aside(verdict)) == ([], ["2, 5"])


def test_lines_below_invoices_below_a_client(tmp_path: Path):
    lines = ";;C;;;;", "F1;2026-01-14;;;;;", FIRST, SECOND, ";;D;;;;", "F2;2026-01-14;;;;;", FIRST
    verdict = judged_text(tmp_path, HEADERS, *lines)
    of_lines = verdict.accepted.select("invoice_no", "client_code", "product_code")
    assert of_lines.rows() == [("F1", "C", "P"), ("F1", "C", "Q"), ("F2", "D", "P")]


@pytest.mark.parametrize(
    "lines",
    [
        [*BY_CLIENT, ";;C;;;;", "F3;2026-01-15;;P;Vis;1;1,50"],
        [";;C;;;;", *BY_CLIENT, OTHERS[3]],
        [";;C;;;;", *BY_CLIENT, ";;;P;;;", "F3;2026-01-15;;P;Vis;1;1,50"],
        [";;C;;;1;", *BY_CLIENT],
        [";;C;;;;", *BY_CLIENT, ";;;;Ventes comptoir;;", "F3;2026-01-15;;P;Vis;1;1,50"],
        [";;C;;;;", *BY_CLIENT, "Divers;;;;;;", "F3;2026-01-15;;P;Vis;1;1,50"],
        [";;C;;;;", *BY_CLIENT, "Total C;;;;;16;", "F3;2026-01-15;;P;Vis;1;1,50"],
        [";;C;;Client annulé - remise 10 %;;", *BY_CLIENT],
    ],
    ids=[
        *("lines above the first", "a line with its own", "heads of two sorts", "a quantity", "a text", "another word"),
        *("a total", "a head that says more"),
    ],
)
def test_a_row_with_a_client_alone_may_be_a_damaged_line(tmp_path: Path, lines: list[str]):
    verdict = judged_text(tmp_path, HEADERS, *lines)
    assert left_aside(verdict) == []
    assert "C" not in verdict.accepted["client_code"].to_list()


def test_days_of_heads_in_a_workbook_are_told_as_days(tmp_path: Path):
    rows: Sequence[Sequence[object]] = (
        HEADERS.split(";"),
        ["F1", datetime(2026, 1, 14), "C", None, None, None, None],  # noqa: DTZ001 - spreadsheets know no zones
        [None, None, None, "P", "Vis", 10, 1.5],
    )
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    verdict = judged_file(tmp_path / "x.xlsx")
    assert [moment.date() for moment in verdict.accepted["timestamp"]] == [date(2026, 1, 13)]  # UTC
    assert (codes(verdict), left_aside(verdict)) == ([], ["2"])


def test_of_a_file_in_pieces_no_piece_knows_all_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(delimited, "PIECE_CHARACTERS", len(HEADERS) + 20)
    monkeypatch.setattr(delimited, "WHOLE_PIECES", 1)
    verdict = judged_text(tmp_path, HEADERS, *OTHERS, HEAD, FIRST, SECOND)
    assert left_aside(verdict) == []
    assert (6, "value_missing") in codes(verdict)
