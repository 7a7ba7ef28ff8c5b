"""Notices that both readers of files give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptoir.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence


def above_header(rows: Sequence[tuple[int, Sequence[str]]], sheet: str | None) -> list[Problem]:
    """Say which rows stand above the headers and are left aside."""
    if not rows:
        return []
    params = {"count": str(len(rows)), "last": str(rows[-1][0])}
    return [Problem("rows_above_header", Severity.NOTICE, sheet=sheet, row=rows[0][0], params=params)]
