"""What is said where a command is called wrongly: one sentence in the language that is set, and where its help is.

The library that parses the command line says it in English only, and ends with 2, which means other things here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NoReturn

import typer

from comptoir.commands.border import FAILED
from comptoir.commands.words import word
from comptoir.settings import load_settings

if TYPE_CHECKING:
    from typer.exceptions import TyperException

    from comptoir.sentences import Language

ONE_OF: Final = r"(?:Value error, )?(?P<value>'.*') is not one of (?P<choices>.+)\.$"
# What the library says, and the key of our sentence for it.
SAID: Final[tuple[tuple[str, str], ...]] = (
    (r"Missing argument '(?P<name>.+?)'\.", "usage_argument_missing"),
    (r"Missing option '(?P<name>.+?)'\.", "usage_option_missing"),
    (r"Missing command\.", "usage_command_missing"),
    (r"No such option: (?P<name>\S+)(?: \(Possible options: (?P<near>.+)\))?$", "usage_option_unknown"),
    (r"No such command '(?P<name>.+?)'\.", "usage_command_unknown"),
    (r"Option '(?P<name>.+)' requires ", "usage_value_missing"),
    (r"Option '(?P<name>.+)' does not take a value\.", "usage_value_unwanted"),
    (r"Got unexpected extra argument\(s\) \((?P<name>.+)\)$", "usage_too_much"),
    (rf"Invalid value for '?(?P<name>.+?)'?: {ONE_OF}", "usage_none_of"),
    (r"Invalid value for '?(?P<name>.+?)'?: Input should be a valid (?:number|integer)", "usage_no_number"),
    (r"Invalid value for '?(?P<name>.+?)'?: (?P<why>.+)$", "usage_value_wrong"),
)


def refuse_usage(error: TyperException) -> NoReturn:
    """Say what is wrong with how a command was called, and end with exit code 1.

    A group of commands that is called alone shows its help instead.
    """
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        raise SystemExit(FAILED)  # which it has shown already
    language, command = load_settings().language, context.command_path if context else "comptoir"
    typer.echo(f"{sentence_of(error, language)}\n{word('usage_help', language, command=command)}", err=True)
    raise SystemExit(FAILED)


def sentence_of(error: TyperException, language: Language) -> str:
    """Return what an error of usage says, in a language."""
    said = error.format_message()
    for pattern, key in SAID:
        if found := re.match(pattern, said, re.DOTALL):
            return word(key, language, **found.groupdict())
    return said
