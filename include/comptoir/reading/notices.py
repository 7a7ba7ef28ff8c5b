"""Notices about rows: those that are left aside, and those that few would look for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comptoir.problems import Problem, Severity

NAMED_ROWS: Final = 10

if TYPE_CHECKING:
    from collections.abc import Sequence


def above_header(rows: Sequence[tuple[int, Sequence[str]]], sheet: str | None) -> list[Problem]:
    """Say which rows stand above the headers and are left aside."""
    if not rows:
        return []
    params = {"count": str(len(rows)), "last": str(rows[-1][0])}
    return [Problem("rows_above_header", Severity.NOTICE, sheet=sheet, row=rows[0][0], params=params)]


def about_rows(code: str, rows: Sequence[int], sheet: str | None) -> list[Problem]:
    """Say which rows are concerned by what a code says; the first ten are named."""
    if not rows:
        return []
    params = {"count": str(len(rows)), "rows": named_rows(rows)}
    return [Problem(code, Severity.NOTICE, sheet=sheet, row=rows[0], params=params)]


def named_rows(rows: Sequence[int]) -> str:
    """Return the numbers of the first ten rows."""
    return ", ".join(map(str, rows[:NAMED_ROWS])) + (" …" if len(rows) > NAMED_ROWS else "")
