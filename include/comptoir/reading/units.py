"""Units in headers: what would make every number below another amount, or count, is refused, never dropped.

Words in brackets are dropped only where it is known that they say nothing; others belong to the header.
"""

from __future__ import annotations

import re
from typing import Final

from comptoir.reading.accents import without_accents
from comptoir.reading.numbers import currency_words

# The unit is what stands in brackets, and signs of currencies anywhere.
BRACKETED: Final = re.compile(r"\(([^)]*)\)|\[([^\]]*)\]")
CODE_AT_END: Final = re.compile(r"\b([A-Z]{3})\s*$")  # a header that is in capitals may end in such a word
SIGNS: Final = frozenset("$£¥₹₽₴₺₩€")
SCALE: Final = re.compile(
    r"\bk\s*(?:€|\$|£|eur|usd|chf)?(?=\W|$)|\bm\s?(?:€|\$|£|eur|usd|chf)|\bmio\b|\bmill(?:e|iers?)\b"
    r"|\bthousands?\b|\bmillions?\b|\bhundreds?\b"
    r"|\bcentaines?\b|[x\u00d7*/]\s*1[\s,.]?0+(?:[\s,.]?000)*\b|(?<![\d.,])(?:1[\s,.']?)?000s?\b"
    r"|\bcts?\b|\bcentimes?\b|\bcents?\b|\bpence\b|^p$"
    # So many pieces at a time.
    r"|\bdozens?\b|\bdouzaines?\b|\bpairs?\b|\bpaires?\b"
    r"|\b(?:par|per|les|by|for|pour)\s+(?!(?:19|20)\d\d\b|1\b)\d"
    r"|\b(?:box(?:es)?|packs?|cases?|cartons?|lots?|caisses?|bo[iî]tes?)\s+(?:of|de)\s+\d",
    re.IGNORECASE,
)


def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in text.split())


WORD: Final = re.compile(r"[a-z]+|\d+")
EXCLUDING: Final = _words("ht htva hors excl exclu exclue exclues excluded excluding ex sans without ohne non not")
TAXES: Final = _words("tva vat tax taxe taxes gst mwst iva")
DOT_OF_INITIALS: Final = re.compile(r"(?<=\b\w)\.")
RATE: Final = re.compile(r"\d+(?:[.,]\d+)?\s*%")
YEAR: Final = re.compile(r"\b(?:tarif|prix|price)\s+(?:19|20)\d\d\b")  # of a price list
# Of an amount without tax, a count of pieces, the form of a date, a duty to fill in, the thing that is named.
HARMLESS: Final = EXCLUDING | _words(
    "net unite unites unit units u un 1 piece pieces pc pcs pce pces ea each nb nbre nombre qte",
    "kg g gr l cl m par per pour for by a en in of on the d de des du la le les une et and ou or",
    "jj j mm aaaa aa dd yyyy yy hh mn ss s e es x jour day date heure iso",
    "facultatif facultative optionnel optionnelle obligatoire requis requise optional required mandatory",
    "code codes no n num numero number id ref reference sku ean uuid client produit article product customer",
    "facture invoice lot batch stock disponible dispo available hand actuel actuelle current physique",
    "prix price tarif montant amount euro euros",
)


EARLIER: Final = re.compile(r"\bn\s?-\s?\d\b")  # of another year than this


def says_nothing(words: str) -> bool:
    """Tell whether words beside a header or a number say no other amount, count, moment or thing than that.

    Currencies and scales count as saying nothing here: `changing_unit` looks for them.

    Examples:
        >>> says_nothing("EUR HT"), says_nothing("jj/mm/aaaa"), says_nothing("2"), says_nothing("hors TVA")
        (True, True, True, True)
        >>> says_nothing("N-1"), says_nothing("x 12"), says_nothing("budget"), says_nothing("TVA")
        (False, False, False, False)
    """
    if SCALE.search(words) or re.fullmatch(r"\s*\d\s*", words):  # a footnote
        return True
    if EARLIER.search(plain(words)):
        return False
    own, foreign = currency_words("EUR")
    known = set(WORD.findall(RATE.sub("", YEAR.sub("", plain(words)))))
    without_tax = known & EXCLUDING
    return known - {word.lower() for word in own + foreign} - (TAXES if without_tax else set()) <= HARMLESS


def plain(text: str) -> str:
    """Return a text in small letters without accents and without dots between initials: `H.T.` is ht."""
    return DOT_OF_INITIALS.sub("", without_accents(text)).lower()


def changing_unit(header: str, currency: str, *, is_count: bool = False) -> str | None:
    """Return the words of a header that would change its numbers: another currency, thousands, cents; else None.

    Args:
        header: as sent.
        currency: the trader's.
        is_count: whether its numbers count pieces, and are no amounts in any currency.

    Examples:
        >>> changing_unit("Prix ($)", "EUR"), changing_unit("CA (k€)", "EUR"), changing_unit("Prix (€ HT)", "EUR")
        ('$', 'k€', None)
        >>> changing_unit("Prix unitaire USD", "EUR"), changing_unit("Prix les 100", "EUR")
        ('USD', 'Prix les 100')
        >>> changing_unit("Stock (€)", "EUR", is_count=True)
        '€'
    """
    own, foreign = currency_words(currency)
    own, foreign = ([], [*own, *foreign]) if is_count else (own, foreign)
    for unit in ("".join(found) for found in BRACKETED.findall(header)):
        words = set(re.findall(r"[^\W\d_]+|[^\w\s]+", unit.upper()))
        if SCALE.search(unit) or (words & set(foreign) and not words & set(own)):
            return unit.strip()
    bare = BRACKETED.sub(" ", header)
    if SCALE.search(bare):
        return bare.strip()
    marks = [sign for sign in header if sign in SIGNS] + CODE_AT_END.findall(bare)
    return next((mark for mark in marks if mark in foreign and mark not in own), None)
