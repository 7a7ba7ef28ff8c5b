"""Every word of the dashboard exists in both languages, with the same places to fill in."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import dash_app
from dash_app.sessions import preferred_language
from dash_app.translations import CATALOGS

SOURCE = Path(dash_app.__file__).parent


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
