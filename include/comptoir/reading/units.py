"""Units in headers: what would make every number below another amount is refused, never dropped."""

from __future__ import annotations

import re
from typing import Final

from comptoir.reading.numbers import currency_words

# The unit is what stands in brackets, and signs of currencies anywhere.
BRACKETED: Final = re.compile(r"\(([^)]*)\)|\[([^\]]*)\]")
SIGNS: Final = frozenset("$£¥₹₽₴₺₩€")
SCALE: Final = re.compile(
    r"\bk\s*(?:€|\$|£|eur|usd|chf)?(?=\W|$)|\bmilliers?\b|\bthousands?\b|\bmillions?\b|[x*/]\s*1\s?0+(?:\s?000)*\b"
    r"|\bcts?\b|\bcentimes?\b|\bcents?\b",
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
