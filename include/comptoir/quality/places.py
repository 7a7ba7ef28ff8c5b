"""Shops of invoices and depots of lots: what no column of the contract says, and what may tell records apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.reading.harmless import words
from comptoir.reading.spelling import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptoir.reading.tables import Table

NAMED: Final = 5  # in a sentence
# Of a depot, lines of one invoice may be of several: that is where goods are sent from.
SHOPS: Final = words(
    "store shop magasin boutique outlet branch agence etablissement succursale filiale enseigne site location pdv "
    "caisse till register terminal"
)
DEPOTS: Final = words(
    "store shop magasin boutique depot warehouse entrepot emplacement location site bin rack allee aisle"
)
POINTS_OF_SALE: Final = frozenset(map(normalise, ("POS", "point de vente", "point of sale")))
BESIDE: Final = words("code id no num numero number nom name libelle de of vente sale pos ref stock")


def with_shops(frame: pl.DataFrame, tables: Sequence[Table]) -> pl.DataFrame:
    """Add `invoice_shops`, the shops or tills of an invoice whose lines are of several, and `invoice_of_shops`.

    Each may count its tickets by itself, and the same number is then that of several invoices.

    Args:
        frame: the rows of all sheets, with the key of the invoice.
        tables: the sheets, for the columns that tell shops; none where nothing is to be told.
    """
    return _with_several(frame, tables, SHOPS, record="invoice", place="shop")


def with_depots(frame: pl.DataFrame, tables: Sequence[Table]) -> pl.DataFrame:
    """Add `lot_depots`, the places of a lot that is in several, and `lot_of_depots`.

    Its quantity is the sum of theirs: also where two are equal, and their rows look like one row and its copy.

    Args:
        frame: the rows of all sheets, with the key of the lot.
        tables: the sheets, for the columns that tell depots.
    """
    return _with_several(frame, tables, DEPOTS, record="lot", place="depot")


def _with_several(
    frame: pl.DataFrame, tables: Sequence[Table], telling: frozenset[str], *, record: str, place: str
) -> pl.DataFrame:
    named, is_of_several = f"{record}_{place}s", f"{record}_of_{place}s"
    found = [of_table for index, table in enumerate(tables) if (of_table := _places(table, index, telling)) is not None]
    if not found:
        return frame.with_columns(pl.lit(None, pl.String).alias(named), pl.lit(value=False).alias(is_of_several))
    key = ["table", record]
    told = (
        frame.select("table", "row", record)
        .drop_nulls()
        .join(pl.concat(found), on=["table", "row"])
        .unique([*key, "header", "same"], keep="first", maintain_order=True)
        .group_by(*key, "header", maintain_order=True)
        .agg(pl.col("place").head(NAMED).str.join(", ").alias(named), pl.len().alias("count"))
        .filter(pl.col("count") > 1)
        .unique(key, keep="first", maintain_order=True)
        .drop("count", "header")
    )
    joined = frame.join(told, on=key, how="left", maintain_order="left")
    return joined.with_columns(pl.col(named).is_not_null().alias(is_of_several))


def _places(table: Table, index: int, telling: frozenset[str]) -> pl.DataFrame | None:
    """Return the `place` of each `row` by each `header` that tells any, and what is the `same` place; None without."""
    others = [header for header in table.sent_headers if header not in table.headers.values()]
    headers = [header for header in others if _tells(header, telling)]
    return pl.concat([_told_by(table, header, index) for header in headers]) if headers else None


def _tells(header: str, telling: frozenset[str]) -> bool:
    """Tell whether a header names places.

    Examples:
        >>> [_tells(header, SHOPS) for header in ("Code magasin", "Point de vente", "Store credit")]
        [True, True, False]
    """
    said = words(header)
    return normalise(header) in POINTS_OF_SALE or (bool(said & telling) and said <= telling | BESIDE)


def _told_by(table: Table, header: str, index: int) -> pl.DataFrame:
    """Return the place of each row by one header; `LYON` is `Lyon`, and `01` is `1`."""
    place = table.sent.of_rows(header).str.strip_chars().alias("place")
    same = pl.col("place").str.to_lowercase().str.strip_chars_start("0")
    rows = pl.DataFrame([table.sent.of_rows("row").alias("row"), place]).filter(pl.col("place") != "")
    of_table = pl.lit(index, dtype=pl.UInt32).alias("table")
    return rows.with_columns(of_table, pl.lit(header).alias("header"), same.alias("same"))
