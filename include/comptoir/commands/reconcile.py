"""`comptoir reconcile`: whether raw files, change sets, Kafka, facts and figures say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from comptoir.commands.border import FAILED, opened_hot, print_json, print_tables
from comptoir.commands.tables import text_table
from comptoir.commands.words import word
from comptoir.settings import load_settings

if TYPE_CHECKING:
    from rich.table import Table

    from comptoir.reconciling.audit import Report
    from comptoir.settings import Settings


def reconcile(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, to stdout.")] = False,
) -> None:
    """Compare raw files, change sets, Kafka, facts and figures, per kind and day, to the cent and to the row.

    The exit code is 0 when all say the same, and 1 with the first differences when they don't. Where something
    differs at first, publishing waits while all is compared once more.
    """
    settings = load_settings()
    with opened_hot(settings) as hot:
        from comptoir.reconciling.reconcile import reconcile as compare  # noqa: PLC0415 - `--help` needs no database
        from comptoir.stores.cold import open_cold  # noqa: PLC0415 - as above

        report = compare(hot, open_cold(settings), settings)
    print_json(report.to_json()) if as_json else print_tables(_tables(report, settings))
    if not report.equal:
        raise typer.Exit(FAILED)


def _tables(report: Report, settings: Settings) -> list[Table | str]:
    language = settings.language
    if report.equal:
        return [word("all_equal", language, count=len(report.checked))]
    headings = [word(key, language) for key in ("kind", "day", "record", "between", "left", "right")]
    rows = [_cells(difference) for difference in report.differences]
    title = word("differences", language, count=report.differences_total)
    return [text_table(title, headings, rows)]


def _cells(difference: dict[str, Any]) -> list[str]:
    between = " ≠ ".join(difference["between"])
    said = [difference[side] or "-" for side in ("left", "right")]
    return [difference["kind"], difference["day"] or "-", difference["record"], between, *said]
