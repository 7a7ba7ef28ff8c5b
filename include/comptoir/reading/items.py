"""Sales with one row per invoice: the lines of an invoice are a JSON array in one cell, and become rows of their own.

`[{"product_code": "P1", "quantity": 2, "unit_price": 3.5}, …]`; the keys go by the names and aliases of the columns.
All lines keep the number of the row that they come from.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.reading.headers import match_kind
from comptoir.reading.jsontexts import EXPONENT_LIMIT, Cell, cell_of, decode, encode
from comptoir.reading.line_amounts import HEADERS as HEADERS_OF_AMOUNTS
from comptoir.reading.qualifiers import qualifier_of
from comptoir.reading.senses import Sense
from comptoir.reading.spelling import normalise
from comptoir.records import SALES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from comptoir.reading.qualifiers import Qualifier
    from comptoir.reading.sheets import Sheet

HEADERS: Final = frozenset(
    map(normalise, ("items", "lines", "invoice lines", "articles", "lignes", "lignes de facture"))
)
FIELDS: Final = ("product_id", "product_code", "quantity", "unit_price")
NUMBERS: Final = frozenset({"quantity", "unit_price"})
AMOUNTS: Final = HEADERS_OF_AMOUNTS | {normalise(key) for key in ("total", "amount", "montant", "subtotal")}
CENT: Final = Decimal("0.01")
LIST_BEGINS: Final = ("[", "{")  # an object, where somebody left the brackets of the list out
# Beside a line of its own a row may list others, under whatever header; without brackets, where it promises lines.
LIST_OF_ITEMS: Final = r"^\s*\[\s*\{"
ITEM: Final = r"^\s*\{"
LISTING: Final = HEADERS | frozenset(
    map(
        normalise, ("details", "line items", "order lines", "order items", "products", "lignes de commande", "produits")
    )
)
SOLD: Final = r"(?i)[\"'][\w ]*(?:sku|produ[ci]t|article|code|ref|item)\w*[\"']\s*:"
COUNTED: Final = r"(?i)[\"'](?:qte|qty|quantity|quantite|quantité)\w*[\"']\s*:"
CLEAR: Final = re.compile(r"-?\d+(?:[.,]\d{1,2})?")  # 1.000 may be a thousand
BROKEN: Final[tuple[Cell, ...]] = ((None, False),) * len(FIELDS)


def with_fields_of_items(cells: Sequence[str], below: Sequence[Sequence[str]]) -> tuple[list[str], int] | None:
    """Return headers with those of the items behind, and the place of the items; None where there are no such.

    Args:
        cells: the headers.
        below: the cells of the rows below them; none where that is not known.
    """
    places = [place for place, cell in enumerate(cells) if normalise(cell) in HEADERS and _may_be_items(place, below)]
    extended = [*cells, *FIELDS]
    without_lines = {"product_code", "quantity"} & set(match_kind(SALES, cells).missing)
    if len(places) != 1 or not without_lines or match_kind(SALES, extended).missing:
        return None
    return extended, places[0]


def sent_headers(sheet: Sheet) -> tuple[str, ...]:
    """Return the headers that a sheet was sent with, without those of the items."""
    return sheet.headers if sheet.items is None else sheet.headers[: -len(FIELDS)]


def _may_be_items(place: int, below: Sequence[Sequence[str]]) -> bool:
    """Tell whether the cells of a column may be lists; an “Article” or an “Item” is a product's code as well."""
    filled = [cells[place].strip() for cells in below if place < len(cells) and cells[place].strip()]
    return not filled or any(cell.startswith(LIST_BEGINS) for cell in filled)


