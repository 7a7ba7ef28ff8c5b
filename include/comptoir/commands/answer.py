"""`comptoir answer`: answers to what a file asks, after it came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from comptoir.commands.border import fail, opened_hot
from comptoir.commands.files import DEFAULT_TIMEOUT_SECONDS, AsJson, as_answers, tell_and_exit
from comptoir.commands.words import word
from comptoir.errors import RejectedFileError, UnknownFileError
from comptoir.settings import load_settings

if TYPE_CHECKING:
    from comptoir.commands.waiting import Answer
    from comptoir.settings import Settings


def answer(
    file_id: Annotated[str, typer.Argument(metavar="FILE_ID", help="The file, as `comptoir uploads --json` shows it.")],
    given: Annotated[list[str], typer.Argument(metavar="ID=ANSWER…", help="One answer for each question.")],
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the figures show the file.")] = False,
    timeout: Annotated[float, typer.Option(help="Seconds to wait.")] = DEFAULT_TIMEOUT_SECONDS,
    as_json: AsJson = False,
) -> None:
    """Answer what a file asks: it is dropped again with the answers, as a new attempt.

    Exit codes are those of `drop`.
    """
    settings = load_settings()
    answers = as_answers(given, settings.language)
    waited = timeout if wait else None
    tell_and_exit([_answer(settings, file_id, answers, waited)], settings, waited, as_json=as_json)


def _answer(settings: Settings, file_id: str, answers: dict[str, str], timeout_seconds: float | None) -> Answer:
    from comptoir.answering import answer_file  # noqa: PLC0415 - `--help` needs no driver
    from comptoir.commands.waiting import Drop, wait_for  # noqa: PLC0415 - as above
    from comptoir.stores.cold import open_cold  # noqa: PLC0415 - as above

    language, patience = settings.language, timeout_seconds or 0.0
    with opened_hot(settings, patience_seconds=patience) as hot:
        try:
            asked = answer_file(hot, open_cold(settings), settings, file_id, answers, by="operator")
        except UnknownFileError:
            fail(word("no_such_file", language, file_id=file_id))
        except RejectedFileError as refusal:
            fail(refusal.told(language))
        drop = Drop(asked["name"], None, asked["sha256"], asked["attempt"] + 1, is_repeat=False)
        return wait_for(hot, [drop], patience)[0]
