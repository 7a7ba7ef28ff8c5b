"""`comptoir withdraw` and `comptoir restore`: a file's rows leave the figures, and come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from comptoir.commands.border import fail, opened_hot, print_json
from comptoir.commands.files import DEFAULT_TIMEOUT_SECONDS, AsJson
from comptoir.commands.words import word
from comptoir.errors import UnknownFileError
from comptoir.settings import load_settings

if TYPE_CHECKING:
    from comptoir.changes.act import Act
    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot
    from comptoir.stores.ledger import Entry

OPERATOR = "operator"  # as the audit log names whoever has the command
FileId = Annotated[str, typer.Argument(metavar="FILE_ID", help="As `comptoir uploads --json` shows it.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait until the figures show it.")]
Timeout = Annotated[float, typer.Option(help="Seconds to wait.")]


def withdraw(
    file_id: FileId, wait: Wait = False, timeout: Timeout = DEFAULT_TIMEOUT_SECONDS, as_json: AsJson = False
) -> None:
    """Withdraw a file: the figures become as if it had never come.

    What a later file says too stays; what it had overwritten comes back. The exit code is 0 when it is asked for,
    with --wait when the figures show it, 1 when the file can't be withdrawn or a closed period would change, 2 when
    the time is over.
    """
    from comptoir.changes.act import Act  # noqa: PLC0415 - `--help` needs no polars

    _change_back(file_id, Act.WITHDRAW, timeout if wait else None, as_json=as_json)


def restore(
    file_id: FileId, wait: Wait = False, timeout: Timeout = DEFAULT_TIMEOUT_SECONDS, as_json: AsJson = False
) -> None:
    """Take a withdrawal back: the file counts again, at its old place among the others.

    The exit codes are those of `comptoir withdraw`.
    """
    from comptoir.changes.act import Act  # noqa: PLC0415 - as above

    _change_back(file_id, Act.RESTORE, timeout if wait else None, as_json=as_json)


def _change_back(file_id: str, act: Act, timeout_seconds: float | None, *, as_json: bool) -> None:
    from comptoir.commands.waiting import APPLIED, TIMED_OUT, wait_for_act  # noqa: PLC0415 - as above
    from comptoir.stores import acts  # noqa: PLC0415 - as above
    from comptoir.stores.figures import upload  # noqa: PLC0415 - as above

    settings = load_settings()
    with opened_hot(settings) as hot:
        entry = _asked(hot, settings, file_id, act)
        if timeout_seconds is not None:
            entry = wait_for_act(hot, entry, act, timeout_seconds)
    refusal = acts.refusal_of(entry)
    if refusal and acts.is_possible(entry, act):
        fail(f"{refusal.message(settings.language)} {refusal.remedy(settings.language)}")
    if as_json:
        print_json(upload(entry, settings))
    else:
        typer.echo(word(entry["state"], settings.language, **entry))
    is_late = timeout_seconds is not None and entry["state"] not in acts.DONE_IN[act]
    raise typer.Exit(TIMED_OUT if is_late else APPLIED)


def _asked(hot: Hot, settings: Settings, file_id: str, act: Act) -> Entry:
    from comptoir.changing_back import ask_to_change_back  # noqa: PLC0415 - as above
    from comptoir.stores import acts  # noqa: PLC0415 - as above
    from comptoir.stores.closing import ClosedBooksError  # noqa: PLC0415 - as above

    language = settings.language
    try:
        entry = ask_to_change_back(hot, settings, file_id, act, by=OPERATOR)
    except UnknownFileError:
        fail(word("no_upload", language, file_id=file_id))
    except ClosedBooksError as refusal:
        fail(refusal.told(language))
    if not acts.is_granted(entry, act):
        fail(word(f"cannot_{act}", language, name=entry["name"], state=word(f"state_{entry['state']}", language)))
    return entry
