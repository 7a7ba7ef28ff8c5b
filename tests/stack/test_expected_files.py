"""Expected files on a real MongoDB: what is missing, what came, and for which day it counts."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from comptoir import accounts, names
from comptoir.errors import MisconfiguredError
from comptoir.expecting import Expectation, next_deadline
from comptoir.stores import expected, ledger
from comptoir.stores.expected import Outcome
from comptoir.stores.hot import Hot, open_hot, prepare_hot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.settings import Settings

pytestmark = pytest.mark.stack

EVERY_DAY = frozenset(range(7))
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def opened(servers: Settings) -> Iterator[Hot]:
    hot = open_hot(servers)
    prepare_hot(hot)
    yield hot
    hot.client.close()


@pytest.fixture
def hot(opened: Hot) -> Hot:
    """Return the hot store without files and expectations, with its first accounts."""
    for collection in (names.LEDGER, names.EXPECTATIONS, names.EXPECTED_DAYS, names.AUDIT_LOG):
        opened.control[collection].delete_many({})
    accounts.create_first_accounts(opened)
    return opened


class Days:
    """An expectation that has stood for a while, and its deadlines."""

    def __init__(self, hot: Hot, settings: Settings, account: str | None = None) -> None:
        self.hot, self.zone = hot, settings.zone
        self.expectation = expected.add(hot, "sales", time(9), EVERY_DAY, account)
        self.yesterday = next_deadline(self.expectation, datetime.now(UTC) - 2 * DAY, self.zone)
        self.today = next_deadline(self.expectation, self.yesterday, self.zone)
        since = {"created_at": self.yesterday - MINUTE}
        hot.control[names.EXPECTATIONS].update_one({"_id": self.expectation.id}, {"$set": since})

    def settle(self, deadline: datetime, now: datetime) -> Outcome:
        return expected.settle_day(self.hot, self.zone, self.expectation.id, deadline, now)

    def miss(self, deadline: datetime) -> bool:
        return expected.note_missed(self.hot, self.zone, self.expectation.id, deadline, deadline)

    def missing(self) -> list[datetime]:
        return [each.deadline for each in expected.missed(self.hot)]


@pytest.fixture
def days(hot: Hot, servers: Settings) -> Days:
    return Days(hot, servers)


def come(hot: Hot, at: datetime, by: str | None = None, kind: str = "sales", state: str = "applied") -> str:
    """Put the entry of a file into the ledger, as the import leaves it."""
    fields: dict[str, Any] = {"name": "v.csv", "path": "", "size": 1, "landing": 1, "source": "folder", "answers": {}}
    entry = ledger.new_entry(sha256=uuid4().hex * 2, attempt=1, by=by, **fields)
    entry |= {"received_at": at, "state": state, "published": {kind: {"sequences": [1]}}}
    assert ledger.insert(hot, entry)
    return str(entry["_id"])


def test_a_missing_file_is_shown_until_it_comes_and_its_entry_says_how_late(hot: Hot, days: Days) -> None:
    assert days.settle(days.today, days.today - MINUTE) is Outcome.AWAITED
    assert days.missing() == []
    come(hot, days.yesterday - MINUTE)
    assert days.settle(days.yesterday, days.yesterday) is Outcome.CAME
    assert days.miss(days.today)
    assert days.miss(days.today)
    assert days.missing() == [days.today]
    file_id = come(hot, days.today + 5 * MINUTE)
    assert days.settle(days.today, days.today + 6 * MINUTE) is Outcome.CAME
    assert days.missing() == []
    assert ledger.find(hot, file_id)["late"] == {"deadline": days.today, "seconds": 300}
    assert not days.miss(days.today)


def test_a_file_in_time_is_never_missed(hot: Hot, days: Days) -> None:
    come(hot, days.yesterday - MINUTE)
    days.settle(days.yesterday, days.yesterday)
    file_id = come(hot, days.today - MINUTE)
    assert not days.miss(days.today)
    assert days.missing() == []
    assert "late" not in ledger.find(hot, file_id)


@pytest.mark.parametrize(
    "other", [{"kind": "stock"}, {"state": "rejected"}, {"state": "validating"}, {"state": "withdrawn"}]
)
def test_another_kind_or_a_file_that_is_not_accepted_does_not_count(
    hot: Hot, days: Days, other: dict[str, str]
) -> None:
    come(hot, days.today - MINUTE, **other)
    assert days.miss(days.today)


def test_a_late_file_counts_for_its_own_day_alone_whoever_looks_first(hot: Hot, days: Days) -> None:
    come(hot, days.yesterday + MINUTE)
    assert days.settle(days.today, days.today - MINUTE) is Outcome.AWAITED
    assert days.settle(days.yesterday, days.today - MINUTE) is Outcome.CAME
    assert days.settle(days.today, days.today - MINUTE) is Outcome.AWAITED
    come(hot, days.yesterday + 2 * MINUTE)
    assert days.settle(days.today, days.today - MINUTE) is Outcome.CAME


def test_a_day_whose_file_never_came_gives_way_to_the_next(hot: Hot, days: Days) -> None:
    assert days.miss(days.yesterday)
    assert days.settle(days.yesterday, days.today + MINUTE) is Outcome.NEVER
    assert days.miss(days.today)
    assert days.missing() == [days.today]
    come(hot, days.today + MINUTE)
    assert days.settle(days.today, days.today + 2 * MINUTE) is Outcome.CAME
    assert days.missing() == []


def test_the_same_bytes_again_are_the_days_file_where_nothing_changed(hot: Hot, days: Days) -> None:
    file_id = come(hot, days.yesterday - MINUTE)
    days.settle(days.yesterday, days.yesterday)
    drop = {"name": "v.csv", "at": days.today - MINUTE, "by": None}
    hot.ledger.update_one({"_id": file_id}, {"$push": {"drops": drop}})
    assert days.settle(days.today, days.today) is Outcome.CAME


def test_a_file_of_an_account_is_expected_of_that_account(hot: Hot, servers: Settings) -> None:
    days = Days(hot, servers, "accountant")
    for by in (None, "administrator"):
        come(hot, days.yesterday - MINUTE, by)
    assert days.settle(days.yesterday, days.yesterday) is Outcome.AWAITED
    come(hot, days.yesterday - MINUTE, "accountant")
    assert days.settle(days.yesterday, days.yesterday) is Outcome.CAME


def test_what_is_expected_no_longer_is_not_missing(hot: Hot, days: Days) -> None:
    days.miss(days.today)
    expected.remove(hot, days.expectation.id, by="anne")
    assert days.missing() == []
    assert days.settle(days.today, days.today) is Outcome.REMOVED
    assert not days.miss(days.today)
    with pytest.raises(MisconfiguredError, match="expect list"):
        expected.remove(hot, days.expectation.id)
    audited = list(hot.control[names.AUDIT_LOG].find({"act": {"$regex": "^file expected"}}).sort("at", 1))
    assert [(line["who"], line["act"]) for line in audited] == [
        ("operator", "file expected"),
        ("anne", "file expected no longer"),
    ]
    assert audited[0]["details"] == {"kind": "sales", "by": "09:00", "account": None, "days": "mon-sun"}


def test_the_same_kind_time_and_account_is_expected_once(hot: Hot) -> None:
    first = expected.add(hot, "sales", time(9), EVERY_DAY)
    expected.add(hot, "sales", time(9), EVERY_DAY, "accountant")
    last = expected.add(hot, "sales", time(9), frozenset({0}))
    kept = expected.list_expectations(hot)
    assert len(kept) == 2
    assert last in kept
    assert first not in kept
    with pytest.raises(MisconfiguredError, match="no account “nobody”"):
        expected.add(hot, "sales", time(9), EVERY_DAY, "nobody")


def test_the_deadlines_to_wait_for_are_the_next_and_the_last_since_it_was_expected(hot: Hot, servers: Settings) -> None:
    each: Expectation = expected.add(hot, "sales", time(9), EVERY_DAY)
    now = datetime.now(UTC)
    following = next_deadline(each, now, servers.zone)
    assert expected.open_deadlines(hot, servers.zone, now) == [(each, following)]
    later = following + MINUTE
    waited = [deadline for _, deadline in expected.open_deadlines(hot, servers.zone, later)]
    assert waited == [following, next_deadline(each, following, servers.zone)]
