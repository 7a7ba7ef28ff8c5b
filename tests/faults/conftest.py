"""The ground on which all faults of a session strike, and the table of what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from comptoir.settings import PROJECT_ROOT
from tests.faults.campaign import Table
from tests.faults.ground import fresh_ground
from tests.faults.scenarios import FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.ground import Ground

RESULTS: Final = PROJECT_ROOT / "bench" / "faults.md"


@pytest.fixture(scope="session")
def ground() -> Iterator[Ground]:
    """A platform with seams, up and with the load's products and clients unknown as yet."""
    with fresh_ground() as one:
        yield one


@pytest.fixture(scope="session")
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    """The table of all verdicts, printed at the end, and kept where it is of all faults."""
    writer = request.config.get_terminal_writer()
    one = Table(writer.write)
    yield one
    writer.write(f"\n\n{one}\n")
    if len(one.verdicts) >= len(FAULTS):
        RESULTS.write_text(f"{one}\n")
