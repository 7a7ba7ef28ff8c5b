"""Journals of stock movements, which are no inventory: each quantity would be taken for all that is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.reading.spelling import normalise
from comptoir.reading.totals import plain_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.reading.sheets import Sheet

MOVEMENT: Final = re.compile(r"mouvement|mvt|movement|^(?:stock)?move(?:type)?$")
# What is said of the last movement of a lot is said of an inventory.
LAST: Final = re.compile(r"dernier|last|latest|sans|without|\bno\b|aucun|depuis|since|id$")
SORT: Final = frozenset(map(normalise, ("type", "sens", "direction", "nature", "operation", "type operation", "motif")))
INTO, OUT_OF = (
    frozenset(map(normalise, words))
    for words in (
        ("entrée", "entrées", "in", "qté entrée", "quantité entrée", "quantity in", "qty in", "entrant", "reçu"),
        ("sortie", "sorties", "out", "qté sortie", "quantité sortie", "quantity out", "qty out", "sortant", "livré"),
    )
)
DIRECTIONS: Final = INTO | OUT_OF | {"+", "-", "e", "s", "i", "o"}
MOVES: Final = DIRECTIONS | frozenset(
    map(
        normalise,
        (
            *("réception", "expédition", "livraison", "transfert", "vente", "achat", "ajustement", "inventaire"),
            *("retour", "casse", "perte", "production", "consommation", "receipt", "issue", "delivery", "shipment"),
            *("transfer", "sale", "purchase", "adjustment", "inventory", "return", "loss", "scrap", "goods receipt"),
            *("goods issue", "entrée stock", "sortie stock", "stock in", "stock out", "incoming", "outgoing"),
        ),
    )
)
SIGNED: Final = r"^\s*\+"


def refuse_movements(sheet: Sheet) -> None:
    """Refuse a stock sheet whose rows are movements: its title, another column or signs of its quantities say so.

    Raises:
        RejectedFileError: it is one.
    """
    if sheet.match.kind.name == "stock" and (told := next(_told(sheet), None)):
        column, value = told
        raise RejectedFileError([Problem("stock_movements", sheet=sheet.name, column=column, value=value)])


def _told(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Give where it is said that rows are movements, and in which words."""
    titles = [sheet.name or "", *(cell for _, cells in sheet.above for cell in cells)]
    yield from ((title, title) for title in titles if _is_movement(plain_words(title)))
    taken = {claim.position: claim.column for claim in sheet.match.claims}
    others = {normalise(header): place for place, header in enumerate(sheet.headers) if place not in taken}
    if others.keys() & INTO and others.keys() & OUT_OF:
        into, out_of = (next(place for name, place in others.items() if name in side) for side in (INTO, OUT_OF))
        yield sheet.headers[into], sheet.headers[out_of]
    for name, place in others.items():
        yield from ((sheet.headers[place], cell) for cell in _moves(sheet, place, name))
    for place in (place for place, column in taken.items() if column == "quantity"):
        quantities = sheet.texts[str(place)].drop_nulls()
        yield from ((sheet.headers[place], cell) for cell in quantities.filter(quantities.str.contains(SIGNED)))


def _is_movement(name: str) -> bool:
    return MOVEMENT.search(name) is not None and not LAST.search(name)


def _moves(sheet: Sheet, place: int, name: str) -> Iterator[str]:
    """Give the words by which a column that no contract has tells movements."""
    cells = sheet.coded(str(place)).values.drop_nulls().unique()
    words = {cell: normalise(cell) or cell.strip() for cell in cells.head(len(MOVES) + 1)}
    if not words:
        return
    moves = [cell for cell, word in words.items() if word in MOVES]
    directions = [cell for cell, word in words.items() if word in DIRECTIONS]
    # A “type” may be production alone, which is a sort of goods as well.
    are_sorts = len(moves) == len(words) and (len(moves) > 1 or bool(directions))
    if moves and (_is_movement(name) or (name in SORT and are_sorts) or len(directions) == len(words)):
        yield moves[0]
