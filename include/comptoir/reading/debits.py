"""Debit and credit columns beside the amounts: lines on both sides can't all be sales of a positive amount."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.reading.spelling import normalise

if TYPE_CHECKING:
    from comptoir.reading.sheets import Sheet

SIDES: Final = {
    side: frozenset(map(normalise, (side, f"montant {side}", f"{side} amount", f"{side} EUR", f"total {side}")))
    for side in ("debit", "credit")
}
AMOUNT: Final = "[1-9]"  # 0,00 is none


def refuse_both_sides(sheet: Sheet) -> None:
    """Refuse sales, or clients, with a debit and a credit column that are both used.

    Which side is the sale depends on the account, and the other side would be counted as one, too.

    Raises:
        RejectedFileError: it is so.
    """
    if sheet.match.kind.name not in {"sales", "clients"}:
        return
    taken = {claim.position for claim in sheet.match.claims}
    places = {normalise(header): place for place, header in enumerate(sheet.headers) if place not in taken}
    sides = [next((places[name] for name in names if name in places), None) for names in SIDES.values()]
    debit, credit = sides
    if debit is None or credit is None:
        return
    used = sheet.texts.select(pl.col([str(debit), str(credit)]).str.contains(AMOUNT).fill_null(value=False).any())
    if all(used.row(0)):
        params = {"debit": sheet.headers[debit], "credit": sheet.headers[credit]}
        raise RejectedFileError([Problem("debit_and_credit", sheet=sheet.name, params=params)])
