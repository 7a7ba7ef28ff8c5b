"""Digits of other scripts as the ten that are calculated with, marks of full width; what is invisible goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

# Zero of: full width, Arabic, Persian. Other digits are left, and make a cell no number.
ZEROS: Final = (0xFF10, 0x0660, 0x06F0)
DIGITS: Final = {chr(zero + digit): str(digit) for zero in ZEROS for digit in range(10)}
PLAIN: Final = DIGITS | {"\uff0c": ",", "\uff0e": "."}  # and marks of full width
INVISIBLE: Final = "[\u200b\u200e\u200f\u2060\ufeff]"
DASHES: Final = "[\u2010\u2011\u2012\u2013\u2212\uff0d]"


def plain_text(texts: pl.Series) -> pl.Series:
    """Return cells with plain digits, marks and hyphens, and without what can't be seen."""
    if not is_beyond_ascii(texts):
        return texts
    visible = texts.str.replace_all(INVISIBLE, "").str.replace_all(DASHES, "-")
    return visible.str.replace_many(list(PLAIN), list(PLAIN.values()))


def is_beyond_ascii(texts: pl.Series) -> bool:
    """Tell whether any cell holds what is not in ASCII, which is far quicker to see than to replace."""
    return bool((texts.str.len_bytes() != texts.str.len_chars()).any())
