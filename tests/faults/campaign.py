"""One run of a campaign: faults strike under load, the platform recovers, the audit judges."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Final

from tests.faults.ground import RECOVERY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.faults.ground import Ground
    from tests.faults.judging import Verdict
    from tests.faults.scenarios import Fault

CALM_SECONDS: Final = 5.0  # of load before the first fault
HEAD: Final = (
    "| fault | struck | recovered in s | rows lost | rows doubled | cents off | alerts |",
    "|---|---|--:|--:|--:|--:|--:|",
)
SPREAD_SECONDS: Final = 15.0  # within which the faults of a run begin


@dataclass
class Table:
    """The verdicts of a campaign, as a table for people; each is said as soon as it is known."""

    say: Callable[[str], object]
    verdicts: list[Verdict] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        """Take in one more."""
        self.verdicts.append(verdict)
        self.say(f"\n{_row(verdict)}\n")
        if verdict.differences:
            self.say(f"{verdict.differences} differences, the first: {verdict.first_difference}\n")

    def __str__(self) -> str:
        """Return it in Markdown."""
        return "\n".join([*HEAD, *(_row(each) for each in self.verdicts)])


def _row(verdict: Verdict) -> str:
    figures = (verdict.rows_lost, verdict.rows_doubled, verdict.cents_off)
    cells = (verdict.fault, verdict.struck, verdict.recovered_seconds, *figures, verdict.alerts)
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def suffer(ground: Ground, faults: Sequence[Fault], seed: str) -> Verdict:
    """Let faults strike under load; return the verdict once all has come through.

    Args:
        ground: where.
        faults: which; one that leads to a named stop must be alone.
        seed: what load, moments and choices follow from.
    """
    proof = strike_under_load(ground, faults, seed)
    names = " + ".join(f"{fault.number} {fault.name}" for fault in faults)
    return ground.judged(names, proof, ground.recover())


def strike_under_load(ground: Ground, faults: Sequence[Fault], seed: str, *, mends: bool = True) -> str:
    """Let faults strike under load, each at its moment; return the proof that they did.

    `mends` says that a fault leads to its named stop, and that what this asks for is done.
    """
    with ground.load(f"l{Random(seed).randrange(16**8):08x}"):  # noqa: S311 - test data
        time.sleep(CALM_SECONDS)
        with ThreadPoolExecutor(len(faults)) as pool:
            places = range(len(faults))
            proofs = list(pool.map(lambda at: _strike(ground, faults[at], f"{seed}-{at}", mends=mends), places))
    return "; ".join(proofs)


def _strike(ground: Ground, fault: Fault, seed: str, *, mends: bool) -> str:
    chance = Random(seed)  # noqa: S311 - test data
    time.sleep(chance.uniform(0, SPREAD_SECONDS))
    proof = fault.strike(ground, chance)
    if fault.stop and mends:
        _mend_by_rebuilding(ground, fault)
    return proof


def _mend_by_rebuilding(ground: Ground, fault: Fault) -> None:
    """Wait for the named stop and do what it asks for."""
    ground.wait_for(
        lambda: all(word in ground.stop_reason() for word in fault.stop), RECOVERY_SECONDS, f"the stop {fault.stop}"
    )
    ground.rebuild()
