"""Units in headers: what would make every number below another amount, or count, is refused, never dropped."""

from __future__ import annotations

import re
from typing import Final

from comptoir.reading.numbers import currency_words

# The unit is what stands in brackets, and signs of currencies anywhere.
BRACKETED: Final = re.compile(r"\(([^)]*)\)|\[([^\]]*)\]")
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


def changing_unit(header: str, currency: str) -> str | None:
    """Return the words of a header that would change its numbers: another currency, thousands, cents; else None.

    Examples:
        >>> changing_unit("Prix ($)", "EUR"), changing_unit("CA (k€)", "EUR"), changing_unit("Prix (€ HT)", "EUR")
        ('$', 'k€', None)
    """
    own, foreign = currency_words(currency)
    for unit in ("".join(found) for found in BRACKETED.findall(header)):
        words = set(re.findall(r"[^\W\d_]+|[^\w\s]+", unit.upper()))
        if SCALE.search(unit) or (words & set(foreign) and not words & set(own)):
            return unit.strip()
    return next((sign for sign in header if sign in SIGNS and sign not in own), None)
