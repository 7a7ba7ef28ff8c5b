"""What is put into the lake side by side is all there at the end, or the reason why not is told at once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from comptoir.errors import TransientError
from comptoir.stores.cold import WAITING_WRITES, WRITERS, Cold, side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable

MANY = 200


@pytest.fixture
def lake() -> Cold:
    """A lake that no test reaches."""
    nothing: Any = None
    return Cold(nothing, "hdfs://nowhere", "/")


def beside(together: Cold, write: Callable[[], None]) -> None:
    assert together.beside
    together.beside(write)


def test_all_are_written_at_the_end(lake: Cold):
    written: list[int] = []

    def write() -> None:
        time.sleep(0.005)
        written.append(1)

    with side_by_side(lake) as together:
        for _ in range(MANY):
            beside(together, write)
    assert len(written) == MANY


def test_after_one_that_failed_few_are_begun(lake: Cold):
    begun: list[int] = []

    def write() -> None:
        begun.append(1)
        raise TransientError("away")

    def work() -> None:
        with side_by_side(lake) as together:
            for _ in range(MANY):
                beside(together, write)

    with pytest.raises(TransientError, match="away"):
        work()
    assert len(begun) <= WAITING_WRITES + WRITERS


def test_what_went_wrong_in_the_block_is_told_and_nothing_more_is_begun(lake: Cold):
    begun: list[int] = []

    def write() -> None:
        begun.append(1)
        time.sleep(0.1)

    def work() -> None:
        with side_by_side(lake) as together:
            for _ in range(WAITING_WRITES):
                beside(together, write)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert len(begun) <= WRITERS
