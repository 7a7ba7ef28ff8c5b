"""`comptoir mappings`: what earlier answers said of columns and of words, changing and forgetting it."""

from __future__ import annotations

from typing import Annotated

import typer

from comptoir.commands.border import opened_hot, print_json, print_tables
from comptoir.commands.tables import moment_text, text_table
from comptoir.commands.words import word
from comptoir.questions import NO_COLUMN
from comptoir.settings import load_settings

app = typer.Typer(invoke_without_command=True, help="Columns that answers named, by the headers that files came with.")


@app.callback()
def mappings(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, to stdout.")] = False,
) -> None:
    """Every mapping that an answer confirmed, the latest first; its account's files with these headers are read so."""
    if context.invoked_subcommand:
        return
    settings = load_settings()
    with opened_hot(settings) as hot:
        from comptoir.stores.mappings import list_mappings  # noqa: PLC0415 - `--help` needs no driver

        found = list_mappings(hot)
    if as_json:
        print_json(found)
        return
    headings = [word(key, settings.language) for key in ("mapping_id", "account", "kind", "mapping", "by", "at")]
    rows = [
        [
            each["id"],
            each["account"],
            word(f"kind_{each['kind']}", settings.language),
            "\n".join(f"{k} = {v or '-'}" for k, v in each["mapping"].items()),
            each["by"],
            moment_text(each["at"], settings),
        ]
        for each in found
    ]
    print_tables([text_table(word("mappings", settings.language), headings, rows)])


@app.command()
def edit(
    identity: Annotated[str, typer.Argument(metavar="ID", help="As `comptoir mappings` shows it.")],
    changes: Annotated[
        list[str],
        typer.Argument(
            metavar="COLUMN=HEADER…",
            help="Which header a column is, or `none`; or HEADER|WORD= and `as_written`, `return` or `left_out`.",
        ),
    ],
) -> None:
    """Let a mapping say something else: files with these headers are read so from now on; what was imported stays."""
    settings = load_settings()
    told = dict(map(_parted, changes))
    with opened_hot(settings) as hot:
        from comptoir.stores import mappings as kept  # noqa: PLC0415 - as above

        kept.edit(hot, identity, {name: None if said == NO_COLUMN else said for name, said in told.items()})


def _parted(change: str) -> tuple[str, str]:
    """Return the name and what is said of it: a header may have any sign in it, and so may a word."""
    from comptoir.reading.senses import Sense  # noqa: PLC0415 - `--help` needs nothing that reads

    name, _, said = change.rpartition("=")
    is_of_word = "|" in name and said in set(Sense)
    return (name, said) if is_of_word else change.partition("=")[::2]


@app.command()
def forget(identity: Annotated[str, typer.Argument(metavar="ID", help="As `comptoir mappings` shows it.")]) -> None:
    """Forget a mapping: files with these headers ask again; what was imported stays."""
    settings = load_settings()
    with opened_hot(settings) as hot:
        from comptoir.stores import mappings as kept  # noqa: PLC0415 - as above

        kept.forget(hot, identity)
