"""What a file that was read is worth: its rows judged, and the decision on the whole of it.

An import and a mere check examine a file in the same way. A check may go without MongoDB: then nothing is known
besides the file, and what would change is not told.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.changes.change_set import changed_records
from comptoir.changes.points import DATED
from comptoir.changes.records import Clock, build_records
from comptoir.quality.deciding import Decision, Outcome, decide
from comptoir.quality.identities import with_identity
from comptoir.quality.judging import judge_file
from comptoir.quality.known import Known
from comptoir.quality.pieces import row_numbers, verdicts_on_pieces, with_rejected_alone, without_rows
from comptoir.quality.portions import accepted_portions, portions_of
from comptoir.stores import register
from comptoir.stores.closing import closing_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from comptoir.problems import Problem
    from comptoir.quality.checking import Checked
    from comptoir.quality.judging import Counts
    from comptoir.quality.verdicts import Verdict
    from comptoir.reading.tables import ReadFile, Table
    from comptoir.settings import ImportPolicy, Settings
    from comptoir.stores.hot import Hot

LATEST: Final = 2**62  # the landing number of a file that would come now: after every other
TOLD_BY_REGISTER: Final = frozenset({"unknown_product", "unknown_client"})


@dataclass(frozen=True)
class Examined:
    """A file with the decision on it.

    Attributes:
        file: what was read.
        decision: the outcome, and the verdicts as they stand after it, one per table of the file.
        portions: the tables once more, as they were judged: all rows of a record together.
    """

    file: ReadFile
    decision: Decision
    portions: Sequence[list[Table]]

    @property
    def counts(self) -> Counts:
        """How many rows were read and how many of them rejected."""
        return self.decision.counts

    @property
    def problems(self) -> list[Problem]:
        """Everything that was found: why the file is refused whole, what was left aside, and what its rows have."""
        refusal = [self.decision.refusal] if self.decision.refusal else []
        return [*refusal, *self.file.skipped, *(found for each in self.decision.verdicts for found in each.problems)]

    @property
    def rejected(self) -> Sequence[Verdict]:
        """The verdict on each sheet, with its rejected rows alone."""
        if not self.file.in_pieces:
            return self.decision.verdicts
        return [with_rejected_alone(self.decision.verdicts)]

    def accepted(self) -> Iterator[dict[str, list[pl.DataFrame]]]:
        """Give the accepted rows of each portion by kind, one frame per sheet, with `sheet`."""
        if not self.file.in_pieces and len(self.decision.verdicts) > 1:
            yield _by_kind(self.decision.verdicts)
        elif not self.file.in_pieces:
            (verdict,) = self.decision.verdicts
            for frame in accepted_portions(verdict):
                yield {verdict.table.kind.name: [_with_sheet(frame, verdict.table)]}
        elif self.decision.outcome is not Outcome.REJECT:
            rejected = row_numbers(verdict.rejected_rows for verdict in self.decision.verdicts)
            for (table,) in self.portions:
                frame = table.frame.join(rejected, on="row", how="anti", maintain_order="left")
                yield {table.kind.name: [_with_sheet(frame, table)]}


def examine(
    file: ReadFile,
    hot: Hot | None,
    settings: Settings,
    policy: ImportPolicy,
    clock: Clock,
    *,
    look: Callable[[Checked], object] = lambda _: None,
    is_released: bool = False,
) -> Examined:
    """Judge the rows of a file and decide on it.

    Args:
        file: what was read.
        hot: what is registered; None where that can't be looked up.
        settings: for the trader's time zone.
        policy: what its owner wants to happen to the good rows of a file with bad ones.
        clock: the day on which the file is judged.
        look: is shown what was checked, kind by kind, of a long file portion by portion.
        is_released: whether an administrator released its rows: an invoice then may come again with another date.

    Raises:
        RejectedFileError: two sheets tell the same record differently.
        TransientError: MongoDB was away.
    """
    portions = portions_of(file)
    judged = [
        _judge(tables, hot, settings, clock, look, keep=not file.in_pieces, is_released=is_released)
        for tables in portions
    ]
    verdicts: Sequence[Verdict] = judged[0]
    if file.in_pieces:
        verdicts = verdicts_on_pieces(file.tables, [verdict for (verdict,) in judged])
    return Examined(file, decide(verdicts, policy), portions)


def _judge(
    tables: list[Table],
    hot: Hot | None,
    settings: Settings,
    clock: Clock,
    look: Callable[[Checked], object],
    *,
    keep: bool,
    is_released: bool,
) -> list[Verdict]:
    """Judge a portion; keep its rows only where it is the whole file."""
    known = _known(hot, tables, is_released=is_released) if hot else Known()
    verdicts, checked = judge_file(tables, known, settings, today=clock.today)
    for each in checked:
        look(each)
    _refuse_contradictions(verdicts, clock)
    if hot is None:
        verdicts = [_without_guesses(verdict) for verdict in verdicts]
    return verdicts if keep else [without_rows(verdict) for verdict in verdicts]


def count_changes(examined: Examined, hot: Hot, clock: Clock) -> dict[str, dict[str, int]]:
    """Return how many records of each kind the file would add (`new`), change (`changed`) and leave (`unchanged`)."""
    changes = {table.kind.name: {"new": 0, "changed": 0, "unchanged": 0} for table in examined.file.sheets}
    for by_kind in examined.accepted():
        for kind, frames in by_kind.items():
            for what, count in _changes(kind, frames, hot, clock).items():
                changes[kind][what] += count
    return changes


def _changes(kind: str, frames: Sequence[pl.DataFrame], hot: Hot, clock: Clock) -> dict[str, int]:
    records = build_records(kind, frames, clock)
    known: list[str] = []
    if kind == "products":
        records, prices = register.place_products(hot, records, LATEST, clock.today)
        known = list(prices)
    registered = register.fetch_digests(hot, kind, records["record_id"].to_list())
    changed = changed_records(records, registered, LATEST)
    # Another price without a day is a record of today's, and a change of the product for whoever sent it.
    is_known = pl.col("record_id").str.split(DATED).list.first().is_in(known)
    new = changed.filter((pl.col("op") == "insert") & ~is_known).height
    return {"new": new, "changed": changed.height - new, "unchanged": records.height - changed.height}


def _known(hot: Hot, tables: Sequence[Table], *, is_released: bool) -> Known:
    """Return the registered ones of the products and clients that the tables speak of, and what is closed to them."""
    return Known(
        products=register.fetch_known(hot, "products", _named(tables, "product", ("stock", "sales"))),
        clients=register.fetch_known(hot, "clients", _named(tables, "client", ("sales",))),
        closing=closing_day(hot),
        invoice_days=register.fetch_days(hot, _named(tables, "invoice", ("sales",))),
        allows_redating=is_released,
    )


def _named(tables: Sequence[Table], entity: str, kinds: tuple[str, ...]) -> list[str]:
    frames = [table.frame for table in tables if table.kind.name in kinds]
    return list({entity_id for frame in frames for entity_id in with_identity(frame, entity)[entity].drop_nulls()})


def _refuse_contradictions(verdicts: Sequence[Verdict], clock: Clock) -> None:
    """Refuse a file of which two sheets tell the same record differently; within one, the verdicts see to it."""
    for kind, frames in _by_kind(verdicts).items():
        if len(frames) > 1:
            build_records(kind, frames, clock)


def _by_kind(verdicts: Sequence[Verdict]) -> dict[str, list[pl.DataFrame]]:
    frames: dict[str, list[pl.DataFrame]] = defaultdict(list)
    for verdict in verdicts:
        frames[verdict.table.kind.name].append(_with_sheet(verdict.accepted, verdict.table))
    return frames


def _with_sheet(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    return frame.with_columns(pl.lit(table.sheet, pl.String).alias("sheet"))


def _without_guesses(verdict: Verdict) -> Verdict:
    """Leave out what only the register could tell."""
    kept = [problem for problem in verdict.problems if problem.code not in TOLD_BY_REGISTER]
    return replace(verdict, problems=kept)
