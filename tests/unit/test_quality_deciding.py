"""What becomes of a file as a whole: its good rows go on, or it is refused with every row of it kept."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comptoir.quality.deciding import Outcome, decide
from comptoir.quality.judging import judge, judge_file, summarise
from comptoir.quality.known import Known
from comptoir.quality.reject_file import write_reject_file
from comptoir.reading.tables import Table
from comptoir.settings import ImportPolicy, Settings
from tests.unit.judged_files import judged_file

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.quality.verdicts import Verdict

MakeTable = Callable[..., Table]

PARIS = Settings(timezone="Europe/Paris")
TODAY = date(2026, 3, 2)
BAD: dict[str, Any] = {"quantity": 0}


def lines(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    """Give each line an invoice of its own unless it names one."""
    return [{"invoice_no": f"F{number}"} | row for number, row in enumerate(rows)]


def verdict_on(make_table: MakeTable, rows: list[dict[str, Any]]) -> Verdict:
    return judge(make_table("sales", rows), Known(), PARIS, today=TODAY)


def decided(make_table: MakeTable, rows: list[dict[str, Any]], policy: ImportPolicy = "good_rows") -> tuple[Any, ...]:
    decision = decide([verdict_on(make_table, rows)], policy)
    counts = summarise(decision.verdicts)
    assert decision.counts == counts
    code = decision.refusal.code if decision.refusal else None
    return str(decision.outcome), code, counts.rows_read, counts.rows_rejected


@pytest.mark.parametrize(
    ("rows", "good_rows", "all_or_nothing"),
    [
        (lines({}, {}), ("accept", None, 2, 0), ("accept", None, 2, 0)),
        (lines({}, {}, BAD), ("partial", None, 3, 1), ("reject", "all_or_nothing", 3, 3)),
        (lines({}, BAD), ("partial", None, 2, 1), ("reject", "all_or_nothing", 2, 2)),
        (lines({}, BAD, BAD), ("reject", "mostly_bad", 3, 3), ("reject", "mostly_bad", 3, 3)),
        (lines(BAD), ("reject", "mostly_bad", 1, 1), ("reject", "mostly_bad", 1, 1)),
    ],
    ids=["all sound", "a third bad", "half bad", "more than half bad", "all bad"],
)
def test_what_becomes_of_a_file(
    make_table: MakeTable, rows: list[dict[str, Any]], good_rows: tuple[Any, ...], all_or_nothing: tuple[Any, ...]
):
    assert decided(make_table, rows) == good_rows
    assert decided(make_table, rows, "all_or_nothing") == all_or_nothing


@pytest.mark.parametrize(
    ("rows", "code"),
    [(lines({}), "mostly_closed"), (lines({}, {}, BAD), "mostly_closed"), (lines({}, BAD, BAD), "mostly_bad")],
    ids=["one closed row", "most are closed", "most are bad besides"],
)
def test_rows_of_a_closed_period_make_no_file_the_wrong_one(
    make_table: MakeTable, rows: list[dict[str, Any]], code: str
):
    closed = judge(make_table("sales", rows), Known(closing=TODAY), PARIS, today=TODAY)
    refusal = decide([closed], "good_rows").refusal
    assert refusal is not None
    assert refusal.code == code
    assert "{" not in refusal.message("fr") + refusal.remedy()


@pytest.mark.parametrize(
    ("said", "code"),
    [("AVOIR AVOIR RAS", "mostly_no_sales"), ("AVOIR RAS RAS", None), ("Brouillon", "mostly_no_sales")],
)
def test_rows_that_a_column_calls_no_sales_make_no_file_the_wrong_one(tmp_path: Path, said: str, code: str | None):
    path = tmp_path / "x.csv"
    rows = [f"F{number};C;P;1;12,50;2026-01-1{number};{each}" for number, each in enumerate(said.split())]
    headers = "no_facture;code_client;code_produit;quantite;prix_unitaire;date_heure;Observations"
    path.write_text("\n".join([headers, *rows]))
    refusal = decide([judged_file(path)], "good_rows").refusal
    assert (refusal and refusal.code) == code
    if refusal:
        assert (refusal.column, refusal.value) == ("Observations", said.split(maxsplit=1)[0])
        assert "{" not in refusal.message("fr") + refusal.remedy()


def test_sound_lines_of_a_held_invoice_are_not_bad(make_table: MakeTable):
    rows = [
        {"invoice_no": "F1"},
        {"invoice_no": "F1", "quantity": 3},
        {"invoice_no": "F1", **BAD},
        {"invoice_no": "F2"},
    ]
    verdict = verdict_on(make_table, rows)
    assert (verdict.rejected_rows, verdict.held_rows) == ([2, 3, 4], [2, 3])
    assert decided(make_table, rows) == ("partial", None, 4, 3)


def test_a_file_that_is_held_whole_is_refused_without_a_guess(make_table: MakeTable):
    rows = [{"invoice_no": "F1"}, {"invoice_no": "F1", **BAD}]
    assert decided(make_table, rows) == ("reject", None, 2, 2)


def test_the_rows_of_all_sheets_count_together(make_table: MakeTable):
    tables = [make_table("sales", lines({}, {}, {}), sheet="a"), make_table("products", [{"name": None}], sheet="b")]
    verdicts, _ = judge_file(tables, Known(), PARIS, today=TODAY)
    assert decide(verdicts, "good_rows").outcome is Outcome.PARTIAL
    refused = decide(verdicts, "all_or_nothing")
    assert [verdict.rejected_rows for verdict in refused.verdicts] == [[2, 3, 4], [2]]
    assert all(verdict.accepted.is_empty() for verdict in refused.verdicts)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.fixed_dictionaries({"invoice_no": st.sampled_from("ABCDE"), "quantity": st.sampled_from([0, 1, 2])}),
        min_size=1,
        max_size=12,
    ),
    policy=st.sampled_from(["good_rows", "all_or_nothing"]),
)
def test_every_row_is_accounted_for(make_table: MakeTable, rows: list[dict[str, Any]], policy: ImportPolicy):
    decision = decide([verdict_on(make_table, rows)], policy)
    (verdict,) = decision.verdicts
    assert sorted([*verdict.accepted["row"], *verdict.rejected_rows]) == list(range(2, len(rows) + 2))
    bad = sum(row["quantity"] == 0 for row in rows)
    mostly_bad = 2 * bad > len(rows)
    assert (decision.refusal is not None) == (mostly_bad or (policy == "all_or_nothing" and bad > 0))
    if decision.outcome is not Outcome.REJECT:
        held = {row["invoice_no"] for row in rows if row["quantity"] == 0}
        assert len(verdict.accepted) == sum(row["invoice_no"] not in held for row in rows)


def test_the_reject_file_of_a_refused_file_has_every_row_with_its_reason(make_table: MakeTable, tmp_path: Path):
    decision = decide([verdict_on(make_table, lines({}, BAD, BAD))], "good_rows")
    path = write_reject_file(decision.verdicts, tmp_path / "v.csv", tmp_path, PARIS, refusal=decision.refusal)
    assert path is not None
    with path.open(encoding="utf-8-sig", newline="") as file:
        reasons = [row["Reason"] for row in csv.DictReader(file)]
    told = "2 of 3 rows are wrong: probably the wrong file, or columns that were taken for others."
    assert reasons == [told, "The quantity is 0.", "The quantity is 0."]
