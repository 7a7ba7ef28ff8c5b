"""Rows that are clearly headers of a kind, though nothing names some columns that it needs: they are asked about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from comptoir.reading.guide import TIME_TYPES
from comptoir.reading.numbers import NUMBER_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comptoir.reading.headers import Match

ENOUGH_NAMED: Final = 2  # columns; tables of all sorts have a name, a date or an amount
WITH_DIGITS: Final = NUMBER_TYPES | TIME_TYPES
DIGIT: Final = re.compile(r"\d")
VALUE: Final = re.compile(r"\W*\d")  # a header may hold a digit, but does not begin with one


def clearly_closest(matches: Sequence[Match]) -> Match | None:
    """Return the match of the kind that a row clearly comes closest to; None where it may be none, or several.

    One of the columns that the kind needs must be named by a word that means nothing else.

    Args:
        matches: of the row with every kind.
    """
    first, second, *_ = sorted(matches, key=lambda match: -match.score)
    if first.score < ENOUGH_NAMED or first.score == second.score:
        return None
    needed = {name for column in first.kind.columns if column.required for name in (column.name, column.alternative)}
    return first if any(claim.is_certain and claim.column in needed for claim in first.claims) else None


def may_hold(match: Match, cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Tell whether a table may hold the columns that its headers lack: enough are left, with digits where those have.

    Args:
        match: of the headers.
        cells: the headers.
        below: the cells of the first rows; none where they are not known.
    """
    taken = {claim.position for claim in match.claims}
    free = set(range(len(cells))) & _places([cells, *below], str.strip) - taken
    numbers = [name for name in match.missing if match.kind.column(name).type in WITH_DIGITS]
    has_numbers = not below or len(free & _places(below, DIGIT.search)) >= len(numbers)
    return not any(map(VALUE.match, cells)) and len(free) >= len(match.missing) and has_numbers


def _places(rows: Sequence[Sequence[str]], tell: Callable[[str], object]) -> set[int]:
    """Return the places at which a cell of some row is so."""
    return {place for cells in rows for place, cell in enumerate(cells) if tell(cell)}
