"""Columns are made once per process: each step of making one is a call to the JVM of some 0.3 ms.

The figures of one invoice need two thousand such calls, which took more than half of its time (`bench/README.md`).
Functions that make columns are therefore cached; a column belongs to no session and no data.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pyspark.sql import functions as F  # noqa: N812 - the field's usual name

if TYPE_CHECKING:
    from pyspark.sql import Column

Columns = tuple["Column", ...]


@cache
def named(*names: str) -> Columns:
    """Return the columns of these names; `*` stands for all."""
    return tuple(F.col(name) for name in names)
