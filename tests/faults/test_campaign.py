"""Every fault strikes the platform under load; nothing may be lost, doubled, or off by a cent afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.campaign import suffer
from tests.faults.ground import fresh_ground
from tests.faults.scenarios import FAULTS, Fault

if TYPE_CHECKING:
    from tests.faults.campaign import Table
    from tests.faults.ground import Ground

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800)]

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
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.mutant], ids=lambda fault: f"{fault.number}")
def test_without_its_guard_a_fault_does_harm(fault: Fault) -> None:
    assert fault.mutant
    with fresh_ground() as ground, ground.without(fault.mutant):
        verdict = suffer(ground, [fault], fault.number, mends=False)

    assert not verdict.is_clean, verdict
