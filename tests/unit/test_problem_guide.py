"""The guide explains every problem that can be told, with an example, in both languages."""

from __future__ import annotations

import json
import re

import pytest

from comptoir.problem_guide import DOCUMENT, GUIDE, Example, document
from comptoir.quality.expectations import load_suite
from comptoir.records import ALL_KINDS, kind_of
from comptoir.sentences import MESSAGES, Language
from comptoir.settings import PROJECT_ROOT, Settings

EXAMPLES = [example for chapter in GUIDE for example in chapter.examples]


def test_every_code_has_one_example_and_no_other():
    assert sorted(example.code for example in EXAMPLES) == sorted(MESSAGES)


def test_the_severity_is_the_documented_one():
    text = (PROJECT_ROOT / "docs" / "rules-of-files.md").read_text()
    documented = dict(re.findall(r"^\| `(\w+)` \| (error|warning|notice) \|", text, re.MULTILINE))
    assert {example.code: str(example.severity) for example in EXAMPLES} == documented


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.code)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_example_fills_its_sentences(example: Example, language: Language):
    problem = example.problem(language)
    for sentence in (problem.message(language), problem.remedy(language)):
        assert "“”" not in sentence
        assert "«  »" not in sentence
    if example.place:
        kind, name = example.place.split(".")
        header = {"en": name, "fr": kind_of(kind).column(name).french}
        assert problem.column == (example.header or header[language])


def test_an_example_is_about_the_column_that_its_rule_is_about():
    fields = {}
    for kind in ALL_KINDS:
        for rule in load_suite(kind.name):
            fields.setdefault(rule.code, set()).add(rule.field)
    about = {example.code: example.place.partition(".")[2] or None for example in EXAMPLES if example.code in fields}
    assert {code: field for code, field in about.items() if field not in fields[code]} == {}


def test_the_document_is_what_the_guide_makes():
    assert DOCUMENT.read_text() == document()


def test_the_page_has_every_code_to_go_to():
    from comptoir.formats import Formats  # noqa: PLC0415 - as above
    from dash_app.context import Reader  # noqa: PLC0415 - Dash is slow to import
    from dash_app.pages.problems import _chapter  # noqa: PLC0415 - as above

    for language in ("en", "fr"):
        reader = Reader(Formats(language, "EUR", None), Settings())
        drawn = json.dumps([_chapter(chapter, reader).to_plotly_json() for chapter in GUIDE], default=plain)
        assert all(f'"id": "{code}"' in drawn for code in MESSAGES)
        assert json.dumps(EXAMPLES[0].problem(language).remedy(language)) in drawn


def plain(component: object) -> object:
    return component.to_plotly_json()