def expand_items(sheet: Sheet, name: str, currency: str) -> Sheet:
    """Return a sheet with a row per line of invoice; a cell that can't be understood stays one row, with a problem.

    Args:
        sheet: the rows as sent.
        name: the file's, for messages.
        currency: the trader's, which an item may contradict.

    Raises:
        RejectedFileError: a row has cells beyond the headers.
    """
    if sheet.items is None:
        return _with_lists_told(sheet)
    _refuse_moved_cells(sheet, name)
    header = sheet.headers[sheet.items]
    totals = _totals(sheet)
    lines, problems = [], []
    for row, text, total in zip(sheet.rows, sheet.texts[str(sheet.items)], totals, strict=True):
        items = _items(text or "")
        expanded = _lines(items or [])
        if expanded is None and text:
            params = {"field": "product_code"}
            problems.append(
                Problem("items_broken", sheet=sheet.name, row=row, column=header, value=text, params=params)
            )
        problems += _problems_beside(items or [], sheet.name, row, currency, has_total=bool(total))
        problems += _problems_of_amounts(items or [], sheet.name, row)
        lines.append(expanded or [BROKEN])
    return _exploded(sheet, lines, problems)


def _with_lists_told(sheet: Sheet) -> Sheet:
    """Tell of each row of sales that has a product of its own and a list of further lines beside it."""
    if sheet.match.kind is not SALES:
        return sheet
    taken = {claim.position for claim in sheet.match.claims}
    # An “Items” is known as a product's code as well.
    places = [place for place, header in enumerate(sheet.headers) if place not in taken or normalise(header) in HEADERS]
    problems = [problem for place in places for problem in _lists(sheet, place)]
    return replace(_without_lists(sheet), notices=sheet.notices + problems)


def _without_lists(sheet: Sheet) -> Sheet:
    """Return a sheet in which a column of lists names no product beside one that does."""
    products = [claim for claim in sheet.match.claims if claim.column in {"product_code", "product_id"}]
    lists = [claim for claim in products if _are_lists(sheet.texts[str(claim.position)].drop_nulls())]
    if not lists or len(lists) == len(products):
        return sheet
    kept = tuple(claim for claim in sheet.match.claims if claim not in lists)
    return replace(sheet, match=replace(sheet.match, claims=kept))


def _are_lists(texts: pl.Series) -> bool:
    return len(texts) > 0 and bool(texts.str.contains(rf"{LIST_OF_ITEMS}|{ITEM}").all())


def _lists(sheet: Sheet, place: int) -> Iterator[Problem]:
    texts, spelled = sheet.texts[str(place)], normalise(sheet.headers[place])
    is_list = texts.str.contains(LIST_OF_ITEMS)
    if spelled in LISTING:
        is_list = is_list | texts.str.contains(ITEM)
    if spelled not in HEADERS:
        is_list = is_list & texts.str.contains(COUNTED) & texts.str.contains(SOLD)
    is_list = is_list.fill_null(value=False)
    told: dict[str, Any] = {"column": sheet.headers[place], "params": {"field": "product_code"}}
    for at in is_list.arg_true():
        if not _repeats(sheet, at, place):
            yield Problem("items_beside_line", sheet=sheet.name, row=sheet.rows[at], value=texts[at], **told)


def _repeats(sheet: Sheet, at: int, place: int) -> bool:
    """Tell whether a list beside a line is that line once more: one item, each value of which its own column has."""
    text = sheet.texts[str(place)][at] or ""
    items = _items(text if text.lstrip().startswith("[") else f"[{text}]") or []
    if len(items) != 1:
        return False
    names = tuple(items[0])
    meant = {names[claim.position]: claim.column for claim in match_kind(SALES, names).claims}
    own = {key: _cells_of(sheet, at, place, key, meant.get(key)) for key in names}
    return all(
        value is None or (own[key] and all(_agree(cell_of(value), cell, meant.get(key)) for cell in own[key]))
        for key, value in items[0].items()
    )


def _cells_of(sheet: Sheet, at: int, list_at: int, key: str, column: str | None) -> list[Cell]:
    """Return the cells of a row that say what a key does: those of its column, or under its very header."""
    if column is None:
        places = {place for place, header in enumerate(sheet.headers) if normalise(header) == normalise(key)}
    else:
        places = {claim.position for claim in sheet.match.claims if claim.column == column}
    numeric = sheet.numeric
    return [
        (text.strip(), numeric is not None and bool(numeric[str(place)][at]))
        for place in sorted(places - {list_at})
        if (text := sheet.texts[str(place)][at])
    ]


