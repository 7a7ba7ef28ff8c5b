"""Which files of a kind count: one holds a change set, a compacted one all change sets between two sequences.

A compacted file stands beside those that it was made of until nobody reads these any more. Whoever lists the folder
once, and passes over what a larger file holds, too, reads each change set once, at any moment.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

DIGITS: Final = 12
FILE_NAME: Final = re.compile(r"(\d{12})(?:-(\d{12}))?\.parquet")


class Span(NamedTuple):
    """The sequences that a file holds, both ends included."""

    first: int
    last: int

    @property
    def name(self) -> str:
        """The file's name; names sort like the sequences, a compacted file before its first change set's own."""
        return f"{self.stem}.parquet"

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        first, last = (f"{sequence:0{DIGITS}d}" for sequence in self)
        return first if first == last else f"{first}-{last}"

    def holds(self, other: Span) -> bool:
        """Tell whether all that another file holds is here, too."""
        return self != other and self.first <= other.first and other.last <= self.last


def span_of(name: str) -> Span | None:
    """Return what a file of that name holds; None for names of something else, hidden ones among them."""
    found = FILE_NAME.fullmatch(name)
    return Span(int(found[1]), int(found[2] or found[1])) if found else None


def in_force(names: Iterable[str]) -> list[Span]:
    """Return the files that count of all that a folder lists: those that no larger one holds, in order."""
    kept: list[Span] = []
    for span in sorted(spans_of(names), key=lambda span: (span.first, -span.last)):
        if not kept or not kept[-1].holds(span):
            kept.append(span)
    return kept


def spans_of(names: Iterable[str]) -> list[Span]:
    """Return what the files of a folder hold, compacted or not."""
    return [span for name in names if (span := span_of(name))]
