"""`comptoir closing`: from which day on the books are open."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comptoir.commands.border import fail, opened_hot, print_json
from comptoir.commands.tables import moment_text
from comptoir.commands.words import word
from comptoir.settings import load_settings

if TYPE_CHECKING:
    from comptoir.settings import Settings


def closing(
    day: Annotated[
        datetime | None, typer.Option("--set", formats=["%Y-%m-%d"], help="Sales before this day are refused from now.")
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Open everything again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, to stdout.")] = False,
) -> None:
    """Show or move the closing date: sales dated before it are refused."""
    settings = load_settings()
    if day and clear:
        fail(word("closing_both", settings.language))
    with opened_hot(settings) as hot:
        from comptoir.stores.closing import move_closing, read_closing  # noqa: PLC0415 - `--help` needs no driver

        if day or clear:
            move_closing(hot, day.date() if day else None)
        shown = read_closing(hot)
    print_json(shown) if as_json else typer.echo(_sentence(shown, settings))


def _sentence(shown: dict[str, Any], settings: Settings) -> str:
    language = settings.language
    if shown["closing"] is None:
        return word("closing_none", language)
    return word("closing_day", language, **shown | {"moved_at": moment_text(shown["moved_at"], settings)})
