"""Texts of JSON whose numbers stay as they are written, to the last digit."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

EXPONENT_LIMIT: Final = 30
# Half of a character beyond the first 65,536, which no encoding can write; whole ones were joined by the decoder.
HALF: Final = re.compile("[\ud800-\udfff]")

Cell = tuple[str | None, bool]  # the text, and whether it is a number


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


class _RepeatedKeyError(ValueError):
    """An object has a key twice; which value holds is anybody's guess."""


def decode(text: str) -> Any:
    """Return what a JSON text holds.

    Raises:
        ValueError: it is no JSON, or an object has a key twice.
        RecursionError: it is nested without end.
    """
    return _decoder.decode(text)


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    pairs = [(_escaped(key), value) for key, value in pairs]
    document = dict(pairs)
    if len(document) != len(pairs):
        raise _RepeatedKeyError
    return document


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_int=_Number, parse_float=_Number, parse_constant=str)


def cell_of(value: Any) -> Cell:
    """Return the cell that a value makes in a table."""
    if value is None or value == "":
        return None, False
    if isinstance(value, _Number):
        return _plain(value), True
    if isinstance(value, str):
        return _escaped(value), False
    if isinstance(value, bool):
        return str(value).upper(), False
    return encode(value), False


def _escaped(text: str) -> str:
    """Write halves of characters as JSON does, so that what differs in them stays different."""
    return HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def _plain(number: str) -> str:
    """Write a number without its exponent, where that is no novel."""
    try:
        exact = Decimal(number)
    except InvalidOperation:
        return str(number)
    return format(exact, "f") if abs(exact.adjusted()) < EXPONENT_LIMIT else str(number)


def encode(value: Any) -> str:
    """Write what `decode` returned as JSON again, numbers as they were."""
    if isinstance(value, dict):
        pairs = (f"{json.dumps(key, ensure_ascii=False)}: {encode(inner)}" for key, inner in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(encode, value)) + "]"
    return str(value) if isinstance(value, _Number) else _escaped(json.dumps(value, ensure_ascii=False))
