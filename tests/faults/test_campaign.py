"""Every fault strikes the platform under load; nothing may be lost, doubled, or off by a cent afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.faults.campaign import strike_under_load, suffer
from tests.faults.ground import fresh_ground
from tests.faults.scenarios import FAULTS, Fault

if TYPE_CHECKING:
    from tests.faults.campaign import Table
    from tests.faults.ground import Ground

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800)]

# Clean runs of single faults recover within a minute.
MUTANT_SECONDS: Final = 150.0
SCENARIOS = [
    pytest.param(fault, id=f"{fault.number} {fault.name}", marks=[pytest.mark.quick] if fault.quick else [])
    for fault in FAULTS
]


@pytest.mark.parametrize("fault", SCENARIOS)
def test_nothing_is_lost_doubled_or_off_by_a_cent(ground: Ground, table: Table, fault: Fault) -> None:
    verdict = suffer(ground, [fault], fault.number)

    table.add(verdict)
    assert verdict.is_clean, verdict
    assert verdict.alerts or not fault.alerts, verdict


@pytest.mark.mutants
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.number} {fault.mutant}")
def test_without_its_guard_a_fault_does_harm(pytestconfig: pytest.Config, fault: Fault) -> None:
    with fresh_ground(without=fault.mutant) as ground:
        harm = harm_of(fault, ground)
        named = [word for word in fault.stop if word in ground.stop_reason()]

    pytestconfig.get_terminal_writer().write(f"\n{fault.number} without {fault.mutant}: {harm or 'no harm'}\n")
    assert harm
    assert not fault.stop or named != list(fault.stop), "it was stopped all the same"


def harm_of(fault: Fault, ground: Ground) -> str:
    """Return what a fault does where its guard is left out; nothing where the platform came through."""
    try:
        proof = strike_under_load(ground, [fault], fault.number, mends=False)
        recovered = ground.recover(MUTANT_SECONDS)
        if recovered is None:  # an audit would wait for what never comes
            return f"{proof}; not recovered in {MUTANT_SECONDS:.0f} s"
        verdict = ground.judged(fault.name, proof, recovered)
    except AssertionError as seen:  # by a scenario that looks at what became of its files
        return str(seen).partition("\n")[0]
    return "" if verdict.is_clean else str(verdict)
