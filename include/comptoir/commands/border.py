"""What every command does at its border: JSON or tables out, errors as sentences, exit codes."""

from __future__ import annotations

import codecs
import json
import socket
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from comptoir.commands.words import word
from comptoir.errors import ComptoirError, TransientError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot

FAILED = 1
PAUSE_SECONDS = 0.2


def print_json(document: Any) -> None:
    """Write one JSON document to stdout, and nothing else; letters that no encoding has become question marks.

    Where stdout is not UTF-8, letters beyond ASCII are escaped, so that none is lost.
    """
    text = json.dumps(document, ensure_ascii=False, indent=2).encode(errors="replace").decode()
    is_utf8 = codecs.lookup(sys.stdout.encoding or "utf-8").name == "utf-8"
    sys.stdout.write((text if is_utf8 else json.dumps(json.loads(text), indent=2)) + "\n")


def print_tables(tables: Iterable[Any]) -> None:
    """Write rich tables to stdout."""
    from rich.console import Console  # noqa: PLC0415 - the command starts without it when it prints JSON

    console = Console()
    for table in tables:
        console.print(table)


def fail(sentence: str) -> NoReturn:
    """Say on stderr why the command could not do its work, and end with exit code 1."""
    typer.echo(sentence, err=True)
    raise typer.Exit(FAILED)


@contextmanager
def opened_hot(settings: Settings, *, patience_seconds: float = 0.0) -> Iterator[Hot]:
    """Open MongoDB for a command; where it is away or errs, say so and end with exit code 1.

    Args:
        settings: where MongoDB is.
        patience_seconds: how long to wait for one that restarts.
    """
    require_platform(settings)
    try:
        hot = _open_patiently(settings, time.monotonic() + patience_seconds)
        try:
            yield hot
        finally:
            hot.client.close()
    except ComptoirError as error:
        driver_failed = isinstance(error, TransientError) and error.__cause__ is not None
        fail(word("store_away", settings.language) if driver_failed else error.told(settings.language))


@contextmanager
def hot_if_up(settings: Settings) -> Iterator[Hot | None]:
    """Open MongoDB for a command that can do without it; None where it is away."""
    from comptoir.stores.hot import open_hot  # noqa: PLC0415 - `--help` needs no driver

    hot = None
    if settings.mongo_uri or is_listening(settings.port("mongo")):
        with suppress(ComptoirError):
            hot = open_hot(settings)
    try:
        yield hot
    finally:
        if hot is not None:
            hot.client.close()


def _open_patiently(settings: Settings, end: float) -> Hot:
    from comptoir.stores.hot import open_hot  # noqa: PLC0415 - `--help` needs no driver

    while True:
        try:
            return open_hot(settings)
        except TransientError:
            if time.monotonic() > end:
                raise
            time.sleep(PAUSE_SECONDS)


def require_platform(settings: Settings) -> None:
    """End with a sentence at once where the embedded platform is not running; a MongoDB elsewhere is not asked."""
    if (
        not settings.mongo_uri
        and not is_listening(settings.port("supervisor"))
        and not is_listening(settings.port("mongo"))
    ):
        fail(word("platform_down", settings.language))


def is_listening(port: int) -> bool:
    """Tell whether something on this machine listens on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
