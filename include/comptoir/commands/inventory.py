"""`comptoir inventory`: the lots that a stock file does not name, and that these become 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from comptoir.commands.border import fail, opened_hot, print_json
from comptoir.commands.words import word
from comptoir.errors import UnknownFileError
from comptoir.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.inventory import Inventory
    from comptoir.sentences import Language
    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot

OPERATOR = "operator"  # as the audit log names whoever has the command
FileId = Annotated[str, typer.Argument(metavar="FILE_ID", help="As `comptoir uploads --json` shows it.")]
Complete = Annotated[bool, typer.Option("--complete", help="The file is the complete inventory: these lots become 0.")]


def inventory(
    file_id: FileId,
    complete: Complete = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, to stdout.")] = False,
) -> None:
    """List the lots with stock that neither a stock file nor a later one names.

    They stay as they are. With --complete they become 0, by a file of their own that can be withdrawn.
    """
    settings = load_settings()
    with opened_hot(settings) as hot:
        try:
            found, delivered = _found(hot, settings, file_id, complete=complete)
        except UnknownFileError:
            fail(word("no_such_file", settings.language, file_id=file_id))
    if as_json:
        print_json(_document(found) | {"delivered": delivered})
        return
    typer.echo("\n".join(_lines(found, settings.language)))
    if delivered:
        typer.echo(word("delivered", settings.language, name=delivered))


def _found(hot: Hot, settings: Settings, file_id: str, *, complete: bool) -> tuple[Inventory, str | None]:
    from comptoir.inventory import complete_inventory, find_inventory  # noqa: PLC0415 - `--help` needs no polars
    from comptoir.stores import ledger  # noqa: PLC0415 - as above

    found = find_inventory(hot, ledger.find(hot, file_id))
    return found, complete_inventory(hot, settings, found, by=OPERATOR).name if complete else None


def _document(found: Inventory) -> dict[str, Any]:
    lots = found.absent.select("stock_id", "product_code", "batch_no", "quantity").to_dicts()
    return {"file_id": found.entry["_id"], "name": found.entry["name"], "absent": lots}


def _lines(found: Inventory, language: Language) -> Iterator[str]:
    name, lots = found.entry["name"], found.absent
    if lots.is_empty():
        yield word("inventory_complete", language, name=name)
        return
    yield word("inventory_absent", language, name=name, lots=lots.height)
    for code, batch, quantity in lots.select("product_code", "batch_no", "quantity").iter_rows():
        yield f"  {code}  {batch or '-'}  {quantity}"
