"""Why no row of a sheet is the headers of a kind, in words that help: what comes closest, or what it is instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comptoir.problems import Problem
from comptoir.reading.spelling import normalise
from comptoir.records import FRENCH_KINDS, SALES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comptoir.reading.headers import Match
    from comptoir.records import Column

    Tried = tuple[int, Sequence[str], Sequence[Match]]  # a row's number and cells, and how each kind fits it

LEDGER: Final = "ledger_entries"
SHOWN: Final = 12
SHOWN_CHARACTERS: Final = 40


def _headers(*texts: str) -> frozenset[str]:
    return frozenset(map(normalise, texts))


# A ledger's entry has an account and an amount on one of two sides, as in France's FEC.
ACCOUNTS: Final = _headers("compte", "compte num", "n° compte", "no compte", "numéro de compte", "compte général") | (
    _headers("account", "account no", "account number", "account code", "GL account")
)
SIDES: Final = (_headers("debit", "montant débit"), _headers("credit", "montant crédit"))
SIGNED: Final = (_headers("montant", "amount"), _headers("sens"))

OF_LINE: Final = frozenset({"product_code", "quantity"})


def why_unrecognised(rows: Sequence[Tried], sheet: str | None, name: str) -> Problem:
    """Return what is said of a sheet none of whose first rows is the headers of a kind.

    Args:
        rows: the first ones.
        sheet: its name.
        name: what sentences call the file.
    """
    for row, cells, matches in rows:
        if _are_of_ledger(cells, matches):
            return Problem(LEDGER, sheet=sheet, row=row, params={"name": name, "found": _shown(cells)})
    row, cells, matches = max(rows, key=lambda tried: max(match.score for match in tried[2]))
    closest = min(matches, key=lambda match: (-match.score, len(match.missing)))
    params = {"name": name, "found": _shown(cells), "matched": str(closest.score)} | _lacking(closest)
    return Problem("kind_unknown", sheet=sheet, row=row, params=params)


def _are_of_ledger(cells: Sequence[str], matches: Sequence[Match]) -> bool:
    headers = set(map(normalise, cells))
    has_sides = any(headers & one and headers & other for one, other in (SIDES, SIGNED))
    has_lines = any(match.kind is SALES and not set(match.missing) >= OF_LINE for match in matches)
    return has_sides and bool(headers & ACCOUNTS) and not has_lines


def _shown(cells: Sequence[str]) -> str:
    filled = [cell.strip()[:SHOWN_CHARACTERS] for cell in cells if cell.strip()]
    return ", ".join(filled[:SHOWN]) + (" …" if len(filled) > SHOWN else "")


def _lacking(closest: Match) -> dict[str, str]:
    """Return the words for the closest kind and what it misses; where nothing is known, none is closest."""
    if not closest.score:
        return {"kind": "none", "kind_fr": "aucun", "missing": "all", "missing_fr": "toutes"}
    return {
        "kind": closest.kind.name,
        "kind_fr": FRENCH_KINDS[closest.kind.name],
        "missing": _missing(closest, lambda column: column.name),
        "missing_fr": _missing(closest, lambda column: column.french),
    }


def _missing(match: Match, word: Callable[[Column], str]) -> str:
    return ", ".join(word(match.kind.column(column)) for column in match.missing)
