"""Sentences that agree with a number, and write days in their language.

After a place `{rows}`, `{rows:row|rows}` is the word for one or for many; `{closing:day}` is an ISO day as people
write it.
"""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptoir.sentences import Language


DAY: Final = "day"


class _Agreeing(Formatter):
    def __init__(self, language: Language, singular: frozenset[int]) -> None:
        self._language: Language = language
        self._singular = singular

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == DAY:
            from comptoir.formats import day_text  # noqa: PLC0415 - few sentences name a day

            return day_text(value, self._language)
        one, bar, many = format_spec.partition("|")
        if not bar:
            return str(super().format_field(value, format_spec))
        digits = "".join(filter(str.isdigit, str(value)))  # a number may be written for people already: 1 200
        return one if digits and int(digits) in self._singular else many


_FORMATTERS: dict[Language, _Agreeing] = {
    "en": _Agreeing("en", frozenset({1})),
    "fr": _Agreeing("fr", frozenset({0, 1})),
}


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
        >>> filled("before {closing:day}", "en", {"closing": "2026-03-05"})
        'before 5 Mar 2026'
    """
    return _FORMATTERS[language].vformat(text, (), words)
