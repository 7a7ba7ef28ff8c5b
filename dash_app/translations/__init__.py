"""The words of the dashboard, by language; a missing word is an error, never a fallback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptoir.agreeing import filled
from dash_app.translations.en import WORDS as ENGLISH
from dash_app.translations.fr import WORDS as FRENCH

if TYPE_CHECKING:
    from comptoir.sentences import Language

CATALOGS: dict[Language, dict[str, str]] = {"en": ENGLISH, "fr": FRENCH}


def say(language: Language, key: str, **words: object) -> str:
    """Return a sentence in the reader's language; raise KeyError where the catalog lacks it."""
    return filled(CATALOGS[language][key], language, words)
