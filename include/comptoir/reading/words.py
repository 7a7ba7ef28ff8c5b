"""Reads codes, UUIDs, names and tiers."""

from __future__ import annotations

from typing import Final

import polars as pl

# What a spreadsheet makes of a long code that it takes for a number: digits are lost and different codes become one.
SHORTENED_CODE: Final = r"^\d(?:[.,]\d+)?[Ee]\+\d+$"
WRITTEN_UUID: Final = r"(?i)^(?:urn:uuid:)?\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$"
UUID_DIGITS: Final = 32
BARE_UUID: Final = r"^[0-9a-f]{32}$"

TIER_WORDS: Final = {
    "gold": "Gold",
    "or": "Gold",
    "silver": "Silver",
    "argent": "Silver",
    "standard": "Standard",
}


def parse_codes(cells: pl.DataFrame) -> pl.DataFrame:
    """Make codes canonical: 17850, 17850.0 and " 17850 " are one; leading zeros and case stay."""
    code, text = pl.col("text"), cells["text"]
    # Both steps are slow beside asking whether a column needs them.
    if (text.str.len_bytes() != text.str.len_chars()).any():
        code = code.str.normalize("NFC")
    if text.str.ends_with(".0").any():
        code = code.str.replace(r"^(\d+)\.0$", "$1")
    shortened = pl.col("text").str.contains(SHORTENED_CODE)
    return cells.select(value=pl.when(~shortened).then(code), fault=pl.when(shortened).then(pl.lit("code_shortened")))


def parse_uuids(cells: pl.DataFrame) -> pl.DataFrame:
    """Make UUIDs canonical: lower case, with hyphens."""
    bare = pl.col("text").str.to_lowercase().str.replace("urn:uuid:", "", literal=True).str.replace_all("[-{}]", "")
    sound = bare.str.contains(BARE_UUID)
    value = bare.str.replace(r"^(.{8})(.{4})(.{4})(.{4})(.{12})$", "$1-$2-$3-$4-$5")
    return cells.select(value=pl.when(sound).then(value), fault=pl.when(~sound).then(pl.lit("not_a_uuid")))


def parse_texts(cells: pl.DataFrame) -> pl.DataFrame:
    """Keep names as they are."""
    return cells.select(value="text", fault=pl.lit(None, dtype=pl.String))


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
