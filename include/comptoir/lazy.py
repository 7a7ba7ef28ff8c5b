"""Sequences that are larger than memory: made item by item, or kept on disk."""

from __future__ import annotations

import pickle
import shutil
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final, TypeVar, overload

T = TypeVar("T")

KEPT_IN_MEMORY: Final = 4  # of pieces of some 300,000 rows


class Lazy(Sequence[T]):
    """A sequence whose items are made when they are asked for; only the last one is kept."""

    def __init__(self, length: int, make: Callable[[int], T]) -> None:
        """Take the number of items and how to make the one at a place."""
        self._length = length
        self._make = make
        self._last: tuple[int, T] | None = None

    def __len__(self) -> int:
        """Return the number of items."""
        return self._length

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: Any) -> Any:
        """Make an item, or a list of those of a slice."""
        if isinstance(place, slice):
            return [self[each] for each in range(self._length)[place]]
        number = range(self._length)[place]
        if self._last is None or self._last[0] != number:
            self._last = None  # so that two are never there at once
            self._last = (number, self._make(number))
        return self._last[1]


class Scratch:
    """A folder that is removed once nobody holds this object."""

    def __init__(self) -> None:
        """Make the folder."""
        self.path = Path(mkdtemp(prefix="comptoir-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


class Spool(Collection[T]):
    """Keeps items in their order: a few in memory, more in a folder of its own that goes with it."""

    def __init__(self, items: Iterable[T] = ()) -> None:
        """Start with some items, or none."""
        self._items: list[T] = []
        self._scratch: Scratch | None = None
        self._length = 0
        for item in items:
            self.append(item)

    def append(self, item: T) -> None:
        """Add an item; once they are too many for memory, all are on disk."""
        self._items.append(item)
        self._length += 1
        if self._length > KEPT_IN_MEMORY:
            self._spill()

    def _spill(self) -> None:
        self._scratch = self._scratch or Scratch()
        first = self._length - len(self._items)
        for place, item in enumerate(self._items, start=first):
            with self._path(place).open("wb") as file:
                pickle.dump(item, file)
        self._items = []

    def _path(self, place: int) -> Path:
        assert self._scratch is not None  # noqa: S101 - it was made with the first item to be spilled
        return self._scratch.path / str(place)

    def __len__(self) -> int:
        """Return the number of items."""
        return self._length

    def __iter__(self) -> Iterator[T]:
        """Give the items, one at a time."""
        yield from self._items
        if self._scratch is not None:
            yield from map(self._load, range(self._length))

    def __contains__(self, item: object) -> bool:
        """Tell whether an item is among them."""
        return any(each == item for each in self)

    def _load(self, place: int) -> T:
        with self._path(place).open("rb") as file:
            item: T = pickle.load(file)  # noqa: S301 - written by this process, in a folder that only its user reads
        return item
