r"""In which encoding a text is written: decided by what its letters would be, refused where they can't be told.

A byte-order mark or well-formed UTF-8 proves itself. The encodings of one byte a letter all fit any bytes, so each
is tried on the words that hold such letters: `caf\xe9` is “café” in Windows-1252 and “cafÈ” on an old Mac.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from comptoir.reading.formats import START_BYTES, refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UTF8: Final = "utf-8-sig"  # with or without its mark
CHUNK_BYTES: Final = 1 << 20
MARKS: Final = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The most frequent first; Latin-1 is Windows-1252 without its signs, and so is read as it.
ONE_BYTE: Final = ("cp1252", "iso8859-15", "mac_roman", "cp850")
# A two-byte UTF-8 letter (é, à, ç…); in cp1252 it would be “Ã” and a sign, which no French or English text holds.
UTF8_LETTER = re.compile(rb"[\xc3][\x80-\xbf]")
WORD = re.compile(rb"[0-9]?[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*[0-9]?")
DIGITS: Final = bytes.maketrans(b"123456789", b"0" * 9)
LETTERS: Final = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœßúùûüÿšžýðþ") | frozenset("ÀÂÄÁÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜŸŠŽÝÐÞ")
SIGNS: Final = frozenset("€£§°«»‘’“”–—…²³½¼¾µ®©™·•±×ªº\u00a0")  # noqa: RUF001 - what people type, by name
BETWEEN_LETTERS: Final = frozenset("’–—·\u00a0µ")  # noqa: RUF001 - as above
# What an old Mac and DOS part thousands with is a letter in Windows-1252, but hardly ever between digits.
SEPARATORS_ELSEWHERE: Final = frozenset("ÊÕÿ")
WORDS_LIMIT: Final = 20_000
DOUBTFUL_SHARE: Final = 0.1
FOREIGN_LETTERS: Final = 4  # a longer word that is mostly accents is no Western word
ACCENTS_ALONE: Final = 3  # nor is one as long of nothing else
# Where no Western language has these letters, but others' do in encodings that are not told here: “Gda\xf1sk” and
# “Dvo\xf8\xe1k” in Windows-1250, “\xf0iauliai” in 1257, “\xfe” in 1254, “\xb2\xe8” in GBK. “Sàrl” is Swiss.
UNLIKELY = re.compile(
    r"ñ(?![aeiouáéíóúü])|õ(?!e)|ã(?!o|e|s?$)|ç(?![aàáâãoôõóuûúü]|$)|è(?=[aeiouy])|[ìòù](?=[a-zà-ÿ])"
    r"|à(?!rl\b)(?=[a-zà-ÿ])|ø(?=[aeiouáéíóú])|[áíú].*[øåè]|[øåè].*[áíú]|[ðþý]|(?<![0-9a-zà-ÿ])[²³]"
)
SIGNS_IN_A_ROW = re.compile(r"[^\w\s]{3,}")
ZERO_SHARE: Final = 0.3


def detect_encoding(path: Path, name: str) -> str:
    """Return the encoding of a text, by a name that Python knows.

    Raises:
        RejectedFileError: its letters fit no encoding, or several, or two at once; or it holds zero bytes.
    """
    with path.open("rb") as file:
        start = file.read(START_BYTES)
    marked = next((encoding for mark, encoding in MARKS if start.startswith(mark)), None)
    if marked and marked != UTF8:
        return _checked(path, name, marked)
    if any(b"\0" in chunk for chunk in _chunks(path)):
        return _unmarked_utf16(path, name, start)
    if _decodes(path, UTF8):
        return UTF8
    if marked or any(UTF8_LETTER.search(chunk) for chunk in _chunks(path)):
        raise refused("encoding_mixed", name)
    # Words may be too many for all to be looked at, and a byte that means nothing may stand behind them.
    return _checked(path, name, _one_byte_encoding(_words(path), name))


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


def _one_byte_encoding(words: set[bytes], name: str) -> str:
    doubts = {
        encoding: sum(_is_doubtful(text) for text in texts)
        for encoding in ONE_BYTE
        if (texts := _decoded(words, encoding)) is not None
    }
    least = min(doubts.values(), default=len(words))
    best = [encoding for encoding in ONE_BYTE if doubts.get(encoding) == least]
    if not best or least > len(words) * DOUBTFUL_SHARE or not _agree(best, words):
        raise refused("encoding_unknown", name)
    return best[0]


def _agree(encodings: list[str], words: set[bytes]) -> bool:
    """Tell whether the choice is settled: by the usual encoding, or because all give the same letters."""
    return encodings[0] == ONE_BYTE[0] or len({tuple(_decoded(words, e) or ()) for e in encodings}) == 1


def _decoded(words: set[bytes], encoding: str) -> list[str] | None:
    try:
        return [word.decode(encoding) for word in sorted(words)]
    except UnicodeDecodeError:
        return None


def _is_doubtful(word: str) -> bool:
    """Tell whether a word looks as if it were read in the wrong encoding."""
    letters = [character for character in word if unicodedata.category(character).startswith("L")]
    accents = sum(character > "\x7f" for character in letters)
    mostly_accents = len(letters) >= FOREIGN_LETTERS and accents * 2 > len(letters)
    alone = len(letters) >= ACCENTS_ALONE and accents == len(letters)
    mixed_signs = any(len(set(signs)) > 1 for signs in SIGNS_IN_A_ROW.findall(word))
    if mostly_accents or alone or mixed_signs or UNLIKELY.search(word.lower()):
        return True
    return any(not _fits(word, place) for place, sign in enumerate(word) if sign > "\x7f")


def _fits(word: str, place: int) -> bool:
    sign, before, after = word[place], word[place - 1 : place], word[place + 1 : place + 2]
    if sign in SEPARATORS_ELSEWHERE and before.isdigit() and after.isdigit():
        return False
    if sign in LETTERS:
        return not (sign.isupper() and before.islower())
    return sign in SIGNS and (sign in BETWEEN_LETTERS or not (before.isalpha() and after.isalpha()))


def _words(path: Path) -> set[bytes]:
    words: set[bytes] = set()
    with path.open("rb") as file:
        while (lines := file.readlines(CHUNK_BYTES)) and len(words) < WORDS_LIMIT:
            words.update(WORD.findall(b"".join(lines).translate(DIGITS)))
    return words


def _checked(path: Path, name: str, encoding: str) -> str:
    if not _decodes(path, encoding):
        raise refused("encoding_unknown", name)
    return encoding


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in _chunks(path):
            # ASCII is UTF-8, unless a letter of several bytes has begun before it.
            if encoding != UTF8 or not chunk.isascii() or decoder.getstate()[0]:
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
