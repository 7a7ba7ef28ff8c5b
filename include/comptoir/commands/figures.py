"""`comptoir kpis`: winners, loss risks and reductions, as tables or as JSON."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comptoir.commands.border import opened_hot, print_json, print_tables
from comptoir.commands.tables import losses_tables, reductions_table, winners_tables
from comptoir.settings import Settings, load_settings

if TYPE_CHECKING:
    from datetime import date

    from rich.table import Table

app = typer.Typer(no_args_is_help=True, help="Winners, loss risks and reductions.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, to stdout.")]
DAY_FORMATS = ["%Y-%m-%d"]


class WindowChoice(StrEnum):
    """The windows over which products are ranked."""

    WEEK = "week"
    MONTH = "month"


@app.command()
def winners(
    window: Annotated[WindowChoice, typer.Option(help="ISO week or calendar month.")],
    start: Annotated[datetime | None, typer.Option(formats=DAY_FORMATS, help="Any day of it; default today.")] = None,
    whole: Annotated[bool, typer.Option("--all", help="The whole ranking instead of the top.")] = False,
    as_json: AsJson = False,
) -> None:
    """Products ranked by profit over a week or a month, and those whose cost is missing."""
    settings = load_settings()
    with opened_hot(settings) as hot:
        from comptoir.stores.figures import read_winners  # noqa: PLC0415 - `--help` needs no driver

        day = _day(start, settings)
        figures = read_winners(hot, window.value, day, whole=whole, rows=settings.winners_top)
    _show(figures, winners_tables(figures, settings.language) if not as_json else None)


@app.command()
def losses(
    on: Annotated[datetime | None, typer.Option(formats=DAY_FORMATS, help="The day; default today.")] = None,
    as_json: AsJson = False,
) -> None:
    """Lots that expire or lie idle, with their value at risk, and products sold under their margin."""
    settings = load_settings()
    with opened_hot(settings) as hot:
        from comptoir.stores.figures import read_losses  # noqa: PLC0415 - as above

        day = _day(on, settings)
        figures = read_losses(hot, day, fresh=day != _day(None, settings))
    _show(figures, losses_tables(figures, settings.language) if not as_json else None)


@app.command()
def reductions(as_json: AsJson = False) -> None:
    """Every client's total, tier and eligibility."""
    settings = load_settings()
    with opened_hot(settings) as hot:
        from comptoir.stores.figures import read_reductions  # noqa: PLC0415 - as above

        figures = read_reductions(hot)
    _show(figures, [reductions_table(figures, settings.language)] if not as_json else None)


def _day(given: datetime | None, settings: Settings) -> date:
    return given.date() if given else datetime.now(settings.zone).date()


def _show(figures: dict[str, Any], tables: list[Table] | None) -> None:
    print_json(figures) if tables is None else print_tables(tables)
