"""What stands in columns that may be none of the contract: enough of their cells to judge what they may mean."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.reading.banners import NEGATIVE
from comptoir.reading.headers import CODE_OF_ID
from comptoir.reading.qualifiers import SAID_BY_QUANTITIES, qualifier_of
from comptoir.reading.senses import CREDIT_PREFIX, credit_prefix
from comptoir.reading.similar import HEADERS_LOOKED_AT

if TYPE_CHECKING:
    from comptoir.reading.sheets import Sheet

CELLS_KEPT: Final = 200  # different ones of a column
ROWS_KEPT: Final = 2_000  # from the beginning
CREDITED: Final = f"^{CREDIT_PREFIX.pattern}"


class Leftover:
    """Cells of the columns that no header names for certain, and of codes, gathered piece by piece."""

    def __init__(self) -> None:
        """Start with no cell."""
        self._cells: dict[int, dict[str, None]] = {}
        self._first_rows = pl.DataFrame()
        self._credited: dict[str, None] = {}
        self._sold: dict[int, dict[str, None]] = {}

    def add(self, sheet: Sheet) -> None:
        """Take the next piece."""
        if not self._first_rows.height:
            self._first_rows = sheet.texts.head(ROWS_KEPT)
        named = Counter(claim.column for claim in sheet.match.claims)
        settled = {
            claim.position
            for claim in sheet.match.claims
            if named[claim.column] == 1 and claim.is_certain and claim.column not in CODE_OF_ID.values()
        }
        claimed = {claim.position for claim in sheet.match.claims}
        for place in range(min(len(sheet.headers), HEADERS_LOOKED_AT)):
            if place not in settled:
                # The different cells of a column of the contract are known anyway.
                _take(
                    self._cells, place, sheet.coded(str(place)).values if place in claimed else sheet.texts[str(place)]
                )
        self._take_sold(sheet, claimed)
        self._take_credited(sheet)

    def _take_sold(self, sheet: Sheet, claimed: set[int]) -> None:
        """Take what is said to be given back in rows whose quantity is not negative."""
        quantities = [str(claim.position) for claim in sheet.match.claims if claim.column == "quantity"]
        if not quantities:
            return
        places = [place for place, header in enumerate(sheet.headers[:HEADERS_LOOKED_AT]) if place not in claimed]
        for place in places:
            if qualifier_of(sheet.headers[place], sheet.match.kind.name, "") in SAID_BY_QUANTITIES:
                is_back = pl.all_horizontal(pl.col(quantities).str.contains(NEGATIVE).fill_null(value=False))
                _take(self._sold, place, sheet.texts.filter(~is_back)[str(place)])

    def _take_credited(self, sheet: Sheet) -> None:
        """Take the invoices' numbers that begin as those of credit notes, where no quantity is negative.

        A credit note may charge for something: beside what came back, a quantity that is not negative is no doubt.
        """
        places = {claim.column: str(claim.position) for claim in sheet.match.claims}
        places = {"invoice_no": places.get("invoice_id", ""), **places}
        if not places["invoice_no"] or "quantity" not in places:
            return
        numbers = sheet.coded(places["invoice_no"])
        is_credited = numbers.where(numbers.values.str.contains(CREDITED), or_null=False)
        if is_credited.any():
            lines = sheet.texts.select(number=places["invoice_no"], quantity=places["quantity"]).filter(is_credited)
            is_back = pl.col("quantity").str.contains(NEGATIVE).fill_null(value=True)
            sold = lines.group_by("number", maintain_order=True).agg(is_back.any()).filter(~pl.col("quantity"))
            self._credited.update(dict.fromkeys(map(credit_prefix, sold["number"])))

    def cells(self, place: int) -> list[str]:
        """Return different cells of a column, in the order of the file; none where they were not gathered."""
        return list(self._cells.get(place, ()))

    def sold(self, place: int) -> list[str]:
        """Return different cells of a column of what is given back, of rows that are sold all the same."""
        return list(self._sold.get(place, ()))

    def credited(self) -> list[str]:
        """Return numbers of invoices that may be credit notes, and sell something."""
        return list(self._credited)

    def first_rows(self, *places: int) -> pl.DataFrame:
        """Return the first rows of some columns."""
        return self._first_rows.select(str(place) for place in places)


def _take(gathered: dict[int, dict[str, None]], place: int, texts: pl.Series) -> None:
    kept = gathered.setdefault(place, {})
    if len(kept) < CELLS_KEPT:
        different = texts.drop_nulls().unique(maintain_order=True).head(CELLS_KEPT)
        kept.update(dict.fromkeys(text for cell in different if (text := cell.strip())))
