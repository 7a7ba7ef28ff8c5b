"""Where a product's price without `valid_from` belongs: at the day on which it was first published.

Each day on which a price of a product came into force is a record of its own, so that a later price leaves the
earlier one in force until then, and each can be taken back alone. A file that repeats the price in force claims
that very record; so does one that landed before the file whose price is in force.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

DATED: Final = "@"


class Point(NamedTuple):
    """The latest-landed price without `valid_from` of a product: its record, content and landing number."""

    record_id: str
    digest: str
    landing: int


def undated_products(records: pl.DataFrame) -> list[str]:
    """Return the products of those records that have no `valid_from`."""
    return records.filter(_is_undated())["record_id"].to_list()


def place_undated(records: pl.DataFrame, latest: Mapping[str, Point], landing: int, today: date) -> pl.DataFrame:
    """Give each product without `valid_from` the record of the day from which its price is in force.

    Args:
        records: a file's products, of `records.RECORD_SCHEMA`, built on the business day `today`.
        latest: the registered price without `valid_from`, by product.
        landing: the file's landing number.
        today: the business day of publication.

    Returns:
        The same rows. Where the file itself names that day for the product, the row that names it counts, and
        keeps the row numbers of both.
    """
    points = pl.DataFrame(
        [(product, *point) for product, point in latest.items()],
        schema={"record_id": pl.String, "point": pl.String, "point_digest": pl.String, "point_landing": pl.Int64},
        orient="row",
    )
    found = records.join(points, on="record_id", how="left", maintain_order="left")
    joins = (pl.col("digest") == pl.col("point_digest")) | (pl.col("point_landing") > landing)
    new_point = pl.concat_str("record_id", pl.lit(f"{DATED}{today.isoformat()}"))
    place = pl.when(joins.fill_null(value=False)).then(pl.col("point")).otherwise(new_point)
    placed = found.with_columns(
        pl.when(_is_undated()).then(place).otherwise(pl.col("record_id")).alias("record_id"),
        _is_undated().alias("is_undated"),
    )
    day = pl.col("record_id").str.split(DATED).list.last()
    moved = pl.concat_str(pl.lit('"in_force_from":"'), day, pl.lit('"'))
    version = pl.col("version").str.replace(f'"in_force_from":"{today.isoformat()}"', moved, literal=True)
    placed = placed.with_columns(pl.when(pl.col("is_undated")).then(version).otherwise(pl.col("version")))
    return _let_named_days_count(placed).select(records.columns)


def _let_named_days_count(placed: pl.DataFrame) -> pl.DataFrame:
    if not placed["record_id"].is_duplicated().any():
        return placed
    named_first = placed.sort("is_undated", maintain_order=True).group_by("record_id", maintain_order=True)
    return named_first.agg(pl.exclude("rows").first(), pl.col("rows").list.explode())


def _is_undated() -> pl.Expr:
    return ~pl.col("record_id").str.contains(DATED, literal=True)
