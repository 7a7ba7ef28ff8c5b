"""Figures and uploads as tables for the terminal; money with 2 places, in the reader's language."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Literal

from comptoir.commands.words import word

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rich.table import Table

    from comptoir.sentences import Language
    from comptoir.settings import Settings

Row = dict[str, Any]

MONEY = {"revenue", "profit", "value_at_risk", "opening", "sales", "new_total"}
RATIOS = {"margin", "threshold"}
DAYS = {"expiry_date", "last_movement"}
COUNTS = {"rank", "quantity", "rows_read", "rows_applied", "rows_unchanged", "rows_rejected"}
# Fields that hold codes of ours, and how the words for these begin.
CODED = {"kind": "kind", "state": "state", "reasons": "reason", "tier": "tier"}
WRAPPED = {"name", "category", "reasons", "received_at"}
THIN_SPACE = "\u202f"

WINNERS = ("rank", "code", "name", "category", "quantity", "revenue", "profit")
COST_MISSING = ("code", "quantity", "revenue")
LOSSES = ("code", "batch_no", "quantity", "expiry_date", "last_movement", "reasons", "value_at_risk")
LOW_MARGIN = ("code", "revenue", "margin", "threshold")
REDUCTIONS = ("code", "name", "opening", "sales", "new_total", "eligible_promo", "tier")
UPLOADS = (
    "file_id",
    "name",
    "kind",
    "state",
    "rows_read",
    "rows_applied",
    "rows_unchanged",
    "rows_rejected",
    "received_at",
)


def winners_tables(figures: Row, language: Language) -> list[Table]:
    """Return the winners' table and, where there are any, the products without a known cost."""
    window = word(figures["window"], language)
    winners = _table(
        word("winners", language, window=window, start=figures["start"]), WINNERS, figures["rows"], language
    )
    return [winners, *_optional("cost_missing", COST_MISSING, figures["cost_missing"], language)]


def losses_tables(figures: Row, language: Language) -> list[Table]:
    """Return the lots at risk and, where there are any, the products sold under their margin's threshold."""
    losses = _table(word("losses", language, on=figures["on"]), LOSSES, figures["rows"], language)
    return [losses, *_optional("low_margin", LOW_MARGIN, figures["low_margin"], language)]


def reductions_table(figures: Row, language: Language) -> Table:
    """Return the clients' totals, tiers and eligibility."""
    return _table(word("reductions", language), REDUCTIONS, figures["rows"], language)


def uploads_table(uploads: list[Row], settings: Settings) -> Table:
    """Return one line per file; times are in the trader's zone."""
    rows = [upload | {"received_at": moment_text(upload["received_at"], settings)} for upload in uploads]
    return _table(word("uploads", settings.language), UPLOADS, rows, settings.language)


def _optional(key: str, fields: Sequence[str], rows: list[Row], language: Language) -> list[Table]:
    return [_table(word(key, language), fields, rows, language)] if rows else []


def _table(title: str, fields: Sequence[str], rows: list[Row], language: Language) -> Table:
    from rich.table import Table  # noqa: PLC0415 - the command starts without it when it prints JSON
    from rich.text import Text  # noqa: PLC0415 - as above

    table = Table(title=title, title_justify="left", caption=None if rows else word("no_rows", language))
    for field in fields:
        justify: Literal["left", "right"] = "right" if field in MONEY | RATIOS | COUNTS else "left"
        width = max((len(cell(field, row[field], language)) for row in rows), default=0)
        # Names may wrap on a narrow terminal; half a number, a day or a code would mislead.
        floor = 0 if field in WRAPPED else width
        table.add_column(word(field, language), justify=justify, min_width=floor, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell(field, row[field], language)) for field in fields))
    return table


def text_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Return a table of texts; brackets in them are shown, not obeyed."""
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    table = Table(title=Text(title), title_justify="left")
    for place, heading in enumerate(headings):
        # What comes first names the row: half of it would be of no use.
        table.add_column(heading, no_wrap=place == 0, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell_text) for cell_text in row))
    return table


def cell(field: str, value: Any, language: Language) -> str:
    """Write one value as people read it.

    Examples:
        >>> cell("revenue", "748957.025", "en"), cell("margin", 0.0833, "en")
        ('748,957.03', '8.3 %')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return word("yes" if value else "no", language)
    if field in MONEY:
        return number_text(Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP), language)
    if field in RATIOS:
        return f"{number_text(Decimal(str(value * 100)).quantize(Decimal('0.1'), ROUND_HALF_UP), language)} %"
    if field in COUNTS:
        return number_text(value, language)
    each = value if isinstance(value, list) else [value]
    return ", ".join(_text(field, one, language) for one in each)


def _text(field: str, value: Any, language: Language) -> str:
    if field in DAYS:
        from comptoir.formats import day_text  # noqa: PLC0415 - as above

        return day_text(value, language)
    return word(f"{CODED[field]}_{value}", language) if field in CODED else str(value)


def moment_text(moment: datetime | str, settings: Settings) -> str:
    """Write a moment, or the ISO time of one, in the trader's zone and language."""
    from comptoir.formats import Formats  # noqa: PLC0415 - as above

    return Formats.of(settings).second(moment)


def number_text(value: Decimal | int, language: Language) -> str:
    """Write a number with the places that it has, parted as people of a language do."""
    english = f"{value:,}"
    return english if language == "en" else english.replace(",", THIN_SPACE).replace(".", ",")
