"""What is judged after a fault: the audit's report, which shares no code with the pipeline, as a line of numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from comptoir.names import KINDS

if TYPE_CHECKING:
    from comptoir.reconciling.audit import Report

LEGS: Final = ("changes", "kafka", "facts")
CENT: Final = Decimal("0.01")


@dataclass(frozen=True)
class Verdict:
    """What became of a run.

    Attributes:
        fault: which faults struck, and with which seed.
        struck: the proof that they did.
        recovered_seconds: from the fault's end until all ran and every dropped file had come through; None where that
            did not come about.
        rows_lost: rows that a leg lacks, files that never came through included.
        rows_doubled: rows that a leg has too many.
        cents_off: how far the amounts of legs are from those of the raw files, in all.
        differences: how many the audit told.
        first_difference: the first of them, as the audit tells it.
        alerts: how many lines the file of alerts got meanwhile.
    """

    fault: str
    struck: str
    recovered_seconds: float | None
    rows_lost: int
    rows_doubled: int
    cents_off: int
    differences: int
    first_difference: dict[str, Any] | None
    alerts: int

    @property
    def is_clean(self) -> bool:
        """Whether all ran again, and nothing was lost, doubled, or off by a cent."""
        is_recovered = self.recovered_seconds is not None
        return is_recovered and not (self.rows_lost or self.rows_doubled or self.cents_off or self.differences)

    def to_json(self) -> dict[str, Any]:
        """Return it as the results file keeps it."""
        return asdict(self)


def judge(
    report: Report, *, fault: str, struck: str, recovered_seconds: float | None, rows_missing: int, alerts: int
) -> Verdict:
    """Return the verdict on a run, from the audit's report and the rows of files that never came through."""
    gaps = [gap for row in report.checked for gap in _gaps(row)]
    return Verdict(
        fault,
        struck,
        recovered_seconds,
        rows_missing + sum(max(0, -count) for count, _ in gaps),
        sum(max(0, count) for count, _ in gaps),
        int(sum(abs(amount) for _, amount in gaps) / CENT),
        report.differences_total,
        report.differences[0] if report.differences else None,
        alerts,
    )


def _gaps(row: dict[str, Any]) -> list[tuple[int, Decimal]]:
    """Return by how many records and by what amount each leg is off the raw files, on a day of a kind.

    A topic that has dropped messages has no sums; what lacks in it is among the audit's differences.
    """
    if row["kind"] not in KINDS:
        return []
    raw, others = row["raw"] or {}, [row[leg] for leg in LEGS if row[leg] is not None]
    return [(_of(leg, "count") - _of(raw, "count"), _of(leg, "amount") - _of(raw, "amount")) for leg in others]


def _of(leg: dict[str, Any], figure: str) -> Any:
    value = leg.get(figure) or 0
    return Decimal(str(value)) if figure == "amount" else int(value)
