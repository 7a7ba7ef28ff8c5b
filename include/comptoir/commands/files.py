"""`comptoir drop` and `comptoir uploads`: files in, and what became of them."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from comptoir.commands.border import fail, opened_hot, print_json, print_tables
from comptoir.commands.tables import moment_text, uploads_table
from comptoir.commands.words import word
from comptoir.questions import NO_ANSWERS
from comptoir.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from comptoir.commands.waiting import Answer, Drop
    from comptoir.sentences import Language
    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot

DEFAULT_TIMEOUT_SECONDS = 300.0
PROBLEMS_TOLD = 20  # on a terminal; `--json` has them all

Answers = Annotated[
    list[str] | None,
    typer.Option("--answer", metavar="ID=ANSWER", help="An answer to a question about the file; give one each."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, to stdout.")]


def drop(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Files to import; they stay where they are.")],
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the figures show them.")] = False,
    timeout: Annotated[float, typer.Option(help="Seconds to wait.")] = DEFAULT_TIMEOUT_SECONDS,
    *,
    again: Annotated[bool, typer.Option("--again", help="Land bytes that are imported already as the latest.")] = False,
    answer: Answers = None,
    owner: Annotated[
        str | None, typer.Option("--as", metavar="ACCOUNT", help="The account whose files they are.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hand files over to the drop zone.

    With --as they go into an account's folder there: its import policy and locale hold for them.

    Bytes that are imported already change nothing; with --again they land anew, as the latest.

    With --wait the exit code is 0 when they are applied or already imported, 1 rejected in part or whole, 2 timed
    out, 3 waiting for an answer; of several files the worst counts: 1, then 2, then 3. Without, it is 0 once they
    are handed over.
    """
    settings = load_settings()
    require_files(files, settings.language)
    given = as_answers(answer, settings.language)
    waited = timeout if wait else None
    became = deliver_files(settings, files, timeout_seconds=waited, answers=given, again=again, owner=owner)
    tell_and_exit(became, settings, waited, as_json=as_json)


def tell_and_exit(
    became: list[Answer], settings: Settings, timeout_seconds: float | None, *, as_json: bool
) -> NoReturn:
    """Print what became of files, and end with the exit code of the worst; without seconds, nobody waited."""
    from comptoir.commands.waiting import worst  # noqa: PLC0415 - `--help` needs no driver

    if as_json:
        print_json([_document(answer, settings, timeout_seconds) for answer in became])
    else:
        tell_answers(became, settings, timeout_seconds=timeout_seconds)
    raise typer.Exit(0 if timeout_seconds is None else worst([answer.code for answer in became]))


def uploads(as_json: AsJson = False) -> None:
    """Every file that came, the latest first: its state, its rows and its problems."""
    settings = load_settings()
    with opened_hot(settings) as hot:
        from comptoir.stores.figures import list_uploads  # noqa: PLC0415 - as above

        entries = list_uploads(hot, settings)
    print_json(entries) if as_json else print_tables([uploads_table(entries, settings)])


def templates(folder: Annotated[Path, typer.Argument(help="Where they go; made when missing.")]) -> None:
    """Write templates to fill in: each kind of file in English and French, as XLSX and CSV."""
    from comptoir.templates import write_templates  # noqa: PLC0415 - as above

    for path in write_templates(folder):
        typer.echo(str(path))


def deliver_files(
    settings: Settings,
    files: list[Path],
    *,
    timeout_seconds: float | None,
    answers: Mapping[str, str] = NO_ANSWERS,
    again: bool = False,
    owner: str | None = None,
) -> list[Answer]:
    """Hand files over and wait for their answers; with None seconds, look once and don't wait."""
    from comptoir.accounts import require  # noqa: PLC0415 - as above
    from comptoir.commands.waiting import wait_for  # noqa: PLC0415 - as above

    patience = timeout_seconds or 0.0
    with opened_hot(settings, patience_seconds=patience) as hot:
        if owner:
            require(hot, owner)
        drops = [_deliver(hot, settings, file, patience, answers, again=again, owner=owner) for file in files]
        return wait_for(hot, drops, patience)


def require_files(files: list[Path], language: Language) -> None:
    """End with a sentence where one of the paths is no file."""
    for file in files:
        if not file.is_file():
            fail(word("no_file", language, path=file))


