"""Files land, are withdrawn and restored in any order: what counts is what a plain look at the claims says."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comptoir.changes import withdrawal
from comptoir.changes.change_set import CLAIM_SCHEMA
from comptoir.changes.points import Point, place_undated, undated_products
from comptoir.changes.records import RECORD_SCHEMA
from comptoir.changes.withdrawal import Claim, Registered
from comptoir.errors import TransientError
from tests.unit.claims_in_memory import TODAY, Platform, records, sum_of, text_of

FILES = [f"f{number}" for number in range(4)]
RELEASED = {f"{file} released": file for file in FILES}
CONTENTS = st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz"), min_size=2)
HELD = st.sets(st.sampled_from("abc"))
# What a step does follows from the file's state: it lands, is withdrawn, comes back, is withdrawn…
STEPS = st.lists(st.sampled_from([*FILES, *RELEASED]), min_size=8, max_size=24)


@given(st.lists(st.tuples(CONTENTS, HELD), min_size=4, max_size=4), st.permutations([1, 2, 3, 4]), STEPS)
@settings(max_examples=150, deadline=None)
def test_any_order_of_acts_leaves_what_the_claims_say(
    contents: list[tuple[dict[str, str], set[str]]], landings: list[int], steps: list[str]
) -> None:
    """What is held of a file comes in when it is released: as a file of its own, without what later files told."""
    platform = Platform()
    told, landing = {}, dict(zip(FILES, landings, strict=True))
    for file, (content, held) in zip(FILES, contents, strict=True):
        told[file] = {one: what for one, what in content.items() if one not in held}
        told[f"{file} released"] = {one: what for one, what in content.items() if one in held}
    counting: dict[str, bool] = {}
    for file in steps:
        if file not in counting and file in RELEASED:
            if not counting.get(RELEASED[file]):
                continue
            told[file] = platform.not_superseded(told[file], landing[RELEASED[file]])
            landing[file] = len(landing) + 1
        platform.turn(file, landing[file], told[file], counts=counting.get(file))
        counting[file] = not counting.get(file, False)
        expected: dict[str, str] = {}
        for _, content in sorted((landing[one], told[one]) for one in counting if counting[one]):
            expected |= content
        assert {one: digest for one, (digest, _) in platform.effective.items()} == expected
        assert {one: text for one, (_, text) in platform.effective.items()} == {
            one: text_of(one, what) for one, what in expected.items()
        }
        assert sum_of(platform.events()) == Counter(text_of(*one) for one in expected.items())


def test_a_withdrawn_correction_brings_the_first_version_back_and_leaves_the_rest() -> None:
    platform = Platform()
    platform.land("first", 1, records({"a": "x", "b": "x"}))
    platform.land("second", 2, records({"a": "y", "b": "x", "c": "z"}))
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
    platform.land("early", 1, records({"a": "x"}))
    platform.land("late", 2, records({"a": "x"}))
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


def test_a_price_that_was_repeated_keeps_its_day_when_the_file_that_brought_it_goes() -> None:
    """Prices of three files: the third says what the second said, and confirms it from the second's day."""
    platform = Platform("products")
    days = [TODAY, TODAY + timedelta(days=3), TODAY + timedelta(days=9)]
    known = [{}, {"p": Point(f"p@{days[0]}", "cheap", 1)}, {"p": Point(f"p@{days[1]}", "dear", 2)}]
    for landing, content in enumerate(["cheap", "dear", "dear"], start=1):
        day = days[landing - 1]
        placed = place_undated(product(content, day), known[landing - 1], landing, day)
        platform.land(f"f{landing}", landing, placed)
    assert sorted(platform.effective) == [f"p@{days[0]}", f"p@{days[1]}"]
    platform.withdraw("f2", 2)
    assert {one: digest for one, (digest, _) in platform.effective.items()} == {
        f"p@{days[0]}": "cheap",
        f"p@{days[1]}": "dear",
    }
    platform.withdraw("f3", 3)
    assert set(platform.effective) == {f"p@{days[0]}"}
