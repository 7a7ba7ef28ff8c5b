"""A file too long for memory is judged in portions, each with all rows of the records that it speaks of.

What is expected of several rows together (twins of a key, the total of an invoice) concerns rows of one record, so
that a portion can be judged by itself, and its accepted rows can be made records by themselves.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.lazy import Lazy, Scratch
from comptoir.quality.identities import ID_AND_CODE, with_identity, with_lot
from comptoir.reading.columns import Columns
from comptoir.reading.exchange import read_table, write_table
from comptoir.reading.tables import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from comptoir.problems import Problem
    from comptoir.quality.verdicts import Verdict
    from comptoir.reading.tables import ReadFile, Table

PORTIONS_A_PIECE: Final = 3  # some 100,000 rows each, judged in less than 1.3 GiB, of which 300 MiB are libraries
ROWS_A_PORTION: Final = 250_000  # that become records together


def portions_of(file: ReadFile) -> Sequence[list[Table]]:
    """Return the tables of a file in portions; nearly every file is one.

    The rows of a record are in one portion and in the order of the file, as are their problems; problems of no row
    are in the first.
    """
    if not file.in_pieces:
        return [list(file.tables)]
    scratch, like, count = Scratch(), file.sheets[0], len(file.tables) * PORTIONS_A_PIECE
    keys = [_hashed_key(table) for table in file.tables]
    records = _portions_of_records(keys, count)
    written: dict[int, list[str]] = defaultdict(list)
    for piece, table in enumerate(file.tables):
        places = _portion_of_rows(keys[piece], records, range(piece * PORTIONS_A_PIECE, (piece + 1) * PORTIONS_A_PIECE))
        for portion, share in _shares(table, places).items():
            written[portion].append(f"{portion}-{piece}")
            write_table(share, scratch.path, written[portion][-1])
    stems = [written[portion] for portion in sorted(written)]
    # The folder is held by what reads it.
    return Lazy(len(stems), lambda place: [_load(like, scratch, stems[place])])


def accepted_portions(verdict: Verdict) -> Iterator[pl.DataFrame]:
    """Give the accepted rows of a table in portions, each with all those of the records that it speaks of."""
    accepted = verdict.accepted
    count = -(-accepted.height // ROWS_A_PORTION)
    if count <= 1:
        yield accepted
        return
    key = _hashed_key(replace(verdict.table, typed=Columns.of(accepted)))
    places = _portion_of_rows(key, _portions_of_records([key], count), range(count))
    for portion in sorted(places.unique()):
        yield accepted.filter(places == portion)


def _portions_of_records(keys: Iterable[pl.Series], count: int) -> pl.DataFrame:
    """Return the portion of each record, by the hash of its key, in the order of their first rows.

    Each portion gets as many rows, give or take those of a record. What is near in a file stays near: the invoices of
    a portion are of a few days, so that the stream changes few documents for it.
    """
    counted = [pl.select(key=key.drop_nulls()).group_by("key", maintain_order=True).len("rows") for key in keys]
    records = pl.concat(counted).group_by("key", maintain_order=True).agg(pl.col("rows").sum().cast(pl.Int64))
    before = pl.col("rows").cum_sum() - pl.col("rows")
    return records.select("key", portion=before * count // pl.col("rows").sum())


def _portion_of_rows(key: pl.Series, records: pl.DataFrame, own: range) -> pl.Series:
    """Return the portion of each row; those of which nobody can tell the record are shared out to some."""
    share = own.start + pl.int_range(key.len(), dtype=pl.Int64) * len(own) // max(key.len(), 1)
    rows = pl.select(key=key, share=share)
    named = records.join(rows, on="key", how="semi")
    placed = rows.join(named, on="key", how="left", maintain_order="left")
    return placed.select(pl.coalesce("portion", "share")).to_series()


def _load(like: Table, scratch: Scratch, stems: Sequence[str]) -> Table:
    return joined([read_table(like, scratch.path, stem) for stem in stems])


def _shares(table: Table, places: pl.Series) -> dict[int, Table]:
    """Return what each portion has of a piece, where it has anything."""
    of_row = dict(zip(table.frame["row"], places, strict=True)) if table.problems else {}
    problems: dict[int, list[Problem]] = defaultdict(list)
    for problem in table.problems:
        problems[of_row.get(problem.row or 0, 0)].append(problem)
    return {portion: _share(table, places == portion, problems[portion]) for portion in {*places.unique(), *problems}}


def _share(table: Table, is_here: pl.Series, problems: list[Problem]) -> Table:
    return replace(table, typed=table.typed.filter(is_here), sent=table.sent.filter(is_here), problems=problems)


def _hashed_key(table: Table) -> pl.Series:
    """Return 8 bytes that stand for each row's record; null of which nobody can tell it."""
    key = _record_key(table)
    return pl.select(pl.when(key.is_not_null()).then(key.hash())).to_series()


def _record_key(table: Table) -> pl.Series:
    """Return what the rows of a record have in common; those of all versions of a product have it, too."""
    if table.kind.name != "stock":
        return _entity_key(table, table.kind.entity)
    if "stock_id" in table.headers:
        return with_lot(with_identity(table.frame, "product"))["lot"]
    return _entity_key(table, "product")


def _entity_key(table: Table, entity: str) -> pl.Series:
    """Return what tells entities apart: their identities only where a file may give both an id and a code."""
    given = [column for column in ID_AND_CODE[entity] if column in table.headers]
    return table.frame[given[0]] if len(given) == 1 else with_identity(table.frame, entity)[entity]
