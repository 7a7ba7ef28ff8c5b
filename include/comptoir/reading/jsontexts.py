"""Texts of JSON whose numbers stay as they are written, to the last digit."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

EXPONENT_LIMIT: Final = 30

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
    pairs = list(pairs)
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
        return value, False
    if isinstance(value, bool):
        return str(value).upper(), False
    return encode(value), False


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
    return str(value) if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)
