"""`comptoir demo`: the platform with sample files in it, and what it makes of them."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from comptoir.commands.border import opened_hot, print_tables
from comptoir.commands.files import DEFAULT_TIMEOUT_SECONDS, deliver_files, tell_answers
from comptoir.commands.platform import bring_up, tell_start
from comptoir.commands.tables import losses_tables, reductions_table, winners_tables
from comptoir.commands.words import word
from comptoir.settings import load_settings

if TYPE_CHECKING:
    from datetime import date

    from comptoir.settings import Settings


def demo() -> None:
    """Start the platform, drop sample files, show their figures, and leave everything running."""
    settings = load_settings()
    started = bring_up(settings)
    try:
        today = datetime.now(settings.zone).date()
        worst_code = _drop_samples(settings, today)
        _show_figures(settings, today)
    finally:
        tell_start(settings, started)  # whatever happened: new passwords are shown this once
    raise typer.Exit(worst_code)


def _drop_samples(settings: Settings, today: date) -> int:
    from comptoir.commands.waiting import worst  # noqa: PLC0415 - `--help` needs no driver
    from comptoir.samples import BEFORE_SALES, write_samples  # noqa: PLC0415 - as above

    files = write_samples(settings.home / "samples", today)
    typer.echo("\n" + word("demo_samples", settings.language, count=len(files)))
    began = time.monotonic()
    # What sales refer to goes first, as a trader would do it: else every one would be of an unknown client.
    answers = [
        answer
        for wave in (files[:BEFORE_SALES], files[BEFORE_SALES:])
        for answer in deliver_files(settings, wave, timeout_seconds=DEFAULT_TIMEOUT_SECONDS)
    ]
    seconds = time.monotonic() - began
    tell_answers(answers, settings, timeout_seconds=DEFAULT_TIMEOUT_SECONDS, problems=0)
    code = worst([answer.code for answer in answers])
    typer.echo(word("demo_missing" if code else "demo_visible", settings.language, seconds=f"{seconds:.1f}"))
    return code


def _show_figures(settings: Settings, today: date) -> None:
    from comptoir.stores.figures import read_losses, read_reductions, read_winners  # noqa: PLC0415 - as above

    with opened_hot(settings) as hot:
        month = read_winners(hot, "month", today, rows=settings.winners_top)
        losses, reductions = read_losses(hot, today), read_reductions(hot)
    typer.echo()
    tables = [*winners_tables(month, settings.language), *losses_tables(losses, settings.language)]
    print_tables([*tables, reductions_table(reductions, settings.language)])
