"""What becomes of a judged file as a whole: its sound rows go on, or all of it is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from comptoir.lazy import Lazy
from comptoir.problems import Problem, Severity
from comptoir.quality.judging import Counts, summarise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptoir.quality.verdicts import Verdict
    from comptoir.settings import ImportPolicy

MOST_BAD_SHARE: Final = 0.5  # above it, the file is probably another one than its sender believes

# What rejects rows of the right file, by the problem of a file that has mostly such.
NOT_WRONG: Final = {
    "mostly_closed": frozenset({"period_closed", "invoice_closed"}),
    "mostly_no_sales": frozenset({"not_a_sale", "credit_note_positive"}),
}


class Outcome(StrEnum):
    """What becomes of a file: all of it is accepted, a part of it, or nothing."""

    ACCEPT = "accept"
    PARTIAL = "partial"
    REJECT = "reject"


@dataclass(frozen=True)
class Decision:
    """The outcome, the verdicts and the counts as they stand after it, and, where a whole file is refused, why.

    All rows of a refused file count as rejected: none of its verdicts accepts any.
    """

    outcome: Outcome
    verdicts: Sequence[Verdict]
    counts: Counts
    refusal: Problem | None = None


def decide(verdicts: Sequence[Verdict], policy: ImportPolicy) -> Decision:
    """Decide on a file by the verdicts on all its tables.

    More than half of the rows bad refuse the file under any policy; sound lines of a held invoice are not bad.
    Under `all_or_nothing` one bad row does.

    Args:
        verdicts: those of all tables of the file.
        policy: what its owner wants to happen to the good rows of a file with bad ones.
    """
    counts = summarise(verdicts)
    refusal = _refusal(counts, policy, verdicts)
    if refusal is not None:
        refused = Lazy(len(verdicts), lambda place: _refused(verdicts[place]))
        return Decision(Outcome.REJECT, refused, replace(counts, rows_rejected=counts.rows_read), refusal)
    if counts.rows_rejected == counts.rows_read:
        return Decision(Outcome.REJECT, verdicts, counts)
    return Decision(Outcome.PARTIAL if counts.rows_rejected else Outcome.ACCEPT, verdicts, counts)


def _refusal(counts: Counts, policy: ImportPolicy, verdicts: Sequence[Verdict]) -> Problem | None:
    bad = counts.rows_rejected - counts.rows_held
    params = {"bad": str(bad), "rows": str(counts.rows_read)}
    most = counts.rows_read * MOST_BAD_SHARE
    if bad > most:
        told = (
            _of_most(code, _rejected_by(verdicts, causes), bad - most, params) for code, causes in NOT_WRONG.items()
        )
        return next(filter(None, told), Problem("mostly_bad", params=params))
    if bad and policy == "all_or_nothing":
        return Problem("all_or_nothing", params=params)
    return None


def _of_most(code: str, rejected: list[Problem], enough: float, params: dict[str, str]) -> Problem | None:
    """Return the refusal of a file that would not be mostly bad without some rows; None where it would."""
    if len(rejected) < enough or 2 * len(rejected) <= int(params["bad"]):
        return None
    first = rejected[0]
    words = {key: first.params[key] for key in ("closing",) if key in first.params}
    return Problem(code, column=first.column, value=first.value, params=params | words | {"bad": str(len(rejected))})


def _rejected_by(verdicts: Sequence[Verdict], causes: frozenset[str]) -> list[Problem]:
    """Return a problem of each row that nothing but some causes may have rejected: its file is not the wrong one."""
    errors = [problem for verdict in verdicts for problem in verdict.problems if problem.severity == Severity.ERROR]
    others = {(problem.sheet, problem.row) for problem in errors if problem.code not in causes}
    rejected = {(problem.sheet, problem.row): problem for problem in reversed(errors) if problem.code in causes}
    return [problem for place, problem in reversed(rejected.items()) if place not in others]


def _refused(verdict: Verdict) -> Verdict:
    return replace(
        verdict,
        accepted=verdict.accepted.clear(),
        rejected_rows=verdict.table.frame["row"].unique(maintain_order=True).to_list(),
        waiting_rows=verdict.accepted["row"].unique(maintain_order=True).to_list(),
    )