def _agree(one: Cell, other: Cell, column: str | None) -> bool:
    """Tell whether two cells say the same; as numbers where they are none of codes, and where no mark is in doubt."""
    if column is None or column in NUMBERS:
        numbers = _clear_number(one), _clear_number(other)
        is_same = numbers[0] is not None and numbers[0] == numbers[1]
        return is_same or (one == other)
    return one[0] == other[0]


def _clear_number(cell: Cell) -> Decimal | None:
    """Return a number of JSON, or of a cell of text whose mark can be no other."""
    text, is_numeric = cell
    return _decimal(text.replace(",", ".")) if text and (is_numeric or CLEAR.fullmatch(text)) else None


def _totals(sheet: Sheet) -> pl.Series:
    """Return each row's cell of the invoice's total, empty where there is no such column."""
    places = [claim.position for claim in sheet.match.claims if claim.column == "total_amount"]
    return sheet.texts[str(places[0])] if places else pl.repeat(None, len(sheet.rows), dtype=pl.String, eager=True)


def _problems_beside(
    items: Sequence[Mapping[str, object]], sheet: str | None, row: int, currency: str, *, has_total: bool
) -> Iterator[Problem]:
    """Give what the other keys of a row's items say against taking them as they are, each once.

    What nobody knows of an item can't be asked about, and is told as well.
    """
    told = {
        (key, str(value), *objection)
        for item in items
        for key, value in _others(item).items()
        if value is not None and (qualifier := qualifier_of(key, "sales", currency))
        if not (qualifier.unless or (qualifier.is_provable and has_total))
        if (objection := _objection(qualifier, str(value), is_sold=_is_sold(item)))
    }
    for key, value, code, field in sorted(told):
        params = {"field": field, "currency": currency}
        yield Problem(code, sheet=sheet, row=row, column=key, value=value, params=params)


def _objection(qualifier: Qualifier, value: str, *, is_sold: bool) -> tuple[str, str] | None:
    """Return the problem of what another key of an item says, with its field; None where it says nothing against it."""
    sense = qualifier.sense(value)
    if sense is Sense.RETURN:
        return ("credit_note_positive", "quantity") if is_sold else None
    if sense is Sense.AS_WRITTEN or (sense is None and not qualifier.is_certain):
        return None
    return qualifier.code, qualifier.field or "unit_price"


def _is_sold(item: Mapping[str, object]) -> bool:
    quantity = _decimal(item.get((_keys_of(item) or {}).get("quantity", "")))
    return quantity is None or quantity > 0


def _others(item: Mapping[str, object]) -> dict[str, object]:
    """Return the keys of an item that name none of its fields."""
    named = (_keys_of(item) or {}).values()
    return {key: value for key, value in item.items() if key not in named}


def _problems_of_amounts(items: Sequence[Mapping[str, object]], sheet: str | None, row: int) -> Iterator[Problem]:
    """Give what an item says that it comes to, where that is not its quantity times its price."""
    for item in items:
        keys = _keys_of(item) or {}
        quantity, price = (_decimal(item.get(keys.get(field, ""))) for field in ("quantity", "unit_price"))
        for key, value in item.items():
            amount = _decimal(value) if normalise(key) in AMOUNTS else None
            if None not in (amount, quantity, price) and abs(amount - quantity * price) > CENT:  # type: ignore[operator]
                params = {"field": "unit_price"}
                yield Problem("line_amount_differs", sheet=sheet, row=row, column=key, value=str(value), params=params)


def _decimal(value: object) -> Decimal | None:
    """Return a number of JSON, or of a cell; None for what is none, and for what no amount can be."""
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < EXPONENT_LIMIT else None


