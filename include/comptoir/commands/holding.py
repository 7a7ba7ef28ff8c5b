"""`comptoir held`, `release` and `dismiss`: sound rows that wait for a decision."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comptoir.commands.border import fail, opened_hot, print_json
from comptoir.commands.words import word
from comptoir.errors import UnknownFileError
from comptoir.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.holding import HeldFile
    from comptoir.sentences import Language
    from comptoir.settings import Settings
    from comptoir.stores.cold import Cold
    from comptoir.stores.hot import Hot

FileId = Annotated[str, typer.Argument(metavar="FILE_ID", help="As `comptoir held` shows it.")]
Invoices = Annotated[list[str] | None, typer.Argument(metavar="[INVOICE…]", help="Default: all that the file holds.")]


def held(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, to stdout.")] = False,
) -> None:
    """What is held: sound lines of invoices with a bad one, and sound rows of files that were refused whole."""
    settings = load_settings()
    with _opened(settings) as (hot, cold):
        from comptoir.holding import list_held  # noqa: PLC0415 - `--help` needs no driver

        files = list_held(hot, cold)
    if as_json:
        print_json([_document(file) for file in files])
        return
    typer.echo("\n".join(_lines(files, settings.language)) or word("held_nothing", settings.language))


def release(file_id: FileId, invoices: Invoices = None) -> None:
    """Hand held rows over to the drop zone, as a file of their own.

    Without invoices: the sound rows of a file that was refused whole, else all held invoices of the file.
    """
    settings = load_settings()
    with _opened(settings) as (hot, cold):
        from comptoir import holding  # noqa: PLC0415 - as above

        with _knowing(file_id, settings.language):
            paths = holding.release(hot, cold, settings, file_id, invoices or [])
    for path in paths:
        typer.echo(word("delivered", settings.language, name=path.name))


def dismiss(
    file_id: FileId, note: Annotated[str, typer.Option(help="Why; kept in the audit log.")], invoices: Invoices = None
) -> None:
    """Leave held rows out for good, with a note of why."""
    settings = load_settings()
    with _opened(settings) as (hot, cold):
        from comptoir import holding  # noqa: PLC0415 - as above

        with _knowing(file_id, settings.language):
            rows = holding.dismiss(hot, cold, file_id, invoices or [], note)
    typer.echo(word("dismissed", settings.language, rows=rows))


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[Hot, Cold]]:
    with opened_hot(settings) as hot:
        from comptoir.stores.cold import open_cold  # noqa: PLC0415 - as above

        yield hot, open_cold(settings)


@contextmanager
def _knowing(file_id: str, language: Language) -> Iterator[None]:
    from comptoir.stores.closing import ClosedBooksError  # noqa: PLC0415 - as above

    try:
        yield
    except ClosedBooksError as refusal:
        fail(refusal.told(language))
    except UnknownFileError:
        fail(word("no_such_file", language, file_id=file_id))


def _document(file: HeldFile) -> dict[str, Any]:
    invoices = [{"invoice": invoice, "rows": rows} for invoice, rows in file.invoices.items()]
    told = {field: file.entry[field] for field in ("name", "state", "by")}
    return {"file_id": file.entry["_id"], **told, "rows_of_file": file.rows_of_file, "invoices": invoices}


def _lines(files: list[HeldFile], language: Language) -> Iterator[str]:
    for file in files:
        yield f"{file.entry['_id']}  {file.entry['name']}"
        if file.rows_of_file:
            yield word("held_file", language, rows=file.rows_of_file)
        for invoice, rows in file.invoices.items():
            yield word("held_invoice", language, invoice=invoice, rows=rows)
