"""The history of a file on the upload page: what is shown, and to whom undoing it is offered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from comptoir.accounts import Role
from comptoir.formats import Formats
from comptoir.problems import Problem
from comptoir.settings import Settings
from comptoir.stores.ledger import new_entry
from dash_app.components.history import history
from dash_app.context import Reader
from dash_app.pages.uploads import _counts, _origin
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
) | {"_id": "x", "run_id": "ingest__x", "raw": "raw/x/ventes.csv", "state_at": {"received": AT}, "stages": []}


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


@pytest.mark.parametrize(
    ("name", "fields", "is_offered"),
    [
        ("claire", {}, True),
        ("paul", {}, False),
        ("claire", {"state": "partial"}, False),
        ("claire", {"published": {"sales": {}}}, False),
        ("claire", {"released": "y"}, False),
        ("claire", {"completes": "y"}, False),
    ],
)
def test_what_an_inventory_lacks_is_shown_to_its_sender(name: str, fields: dict[str, Any], is_offered: bool) -> None:
    values = shown(name, Role.ACCOUNTANT, **{"state": "applied", "published": {"stock": {}}} | fields)
    assert ("/inventory/x" in values) == is_offered


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
    assert "/original/x" in values


@pytest.mark.parametrize(("role", "is_offered"), [(Role.ACCOUNTANT, False), (Role.ADMINISTRATOR, True)])
def test_a_run_in_airflow_is_offered_to_whom_airflow_may_let_in(role: Role, *, is_offered: bool) -> None:
    values = shown("claire", role)
    assert ("http://127.0.0.1:22001/dags/ingest_file/runs/ingest__x" in values) == is_offered


def test_the_mapping_that_was_used_is_told_by_sheet() -> None:
    of_sheet = {"sheet": "Mai", "kind": "sales", "confidence": 1.0}
    mapping = [
        of_sheet | {"column": "invoice_no", "header": "N° pièce", "source": "alias", "read_as": None},
        of_sheet | {"column": "timestamp", "header": "Jour", "source": "answer", "read_as": "day_first"},
        of_sheet | {"sheet": None, "column": "quantity", "header": "qté", "source": "alias", "read_as": None},
    ]
    values = shown("claire", Role.ACCOUNTANT, state="applied", mapping=mapping)
    found = [value for value in values if isinstance(value, str) and "→" in value and "«" in value]
    assert found == [
        (
            "Feuille « Mai » · Ventes · « N° pièce » → no_facture (nom connu), "
            "« Jour » → date_heure (votre réponse, jour avant le mois)"
        ),
        "Ventes · « qté » → quantite (nom connu)",
    ]
    assert "Comment ses colonnes ont été comprises" in values
    assert "Comment ses colonnes ont été comprises" not in shown("claire", Role.ACCOUNTANT, state="received")


def test_the_bytes_and_reports_of_others_are_not_offered_to_an_accountant() -> None:
    reports = {"data_docs": "d", "rejects": "r"}
    addresses = {"/original/x", "/data-docs/x/", "/rejects/x"}
    assert addresses <= set(map(str, shown("claire", Role.ACCOUNTANT, **reports)))
    assert not addresses & set(map(str, shown("paul", Role.ACCOUNTANT, **reports)))


def test_a_file_that_came_back_tells_each_time_that_it_was_applied() -> None:
    reached = ["received", "applied", "withdrawing", "withdrawn", "restoring", "applied"]
    stages = [{"state": state, "at": AT + timedelta(minutes=minute)} for minute, state in enumerate(reached)]
    last = {each["state"]: each["at"] for each in stages}
    values = shown("claire", Role.ACCOUNTANT, state="applied", stages=stages, state_at=last)
    (line,) = [value for value in values if isinstance(value, str) and " → Appliqué" in value]
    assert [part.split(" 23 ")[0] for part in line.split(" → ")] == [
        "Reçu",
        "Appliqué",
        "En cours de retrait",
        "Retiré",
        "En cours de rétablissement",
        "Appliqué",
    ]


@pytest.mark.parametrize(
    ("state", "kind", "told"),
    [
        ("validating", None, "Sorte pas encore connue"),
        ("rejected", None, "Sorte inconnue"),
        ("rejected", "sales", "Ventes"),
    ],
)
def test_the_kind_of_a_file_is_told_as_far_as_it_is_known(state: str, kind: str | None, told: str) -> None:
    assert _origin(FILE | {"state": state, "kind": kind}, READER).startswith(f"{told} · ")


@pytest.mark.parametrize(("state", "label"), [("applied", "Appliquées"), ("withdrawn", "Retirées")])
def test_the_rows_of_a_withdrawn_file_count_as_applied_no_more(state: str, label: str) -> None:
    values = everything(_counts(FILE | {"state": state, "rows_read": 3, "rows_applied": 2}, READER))
    words = [value for value in values if isinstance(value, str) and not value.startswith("count")]
    assert words == ["3", "Lues", "2", label, "0", "Inchangées", "0", "Rejetées", "counts"][: len(words)]


def test_a_refused_act_and_a_release_are_told() -> None:
    refusal = Problem("books_closed", params={"count": "3", "closing": "2026-01-01"}).to_document()
    released = {"act": "released", "by": "paul", "at": AT, "rows": 2, "files": ["ventes-released-sales.csv"]}
    counts = {"rows_rejected": 1, "rows_released": 2}
    values = shown(
        "claire",
        Role.ACCOUNTANT,
        acts=[WISH | {"refusal": refusal}],
        decisions=[released | {"note": None}, {"act": "released", "by": "an earlier release", "at": AT}],
        state="partial",
        **counts,
    )
    text = " ".join(value for value in values if isinstance(value, str))
    assert "Refusé : Cela changerait 3 facture(s)" in text
    assert "2 lignes rejetées sur 3 ont été libérées le " in text
    assert "par paul (ventes-released-sales.csv)" in text
