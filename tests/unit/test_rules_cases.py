"""The cases of `docs/rules.md`, by the statements of the audit, which share no code with the pipeline."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from comptoir.changes.records import Clock, build_records
from comptoir.reading.reader import read_file
from comptoir.reconciling.workspace import open_workspace
from comptoir.rules import LossReason, windows_of
from comptoir.settings import Settings
from tests import rules_cases as cases
from tests.unit.audited import figures_of

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = cases.read_cases()


def asked(header: cases.Header, query: str) -> list[dict[str, Any]]:
    """Tell a table's cases and ask for figures."""
    return figures_of(cases.events_of(DOCUMENT[header]), cases.ON, cases.ZONE).rows(query)


@pytest.mark.parametrize("header", cases.CASES)
def test_every_table_has_cases(header: cases.Header):
    assert DOCUMENT[header]


@pytest.mark.parametrize("text", ["3 x 11.00", "3 × 11.0", "3 × 11,00", "3 × ", "1000 × 1.00"])  # noqa: RUF001 - as the document writes it
def test_a_cell_that_is_not_understood_is_no_case(text: str):
    with pytest.raises(cases.CaseError):
        cases.Told().tell_sales("p", f"2 Mar 2026: {text}")


def test_winners():
    rows = DOCUMENT[cases.WINNERS]
    query = "SELECT *, if(has_cost, profit, NULL) AS known FROM expected_windows WHERE window_id LIKE 'month:%'"
    found = asked(cases.WINNERS, query)
    assert {row["window_id"] for row in found} == {"month:2026-03-01"}
    shown = {row["product_id"]: cases.winner_shown(row["quantity"], row["revenue"], row["known"]) for row in found}
    results = ("Quantity", "Revenue", "Profit")
    assert cases.in_full(shown, rows, *results) == cases.told(rows, *results)


def test_ranks():
    rows = DOCUMENT[cases.RANKS]
    query = """SELECT product_id, revenue, if(has_cost, profit, NULL) AS known, rank
        FROM expected_windows LEFT JOIN expected_ranking USING (window_id, product_id, revenue, profit)
        WHERE window_id LIKE 'month:%'"""
    found = asked(cases.RANKS, query)
    shown = {row["product_id"]: cases.rank_shown(row["rank"], row["revenue"], row["known"]) for row in found}
    assert shown == cases.told(rows, "Revenue", "Profit", "Rank")


def test_windows():
    rows = DOCUMENT[cases.WINDOWS]
    query = "SELECT product_id, list(window_id ORDER BY window_id DESC) AS windows FROM expected_windows GROUP BY ALL"
    found = {row["product_id"]: row["windows"] for row in asked(cases.WINDOWS, query)}
    assert found == {
        row["Case"]: [window.id for window in windows_of(cases.day_in(row["Business day"]))] for row in rows
    }
    told = {row["Case"]: [cases.day_in(row[column]) for column in ("Week from", "Month from")] for row in rows}
    assert found == {case: [f"week:{week}", f"month:{month}"] for case, (week, month) in told.items()}


def test_losses():
    rows = DOCUMENT[cases.LOSSES]
    found = asked(cases.LOSSES, "FROM expected_losses")
    order = list(LossReason)
    shown = {
        row["stock_id"]: cases.loss_shown(sorted(row["reasons"], key=order.index), row["value_at_risk"])
        for row in found
    }
    results = ("Reasons", "Value at risk")
    assert cases.in_full(shown, rows, *results) == cases.told(rows, *results)


def test_low_margins():
    rows = DOCUMENT[cases.LOW_MARGINS]
    found = asked(cases.LOW_MARGINS, "SELECT *, CAST(margin AS DECIMAL(20, 4)) AS shown FROM expected_low_margin")
    shown = {row["product_id"]: cases.margin_shown(row["revenue"], row["shown"]) for row in found}
    results = ("Revenue", "Margin")
    assert cases.in_full(shown, rows, *results) == cases.told(rows, *results)


def test_reductions():
    rows = DOCUMENT[cases.REDUCTIONS]
    found = asked(cases.REDUCTIONS, "FROM expected_reductions")
    shown = {
        row["client_id"]: cases.client_shown(Decimal(row["new_total"]), row["tier"], is_eligible=row["eligible_promo"])
        for row in found
    }
    results = ("New total", "Eligible", "Tier")
    assert cases.in_full(shown, rows, *results) == cases.told(rows, *results)


def test_business_days_as_the_audit_reads_them():
    rows = DOCUMENT[cases.DAYS]
    workspace = open_workspace(cases.ZONE)
    day = "SELECT CAST(moment_of($cell, 'day_first') AS DATE)"
    found = {row["Case"]: workspace.database.execute(day, {"cell": row["In the file"]}).fetchone()[0] for row in rows}
    assert found == {row["Case"]: cases.day_in(row["Business day"]) for row in rows}


def test_business_days_as_the_importer_reads_them(tmp_path: Path):
    rows = DOCUMENT[cases.DAYS]
    path = tmp_path / "sales.csv"
    lines = [f"{number},P,1,1.00,{row['In the file']}" for number, row in enumerate(rows)]
    path.write_text("\n".join(["invoice_no,product_code,quantity,unit_price,timestamp", *lines]))
    (table,) = read_file(path, Settings(timezone=cases.ZONE)).tables
    frame = table.frame.with_columns(sheet=pl.lit(None, pl.String))
    records = build_records("sales", [frame], Clock(cases.ZONE, cases.ON))
    moments = [json.loads(version)["timestamp"] for version in records["version"]]
    assert list(zip(moments, records["business_day"], strict=True)) == [
        (f"{row['Moment (UTC)'].replace(' ', 'T')}Z", cases.day_in(row["Business day"])) for row in rows
    ]
