"""The whole corpus from a seed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from tests.corpus import cells, gathered, headings, hostile, meanings, packed, reports, texts, traces, workbooks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.corpus.truth import Case

SEED = 20260331
LARGE = frozenset({"container", "text"})  # hundreds of megabytes each
CROSSED = frozenset({"matrix", "naughty"})  # every value of a few things with every value of the others


def generate(seed: int = SEED) -> Iterator[Case]:
    """Yield every case; their contents are made when asked for."""
    yield from texts.matrix(seed)
    yield from texts.structures(seed)
    yield from texts.ambiguous(seed)
    yield from headings.headings(seed)
    yield from meanings.meanings(seed)
    yield from cells.special_cells()
    yield from workbooks.formats(seed)
    yield from workbooks.layouts(seed)
    yield from workbooks.special(seed)
    yield from packed.json_lines(seed)
    yield from packed.archives(seed)
    yield from hostile.containers(seed)
    yield from hostile.damaged(seed)
    yield from hostile.texts(seed)
    yield from gathered.gathered()
    yield from traces.traces(seed)
    yield from reports.reports(seed)


def thinned(share: int, seed: int = SEED) -> Iterator[Case]:
    """Yield every case, but of crossed families some `share`-th: enough for any two values to meet."""
    for case in generate(seed):
        if case.family not in CROSSED or crc32(f"{case.family} {case.name}".encode()) % share == 0:
            yield case


def sample(share: int, seed: int = SEED) -> Iterator[Case]:
    """Yield one case of each family and then every `share`-th, but none of the large ones."""
    seen: set[str] = set()
    for place, case in enumerate(case for case in generate(seed) if case.family not in LARGE):
        if case.family not in seen or place % share == 0:
            seen.add(case.family)
            yield case
