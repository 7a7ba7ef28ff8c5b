"""Products on the first row of their group alone, as reports print them: each row below that sells something says so.

Nothing shows that the product above is a row's, so none is taken from there.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.problems import Problem
from comptoir.reading.continued import OF_LINE, is_json, places_of
from comptoir.reading.headers import match_kind
from comptoir.records import PRODUCTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.reading.sheets import Sheet

PRODUCT, QUANTITY, _ = OF_LINE
FEWEST: Final = 2  # rows; one alone has lost its product


def with_groups_told(sheet: Sheet) -> Sheet:
    """Return a sheet of sales with an error on each row whose product may be that of a row above."""
    products = places_of(sheet, PRODUCT)
    if sheet.match.kind.name != "sales" or sheet.items is not None or is_json(sheet) or not products:
        return sheet
    blank = reduce(and_, map(sheet.is_blank, [*products, *_names(sheet)]))
    if not blank.any():
        return sheet
    problems = list(_problems(sheet, products, blank))
    return replace(sheet, notices=sheet.notices + problems) if len(problems) >= FEWEST else sheet


def _names(sheet: Sheet) -> list[str]:
    """Return the places of products' names, by which a row without a code is of a product of its own."""
    taken = {claim.position for claim in sheet.match.claims}
    named = match_kind(PRODUCTS, sheet.headers).claims
    return [str(claim.position) for claim in named if claim.column == "name" and claim.position not in taken]


def _problems(sheet: Sheet, products: list[str], blank: pl.Series) -> Iterator[Problem]:
    sells = [~sheet.is_blank(place) for place in places_of(sheet, QUANTITY)]
    said = sheet.texts.select(
        pl.coalesce(pl.when(pl.col(place).str.strip_chars() != "").then(place) for place in products)
    )
    told = pl.DataFrame({"row": sheet.rows, "above": said.to_series().forward_fill()})
    header, params = sheet.headers[int(products[0])], {"field": "product_code"}
    for row, above in told.filter(reduce(and_, sells, blank)).drop_nulls("above").iter_rows():
        yield Problem("product_of_group", sheet=sheet.name, row=row, column=header, value=above.strip(), params=params)
