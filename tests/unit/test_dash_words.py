"""Every word of the dashboard exists in both languages, with the same places to fill in."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import dash_app
from dash_app.sessions import preferred_language
from dash_app.translations import CATALOGS

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(dash_app.__file__).parent
TELLING = {"HTMLResponse", "JSONResponse", "PlainTextResponse", "Response", "HTTPException", "_answer"}  # answers
TELLING |= {"notice_page", "refusal_page", "confirmation_page", "sign_in_page"}  # pages
TELLING |= {"Text", "Title", "Alert", "Badge", "Anchor", "Span", "Label", "Summary", "Button", "card", "empty"}  # parts
NO_SENTENCES = {"headers", "media_type", "className"}
SENTENCE = re.compile(r"[A-Za-z']{2,} [A-Za-z']+")  # two words: no key, no header, no media type


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_both_catalogs_have_the_same_keys_and_places():
    english, french = CATALOGS["en"], CATALOGS["fr"]
    assert english.keys() == french.keys()
    assert {key: places(text) for key, text in english.items()} == {key: places(text) for key, text in french.items()}


def test_every_key_that_the_code_names_is_in_the_catalog():
    calls = re.compile(r"\bsay\(\s*(?:[a-z_.]+,\s*)?\"([a-z_.]+)\"")
    named = {key for path in SOURCE.rglob("*.py") for key in calls.findall(path.read_text())}
    assert len(named) > 50
    assert named <= CATALOGS["en"].keys()


def test_the_browsers_first_known_language_is_taken():
    assert preferred_language("de-DE, fr-CA;q=0.8, en;q=0.5", "en") == "fr"
    assert preferred_language("", "fr") == "fr"
    assert preferred_language("xx;q=broken", "en") == "en"


def literals(node: ast.AST) -> Iterator[str]:
    """Give the texts of an expression, those that it passes on to another call aside."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif not isinstance(node, ast.Call):
        for child in ast.iter_child_nodes(node):
            yield from literals(child)


def literal_sentences(call: ast.Call) -> list[str]:
    """Return the sentences that a call is given as they stand; names of classes are none."""
    given = [*call.args, *(each.value for each in call.keywords if each.arg not in NO_SENTENCES)]
    return [text for each in given for text in literals(each) if SENTENCE.search(text)]


def test_no_answer_and_no_part_of_a_page_has_a_sentence_that_is_in_no_catalog():
    calls = [
        (path.name, node)
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", None)) in TELLING
    ]
    assert len(calls) > 50
    assert [(name, literal) for name, call in calls for literal in literal_sentences(call)] == []
