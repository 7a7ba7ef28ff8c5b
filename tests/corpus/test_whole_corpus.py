"""Of all files of the corpus none is misread, none crashes the reader, and nearly all that can be read are.

`make test` reads a third of its crossed families, `make corpus` reads all.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from tests.corpus.generate import thinned
from tests.corpus.scoring import Result, Score, score

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.corpus, pytest.mark.timeout(1800)]
READABLE_SHARE = 0.95


@pytest.fixture(
    scope="module", params=[pytest.param(3, id="thinned"), pytest.param(1, id="whole", marks=pytest.mark.whole)]
)
def results(request: pytest.FixtureRequest) -> Iterator[list[Result]]:
    with TemporaryDirectory() as folder:
        yield [score(case, Path(folder)) for case in thinned(request.param)]


def test_no_file_is_misread_and_none_crashes_the_reader(results: list[Result]):
    bad = [r for r in results if r.score in {Score.MISREAD, Score.CRASHED}]
    assert [(r.case.family, r.case.name, str(r.score), r.why) for r in bad] == []


def test_nearly_all_files_that_can_be_read_without_asking_are_read_right(results: list[Result]):
    readable = [result for result in results if result.case.expected.is_readable]
    right = sum(result.score is Score.RIGHT for result in readable)
    missed = [(r.case.family, r.case.name, r.why) for r in readable if r.score is not Score.RIGHT]
    assert right >= READABLE_SHARE * len(readable), missed[:50]
