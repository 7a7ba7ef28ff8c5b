"""Released rows are written so that they are read as they were, and refused where that can't be proven."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comptoir.errors import StoppedError
from comptoir.holding import NoteError, _held_rows, dismiss
from comptoir.quality.deciding import decide
from comptoir.quality.judging import judge
from comptoir.quality.known import Known
from comptoir.quality.spelled_files import as_file
from comptoir.reading.tables import Table
from comptoir.records import entity_id, kind_of
from comptoir.settings import Settings
from comptoir.stores.settling import _settle_one
from tests.unit.accounts_in_memory import MemoryCollection

MakeTable = Callable[..., Table]

PARIS = Settings(timezone="Europe/Paris")
TODAY = date(2026, 3, 2)
UUID = "11111111-1111-4111-8111-111111111111"

MONEY = st.decimals(0, 10**9, places=4)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2026, 3, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants them naive
CODES = st.sampled_from(["P1", "007", "1.234", "01/02/2026", 'a;b,c"d', "=1+1", "été"])
CELLS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "products": {"product_code": CODES, "buy_price": MONEY, "min_margin_threshold": st.sampled_from([0.2, 0.125, 1.0])},
    "clients": {"client_code": CODES, "as_of": st.dates(date(2020, 1, 1), TODAY), "total_revenue_generated": MONEY},
    "stock": {"batch_no": CODES, "quantity": st.integers(1, 10**9), "last_movement": MOMENTS},
    "sales": {"product_code": CODES, "quantity": st.integers(1, 999), "unit_price": MONEY, "timestamp": MOMENTS},
}


def waiting(table: Table) -> pl.DataFrame:
    return _held_rows(decide([judge(table, Known(), PARIS, today=TODAY)], "all_or_nothing").verdicts[0])


@pytest.mark.parametrize("kind", CELLS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_rows_are_read_as_they_were(make_table: MakeTable, kind: str, data: st.DataObject):
    rows = data.draw(st.lists(st.fixed_dictionaries(CELLS[kind]), min_size=1, max_size=5))
    table = make_table(kind, rows)
    frame = table.frame.with_columns(pl.lit(None, dtype=pl.String).alias("of_invoice"))
    assert as_file(kind_of(kind), frame, PARIS).startswith(b"\xef\xbb\xbf")  # it reads them back by itself


def test_rows_that_would_be_read_otherwise_are_not_released(make_table: MakeTable):
    # Alone, a code that looks like a UUID would be taken for one.
    frame = make_table("products", [{"product_code": UUID}]).frame.with_columns(
        pl.lit(None, dtype=pl.String).alias("of_invoice")
    )
    with pytest.raises(StoppedError, match="can't come in as they are"):
        as_file(kind_of("products"), frame, PARIS)


def test_an_invoice_loses_its_total_with_a_line_and_keeps_it_where_it_is_released_whole(make_table: MakeTable):
    old = Known(invoice_days={entity_id("invoice", name): date(2025, 3, 1) for name in ("F1", "F2")})
    reused, half_bad = [{"total_amount": Decimal(10)}] * 2, {"total_amount": Decimal(5), "invoice_no": "F2"}
    alone = {"total_amount": Decimal(5), "invoice_no": "F3"}
    table = make_table("sales", [*reused, half_bad, half_bad | {"quantity": 0}, alone, alone | {"quantity": 0}])
    held = _held_rows(judge(table, old, PARIS, today=TODAY))
    assert held.select("row", "of_invoice", "total_amount").rows() == [
        (2, "F1", Decimal(10)),
        (3, "F1", Decimal(10)),
        (4, "F2", None),
        (6, "F3", None),
    ]
    assert as_file(kind_of("sales"), held, PARIS).count(b"10.0000") == 2


def test_an_invoice_that_a_nameless_line_follows_has_lost_one(make_table: MakeTable):
    old = Known(invoice_days={entity_id("invoice", "F1"): date(2025, 3, 1)})
    table = make_table("sales", [{"total_amount": Decimal(5)}, {"invoice_no": None}])
    assert _held_rows(judge(table, old, PARIS, today=TODAY))["total_amount"].to_list() == [None]


def test_held_lines_and_waiting_rows_are_kept_and_bad_ones_are_not(make_table: MakeTable):
    rows = [{}, {"quantity": 0}, {"invoice_no": "F2"}, {"invoice_no": "F3", "quantity": 0}]
    kept = waiting(make_table("sales", rows))
    assert kept.select("row", "of_invoice").rows() == [(2, "F1"), (4, None)]


@pytest.mark.parametrize("note", ["", " \t\n", "x" * 501])
def test_nothing_is_dismissed_without_a_note_of_why(note: str):
    nowhere: Any = None  # refused before either store is asked
    with pytest.raises(NoteError) as refused:
        dismiss(nowhere, nowhere, "id", [], note)
    assert refused.value.told("en") == "A dismissal needs a note of why, of at most 500 characters."
    assert refused.value.told("fr") == "Pour écarter, il faut un motif, de 500 caractères au plus."


def counts(ledger_of: MemoryCollection) -> list[int]:
    held = ledger_of.documents["held-1"]
    assert sum(held[f"rows_{name}"] for name in ("applied", "rejected", "released")) == held["rows_read"]
    return [held["rows_rejected"], held["rows_released"]]


def test_rows_whose_released_file_is_withdrawn_count_as_rejected_until_it_comes_back():
    entries = MemoryCollection()
    hot: Any = SimpleNamespace(ledger=entries)
    held = {"_id": "held-1", "rows_read": 9, "rows_applied": 4, "rows_rejected": 2, "rows_released": 3}
    own = {"_id": "own-1", "released": "held-1", "rows_read": 3, "rows_rejected": 0, "rows_released": 0}
    entries.documents = {"held-1": held, "own-1": own | {"state": "withdrawing"}}
    for state, left in [("withdrawing", [5, 0]), ("restoring", [2, 3]), ("withdrawing", [5, 0])]:
        for _ in range(2):  # as after a crash before its state was written
            entries.documents["own-1"]["state"] = state
            assert _settle_one(hot, entries.documents["own-1"] | {"state": state})
        assert counts(entries) == left
    assert entries.documents["own-1"]["state"] == "withdrawn"


def test_a_file_of_other_rows_moves_none_when_it_is_withdrawn():
    entries = MemoryCollection()
    hot: Any = SimpleNamespace(ledger=entries)
    entry = {"_id": "own-1", "released": None, "rows_read": 3, "rows_rejected": 1, "rows_released": 0}
    entries.documents = {"own-1": entry | {"state": "withdrawing"}}
    assert _settle_one(hot, entries.documents["own-1"])
    assert [entries.documents["own-1"][field] for field in ("rows_rejected", "rows_released")] == [1, 0]
