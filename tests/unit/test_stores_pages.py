"""A figure in pages: what is where, and that no row is lost or doubled at a page's end."""

from __future__ import annotations

from typing import Any

import pytest

from comptoir.stores.pages import PAGE_ROWS, split


def rows(count: int) -> list[dict[str, Any]]:
    return [{"n": number} for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, PAGE_ROWS - 1, PAGE_ROWS, PAGE_ROWS + 1, 2 * PAGE_ROWS, 45_001])
def test_pages_hold_each_row_once_in_its_order_and_none_too_many(count: int):
    head, pages = split({"_id": "d", "version": 3, "totals": 5, "rows": rows(count), "low": rows(1)}, ["rows", "low"])
    full, rest = divmod(count, PAGE_ROWS)
    expected = full + (1 if rest else 0)
    assert head == {"_id": "d", "version": 3, "totals": 5, "pages": {"rows": expected, "low": 1}}
    assert [row for page in pages[:-1] for row in page["rows"]] == rows(count)
    assert all(0 < len(page["rows"]) <= PAGE_ROWS for page in pages)
    assert [page["_id"] for page in pages] == [*(f"d#3#rows#{number}" for number in range(expected)), "d#3#low#0"]
    assert {page["version"] for page in pages} == {3}