def _deliver(
    hot: Hot,
    settings: Settings,
    file: Path,
    patience_seconds: float,
    answers: Mapping[str, str],
    *,
    again: bool,
    owner: str | None,
) -> Drop:
    from comptoir.commands.waiting import expected_drop, patient  # noqa: PLC0415 - as above
    from comptoir.landing.drop import deliver  # noqa: PLC0415 - as above
    from comptoir.stores.ledger import latest_attempt  # noqa: PLC0415 - as above

    with file.open("rb") as opened:
        sha256 = file_digest(opened, "sha256").hexdigest()
    before = patient(lambda: latest_attempt(hot, sha256), patience_seconds)
    landed = deliver(settings, file, file.name, by=owner, answers=answers, again=again)
    return expected_drop(file.name, landed.name, sha256, before, is_answered=bool(answers), again=again, owner=owner)


def _document(answer: Answer, settings: Settings, timeout_seconds: float | None) -> dict[str, Any]:
    """Return an answer as JSON: the upload where it has an entry, else what is known without one."""
    from comptoir.stores.figures import upload  # noqa: PLC0415 - as above

    drop = answer.drop
    known = {"file_id": drop.file_id, "name": drop.name, "state": "received"}
    shown = upload(answer.entry, settings) if answer.entry else known
    return shown | {
        "already_imported": answer.already_imported,
        "message": answer_sentence(answer, settings, timeout_seconds),
    }


def tell_answers(
    answers: list[Answer], settings: Settings, *, timeout_seconds: float | None, problems: int = PROBLEMS_TOLD
) -> None:
    """Print what became of each file, with its questions and the first of its problems."""
    from comptoir.stores.figures import upload  # noqa: PLC0415 - as above

    for answer in answers:
        typer.echo(answer_sentence(answer, settings, timeout_seconds))
        told = upload(answer.entry, settings) if answer.entry else {"problems": [], "questions": []}
        language = settings.language
        for line in [*problem_lines(told, language, problems), *question_lines(told, language)]:
            typer.echo(line)


def answer_sentence(answer: Answer, settings: Settings, timeout_seconds: float | None) -> str:
    """Return what became of a drop, in a sentence; without seconds, nobody waited for it."""
    from comptoir.commands.waiting import TIMED_OUT  # noqa: PLC0415 - as above

    entry = answer.entry or {"state": "received"}
    if answer.code == TIMED_OUT:
        key = "delivered" if timeout_seconds is None else "timed_out"
    elif answer.already_imported:
        key = "already_partial" if entry["rows_rejected"] else "already"
    else:
        key = entry["state"]
    state = word(f"state_{entry['state']}", settings.language)
    told = {"name": answer.drop.name, "seconds": f"{timeout_seconds or 0:.0f}", "state": state}
    return word(key, settings.language, **(entry | told | (_when_and_who(entry, settings) if answer.entry else {})))


def _when_and_who(entry: dict[str, Any], settings: Settings) -> dict[str, str]:
    """Return when a file was imported, or came, and by whom, as people say it."""
    who = word("by_account" if entry["by"] else "by_folder", settings.language, by=entry["by"])
    return {"when": moment_text(entry["applied_at"] or entry["received_at"], settings), "who": who}


def problem_lines(told: dict[str, Any], language: Language, most: int) -> Iterator[str]:
    """Yield the first problems of an upload or a report, one a line; what is asked is told as a question instead."""
    problems = [] if told["questions"] else told["problems"]
    for problem in problems[:most]:
        yield f"  {_where(problem, language)}{problem['message']} {problem['remedy']}"
    if len(problems) > most > 0:
        yield word("more_problems", language, count=len(problems) - most)


def question_lines(told: dict[str, Any], language: Language) -> Iterator[str]:
    """Yield the questions of an upload or a report, each with its possible answers as they are given."""
    for question in told["questions"]:
        yield f"  {_where(question | {'row': None}, language)}{question['message']}"
        for choice in question["choices"]:
            yield f"    {question['id']}={choice['answer']}  {choice['message']}"


def as_answers(given: list[str] | None, language: Language) -> dict[str, str]:
    """Return the answers that were given as `ID=ANSWER`; end with a sentence where one is not."""
    from comptoir.questions import sound_answers  # noqa: PLC0415 - as above

    pairs = [text.partition("=") for text in given or ()]
    for question, sign, answer in pairs:
        if not (question and sign and answer):
            fail(word("no_answer", language, text=f"{question}{sign}{answer}"))
    try:
        return sound_answers({question: answer for question, _, answer in pairs})
    except ValueError:
        fail(word("no_answers", language))


def _where(problem: dict[str, Any], language: Language) -> str:
    places = [problem["sheet"], word("row", language, row=problem["row"]) if problem["row"] else None]
    told = ", ".join(place for place in places if place)
    return word("place", language, told=told) if told else ""
