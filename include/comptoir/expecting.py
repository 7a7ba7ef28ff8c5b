"""Files that are expected by a time of day: when each is due, and which file that came fulfils it.

Times of day are the trader's. An hour that the clocks skip is as late as if they had not been moved; of one that
comes twice, the first counts.

Each deadline wants a file of its own: one that came since the deadline before it. Where that one was missed, the first
file after it is its own, late; only the next is for the deadline that follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS_LOOKED_AT: Final = 8  # a week, and the same weekday again
MOMENT: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Expectation:
    """A file of a kind that is expected by a time of day on some weekdays (0 is Monday), of an account or of anyone."""

    id: str
    kind: str
    due: time
    days: frozenset[int]
    account: str | None


@dataclass(frozen=True)
class Arrival:
    """A file that came, and when: at its landing, or when the same bytes were dropped again."""

    file_id: str
    at: datetime


def parse_days(text: str) -> frozenset[int]:
    """Return the weekdays of a text, 0 for Monday.

    Raises:
        ValueError: it is no list of days and spans of days.

    Examples:
        >>> sorted(parse_days("mon-wed,sat"))
        [0, 1, 2, 5]
        >>> sorted(parse_days("sat-mon"))
        [0, 5, 6]
    """
    return frozenset(day for part in text.lower().split(",") for day in _span(part.strip()))


def _span(text: str) -> Iterator[int]:
    first, dash, last = text.partition("-")
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last if dash else first)
    return (day % len(WEEKDAYS) for day in range(start, (end if end >= start else end + len(WEEKDAYS)) + 1))


def days_text(days: Iterable[int]) -> str:
    """Return weekdays as `parse_days` reads them, days that follow each other as spans.

    Examples:
        >>> days_text({5, 0, 1, 2})
        'mon-wed,sat'
    """
    runs = groupby(enumerate(sorted(days)), key=lambda placed: placed[1] - placed[0])
    spans = [[day for _, day in run] for _, run in runs]
    return ",".join("-".join(WEEKDAYS[day] for day in dict.fromkeys((span[0], span[-1]))) for span in spans)


def deadline_on(expectation: Expectation, day: date, zone: ZoneInfo) -> datetime | None:
    """Return the moment (UTC) by which the file of a day is due; None on a day without one."""
    if day.weekday() not in expectation.days:
        return None
    return datetime.combine(day, expectation.due, zone).astimezone(UTC)


def next_deadline(expectation: Expectation, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first deadline (UTC) after a moment."""
    return min(moment for moment in _around(expectation, after, zone) if moment > after)


def last_deadline(expectation: Expectation, until: datetime, zone: ZoneInfo) -> datetime:
    """Return the latest deadline (UTC) that is not after a moment."""
    return max(moment for moment in _around(expectation, until, zone) if moment <= until)


def deadline_before(expectation: Expectation, deadline: datetime, zone: ZoneInfo) -> datetime:
    """Return the deadline (UTC) before another."""
    return last_deadline(expectation, deadline - MOMENT, zone)


def _around(expectation: Expectation, moment: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    today = moment.astimezone(zone).date()
    for distance in range(-DAYS_LOOKED_AT, DAYS_LOOKED_AT + 1):
        deadline = deadline_on(expectation, today + timedelta(days=distance), zone)
        if deadline is not None:
            yield deadline


def arrivals(entries: Iterable[dict[str, Any]], account: str | None, since: datetime) -> list[Arrival]:
    """Return when files came after a moment, the first first.

    Args:
        entries: of the ledger.
        account: whose files count; None for anyone's.
        since: the moment.
    """
    came = [
        Arrival(entry["_id"], at)
        for entry in entries
        for at, owner in [(entry["received_at"], entry["by"]), *((drop["at"], drop["by"]) for drop in entry["drops"])]
        if at > since and account in {None, owner}
    ]
    return sorted(came, key=lambda arrival: (arrival.at, arrival.file_id))


def fulfilling(
    came: Sequence[Arrival], deadline: datetime, following: datetime, *, is_one_owed: bool
) -> Arrival | None:
    """Return the file that fulfils a deadline; None while there is none.

    Args:
        came: what came since the deadline before it, the first first.
        deadline: the moment by which the file is due.
        following: the deadline after it, up to which a late file still counts.
        is_one_owed: whether the deadline before was missed: a first file up to this deadline is that one's.
    """
    left = came[1:] if is_one_owed and came and came[0].at <= deadline else came
    return next((arrival for arrival in left if arrival.at <= following), None)
