"""The page of rules: the closing date is asked for in a way that no reader's writing of dates can turn around."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from comptoir.formats import Formats
from comptoir.settings import Settings
from dash_app.context import Reader
from dash_app.pages.rules import _closing_card
from tests.unit.test_dash_history import everything

READER = Reader(Formats("fr", "EUR", ZoneInfo("Europe/Paris")), Settings())
CLOSING = {"closing": "2026-04-01", "moved_at": None, "moved_by": None}


def test_the_closing_date_is_a_date_field_of_the_browser():
    values = everything(_closing_card(CLOSING, READER))
    assert {"type": "date"} in values
    assert "2026-04-01" in values
