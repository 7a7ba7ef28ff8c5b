"""How rare the accented letters and signs of a word are where they stand, in the words of a group of languages.

`letters.json`, which `bench/letters.py` makes, has the letters between their neighbours, in bits: one that is met as
often as once in 1,024 letters has 10. A word that is read in a wrong encoding has letters where no language has them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

TABLE: Final = Path(__file__).with_name("letters.json")
START, END = "^$"
# In bits. A letter between neighbours that it never had is rarer than by itself.
UNSEEN: Final = 12
IN_WRONG_CASE: Final = 12
BETWEEN_DIGITS: Final = 15
NO_LETTER: Final = 40
USUAL_SIGN: Final = 18
UNUSUAL_SIGN: Final = 28
CLOSING: Final = "…»”’"  # behind the last of several words  # noqa: RUF001 - what people type, by name
NO_CAPITAL: Final = "ß"
NO_LETTERS: Final = "ªºµ"  # though Unicode counts them as some
SIGNS: Final = frozenset("€£§°«»‘’„“”–—…²³½¼¾µ®©™·•±×ªº\u00a0")  # noqa: RUF001 - as above
LETTER: Final = r"[^\W\d_]"
# Where people put signs; a letter that is read wrong makes signs within words and at their ends.
USUAL: Final = re.compile(
    rf"(?<!\w)“\w+”|(?<!\w)‘\w+’|„\w+“|«\w+»"  # noqa: RUF001 - as above
    rf"|(?<!\w)[«»„“”‘’](?!\w)|(?<!{LETTER})[«„“‘](?={LETTER})"  # noqa: RUF001 - as above
    rf"|(?:\b[ldjmtnsc]|qu)’(?=[aeiouyhàâéèêîôûœ])|(?<=\d)’(?=\d)|µ(?=[gmlsaf]\b)"  # noqa: RUF001 - as above
    rf"|(?<!{LETTER})[°ªº½¼¾§±×·•…–—€£®©\u00a0](?!{LETTER})"  # noqa: RUF001 - as above
    rf"|(?<=\bn)[°º]|°(?=[CF]\b)|(?<={LETTER}\.)[ªº]"
    rf"|(?<=[m\d])[²³](?!{LETTER})|(?<={LETTER})[®™](?!{LETTER})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Rarity:
    """How rare something is in bits, and whether any part of it was never seen where it stands."""

    bits: int
    is_unseen: bool = False


def rarity_of_word(word: str, group: str) -> Rarity:
    """Return how rare all accented letters and signs of a word are together.

    Args:
        word: letters and signs as one encoding reads them, with a digit before or after them where there is one.
        group: which languages: `western`, `central`, `baltic` or `turkish`.
    """
    usual = {place for found in USUAL.finditer(word) for place in (found.start(), found.end() - 1)}
    rarities = [
        _of_letter(word, place, group) if _is_letter(sign) else _of_sign(sign, is_usual=place in usual)
        for place, sign in enumerate(word)
        if sign > "\x7f"
    ]
    return Rarity(sum(each.bits for each in rarities), any(each.is_unseen for each in rarities))


def _of_letter(word: str, place: int, group: str) -> Rarity:
    before, after = word[place - 1 : place], word[place + 1 : place + 2]
    extra = IN_WRONG_CASE if _is_in_wrong_case(word, place) else 0
    if before.isdigit() and after.isdigit():
        extra += BETWEEN_DIGITS
    letter = word[place].lower()
    alone, between = _table(group)
    neighbours = (before.lower() if _is_letter(before) else START) + (after.lower() if _is_letter(after) else END)
    if letter not in alone:
        return Rarity(NO_LETTER + extra, is_unseen=True)
    bits = between.get((letter, neighbours))
    return Rarity(alone[letter] + UNSEEN + extra, is_unseen=True) if bits is None else Rarity(bits + extra)


def _of_sign(sign: str, *, is_usual: bool) -> Rarity:
    if is_usual:
        return Rarity(USUAL_SIGN)
    return Rarity(UNUSUAL_SIGN if sign in SIGNS else NO_LETTER, is_unseen=sign not in CLOSING)


def _is_in_wrong_case(word: str, place: int) -> bool:
    """Tell whether a letter is a capital within a word of small letters, or a small one within one of capitals."""
    letter, before, after = word[place], word[place - 1 : place], word[place + 1 : place + 2]
    if letter.isupper():
        return before.islower() or (after.islower() and before.isalpha())
    plain = [other for other in word if other.isascii() and other.isalpha()]
    return letter not in NO_CAPITAL and len(plain) > 1 and all(map(str.isupper, plain))


def _is_letter(sign: str) -> bool:
    return sign.isalpha() and sign not in NO_LETTERS


@cache
def _table(group: str) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    """Return how rare the letters of a group are by themselves, and between two neighbours."""
    table: dict[str, dict[str, Any]] = _tables()[group]
    alone = {letter: int(bits["rarity"]) for letter, bits in table.items()}
    between = {
        (letter, pairs[place : place + 2]): int(bits)
        for letter, seen in table.items()
        for bits, pairs in seen.items()
        if bits != "rarity"
        for place in range(0, len(pairs), 2)
    }
    return alone, between


@cache
def _tables() -> dict[str, dict[str, dict[str, Any]]]:
    tables: dict[str, dict[str, dict[str, Any]]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return tables