def _refuse_moved_cells(sheet: Sheet, name: str) -> None:
    width = sheet.texts.width - len(FIELDS)
    beyond = sheet.texts.select(pl.any_horizontal(pl.nth(range(width, sheet.texts.width)).is_not_null())).to_series()
    if beyond.any():
        params = {"name": name, "cells": f"> {width}", "width": str(width)}
        raise RejectedFileError([Problem("row_too_long", row=sheet.rows.filter(beyond)[0], params=params)])


def _exploded(sheet: Sheet, lines: list[list[tuple[Cell, ...]]], problems: list[Problem]) -> Sheet:
    width = sheet.texts.width
    places = [str(place) for place in range(width - len(FIELDS), width)]
    repeats = [place for place, own in enumerate(lines) for _ in own]
    flat = [line for own in lines for line in own]
    texts, numeric = (
        pl.DataFrame([[cell[part] for cell in line] for line in flat], dict.fromkeys(places, dtype), orient="row")
        for part, dtype in ((0, pl.String), (1, pl.Boolean))
    )
    own_numeric = sheet.numeric if sheet.numeric is not None else sheet.texts.select(pl.all().is_null() & False)
    empty = {int(place) for place in places if texts[place].null_count() == len(texts)}
    # An identity that no line has is no column, and does not compete with one of its name; nor is the list one.
    own = (claim for claim in sheet.match.claims if claim.position != sheet.items)
    claims = tuple(claim for claim in own if claim.position not in empty or claim.column == "quantity")
    return replace(
        sheet,
        match=replace(sheet.match, claims=claims),
        texts=sheet.texts[repeats].with_columns(texts),
        numeric=own_numeric[repeats].with_columns(numeric),
        rows=sheet.rows[repeats],
        notices=sheet.notices + problems,
    )


def _items(text: str) -> list[dict[str, Any]] | None:
    try:
        items = decode(text)
    except (ValueError, RecursionError):
        return None
    is_list = isinstance(items, list) and all(isinstance(item, dict) for item in items)
    return items if is_list else None


def _lines(items: Sequence[Mapping[str, Any]]) -> list[tuple[Cell, ...]] | None:
    if not items:
        return None
    lines = []
    for item in items:
        keys = _keys_of(item)
        if keys is None:
            return None
        lines.append(tuple(cell_of(item.get(keys.get(field, ""))) for field in FIELDS))
    return lines


def items_header(headers: Mapping[str, str]) -> str | None:
    """Return the header of the cells that hold all lines of an invoice; None where each line has a row of its own.

    Args:
        headers: those of a table, by column of the contract.
    """
    header = headers.get("quantity")
    return header if header in {headers.get("product_code"), headers.get("product_id")} else None


def with_values(text: str, lines: Sequence[Mapping[str, str | None]]) -> str:
    """Return the text of items with other values in them, nulls leaving what is there.

    Args:
        text: a cell that was understood.
        lines: the new values by field, one mapping per item.
    """
    items = decode(text)
    for item, values in zip(items, lines, strict=True):
        keys = _keys_of(item) or {}
        item.update({keys[field]: value for field, value in values.items() if field in keys and value is not None})
    return encode(items)


def _keys_of(item: Mapping[str, object]) -> dict[str, str] | None:
    """Return the key of each field of an item; a word such as the `kg` of `unit` is no number beside one."""
    names = tuple(item)
    if keys := _keys(names):
        return keys
    claims = match_kind(SALES, names).claims
    numbers = {names[claim.position] for claim in claims if claim.column in {"quantity", "unit_price"}}
    return _keys(tuple(name for name in names if name not in numbers or not _is_word(item[name])))


def _is_word(value: object) -> bool:
    return isinstance(value, str) and not any(map(str.isdigit, value))


@cache
def _keys(names: tuple[str, ...]) -> dict[str, str] | None:
    """Return the key of each field; None where a product or a quantity has none, or a field has two."""
    claims = [claim for claim in match_kind(SALES, names).claims if claim.column in FIELDS]
    keys = {claim.column: names[claim.position] for claim in claims}
    whole = "quantity" in keys and ("product_code" in keys or "product_id" in keys)
    return keys if whole and len(keys) == len(claims) else None
