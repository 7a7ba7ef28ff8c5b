"""Reads codes, UUIDs, names and tiers; what no eye can see makes no difference between two of them."""

from __future__ import annotations

from typing import Final

import polars as pl

from comptoir.reading.digits import is_beyond_ascii
from comptoir.records import FRENCH_TIERS, TIERS

# What a spreadsheet makes of a long code that it takes for a number: digits are lost and different codes become one.
SHORTENED_CODE: Final = r"^-?\d(?:[.,]\d+)?[Ee]\+\d+$"
# What programs and people write where there is no code, or where a column is too narrow to show it.
NO_CODE: Final = r"(?i)^(?:null|\\N|\(null\)|none|nan|n/a|#+|-+|\?+|\(?(?:vide|blank|empty|aucun)\)?|err:\d+)$"
NESTED: Final = r"^(?:\{(?:\s*\"[\s\S]*)?\}|\[(?:\s*[\"\[{\d-][\s\S]*)?\])$"  # an object or a list of JSON
NO_NAME: Final = r"^\s*#{3,}\s*$"  # what a spreadsheet shows where a column is too narrow
# What a spreadsheet makes of codes such as 1-2 and VRAI: dates and truth values, typed, or dates shown short.
TYPED: Final = r"^(?:\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}:\d{2})?|TRUE|FALSE)$"
SHOWN_DATE: Final = (
    r"(?i)^\d{1,2}-(?:janv?|févr?|feb|mars?|avr|apr|mai|may|juin|juil|jun|jul|août|aug|sept?|oct|nov|déc|dec)\.?$"
)
CONTROL: Final = r"[\x00-\x08\x0E-\x1F\x7F]"  # scanners send such marks at the end of codes
HYPHENS: Final = r"[\x{2010}\x{2011}]"  # which look as a minus does; programs of texts write them
# Zero-width and direction marks, soft hyphens and marks of byte order: copied along from pages and documents. What
# turns letters round (U+202D, U+202E) is seen, and stays.
INVISIBLE: Final = (
    r"[\x{00AD}\x{061C}\x{180E}\x{200B}-\x{200F}"
    r"\x{202A}-\x{202C}\x{2060}-\x{2064}\x{2066}-\x{2069}\x{FEFF}]"
)
INVISIBLE_ENDS: Final = rf"^(?:\s|{INVISIBLE})+|(?:\s|{INVISIBLE})+$"
# No-break spaces between groups of three digits are a number's, which a spreadsheet wrote; a plain space may be typed.
GROUPED: Final = r"^[1-9][0-9]{0,2}(?:[\x{00A0}\x{202F}][0-9]{3})+(?:[.,]00?)?$"
NO_BREAK: Final = r"[\x{00A0}\x{2007}\x{202F}]"
DECIMALS: Final = (".0", ".00", ",0", ",00")
WITH_DECIMALS: Final = r"^([0-9]+)[.,]00?$"
TYPED_AS_TEXT: Final = r"^'([0-9A-Za-z][^']*)$"  # by the mark that tells a spreadsheet to keep a code's zeros
WRITTEN_UUID: Final = r"(?i)^(?:urn:uuid:)?\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$"
UUID_DIGITS: Final = 32
BARE_UUID: Final = r"^[0-9a-f]{32}$"

TIER_WORDS: Final = {word.lower(): tier for tier in TIERS for word in (tier, FRENCH_TIERS[tier])}


