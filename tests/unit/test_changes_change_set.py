"""Comparing records with the register: what is an event, what is confirmed, and how rows are counted."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl

from comptoir.changes.change_set import ChangeSet, Stamp, changed_records, make_change_set
from comptoir.changes.records import RECORD_SCHEMA

STAMP = Stamp("sales", 7, "abc-1", landing=5, token=3, published_at=datetime(2026, 5, 4, tzinfo=UTC))


def records(**digests: str) -> pl.DataFrame:
    """Return one record per name, made of two rows each."""
    rows = [
        (name, f'{{"is":"{digest}"}}', digest, date(2026, 5, 1), [2 * place, 2 * place + 1], None)
        for place, (name, digest) in enumerate(digests.items(), start=1)
    ]
    return pl.DataFrame(rows, schema=RECORD_SCHEMA, orient="row")


def change_set(found: pl.DataFrame, registered: dict[str, tuple[str, int]], before: dict[str, str]) -> ChangeSet:
    return make_change_set(found, changed_records(found, registered, STAMP.landing), before, STAMP)


def test_new_and_different_records_are_events_and_equal_ones_are_confirmed() -> None:
    registered = {"same": ("s", 1), "other": ("old", 1)}
    made = change_set(records(new="n", same="s", other="o"), registered, {"other": '{"is":"old"}'})
    assert made.events.select("op", "record_id", "before", "after").rows() == [
        ("insert", "new", None, '{"is":"n"}'),
        ("replace", "other", '{"is":"old"}', '{"is":"o"}'),
    ]
    assert made.confirmed == ["same"]
    assert (made.rows_applied, made.rows_unchanged) == (4, 2)
    assert made.claims["record_id"].to_list() == ["new", "same", "other"]


def test_a_record_of_a_later_landed_file_stays() -> None:
    made = change_set(records(other="o"), {"other": ("newer", 6)}, {})
    assert made.events.is_empty()
    assert (made.rows_applied, made.rows_unchanged) == (0, 2)


def test_an_event_has_the_same_identity_however_often_it_is_made() -> None:
    first, second = (change_set(records(new="n"), {}, {}) for _ in range(2))
    assert first.events["event_id"].to_list() == second.events["event_id"].to_list()
    assert first.events.equals(second.events)


def test_a_file_without_records_makes_an_empty_change_set() -> None:
    made = change_set(records(), {}, {})
    assert made.events.is_empty()
    assert (made.rows_applied, made.rows_unchanged) == (0, 0)
