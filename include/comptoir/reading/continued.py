"""Invoices that stand on their first line alone, as in merged cells and in exports of nested lines."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.reading.notices import about_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from comptoir.reading.sheets import Sheet

INVOICE: Final = frozenset({"invoice_no", "invoice_id"})
OF_INVOICE: Final = INVOICE | {"client_code", "client_id", "timestamp"}  # what its first line says for all
OF_LINE: Final = (frozenset({"product_code", "product_id"}), frozenset({"quantity"}), frozenset({"unit_price"}))


def continue_invoices(pieces: Iterable[Sheet]) -> Iterator[Sheet]:
    """Give the pieces of a sheet with invoice, client and date filled in on lines that have none of them.

    A line continues the invoice above it where it has a product, a quantity and, where there is such a column, a price.
    """
    above: Sheet | None = None
    for piece in pieces:
        if piece.match.kind.name != "sales" or piece.items is not None or is_json(piece):
            yield piece
            continue
        filled = _continued(above, piece)
        yield filled
        above = filled.sliced(slice(-1, None)) if len(filled.rows) else above


def _continued(above: Sheet | None, piece: Sheet) -> Sheet:
    # Most files have their invoice on every line.
    if not reduce(and_, map(piece.is_blank, places_of(piece, INVOICE))).any():
        return piece
    if above is None:
        return _filled(piece)
    # The first row was only there to be continued.
    return _filled(_below(above, piece)).sliced(slice(1, None))


def is_json(sheet: Sheet) -> bool:
    """Tell whether rows stand by themselves, as the objects of JSON lines do."""
    return sheet.name is None and sheet.delimiter is None


def _below(above: Sheet, piece: Sheet) -> Sheet:
    return replace(
        piece, texts=pl.concat([above.texts, piece.texts]), rows=above.rows.append(piece.rows), notices=piece.notices
    )


def _filled(sheet: Sheet) -> Sheet:
    own = places_of(sheet, OF_INVOICE)
    lines = [pl.any_horizontal(map(_has, places)) for columns in OF_LINE if (places := places_of(sheet, columns))]
    bare = pl.all_horizontal(~_has(place) for place in own)
    marks = sheet.texts.select(
        continues=bare & pl.all_horizontal(lines),
        heads=pl.any_horizontal(map(_has, places_of(sheet, INVOICE))),
    )
    if not marks["continues"].any():
        return sheet
    # Of each row the one that speaks for it: itself, or the last one above that does not continue another.
    index = pl.int_range(pl.len())
    head = marks.select(pl.when(~pl.col("continues")).then(index).forward_fill()).to_series()
    continued = marks["continues"] & marks["heads"].gather(head).fill_null(value=False)
    rows = sheet.rows.filter(continued).to_list()
    told = told_from(sheet, head, dict.fromkeys(own, continued))
    return replace(told, notices=[*sheet.notices, *about_rows("lines_continued", rows, sheet.name)])


def told_from(sheet: Sheet, above: pl.Series, where: Mapping[str, pl.Series]) -> Sheet:
    """Return a sheet in which some rows have the cells of other ones.

    Args:
        sheet: the cells as sent.
        above: of each row the place of the other one; null where it has none.
        where: of each place of a column, which rows.
    """
    taken = above.fill_null(0)

    def told(cells: pl.DataFrame) -> pl.DataFrame:
        return cells.with_columns(
            pl.when(rows).then(cells[place].gather(taken)).otherwise(place).alias(place)
            for place, rows in where.items()
        )

    return replace(sheet, texts=told(sheet.texts), numeric=None if sheet.numeric is None else told(sheet.numeric))


def places_of(sheet: Sheet, columns: frozenset[str]) -> list[str]:
    """Return the places of columns that a sheet has."""
    return sorted({str(claim.position) for claim in sheet.match.claims if claim.column in columns})


def _has(place: str) -> pl.Expr:
    return pl.col(place).str.strip_chars().fill_null("") != ""
