"""What goes over Kafka, and which offsets a file waits for."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import polars as pl

from comptoir.changes.change_set import EVENT_SCHEMA
from comptoir.publishing.kafka import messages
from comptoir.stores.offsets import has_passed, merge_offsets

NAME = 'Thé "vert" \\ 🍵\u2028'


def test_a_message_is_the_event_of_the_data_model() -> None:
    version = json.dumps({"name": NAME}, ensure_ascii=False)
    moment = datetime(2026, 5, 4, 8, 30, 0, 125000, tzinfo=UTC)
    row = ("e1", "abc-1", 7, "products", "replace", "p1@2026-01-01", None, version, date(2026, 5, 4), moment, 9)
    [(key, value)] = messages(pl.DataFrame([row], schema=EVENT_SCHEMA, orient="row"))
    assert key == "p1"
    assert json.loads(value) == {
        "event_id": "e1",
        "file_id": "abc-1",
        "sequence": 7,
        "kind": "products",
        "op": "replace",
        "record_id": "p1@2026-01-01",
        "before": None,
        "after": {"name": NAME},
        "business_day": "2026-05-04",
        "published_at": "2026-05-04T08:30:00.125000Z",
        "landing": 9,
    }


def test_of_two_offsets_the_later_counts() -> None:
    one = {"a": {"0": 5, "1": 9}}
    other = {"a": {"0": 7}, "b": {"0": 1}}
    assert merge_offsets(one, other) == {"a": {"0": 7, "1": 9}, "b": {"0": 1}}
    assert one == {"a": {"0": 5, "1": 9}}


def test_offsets_are_passed_when_those_of_every_partition_are() -> None:
    last = {"a": {"0": 5, "1": 9}}
    assert has_passed({"a": {"0": 5, "1": 9}, "b": {"0": 1}}, last)
    assert not has_passed({"a": {"0": 5, "1": 8}}, last)
    assert not has_passed({"a": {"0": 5}}, last)
    assert not has_passed({}, last)
    assert has_passed({}, {})
