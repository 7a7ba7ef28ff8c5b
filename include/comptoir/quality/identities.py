"""The identity of the product, client, invoice and lot that a row speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.reading.columns import coded
from comptoir.records import entity_id, lot_id

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

# The columns that carry an identity: a UUID, and the trader's own code where there is no UUID.
ID_AND_CODE: Final = {
    "product": ("product_id", "product_code"),
    "client": ("client_id", "client_code"),
    "invoice": ("invoice_id", "invoice_no"),
}
KEY: Final = "key"
OTHER_SPELLING: Final = {one: other for pair in ID_AND_CODE.values() for one, other in (pair, pair[::-1])}


def with_identity(frame: pl.DataFrame, entity: str) -> pl.DataFrame:
    """Add the column `entity` (UUID text): the row's own id, else the one that its code stands for, else null."""
    id_column, code_column = ID_AND_CODE[entity]
    codes = frame[code_column].drop_nulls().unique()
    ids = pl.Series([entity_id(entity, code) for code in codes], dtype=pl.String)
    of_code = pl.col(code_column).replace_strict(codes, ids, default=None, return_dtype=pl.String)
    return frame.with_columns(pl.coalesce(id_column, of_code).alias(entity))


def with_key(frame: pl.DataFrame, entity: str) -> pl.DataFrame:
    """Add the column `entity`: what tells the entities of this frame apart.

    That is the code where no row has an id, which spares a large file a quarter of a million digests.
    """
    id_column, code_column = ID_AND_CODE[entity]
    if frame[id_column].null_count() == frame.height:
        return frame.with_columns(pl.col(code_column).alias(entity))
    return with_identity(frame, entity)


def number_of(texts: pl.Series) -> pl.Series:
    """Number the different texts of a column, from 0 without gaps: numbers are compared several times as fast."""
    numbers = coded(texts).places
    # Rows of a record mostly stand together, and a flag says so to whoever groups by the number.
    return numbers.set_sorted() if numbers.is_sorted() else numbers


def is_among(frame: pl.DataFrame, entity: str, ids: Collection[str]) -> pl.Expr:
    """Return for each row of a frame with the entity's key whether its entity is one of the ids; null without one."""
    if not ids:
        return pl.when(pl.col(entity).is_not_null()).then(pl.lit(value=False))
    columns = [*ID_AND_CODE[entity], entity]
    distinct = with_identity(frame.select(columns).unique(entity).rename({entity: KEY}), entity)
    among = distinct.filter(pl.col(entity).is_in(list(ids)))[KEY]
    return pl.col(entity).is_in(among.to_list())


def day_of_known(frame: pl.DataFrame, entity: str, days: Mapping[str, date]) -> pl.Expr:
    """Return for each row of a frame with the entity's key the day that is known of its entity, by id; null without."""
    if not days:
        return pl.lit(None, dtype=pl.Date)
    columns = [*ID_AND_CODE[entity], entity]
    distinct = with_identity(frame.select(columns).unique(entity).rename({entity: KEY}), entity)
    known = distinct.filter(pl.col(entity).is_in(list(days)))
    values = [days[entity_id] for entity_id in known[entity]]
    return pl.col(entity).replace_strict(known[KEY].to_list(), values, default=None, return_dtype=pl.Date)


def with_lot(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the column `lot` to stock rows that have a `product`: `stock_id`, else the id of product and batch."""
    pairs = frame.select("product", "batch_no").drop_nulls().unique()
    of_pair = pl.Series("of_pair", [lot_id(*pair) for pair in pairs.iter_rows()], dtype=pl.String)
    joined = frame.join(pairs.with_columns(of_pair), on=["product", "batch_no"], how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("stock_id", "of_pair").alias("lot")).drop("of_pair")
