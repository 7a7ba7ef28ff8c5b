"""Verdicts on the portions of a long file become verdicts on its pieces, which are in the order of the file."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

import polars as pl

from comptoir.lazy import Lazy
from comptoir.quality.telling import add_up
from comptoir.quality.verdicts import Verdict
from comptoir.reading.tables import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comptoir.problems import Problem
    from comptoir.reading.tables import Table


def without_rows(verdict: Verdict) -> Verdict:
    """Return a verdict that remembers which rows it rejects, and why, but not what is in them."""
    table = verdict.table
    bare = replace(table, typed=table.typed.clear(), sent=table.sent.clear(), problems=[])
    return replace(verdict, table=bare, accepted=verdict.accepted.clear())


def verdicts_on_pieces(pieces: Sequence[Table], verdicts: Sequence[Verdict]) -> Sequence[Verdict]:
    """Return the verdict on each piece, made when asked for, from those on the portions, which need no rows."""
    rejected = row_numbers(verdict.rejected_rows for verdict in verdicts)
    held = row_numbers(verdict.held_rows for verdict in verdicts)
    incomplete = row_numbers(verdict.incomplete_rows for verdict in verdicts)
    problems = _by_piece(pieces, add_up([problem for verdict in verdicts for problem in verdict.problems]))

    def make(place: int) -> Verdict:
        table = pieces[place]
        return Verdict(
            table=table,
            accepted=table.frame.join(rejected, on="row", how="anti", maintain_order="left"),
            rejected_rows=_common(table, rejected),
            problems=problems[place],
            held_rows=_common(table, held),
            incomplete_rows=_common(table, incomplete),
        )

    return Lazy(len(pieces), make)


def with_rejected_alone(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the verdicts on all pieces as one, of which the table has the rejected rows alone."""
    bad = [_with_rejected_alone(verdict) for verdict in verdicts]
    return Verdict(
        table=joined([verdict.table for verdict in bad]),
        accepted=bad[0].accepted,
        rejected_rows=[row for verdict in bad for row in verdict.rejected_rows],
        problems=[problem for verdict in bad for problem in verdict.problems],
    )


def _with_rejected_alone(verdict: Verdict) -> Verdict:
    table = verdict.table
    typed, sent = (each.filter(each.of_rows("row").is_in(verdict.rejected_rows)) for each in (table.typed, table.sent))
    bare = replace(table, typed=typed, sent=sent, problems=[])
    return replace(verdict, table=bare, accepted=verdict.accepted.clear())


def row_numbers(lists: Iterable[list[int]]) -> pl.DataFrame:
    """Return lists of row numbers as one column `row`, to join tables with."""
    return pl.DataFrame({"row": [row for rows in lists for row in rows]}, schema={"row": pl.Int64})


def _common(table: Table, rows: pl.DataFrame) -> list[int]:
    return table.frame.select("row").join(rows, on="row", how="semi", maintain_order="left")["row"].to_list()


def _by_piece(pieces: Sequence[Table], problems: Sequence[Problem]) -> dict[int, list[Problem]]:
    """Return the problems of each piece, row by row; those of no row belong to the first."""
    if not problems:
        return defaultdict(list)
    # A piece without rows ends where the one before it does.
    ends = list(accumulate((max(piece.frame["row"].tail(1).to_list(), default=0) for piece in pieces), max))
    by_piece: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_piece[min(bisect_left(ends, problem.row or 0), len(ends) - 1)].append(problem)
    return by_piece
