"""What `docs/rules-of-files.md` says of codes is what the code does, and every sentence can be said."""

from __future__ import annotations

import re
import string

import pytest

from comptoir.problems import Problem
from comptoir.quality.expectations import Expectation, load_suite
from comptoir.records import ALL_KINDS
from comptoir.sentences import MESSAGES, REMEDIES, Language
from comptoir.settings import PROJECT_ROOT

DOCUMENTED = re.findall(
    r"^\| `(\w+)` \| (\w+) \| \S.*\S \| \S.*\S \|$",
    (PROJECT_ROOT / "docs" / "rules-of-files.md").read_text(),
    flags=re.MULTILINE,
)
RULES = [rule for kind in ALL_KINDS for rule in load_suite(kind.name) if not rule.told_by_reading]
OF_EVERY_PROBLEM = {"column", "value", "row", "sheet", "field"}


def test_every_code_is_documented_once_and_no_other():
    assert sorted(code for code, _ in DOCUMENTED) == sorted(MESSAGES)


def test_every_code_has_a_message_and_a_remedy_in_both_languages():
    assert MESSAGES.keys() == REMEDIES.keys()
    for sentences in (*MESSAGES.values(), *REMEDIES.values()):
        assert sentences.keys() == {"en", "fr"}
        assert all(sentences.values())


def test_the_documented_severity_is_that_of_the_suites():
    documented = dict(DOCUMENTED)
    assert {rule.code: documented[rule.code] for rule in RULES} == {rule.code: str(rule.severity) for rule in RULES}


def test_every_computed_column_is_documented():
    text = (PROJECT_ROOT / "docs" / "rules-of-files.md").read_text()
    contract = {column.name for kind in ALL_KINDS for column in kind.columns}
    computed = {column for kind in ALL_KINDS for rule in load_suite(kind.name) for column in rule.columns} - contract
    named = {re.sub(r"\w+(?=_given$)", "…", column) for column in computed}
    assert {column for column in named if f"| `{column}` |" not in text} == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.code}-{rule.field}")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_sentence_needs_no_word_that_its_rule_does_not_give(rule: Expectation, language: Language):
    given = OF_EVERY_PROBLEM | (set(rule.shows) if rule.severity == "error" else {"count", "rows"})
    for sentences in (MESSAGES, REMEDIES):
        words = {name for _, name, _, _ in string.Formatter().parse(sentences[rule.code][language]) if name}
        assert words <= given


def test_two_languages_need_the_same_words():
    for sentences in (*MESSAGES.values(), *REMEDIES.values()):
        # A word that is itself translated has its French under the name with _fr.
        english, french = (
            {name.removesuffix("_fr") for _, name, _, _ in string.Formatter().parse(sentences[language]) if name}
            for language in ("en", "fr")
        )
        assert english == french


def test_a_sentence_is_rendered_with_its_words():
    problem = Problem("total_mismatch", column="total", params={"invoice": "F1", "difference": "1.2000"})
    assert problem.message("fr") == "Le total déclaré de la facture F1 s'écarte de 1.2000 de la somme de ses lignes."
