"""Counts agree with their words, in commands, on pages and in problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from comptoir.agreeing import filled
from comptoir.commands.words import word
from comptoir.problems import Problem
from dash_app.translations import say

if TYPE_CHECKING:
    from comptoir.sentences import Language


@pytest.mark.parametrize(
    ("text", "language", "count", "told"),
    [
        ("{n} {n:row|rows}", "en", 1, "1 row"),
        ("{n} {n:row|rows}", "en", 0, "0 rows"),
        ("{n} {n:row|rows}", "en", "1,200", "1,200 rows"),
        ("{n} {n:ligne|lignes}", "fr", 0, "0 ligne"),
        ("{n} {n:ligne|lignes}", "fr", "1\u202f200", "1\u202f200 lignes"),
    ],
)
def test_a_word_agrees_with_its_number(text: str, language: Language, count: object, told: str):
    assert filled(text, language, {"n": count}) == told


def test_commands_pages_and_problems_count_one_row_as_one():
    rows = {"rows_applied": 1, "rows_unchanged": 0, "rows_rejected": 2}
    assert word("applied", "fr", name="v.csv", **rows) == (
        "v.csv : appliqué ; 1 ligne appliquée, 0 inchangée, 2 rejetées."
    )
    assert word("check_accept", "en", name="v.csv", rows_read=1).endswith("; 1 row read.")
    read = {"rows_read": "2", "rows_accepted": "1", "rows_rejected": "1"}
    assert say("fr", "preview.counts", **read) == "2 lignes lues, 1 acceptée, 1 rejetée"
    assert say("en", "preview.counts", **read) == "2 rows read, 1 accepted, 1 rejected"
    wrong = Problem("all_or_nothing", params={"bad": "1", "rows": "6"})
    assert wrong.message("fr").startswith("1 ligne sur 6 est fausse, et les")
    assert wrong.message("en").startswith("1 of 6 rows is wrong, and")
