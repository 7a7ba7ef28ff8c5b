r"""In which encoding a text is written: decided by what its letters would be, refused where they can't be told.

A byte-order mark or well-formed UTF-8 proves itself. The encodings of one byte a letter all fit any bytes, so each
is tried on the words that hold such letters, and how rare they would be is compared: `caf\xe9` is “café” in
Windows-1252, “cafÈ” on an old Mac and “cafÚ” in DOS. Where two readings are about as likely, nothing is guessed.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comptoir.reading.formats import START_BYTES, refused
from comptoir.reading.letters import rarity_of_word

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

MARKED_UTF8: Final = "utf-8-sig"
UTF8: Final = frozenset({"utf-8", MARKED_UTF8})
CHUNK_BYTES: Final = 1 << 20
MARKS: Final = (
    (codecs.BOM_UTF8, MARKED_UTF8),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Latin-1 is Windows-1252 without its signs, and so is read as it.
ONE_BYTE: Final = frozenset({"cp1252", "iso8859-15", "mac_roman", "cp850", "cp437"})
# In which languages each encoding is used, and how much rarer than Windows-1252 it is, in bits. Those that are not
# read show where a word is more likely one of theirs.
USES: Final = (
    ("cp1252", "western", 0),
    ("iso8859-15", "western", 3),
    ("mac_roman", "western", 7),
    ("cp850", "western", 7),
    ("cp437", "western", 8),
    ("cp1250", "central", 8),
    ("iso8859-2", "central", 10),
    ("cp852", "central", 10),
    ("mac_latin2", "central", 11),
    ("cp1257", "baltic", 8),
    ("cp775", "baltic", 11),
    ("cp1254", "turkish", 8),
    ("cp857", "turkish", 11),
)
# A two-byte UTF-8 letter (é, à, ç…); in cp1252 it would be “Ã” and a sign, which no French or English text holds.
UTF8_LETTER = re.compile(rb"[\xc3][\x80-\xbf]")
WORD = re.compile(rb"[0-9]?[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*[0-9]?")
DIGITS: Final = bytes.maketrans(b"123456789", b"0" * 9)
WORDS_LIMIT: Final = 2_000
UNSEEN_SHARE: Final = 0.15
# How many bits another reading must be behind; capitals tell less, since most are written without accents.
LEAD: Final = 6
LEAD_IN_CAPITALS: Final = 9
# Of the letters between, only Vietnamese and Romanian ones are written.
LATIN = re.compile(r"[A-Za-zªµº\u00c0-\u017fƠơƯưȘșȚț\u0300-\u036f\u1e00-\u1eff]")
ZERO_SHARE: Final = 0.3


@dataclass(frozen=True)
class Reading:
    """The words of a file in an encoding, how rare they are in bits, and how many have letters where none was seen."""

    encoding: str
    texts: list[str]
    bits: int
    unseen: int


def detect_encoding(path: Path, name: str) -> str:
    """Return the encoding of a text, by a name that Python knows.

    Raises:
        RejectedFileError: its letters fit no encoding, or several, or two at once; or it holds zero bytes.
    """
    with path.open("rb") as file:
        start = file.read(START_BYTES)
    marked = next((encoding for mark, encoding in MARKS if start.startswith(mark)), None)
    if marked and marked != MARKED_UTF8:
        return _checked(path, name, marked)
    if any(b"\0" in chunk for chunk in _chunks(path)):
        return _unmarked_utf16(path, name, start)
    if _decodes(path, MARKED_UTF8):
        if not marked and _is_utf8_by_chance(path):
            raise refused("encoding_unknown", name)
        return marked or "utf-8"
    if marked or any(UTF8_LETTER.search(chunk) for chunk in _chunks(path)):
        raise refused("encoding_mixed", name)
    # Words may be too many for all to be looked at, and a byte that means nothing may stand behind them.
    return _checked(path, name, _one_byte_encoding(_words(path), name))


def _is_utf8_by_chance(path: Path) -> bool:
    """Tell whether all words beyond ASCII mix two scripts: “Íñigo” in DOS 850 is UTF-8 with a Hebrew accent."""
    mixed = False
    for chunk in _chunks(path):
        for word in () if chunk.isascii() else WORD.findall(chunk):
            if not _is_of_two_scripts(word.decode(errors="ignore")):
                return False
            mixed = True
    return mixed


def _is_of_two_scripts(word: str) -> bool:
    is_plain = any(sign.isascii() and sign.isalpha() for sign in word)
    return is_plain and any(unicodedata.category(sign)[0] in "LM" and not LATIN.match(sign) for sign in word)


def _unmarked_utf16(path: Path, name: str, start: bytes) -> str:
    """Return UTF-16 of the byte order that the zero bytes prove: delimiters and digits have theirs on one side."""
    evens, odds = start[0::2].count(0), start[1::2].count(0)
    encoding = "utf-16-le" if odds else "utf-16-be"
    one_sided = bool(evens) != bool(odds) and evens + odds > len(start) / 2 * ZERO_SHARE
    if not one_sided or not _decodes(path, encoding) or _has_zero(path, encoding):
        raise refused("nul_bytes", name)
    return encoding


def _has_zero(path: Path, encoding: str) -> bool:
    with path.open(encoding=encoding, newline="") as file:
        return any("\0" in text for text in iter(lambda: file.read(CHUNK_BYTES), ""))


def _one_byte_encoding(words: Collection[bytes], name: str) -> str:
    """Return the encoding in which the words are most likely ones of its languages.

    Raises:
        RejectedFileError: another reading is nearly as likely, or in none do they look like words.
    """
    readings = sorted(filter(None, (_reading(words, *use) for use in USES)), key=lambda reading: reading.bits)
    first = readings[0] if readings else None
    same = [reading for reading in readings if first and reading.texts == first.texts]
    others = [reading for reading in readings if reading not in same]
    chosen = next((reading for reading in same if reading.encoding in ONE_BYTE), None)
    if first is None or chosen is None or chosen.unseen > len(words) * UNSEEN_SHARE:
        raise refused("encoding_unknown", name)
    if others and others[0].bits - first.bits < _lead(first):
        raise refused("encoding_unknown", name)
    return chosen.encoding


def _reading(words: Collection[bytes], encoding: str, languages: str, bits: int) -> Reading | None:
    try:
        texts = [word.decode(encoding) for word in words]
    except UnicodeDecodeError:
        return None
    rarities = [rarity_of_word(text, languages) for text in texts]
    unseen = sum(rarity.is_unseen for rarity in rarities)
    return Reading(encoding, texts, bits + sum(rarity.bits for rarity in rarities), unseen)


def _lead(reading: Reading) -> int:
    return LEAD if any(letter.islower() for letter in "".join(reading.texts) if letter.isascii()) else LEAD_IN_CAPITALS


def _words(path: Path) -> Collection[bytes]:
    """Return the different words with letters beyond ASCII, the first of them where there are many."""
    words: dict[bytes, None] = {}
    with path.open("rb") as file:
        while (lines := file.readlines(CHUNK_BYTES)) and len(words) < WORDS_LIMIT:
            words.update(dict.fromkeys(WORD.findall(b"".join(lines).translate(DIGITS))))
    return list(words)[:WORDS_LIMIT]


def _checked(path: Path, name: str, encoding: str) -> str:
    if not _decodes(path, encoding):
        raise refused("encoding_unknown", name)
    return encoding


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in _chunks(path):
            # ASCII is UTF-8, unless a letter of several bytes has begun before it.
            if encoding not in UTF8 or not chunk.isascii() or decoder.getstate()[0]:
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
