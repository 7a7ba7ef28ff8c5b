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
from comptoir.changes.records import Clock, build_records
from comptoir.quality.deciding import Decision, decide
from comptoir.quality.identities import with_identity
from comptoir.quality.judging import Counts, judge_file, summarise
from comptoir.quality.known import Known
from comptoir.stores import register
from comptoir.stores.closing import closed_invoices, closing_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptoir.problems import Problem
    from comptoir.quality.checking import Checked
    from comptoir.quality.verdicts import Verdict
    from comptoir.reading.tables import ReadFile, Table
    from comptoir.settings import ImportPolicy, Settings
    from comptoir.stores.hot import Hot

LATEST: Final = 2**62  # the landing number of a file that would come now: after every other
TOLD_BY_REGISTER: Final = frozenset({"unknown_product", "unknown_client"})


@dataclass(frozen=True)
class Examined:
    """A file with the decision on it, and what was checked, one per kind."""

    file: ReadFile
    decision: Decision
    checked: list[Checked]

    @property
    def counts(self) -> Counts:
        """How many rows were read and how many of them rejected."""
        return summarise(self.decision.verdicts)

    @property
    def problems(self) -> list[Problem]:
        """Everything that was found: why the file is refused whole, what was left aside, and what its rows have."""
        refusal = [self.decision.refusal] if self.decision.refusal else []
        return [*refusal, *self.file.skipped, *(found for each in self.decision.verdicts for found in each.problems)]

    @property
    def accepted(self) -> dict[str, list[pl.DataFrame]]:
        """The accepted rows by kind, one frame per sheet, with `sheet`."""
        return _by_kind(self.decision.verdicts)


def examine(file: ReadFile, hot: Hot | None, settings: Settings, policy: ImportPolicy, clock: Clock) -> Examined:
    """Judge the rows of a file and decide on it.

    Args:
        file: what was read.
        hot: what is registered; None where that can't be looked up.
        settings: for the trader's time zone.
        policy: what its owner wants to happen to the good rows of a file with bad ones.
        clock: the day on which the file is judged.

    Raises:
        RejectedFileError: two sheets tell the same record differently.
        TransientError: MongoDB was away.
    """
    known = _known(hot, file.tables) if hot else Known()
    verdicts, checked = judge_file(file.tables, known, settings, today=clock.today)
    _refuse_contradictions(verdicts, clock)
    if hot is None:
        verdicts = [_without_guesses(verdict) for verdict in verdicts]
    return Examined(file, decide(verdicts, policy), checked)


def count_changes(examined: Examined, hot: Hot, clock: Clock) -> dict[str, dict[str, int]]:
    """Return how many records of each kind the file would add (`new`), change (`changed`) and leave (`unchanged`)."""
    changes = {}
    for kind, frames in examined.accepted.items():
        records = build_records(kind, frames, clock)
        registered = register.fetch_digests(hot, kind, records["record_id"].to_list())
        changed = changed_records(records, registered, LATEST)
        new = changed.filter(pl.col("op") == "insert").height
        changes[kind] = {
            "new": new,
            "changed": changed.height - new,
            "unchanged": records.height - changed.height,
        }
    return changes


def _known(hot: Hot, tables: Sequence[Table]) -> Known:
    """Return the registered ones of the products and clients that the tables speak of, and what is closed to them."""
    closing = closing_day(hot)
    invoices = _named(tables, "invoice", ("sales",)) if closing else []
    return Known(
        products=register.fetch_known(hot, "products", _named(tables, "product", ("stock", "sales"))),
        clients=register.fetch_known(hot, "clients", _named(tables, "client", ("sales",))),
        closing=closing,
        closed_invoices=closed_invoices(hot, invoices, closing) if closing else frozenset(),
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
        sheet = pl.lit(verdict.table.sheet, pl.String).alias("sheet")
        frames[verdict.table.kind.name].append(verdict.accepted.with_columns(sheet))
    return frames


def _without_guesses(verdict: Verdict) -> Verdict:
    """Leave out what only the register could tell."""
    kept = [problem for problem in verdict.problems if problem.code not in TOLD_BY_REGISTER]
    return replace(verdict, problems=kept)
