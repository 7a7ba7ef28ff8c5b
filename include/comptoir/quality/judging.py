"""The verdict on each row: what goes on, what is rejected, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from comptoir.problems import Severity
from comptoir.quality.checking import HOLDING, Checked, check
from comptoir.quality.telling import tell
from comptoir.quality.verdicts import Verdict
from comptoir.records import ALL_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from comptoir.problems import Problem
    from comptoir.quality.known import Known
    from comptoir.reading.tables import Table
    from comptoir.settings import Settings


@dataclass(frozen=True)
class Counts:
    """How many rows were read, how many of them rejected, and how many of these held with their invoice."""

    rows_read: int
    rows_rejected: int
    rows_held: int


def judge(table: Table, known: Known, settings: Settings, *, today: date) -> Verdict:
    """Judge a table by itself; see `judge_file` for a file of several sheets.

    Args:
        table: the typed rows.
        known: what the platform knows already.
        settings: for the trader's time zone.
        today: the day on which the file is judged, in the trader's zone.
    """
    return judge_checked(check([table], known, settings, today=today))[0]


def judge_file(
    tables: Sequence[Table], known: Known, settings: Settings, *, today: date
) -> tuple[list[Verdict], list[Checked]]:
    """Judge all tables of a file: tables of one kind together, what products and clients bring being known after.

    Returns:
        The verdicts, in the order of `tables`, and what was checked, one per kind, for `suites.run_suite`.
    """
    verdicts: dict[int, Verdict] = {}
    checked_kinds = []
    for kind in ALL_KINDS:
        places = [place for place, table in enumerate(tables) if table.kind == kind]
        if not places:
            continue
        checked = check([tables[place] for place in places], known, settings, today=today)
        checked_kinds.append(checked)
        for place, verdict in zip(places, judge_checked(checked), strict=True):
            verdicts[place] = verdict
            known = known.with_accepted(verdict)
    return [verdicts[place] for place in range(len(tables))], checked_kinds


def judge_checked(checked: Checked) -> list[Verdict]:
    """Judge the rows of tables whose computed columns are there already; one verdict per table."""
    broken = broken_rows(checked)
    errors = [name for name, rule in zip(broken.columns, checked.suite, strict=True) if rule.severity is Severity.ERROR]
    rejected = broken.select(pl.any_horizontal(errors)).to_series()
    told = tell(checked, broken)
    held = _held(checked, broken)
    return [_verdict(checked, index, rejected, held, told[index]) for index in range(len(checked.tables))]


def _held(checked: Checked, broken: pl.DataFrame) -> pl.Series:
    """Tell which rows break nothing but rules that hold rows back for a release."""
    errors = [(str(place), rule) for place, rule in enumerate(checked.suite) if rule.severity is Severity.ERROR]
    holding = [name for name, rule in errors if rule.code in HOLDING]
    others = [name for name, rule in errors if rule.code not in HOLDING]
    if not holding:
        return pl.repeat(value=False, n=checked.frame.height, eager=True)
    return broken.select(pl.any_horizontal(holding) & ~pl.any_horizontal(others)).to_series()


def broken_rows(checked: Checked) -> pl.DataFrame:
    """Return one boolean column per expectation of the suite, named by its position: True on the rows that break it."""
    return checked.frame.select(rule.broken.alias(str(place)) for place, rule in enumerate(checked.suite))


def summarise(verdicts: Iterable[Verdict]) -> Counts:
    """Add up the rows of a file's verdicts."""
    counted = [
        (verdict.table.frame["row"].n_unique(), len(verdict.rejected_rows), len(verdict.held_rows))
        for verdict in verdicts
    ]
    return Counts(*map(sum, zip(*counted, strict=True)))


def _verdict(checked: Checked, index: int, rejected: pl.Series, held: pl.Series, told: list[Problem]) -> Verdict:
    table = checked.tables[index]
    is_own = checked.frame["table"] == index
    of_table = rejected.filter(is_own)
    held_rows = _wholly_held(table.frame["row"], of_table, held.filter(is_own))
    return Verdict(
        table=table,
        accepted=table.frame.filter(~of_table),
        rejected_rows=table.frame["row"].filter(of_table).unique(maintain_order=True).to_list(),
        problems=[*table.problems, *told],
        held_rows=held_rows,
        incomplete_rows=_incomplete(checked.frame.filter(is_own), held_rows) if held_rows else [],
    )


def _incomplete(frame: pl.DataFrame, held_rows: list[int]) -> list[int]:
    """Return the held rows of which the invoice has a bad one."""
    incomplete = frame.filter(pl.col("invoice_incomplete"))["row"].unique(maintain_order=True)
    return incomplete.filter(incomplete.is_in(held_rows)).to_list()


def _wholly_held(rows: pl.Series, rejected: pl.Series, held: pl.Series) -> list[int]:
    """Return the rows of which nothing is wrong; one that holds a whole invoice has a line for each of its items."""
    bad, waiting = (rows.filter(chosen).unique(maintain_order=True) for chosen in (rejected & ~held, held))
    return waiting.to_frame().join(bad.to_frame(), on=rows.name, how="anti", maintain_order="left")[rows.name].to_list()
