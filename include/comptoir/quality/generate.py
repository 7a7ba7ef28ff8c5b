"""Generates the suites of `expectations/` from the records and from the business expectations written by hand.

What the contracts say (required values, readable cells, bounds) comes from `records.py`; everything else is in
`expectations/business/`, one list per kind. `python -m comptoir.quality.generate` writes the suites anew.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from comptoir.problems import Severity
from comptoir.quality.checking import given, required_of
from comptoir.quality.expectations import SUITES, suite_path
from comptoir.records import ALL_KINDS, MAX_INVOICE_LINES, MAX_LINE_AMOUNT

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.records import Column, Kind

Entry = dict[str, Any]

BUSINESS: Final = SUITES / "business"
GX_SEVERITY: Final = {Severity.ERROR: "critical", Severity.WARNING: "warning", Severity.NOTICE: "info"}


def business_path(kind: str) -> Path:
    """Return the file of the expectations of a kind that are written by hand."""
    return BUSINESS / f"{kind}.json"


def suite_of(kind: Kind) -> Entry:
    """Return the suite of a kind: what its contract says, then what business says."""
    by_hand = json.loads(business_path(kind.name).read_text())
    entries = [*_required(kind), _readable(), *_bounds(kind), *by_hand]
    return {
        "name": kind.name,
        "expectations": [entry | {"severity": GX_SEVERITY[entry["meta"]["severity"]]} for entry in entries],
        "meta": {"great_expectations_version": version("great-expectations")},
        "notes": (
            f"What makes rows of a {kind.name} file valid. Generated from the records and from "
            f"business/{kind.name}.json; computed columns and codes: docs/rules-of-files.md."
        ),
    }


def _required(kind: Kind) -> list[Entry]:
    return [_not_null(column) for column in kind.columns if column.required]


def _not_null(column: Column) -> Entry:
    required = required_of(column)
    return {
        "type": "expect_column_values_to_not_be_null",
        "kwargs": {"column": given(required)},
        "description": f"Every row has a value in {required}.",
        "meta": {"code": "value_missing", "severity": "error", "field": column.name},
    }


def _readable() -> Entry:
    return {
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": "unreadable_cells", "max_value": 0},
        "description": "Every cell could be understood.",
        "meta": {"code": "cell_unreadable", "severity": "error", "told_by": "reading"},
    }


def _bounds(kind: Kind) -> list[Entry]:
    return [_below("line_amount_whole"), _no_longer("invoice_lines")] if kind.name == "sales" else []


def _below(column: str) -> Entry:
    return {
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": column, "max_value": MAX_LINE_AMOUNT - 1},
        "description": f"The amount of every line is below {MAX_LINE_AMOUNT:,}.",
        "meta": {"code": "amount_too_large", "severity": "error", "field": "unit_price"},
    }


def _no_longer(column: str) -> Entry:
    return {
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": column, "max_value": MAX_INVOICE_LINES},
        "description": f"No invoice has more than {MAX_INVOICE_LINES:,} lines.",
        "meta": {
            "code": "invoice_too_long",
            "severity": "error",
            "field": "invoice_no",
            "shows": {"invoice": "invoice_name", "lines": column},
        },
    }


def text_of(kind: Kind) -> str:
    """Return the text of a kind's suite file."""
    return json.dumps(suite_of(kind), indent=2) + "\n"


if __name__ == "__main__":
    for each in ALL_KINDS:
        suite_path(each.name).write_text(text_of(each))
