"""What of a change set reaches into closed books: the version before counts as much as the one afterwards."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from comptoir.stores.closing import ClosedBooksError, count_closed

CLOSING = date(2026, 4, 1)
CLOSED, OPEN = "2026-03-31", "2026-04-01"


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        (None, CLOSED, 1),
        (CLOSED, None, 1),
        (CLOSED, OPEN, 1),
        (OPEN, CLOSED, 1),
        (CLOSED, CLOSED, 1),
        (None, OPEN, 0),
        (OPEN, None, 0),
        (OPEN, OPEN, 0),
    ],
)
def test_an_invoice_is_closed_where_it_was_or_would_be(before: str | None, after: str | None, count: int):
    texts = [day and f'{{"business_day":"{day}"}}' for day in (before, after)]
    events = pl.DataFrame([texts], schema={"before": pl.String, "after": pl.String}, orient="row")
    assert count_closed(events, CLOSING) == count


def test_a_change_set_without_events_is_no_change():
    assert count_closed(pl.DataFrame(schema={"before": pl.String, "after": pl.String}), CLOSING) == 0


def test_the_refusal_names_invoices_and_date_and_says_what_to_do():
    told = ClosedBooksError.of(3, CLOSING).told("fr")
    assert "3 facture(s)" in told
    assert "1 avr. 2026" in told
    assert "administrateur" in told