def parse_codes(cells: pl.DataFrame) -> pl.DataFrame:
    """Make codes canonical: 17850, 17850.0, 17850,00 and " 17850 " are one; leading zeros and case stay."""
    code, text = pl.col("text"), cells["text"]
    # All steps are slow beside asking whether a column needs them.
    if is_beyond_ascii(text) or text.str.contains(CONTROL).any():
        visible = code.str.normalize("NFC").str.replace_all(INVISIBLE, "").str.replace_all(CONTROL, "")
        plain = visible.str.replace_all(HYPHENS, "-").str.strip_chars()
        joined, spaced = (plain.str.replace_all(NO_BREAK, by) for by in ("", " "))
        code = _filled(pl.when(plain.str.contains(GROUPED)).then(joined).otherwise(spaced))
    if text.str.starts_with("'").any():
        code = code.str.replace(TYPED_AS_TEXT, "$1")
    if any(text.str.ends_with(decimals).any() for decimals in DECIMALS):
        code = code.str.replace(WITH_DECIMALS, "$1")
    shortened, stands_for_none = pl.col("text").str.contains(SHORTENED_CODE), pl.col("text").str.contains(NO_CODE)
    retyped = _is_retyped()
    fault = pl.when(shortened).then(pl.lit("code_shortened")).when(stands_for_none).then(pl.lit("code_placeholder"))
    fault = fault.when(retyped).then(pl.lit("code_retyped"))
    fault = fault.when(pl.col("text").str.contains(NESTED)).then(pl.lit("code_nested"))
    return cells.select(value=pl.when(fault.otherwise(None).is_null()).then(code), fault=fault)


def _is_retyped() -> pl.Expr:
    text = pl.col("text")
    return (pl.col("numeric") & text.str.contains(TYPED)) | text.str.contains(SHOWN_DATE)


def are_garbled(texts: pl.Series) -> pl.Series:
    """Tell which texts were written as UTF-8 and read as Windows-1252 by a program before: “CafÃ©”."""
    seeming = texts.str.contains(r"[ÃÂâÅÄ][^\x00-\x7F]").fill_null(value=False)
    garbled = [text for text in texts.filter(seeming).unique() if _is_garbled(text)]
    return texts.is_in(garbled).fill_null(value=False)


def _is_garbled(text: str) -> bool:
    try:
        return text.encode("cp1252").decode() != text
    except UnicodeError:
        return False


def _filled(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)


def parse_uuids(cells: pl.DataFrame) -> pl.DataFrame:
    """Make UUIDs canonical: lower case, with hyphens."""
    bare = pl.col("text").str.to_lowercase().str.replace("urn:uuid:", "", literal=True).str.replace_all("[-{}]", "")
    sound = bare.str.contains(BARE_UUID)
    value = bare.str.replace(r"^(.{8})(.{4})(.{4})(.{4})(.{12})$", "$1-$2-$3-$4-$5")
    shortened = pl.col("text").str.contains(SHORTENED_CODE)
    fault = pl.when(shortened).then(pl.lit("code_shortened")).when(~sound).then(pl.lit("not_a_uuid"))
    return cells.select(value=pl.when(sound).then(value), fault=fault)


def parse_texts(cells: pl.DataFrame) -> pl.DataFrame:
    """Keep names as they are, but for what can't be seen at their ends."""
    name = pl.col("text")
    if is_beyond_ascii(cells["text"]):
        name = _filled(name.str.replace_all(INVISIBLE_ENDS, ""))
    is_error = pl.col("text").str.contains(NO_NAME)
    return cells.select(value=pl.when(~is_error).then(name), fault=pl.when(is_error).then(pl.lit("error_cell")))


def parse_tiers(cells: pl.DataFrame) -> pl.DataFrame:
    """Read a tier under its English or French name, in any case."""
    tier = pl.col("text").str.to_lowercase().replace_strict(TIER_WORDS, default=None, return_dtype=pl.String)
    unknown = tier.is_null() & pl.col("text").is_not_null()
    return cells.select(value=tier, fault=pl.when(unknown).then(pl.lit("unknown_tier")))


def are_uuids(texts: pl.Series) -> pl.Series:
    """Tell which values are written as UUIDs."""
    # Most columns hold nothing as long as one, which is far quicker to see.
    long = texts.str.len_bytes() >= UUID_DIGITS
    return long & texts.str.contains(WRITTEN_UUID) if long.any() else long
