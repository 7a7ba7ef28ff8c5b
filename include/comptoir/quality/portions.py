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
    from collections.abc import Iterator, Sequence

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
    scratch, like, pieces = Scratch(), file.sheets[0], len(file.tables)
    count = pieces * PORTIONS_A_PIECE
    for piece, table in enumerate(file.tables):
        for portion, share in enumerate(_shares(table, count)):
            write_table(share, scratch.path, f"{portion}-{piece}")
    # The folder is held by what reads it.
    return Lazy(count, lambda portion: [_load(like, scratch, portion, pieces)])


def accepted_portions(verdict: Verdict) -> Iterator[pl.DataFrame]:
    """Give the accepted rows of a table in portions, each with all those of the records that it speaks of."""
    accepted = verdict.accepted
    count = -(-accepted.height // ROWS_A_PORTION)
    if count <= 1:
        yield accepted
        return
    portions = _portion_of_rows(replace(verdict.table, typed=Columns.of(accepted)), count)
    for portion in range(count):
        yield accepted.filter(portions == portion)


def _load(like: Table, scratch: Scratch, portion: int, pieces: int) -> Table:
    return joined([read_table(like, scratch.path, f"{portion}-{piece}") for piece in range(pieces)])


def _shares(table: Table, count: int) -> Iterator[Table]:
    """Give what each portion has of a piece."""
    portions = _portion_of_rows(table, count)
    of_row = dict(zip(table.frame["row"], portions, strict=True)) if table.problems else {}
    problems: dict[int, list[Problem]] = defaultdict(list)
    for problem in table.problems:
        problems[of_row.get(problem.row or 0, 0)].append(problem)
    for portion in range(count):
        is_here = portions == portion
        typed, sent = table.typed.filter(is_here), table.sent.filter(is_here)
        yield replace(table, typed=typed, sent=sent, problems=problems[portion])


def _portion_of_rows(table: Table, count: int) -> pl.Series:
    """Return the portion of each row; one of which nobody can tell the record may be anywhere."""
    key = _record_key(table)
    place = pl.when(key.is_null()).then(table.frame["row"].hash()).otherwise(key.hash())
    return pl.select(place % count).to_series()


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
