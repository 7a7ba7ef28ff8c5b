"""The history of a file on the upload page: what is shown, and to whom undoing it is offered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from comptoir.accounts import Role
from comptoir.settings import Settings
from comptoir.stores.ledger import new_entry
from dash_app.components.history import history
from dash_app.context import Reader
from dash_app.formats import Formats
from dash_app.sessions import Session, enter_session

READER = Reader(Formats("fr", "EUR", ZoneInfo("Europe/Paris")), Settings(port_base=22000))
AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
WISH = {"act": "withdraw", "by": "paul", "asked_at": AT, "run_id": "withdraw__x__1", "published": {}}
FILE = new_entry(
    sha256="ab" * 32,
    attempt=1,
    name="ventes.csv",
    path="",
    size=1234567,
    landing=1,
    source="page",
    by="claire",
    answers={},
) | {"_id": "x", "run_id": "ingest__x", "raw": "raw/x/ventes.csv", "state_at": {"received": AT}}


def everything(component: Any) -> list[Any]:
    """All values of all properties of a component and what it holds."""
    if isinstance(component, list | tuple):
        return [value for each in component for value in everything(each)]
    if not hasattr(component, "to_plotly_json"):
        return [component]
    return [value for part in component.to_plotly_json()["props"].values() for value in everything(part)]


def shown(name: str, role: Role, **fields: Any) -> list[Any]:
    enter_session(Session("s", name, 1, 0.0, 0.0, role, "fr"))
    return everything(history(FILE | fields, READER))


@pytest.mark.parametrize(
    ("name", "role", "state", "action"),
    [
        ("claire", Role.ACCOUNTANT, "applied", "/withdraw/x"),
        ("claire", Role.ACCOUNTANT, "withdrawn", "/restore/x"),
        ("claire", Role.ACCOUNTANT, "withdrawing", None),
        ("paul", Role.ACCOUNTANT, "applied", None),
        ("paul", Role.ADMINISTRATOR, "partial", "/withdraw/x"),
        ("paul", Role.ADMINISTRATOR, "rejected", None),
    ],
)
def test_undoing_is_offered_where_it_is_allowed(name: str, role: Role, state: str, action: str | None) -> None:
    values = shown(name, role, state=state)
    found = [value for value in values if str(value).startswith(("/withdraw/", "/restore/"))]
    assert found == ([action] if action else [])


def test_a_file_tells_where_it_came_from_and_leads_on() -> None:
    values = shown("claire", Role.ACCOUNTANT, acts=[WISH], state="withdrawn")
    text = " ".join(value for value in values if isinstance(value, str))
    for told in (
        "envoyé sur cette page",
        "par claire",
        "1\u202f234\u202f567 octets",
        "abababababab…",
        "paul a demandé",
    ):
        assert told in text
    assert "http://127.0.0.1:22001/dags/ingest_file/runs/ingest__x" in values
    assert "/original/x" in values


def test_the_bytes_of_others_are_not_offered_to_an_accountant() -> None:
    assert "/original/x" not in shown("paul", Role.ACCOUNTANT)
