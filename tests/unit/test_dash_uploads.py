"""What the page says of a file on its way."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from comptoir.formats import Formats
from comptoir.settings import Settings
from dash_app.context import Reader
from dash_app.pages.uploads import _state

READER = Reader(Formats("en", "EUR", ZoneInfo("Europe/Paris")), Settings())


@pytest.mark.parametrize(
    ("state", "portions", "published", "told"),
    [
        ("validating", None, {}, "Checking"),
        ("validating", {"sales": 51}, {}, "Checking"),
        ("validating", {"sales": 51}, {"sales": [3, 5, 6]}, "Counting, 3 of 51 parts"),
        ("validating", {"products": 1, "sales": 1}, {"products": [3]}, "Counting, 1 of 2 parts"),
        ("publishing", {"sales": 2}, {"sales": [3, 4]}, "Counting"),
        ("applied", {"sales": 1}, {"sales": [3]}, "Applied"),
    ],
)
def test_a_long_file_says_how_far_it_is(
    state: str, portions: dict[str, int] | None, published: dict[str, list[int]], told: str
):
    staged = {"portions": portions} if portions else None
    noted = {kind: {"sequences": sequences} for kind, sequences in published.items()}
    assert _state({"state": state, "staged": staged, "published": noted}, READER) == told
