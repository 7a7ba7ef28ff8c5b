"""Rows that are clearly headers of a kind, though nothing names some columns that it needs: they are asked about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptoir.reading.headers import Match

ENOUGH_NAMED: Final = 2  # columns; tables of all sorts have a name, a date or an amount
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


def may_hold(match: Match, below: Sequence[Sequence[str]]) -> bool:
    """Tell whether a table may hold the columns that its headers lack.

    Args:
        match: of the headers.
        below: the cells of the headers, and of the rows below them.
    """
    if any(map(VALUE.match, below[0])):
        return False
    filled = {place for cells in below for place, cell in enumerate(cells[: len(below[0])]) if cell.strip()}
    return len(filled - {claim.position for claim in match.claims}) >= len(match.missing)
