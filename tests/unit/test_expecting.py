"""When an expected file is due, and which of those that came fulfils it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptoir.expecting import (
    WEEKDAYS,
    Arrival,
    Expectation,
    arrivals,
    days_text,
    deadline_before,
    deadline_on,
    fulfilling,
    last_deadline,
    next_deadline,
    parse_days,
)

PARIS = ZoneInfo("Europe/Paris")
ZONES = st.sampled_from([PARIS, ZoneInfo("UTC"), ZoneInfo("America/New_York"), ZoneInfo("Pacific/Apia")])
DAYS = st.frozensets(st.integers(0, 6), min_size=1)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


def sales(due: str = "09:00", days: str = "mon-sat", account: str | None = None) -> Expectation:
    return Expectation("e", "sales", time.fromisoformat(due), parse_days(days), account)


@pytest.mark.parametrize(
    ("text", "days"),
    [("mon-sat", "012345"), ("fri", "4"), ("Sat-Mon", "056"), ("mon, wed,fri", "024"), ("sun-sat", "0123456")],
)
def test_days_are_read(text: str, days: str):
    assert "".join(map(str, sorted(parse_days(text)))) == days


@pytest.mark.parametrize("text", ["", "lundi", "mon-", "mon-xyz", "mon,,tue", "-mon"])
def test_what_names_no_days_is_refused(text: str):
    with pytest.raises(ValueError, match="not in tuple"):
        parse_days(text)


@given(DAYS)
def test_days_read_as_they_are_written(days: frozenset[int]):
    assert parse_days(days_text(days)) == days


@pytest.mark.parametrize(
    ("day", "due", "moment"),
    [
        (date(2026, 3, 27), "09:00", "2026-03-27T08:00"),  # winter
        (date(2026, 3, 30), "09:00", "2026-03-30T07:00"),  # summer
        (date(2026, 3, 29), "02:30", "2026-03-29T01:30"),  # an hour that is skipped: 03:30 on the clock
        (date(2026, 10, 25), "02:30", "2026-10-25T00:30"),  # an hour that comes twice: the first
        (date(2026, 10, 25), "09:00", "2026-10-25T08:00"),
    ],
)
def test_a_deadline_is_a_time_of_day_of_the_trader(day: date, due: str, moment: str):
    expected = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert deadline_on(sales(due, "mon-sun"), day, PARIS) == expected


def test_a_day_off_has_no_deadline():
    saturday = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
    assert deadline_on(sales(), date(2026, 11, 29), PARIS) is None
    assert next_deadline(sales(), saturday, PARIS) == saturday + timedelta(days=2)
    assert last_deadline(sales(), saturday, PARIS) == saturday
    assert deadline_before(sales(), saturday, PARIS) == saturday - timedelta(days=1)


@given(zone=ZONES, due=st.times(), days=DAYS, moment=MOMENTS)
def test_deadlines_follow_each_other_without_a_gap(zone: ZoneInfo, due: time, days: frozenset[int], moment: datetime):
    expectation = Expectation("e", "sales", due, days, None)
    last, following = last_deadline(expectation, moment, zone), next_deadline(expectation, moment, zone)
    assert last <= moment < following
    assert next_deadline(expectation, last, zone) == following
    assert deadline_before(expectation, following, zone) == last
    assert following - last <= timedelta(days=8, hours=1)


MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
HOUR = timedelta(hours=1)


def entry(name: str, at: datetime, by: str | None = None, *drops: tuple[datetime, str | None]) -> dict[str, Any]:
    return {
        "_id": name,
        "received_at": at,
        "by": by,
        "drops": [{"at": when, "by": who, "name": name} for when, who in drops],
    }


def test_files_of_the_account_count_also_when_the_same_bytes_come_again():
    entries = [
        entry("old", MONDAY - HOUR, "claire", (MONDAY + 3 * HOUR, "claire"), (MONDAY + HOUR, "paul")),
        entry("new", MONDAY + 2 * HOUR, "claire"),
        entry("other", MONDAY + HOUR, None),
    ]
    assert [each.file_id for each in arrivals(entries, "claire", MONDAY)] == ["new", "old"]
    assert [each.file_id for each in arrivals(entries, None, MONDAY)] == ["old", "other", "new", "old"]


@pytest.mark.parametrize(
    ("hours", "is_one_owed", "file"),
    [
        ((1,), False, "0"),  # in time
        ((25,), False, "0"),  # late
        ((49,), False, None),  # after the next deadline: that one's
        ((1,), True, None),  # yesterday's, late
        ((1, 2), True, "1"),  # yesterday's, then today's
        ((25,), True, "0"),  # yesterday's never came
        ((), True, None),
    ],
)
def test_each_deadline_wants_a_file_of_its_own(hours: tuple[int, ...], is_one_owed: bool, file: str | None):
    came = [Arrival(str(place), MONDAY + hour * HOUR) for place, hour in enumerate(hours)]
    found = fulfilling(came, TUESDAY, TUESDAY + 24 * HOUR, is_one_owed=is_one_owed)
    assert (found and found.file_id) == file


def test_weekdays_begin_as_the_calendars_do():
    assert WEEKDAYS[date(2026, 11, 23).weekday()] == "mon"
