"""Sentences that agree with a number: after a place `{rows}`, `{rows:row|rows}` is the word for one or for many."""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptoir.sentences import Language


class _Agreeing(Formatter):
    def __init__(self, singular: frozenset[int]) -> None:
        self._singular = singular

    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        if not bar:
            return str(super().format_field(value, format_spec))
        digits = "".join(filter(str.isdigit, str(value)))  # a number may be written for people already: 1 200
        return one if digits and int(digits) in self._singular else many


_FORMATTERS: dict[Language, _Agreeing] = {"en": _Agreeing(frozenset({1})), "fr": _Agreeing(frozenset({0, 1}))}


def filled(text: str, language: Language, words: Mapping[str, Any]) -> str:
    """Fill the places of a sentence in.

    Examples:
        >>> filled("{rows} {rows:row|rows} read", "en", {"rows": 1})
        '1 row read'
        >>> filled("{rows} {rows:row|rows} read", "en", {"rows": "1,200"})
        '1,200 rows read'
        >>> filled("{rows} {rows:row|rows} read", "en", {"rows": 0})
        '0 rows read'
        >>> filled("{rows} {rows:ligne lue|lignes lues}", "fr", {"rows": 0})
        '0 ligne lue'
    """
    return _FORMATTERS[language].vformat(text, (), words) if "|" in text else text.format_map(words)
