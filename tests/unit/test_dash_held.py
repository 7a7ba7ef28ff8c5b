"""The page of held rows: what is said of each line, and to whom the decisions are offered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from comptoir.accounts import Role
from comptoir.formats import Formats
from comptoir.holding import HeldFile
from comptoir.problems import Problem
from comptoir.settings import Settings
from comptoir.stores.ledger import new_entry
from dash_app.context import Reader
from dash_app.pages.held import file_card, fingerprint, why_held
from dash_app.sessions import Session, enter_session
from tests.unit.test_dash_history import everything

READER = Reader(Formats("en", "EUR", ZoneInfo("Europe/Paris")), Settings())
PROBLEMS = [
    Problem("mostly_bad", params={"bad": "3", "rows": "4"}),
    Problem("quantity_zero", row=6, sheet="Sales"),
    Problem("value_missing", row=6, sheet="Other", column="quantity"),
    Problem("value_missing", row=7, sheet="Sales", column="quantity"),
    Problem("invoice_held", row=5, sheet="Sales", params={"invoice": "F1", "rows": "6"}),
    Problem("invoice_held", row=8, sheet="Sales", params={"invoice": "F2", "rows": "7"}),
]


def entry() -> dict[str, Any]:
    made = new_entry(
        sha256="ab" * 32, attempt=1, name="sales.xlsx", path="", size=1, landing=1, source="page", by="a", answers={}
    )
    known = {"received_at": datetime(2026, 11, 23, 7, 30, tzinfo=UTC), "state": "partial"}
    return made | known | {"problems": [problem.to_document() for problem in PROBLEMS]}


def shown(file: HeldFile, *, may_decide: bool) -> list[str]:
    enter_session(Session("s", "paul", 1, 0.0, 0.0, Role.ADMINISTRATOR, "en"))
    return [str(value) for value in everything(file_card(file, READER, may_decide=may_decide))]


def test_an_invoice_is_held_for_what_its_other_lines_have():
    assert list(why_held(entry(), "F1", "en")) == ["Row 6: The quantity is 0."]
    assert list(why_held(entry(), "F2", "fr")) == ["Ligne 7 : La colonne « quantity » n'a pas de valeur."]
    assert list(why_held(entry(), "F9", "en")) == []


def test_a_file_is_held_for_what_refused_it():
    (why,) = why_held(entry(), None, "en")
    assert why.startswith("3 of 4 rows are wrong")


def test_decisions_are_offered_to_who_may_decide():
    file = HeldFile(entry(), {"F1": 2, "F2": 1}, 0)
    values = shown(file, may_decide=True)
    identity = file.entry["_id"]
    assert values.count(f"/desk/release/{identity}") == values.count(f"/desk/dismiss/{identity}") == 3
    assert "All 2 invoices of this file" in values
    values = shown(file, may_decide=False)
    assert not [value for value in values if value.startswith("/desk/")]
    assert "Invoice F1" in values


def test_many_invoices_are_counted_and_not_all_listed():
    values = shown(HeldFile(entry(), {f"F{number}": 1 for number in range(130)}, 0), may_decide=True)
    assert "and 30 more invoices" in values


def test_the_list_is_drawn_anew_where_what_it_shows_has_changed_and_only_then():
    before = [HeldFile(entry(), {"F1": 2, "F2": 1}, 0)]
    assert fingerprint(before) == fingerprint([HeldFile(entry(), {"F1": 2, "F2": 1}, 0)])
    others = [
        [],
        [HeldFile(entry(), {"F2": 1}, 0)],
        [HeldFile(entry(), {"F1": 2, "F2": 1}, 4)],
        [HeldFile(entry() | {"state": "rejected"}, {"F1": 2, "F2": 1}, 0)],
    ]
    assert fingerprint(before) not in [fingerprint(files) for files in others]
