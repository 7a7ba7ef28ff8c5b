"""What goes over Kafka, and which offsets a file waits for."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, cast

import polars as pl
import pytest

from comptoir.changes.act import Act
from comptoir.changes.change_set import CLAIM_SCHEMA, EVENT_SCHEMA, ChangeSet, Stamp
from comptoir.errors import StoppedError
from comptoir.publishing import kafka
from comptoir.publishing.kafka import messages
from comptoir.stores.offsets import has_passed, merge_offsets

if TYPE_CHECKING:
    from collections.abc import Iterable


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


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The parts that are sent of change sets in parts of two events."""
    parts: list[int] = []

    def send_part(
        _channel: object, _producer: object, part: Iterable[object], marker: dict[str, Any], _: object
    ) -> Any:
        parts.append(marker["part"])
        assert len(list(part)) == 2
        return {}

    monkeypatch.setattr(kafka, "EVENTS_PER_PART", 2)
    monkeypatch.setattr(kafka, "_send_part", send_part)
    return parts


def send_after(done: kafka.Marker) -> None:
    """Send what is missing of a change set of six events."""
    events = pl.DataFrame({name: [None] * 6 for name in EVENT_SCHEMA}, schema=EVENT_SCHEMA)
    stamp = Stamp("sales", 7, "file-1", 7, 3, datetime(2026, 5, 4, tzinfo=UTC), Act.LAND)
    change_set = ChangeSet(stamp, events, pl.DataFrame(schema=CLAIM_SCHEMA))
    kafka._send_transactions(kafka.Channel("sales", {}), cast("Any", None), change_set, done)


@pytest.mark.parametrize(
    ("done", "missing"),
    [((7, 0, 3), [1, 2, 3]), ((7, 1, 3), [2, 3]), ((7, 3, 3), []), ((7, 9, 9), []), ((8, 1, 9), [])],
)
def test_what_is_missing_follows_from_the_marker(
    monkeypatch: pytest.MonkeyPatch, sent: list[int], done: tuple[int, int, int], missing: list[int]
) -> None:
    monkeypatch.setattr(kafka, "messages", lambda events: iter([("", "")] * events.height))
    send_after(kafka.Marker(*done, {}))
    assert sent == missing


def test_parts_of_another_size_are_never_counted_as_own(sent: list[int]) -> None:
    with pytest.raises(StoppedError, match="begun in 2 parts, not in 3"):
        send_after(kafka.Marker(7, 1, 2, {}))
    assert sent == []
