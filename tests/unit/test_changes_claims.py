"""Files land, are withdrawn and restored in any order: what counts is what a plain look at the claims says."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comptoir.changes import withdrawal
from comptoir.changes.act import Act
from comptoir.changes.change_set import CLAIM_SCHEMA, ChangeSet, Stamp, changed_records, make_change_set
from comptoir.changes.points import Point, place_undated, undated_products
from comptoir.changes.records import RECORD_SCHEMA
from comptoir.changes.withdrawal import Claim, Registered
from comptoir.errors import TransientError

if TYPE_CHECKING:
    from collections.abc import Iterable

TODAY = date(2026, 5, 4)
NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)


@dataclass
class Platform:
    """The register and the lake as plain dictionaries, driven by the change sets alone."""

    claims: dict[str, set[Claim]] = field(default_factory=dict)
    effective: dict[str, tuple[str, str]] = field(default_factory=dict)  # digest and text
    lake: dict[int, pl.DataFrame] = field(default_factory=dict)
    sets: list[ChangeSet] = field(default_factory=list)
    landed: dict[str, int] = field(default_factory=dict)  # sequence by file

    def stamp(self, file: str, landing: int, act: Act) -> Stamp:
        return Stamp("sales", len(self.sets) + 1, file, landing, 1, NOW, act)

    def compare(self, records: pl.DataFrame, stamp: Stamp) -> None:
        registered = {one: (digest, self._landing(one)) for one, (digest, _) in self.effective.items()}
        before = {one: text for one, (_, text) in self.effective.items()}
        changed = changed_records(records, registered, stamp.landing)
        replaced = {one: before[one] for one in changed["record_id"] if one in before}
        self.apply(make_change_set(records, changed, replaced, stamp))

    def land(self, file: str, landing: int, told: dict[str, str]) -> None:
        stamp = self.stamp(file, landing, Act.LAND)
        self.landed[file] = stamp.sequence
        self.compare(records(told), stamp)

    def restore(self, file: str, landing: int) -> None:
        claimed = self.lake[self.landed[file]]
        self.compare(withdrawal.records_of("sales", claimed, TODAY), self.stamp(file, landing, Act.RESTORE))

    def withdraw(self, file: str, landing: int) -> None:
        claimed = self.lake[self.landed[file]]
        known = {one: Registered(self.effective[one][0], sorted(self.claims[one])) for one in claimed["record_id"]}
        heirs = withdrawal.heirs_of(claimed["record_id"].to_list(), known, landing)
        texts = [
            self.lake[sequence].join(heirs.filter(sequence=sequence), on="record_id", how="semi")
            for sequence in heirs["sequence"].drop_nulls().unique()
        ]
        coming = pl.concat(texts) if texts else claimed.clear()
        changed = withdrawal.changed_by_withdrawal(heirs, coming)
        before = {one: self.effective[one][1] for one in changed["record_id"]}
        stamp = self.stamp(file, landing, Act.WITHDRAW)
        self.apply(withdrawal.make_withdrawal(claimed, changed, before, stamp, TODAY))

    def apply(self, made: ChangeSet) -> None:
        self.sets.append(made)
        self.lake[made.stamp.sequence] = made.claims
        for record_id in made.claims["record_id"]:
            known = self.claims.setdefault(record_id, set())
            if made.stamp.act is Act.WITHDRAW:
                self.claims[record_id] = {claim for claim in known if claim.landing != made.stamp.landing}
            else:
                known.add(Claim(made.stamp.landing, made.stamp.sequence))
        digests = dict(made.claims.select("record_id", "digest").iter_rows())
        for record_id, op, after in made.events.select("record_id", "op", "after").iter_rows():
            if op == "remove":
                del self.effective[record_id]
            else:
                self.effective[record_id] = (digests[record_id], after)

    def _landing(self, record_id: str) -> int:
        return max(self.claims[record_id]).landing

    def events(self) -> Iterable[dict[str, Any]]:
        return (event for made in self.sets for event in made.events.to_dicts())


def records(told: dict[str, str]) -> pl.DataFrame:
    rows = [(one, text_of(one, what), what, TODAY, [number], None) for number, (one, what) in enumerate(told.items())]
    return pl.DataFrame(rows, schema=RECORD_SCHEMA, orient="row")


def text_of(record_id: str, what: str) -> str:
    return json.dumps({"business_day": TODAY.isoformat(), "invoice": record_id, "says": what})


FILES = [f"f{number}" for number in range(4)]
CONTENTS = st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz"), min_size=2)
# What a step does follows from the file's state: it lands, is withdrawn, comes back, is withdrawn…
STEPS = st.lists(st.sampled_from(FILES), min_size=6, max_size=20)


@given(st.lists(CONTENTS, min_size=4, max_size=4), st.permutations([1, 2, 3, 4]), STEPS)
@settings(max_examples=150, deadline=None)
def test_any_order_of_acts_leaves_what_the_claims_say(
    contents: list[dict[str, str]], landings: list[int], steps: list[str]
) -> None:
    platform = Platform()
    told, landing = dict(zip(FILES, contents, strict=True)), dict(zip(FILES, landings, strict=True))
    counting: dict[str, bool] = {}
    for file in steps:
        if file not in counting:
            platform.land(file, landing[file], told[file])
        elif counting[file]:
            platform.withdraw(file, landing[file])
        else:
            platform.restore(file, landing[file])
        counting[file] = not counting.get(file, False)
        expected: dict[str, str] = {}
        for _, content in sorted((landing[one], told[one]) for one in counting if counting[one]):
            expected |= content
        assert {one: digest for one, (digest, _) in platform.effective.items()} == expected
        assert {one: text for one, (_, text) in platform.effective.items()} == {
            one: text_of(one, what) for one, what in expected.items()
        }
        assert sum_of(platform.events()) == Counter(text_of(*one) for one in expected.items())


def sum_of(events: Iterable[dict[str, Any]]) -> Counter[str]:
    """What a reader who adds every `after` and takes every `before` away is left with."""
    total: Counter[str] = Counter()
    for event in events:
        assert event["landing"] is None if event["op"] == "remove" else event["landing"] is not None
        assert (event["op"] == "insert") == (event["before"] is None)
        total.subtract([event["before"]] if event["before"] else [])
        total.update([event["after"]] if event["after"] else [])
    return Counter({text: count for text, count in total.items() if count})


def test_a_withdrawn_correction_brings_the_first_version_back_and_leaves_the_rest() -> None:
    platform = Platform()
    platform.land("first", 1, {"a": "x", "b": "x"})
    platform.land("second", 2, {"a": "y", "b": "x", "c": "z"})
    platform.withdraw("second", 2)
    made = platform.sets[-1]
    assert made.events.select("op", "record_id", "before", "after", "landing", "business_day").rows() == [
        ("replace", "a", text_of("a", "y"), text_of("a", "x"), 1, TODAY),
        ("remove", "c", text_of("c", "z"), None, None, TODAY),
    ]
    assert made.confirmed == ["b"]
    assert made.claims["digest"].to_list() == ["x", None, None]


@pytest.mark.parametrize("withdrawn", ["early", "late"])
def test_what_two_files_say_alike_stays_when_either_goes(withdrawn: str) -> None:
    platform = Platform()
    platform.land("early", 1, {"a": "x"})
    platform.land("late", 2, {"a": "x"})
    platform.withdraw(withdrawn, {"early": 1, "late": 2}[withdrawn])
    assert platform.sets[-1].events.is_empty()
    assert set(platform.effective) == {"a"}


def test_a_register_or_a_lake_that_lacks_claims_is_asked_again() -> None:
    known = {"a": Registered("x", [Claim(1, 1), Claim(2, 2)])}
    with pytest.raises(TransientError, match="register lacks 1 claims"):
        withdrawal.heirs_of(["a", "b"], known, 2)
    heirs = withdrawal.heirs_of(["a"], known, 2)
    with pytest.raises(TransientError, match="texts of 1 claims"):
        withdrawal.changed_by_withdrawal(heirs, pl.DataFrame(schema=CLAIM_SCHEMA))


# --- products without `valid_from`


def product(content: str, day: date, name: str = "p") -> pl.DataFrame:
    """A product without `valid_from` on a day of publication."""
    text = json.dumps({"buy": content, "in_force_from": day.isoformat(), "valid_from": None}, separators=(",", ":"))
    return pl.DataFrame([(name, text, content, day, [2], None)], schema=RECORD_SCHEMA, orient="row")


LATER = TODAY + timedelta(days=3)


@pytest.mark.parametrize(
    ("content", "landing", "place"),
    [
        ("dear", 7, LATER),  # another price: in force from the day of its publication
        ("cheap", 7, TODAY),  # the price in force: a claim on it
        ("dear", 3, TODAY),  # landed before the one whose price is in force: a claim that it outlives
    ],
)
def test_a_price_without_a_day_belongs_to_the_day_from_which_it_is_in_force(
    content: str, landing: int, place: date
) -> None:
    latest = {"p": Point(f"p@{TODAY}", "cheap", landing=5)}
    placed = place_undated(product(content, LATER), latest, landing, LATER)
    assert placed["record_id"].to_list() == [f"p@{place}"]
    assert json.loads(placed["version"].item())["in_force_from"] == place.isoformat()
    assert placed["digest"].to_list() == [content]
    assert placed.schema == RECORD_SCHEMA


def test_a_price_that_names_its_day_counts_before_one_that_does_not() -> None:
    named = product("named", TODAY, f"p@{TODAY}").with_columns(rows=pl.lit([9]))
    other = product("cheap", TODAY, "q")
    placed = place_undated(pl.concat([product("cheap", TODAY), named, other]), {}, 1, TODAY)
    assert dict(placed.select("record_id", "digest").iter_rows()) == {f"p@{TODAY}": "named", f"q@{TODAY}": "cheap"}
    assert placed.filter(digest="named")["rows"].to_list() == [[9, 2]]
    assert undated_products(pl.concat([named, other])) == ["q"]
