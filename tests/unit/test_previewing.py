"""What is kept of a look into a waiting file, and how its problems are told together."""

from __future__ import annotations

import io
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest

from comptoir.landing import transfers
from comptoir.previewing import EXAMPLES, Look, group_problems, kept_look
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.landing.transfers import Transfer


def problem(code: str, row: int | None, column: str = "quantite", **fields: Any) -> dict[str, Any]:
    return {"code": code, "severity": "error", "sheet": None, "row": row, "column": column} | fields


def test_problems_of_one_sort_in_one_column_are_one_with_its_first_rows():
    many = [problem("not_a_number", row, value=f"v{row}") for row in range(2, 12)]
    groups = group_problems([*many, problem("not_a_number", 3, "prix"), problem("not_a_number", 4, sheet="Mars")])
    assert [(group["column"], group["sheet"], group["count"]) for group in groups] == [
        ("quantite", None, 10),
        ("prix", None, 1),
        ("quantite", "Mars", 1),
    ]
    assert groups[0]["rows"] == [2, 3, 4, 5, 6, 7]
    assert len(groups[0]["rows"]) == EXAMPLES + 1
    assert groups[0]["value"] == "v2"


def test_a_row_with_several_problems_of_one_sort_is_named_once():
    # Such as a row that holds the items of a whole invoice.
    (group,) = group_problems([problem("not_a_number", 1, "items"), problem("not_a_number", 1, "items")])
    assert (group["count"], group["rows"]) == (2, [1])


def test_a_problem_of_the_whole_file_has_no_rows():
    (group,) = group_problems([problem("too_many_bad_rows", None)])
    assert (group["count"], group["rows"]) == (1, [])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture
def transfer(settings: Settings) -> Transfer:
    begun = transfers.begin(settings, "v.csv", 3, "claire")
    transfers.append(settings, begun, 0, io.BytesIO(b"abc"))
    return begun


def test_a_look_holds_for_the_answers_and_the_language_it_was_made_for(settings: Settings, transfer: Transfer):
    look = Look("ab", "2026-03-05T10:00:00+00:00", "fr", {}, {"outcome": "ask", "rows_rejected": 0})
    transfers.keep_look(settings, transfer, asdict(look))
    assert kept_look(settings, transfer, "fr") == look
    assert kept_look(settings, transfer, "en") is None
    answered = transfers.answer(settings, transfer, {"a::x": "1"})
    assert kept_look(settings, answered, "fr") is None


@pytest.mark.parametrize(
    ("outcome", "rejected", "is_asking", "is_clean"),
    [("accept", 0, False, True), ("partial", 1, False, False), ("ask", 0, True, False), ("reject", 2, False, False)],
)
def test_only_a_file_that_fits_whole_is_clean(outcome: str, rejected: int, *, is_asking: bool, is_clean: bool):
    look = Look("ab", "", "en", {}, {"outcome": outcome, "rows_rejected": rejected})
    assert (look.is_asking, look.is_clean) == (is_asking, is_clean)
