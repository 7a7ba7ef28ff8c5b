"""Sales whose time of day stands in a column of its own, beside their days: it is left aside, and that is said.

Figures are by day; which hour of it a sale had changes none.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from comptoir.problems import Problem, Severity
from comptoir.reading.harmless import words
from comptoir.records import SALES

if TYPE_CHECKING:
    from comptoir.reading.sheets import Sheet

HOURS: Final = words("heure hour time horaire")
OF_HOURS: Final = HOURS | words(
    "vente sale facture invoice ticket commande order transaction creation operation piece document paiement payment of"
)
HOUR: Final = r"^\s*\d{1,2}\s*[:hH]\s*(?:\d{2})?(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*$"
WITH_HOUR: Final = r"\d[T,\s].*\d\s*[:hH]\s*\d{2}"
MIDNIGHT: Final = r"[T\s]0?0:00(?::00(?:\.0+)?)?$"  # as workbooks write a day


def with_hours_told(sheet: Sheet) -> Sheet:
    """Return a sheet that says so where it has hours beside its days."""
    times = [str(claim.position) for claim in sheet.match.claims if claim.column == "timestamp"]
    if sheet.match.kind is not SALES or not times or any(_has_hours(sheet, place) for place in times):
        return sheet
    taken = {claim.position for claim in sheet.match.claims}
    notices = [
        Problem("hours_left_aside", Severity.NOTICE, sheet=sheet.name, column=header, value=hour)
        for place, header in enumerate(sheet.headers)
        if place not in taken and (hour := _hour(sheet, place, header))
    ]
    return replace(sheet, notices=[*sheet.notices, *notices]) if notices else sheet


def _has_hours(sheet: Sheet, place: str) -> bool:
    texts = sheet.coded(place).values
    return bool((texts.str.contains(WITH_HOUR) & ~texts.str.contains(MIDNIGHT)).any())


def _hour(sheet: Sheet, place: int, header: str) -> str:
    """Return the first of a column's hours; nothing where it is another column."""
    said = words(header)
    if not (said & HOURS and said <= OF_HOURS):
        return ""
    texts = sheet.coded(str(place)).values.drop_nulls()
    return str(texts[0]).strip() if len(texts) and texts.str.contains(HOUR).all() else ""
