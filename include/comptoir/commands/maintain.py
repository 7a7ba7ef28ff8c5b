"""`comptoir maintain`: the stores kept small, as the DAG `maintain_stores` does every night."""

from __future__ import annotations

from typing import Annotated

import typer

from comptoir.commands.border import opened_hot, print_json, print_tables
from comptoir.commands.tables import text_table
from comptoir.commands.words import word
from comptoir.settings import load_settings


def maintain(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, to stdout.")] = False,
) -> None:
    """Compact the lake's small files, and remove what is kept longer than the settings say; audited.

    It runs beside the stream and whatever comes in, and may be interrupted at any moment.
    """
    settings = load_settings()
    with opened_hot(settings) as hot:
        from comptoir.accounts import OPERATOR  # noqa: PLC0415 - `--help` needs no database
        from comptoir.maintaining.maintain import STEPS  # noqa: PLC0415 - as above
        from comptoir.maintaining.maintain import maintain as do  # noqa: PLC0415 - as above
        from comptoir.stores.cold import open_cold  # noqa: PLC0415 - as above

        cold = open_cold(settings)
        done = {step: do(hot, cold, settings, step, by=OPERATOR) for step in STEPS}
    if as_json:
        print_json(done)
        return
    headings = [word(key, settings.language) for key in ("maintenance_step", "maintenance_what", "maintenance_count")]
    rows = [[step, what, str(count)] for step, counts in done.items() for what, count in counts.items()]
    title = word("maintained", settings.language)
    print_tables([text_table(title, headings, rows) if rows else word("nothing_maintained", settings.language)])
