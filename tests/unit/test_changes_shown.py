"""Whose name and threshold show a product: those of the latest-landed claim, also where it repeats an earlier price."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.claims_in_memory import Platform, records

JANUARY, FEBRUARY, MARCH = (f"P@2026-0{month}-01" for month in (1, 2, 3))
PRICES = (JANUARY, FEBRUARY, MARCH, "Q@2026-01-01", "Q@2026-02-01")
FILES = [f"f{number}" for number in range(4)]
CONTENTS = st.dictionaries(st.sampled_from(PRICES), st.sampled_from("xy"), min_size=1)
STEPS = st.lists(st.sampled_from(FILES), min_size=6, max_size=20)


def shown_by_events(platform: Platform) -> dict[str, str]:
    """What a reader of the events shows: of each product the price with the latest landing, then the latest day."""
    last: dict[str, dict[str, Any]] = {event["record_id"]: event for event in platform.events()}
    prices = sorted((each["landing"], one) for one, each in last.items() if each["op"] != "remove")
    return {one.partition("@")[0]: one for _, one in prices}


def shown_by_claims(platform: Platform) -> dict[str, str]:
    prices = sorted((max(claims).landing, one) for one, claims in platform.claims.items() if claims)
    return {one.partition("@")[0]: one for _, one in prices}


def landed(*told: dict[str, str]) -> Platform:
    platform = Platform("products")
    for number, content in enumerate(told, start=1):
        platform.land(f"f{number}", number, records(content))
    return platform


def test_a_file_that_repeats_an_earlier_price_shows_its_product() -> None:
    platform = landed({JANUARY: "x"}, {FEBRUARY: "y"}, {JANUARY: "x"})
    assert shown_by_events(platform) == {"P": JANUARY}
    (event,) = platform.sets[-1].events.to_dicts()
    assert (event["op"], event["record_id"], event["landing"]) == ("replace", JANUARY, 3)
    assert event["before"] == event["after"] == platform.effective[JANUARY][1]
    assert platform.sets[-1].confirmed == [JANUARY]
    assert (platform.sets[-1].rows_applied, platform.sets[-1].rows_unchanged) == (0, 1)


@pytest.mark.parametrize("withdrawn", [1, 2, 3])
def test_once_a_file_is_withdrawn_the_latest_that_stays_shows_the_product(withdrawn: int) -> None:
    platform = landed({JANUARY: "x"}, {FEBRUARY: "y"}, {JANUARY: "x"})
    platform.withdraw(f"f{withdrawn}", withdrawn)
    assert shown_by_events(platform) == {"P": FEBRUARY if withdrawn == 3 else JANUARY}


def test_a_file_that_repeats_what_is_shown_tells_nothing() -> None:
    platform = landed({JANUARY: "x", FEBRUARY: "y"}, {FEBRUARY: "y"}, {JANUARY: "x", FEBRUARY: "y"})
    assert [made.events.height for made in platform.sets] == [2, 0, 0]
    assert shown_by_events(platform) == shown_by_claims(platform) == {"P": FEBRUARY}


@given(st.lists(CONTENTS, min_size=4, max_size=4), st.permutations([1, 2, 3, 4]), STEPS)
@settings(max_examples=200, deadline=None)
def test_in_any_order_of_acts_the_latest_landed_claim_shows_each_product(
    contents: list[dict[str, str]], landings: list[int], steps: list[str]
) -> None:
    platform = Platform("products")
    told, landing = dict(zip(FILES, contents, strict=True)), dict(zip(FILES, landings, strict=True))
    counting: dict[str, bool] = {}
    for file in steps:
        platform.turn(file, landing[file], told[file], counts=counting.get(file))
        counting[file] = not counting.get(file, False)
        assert shown_by_events(platform) == shown_by_claims(platform)
