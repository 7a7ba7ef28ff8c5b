"""Columns that no contract has and that change what a row means: its currency, its sort, its state, its discount.

A line of a credit note with a positive quantity, of a cancelled invoice, in another currency or at a price from which
a discount goes off is no sale of quantity times price. Such rows are rejected, each with its reason; in all other rows
these columns say nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.problems import Problem
from comptoir.reading.numbers import currency_words
from comptoir.reading.spelling import normalise
from comptoir.records import ColumnType

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from comptoir.reading.columns import Columns
    from comptoir.reading.sheets import Sheet


def _headers(*names: str) -> frozenset[str]:
    return frozenset(map(normalise, names))


CURRENCIES: Final = _headers(
    *("currency", "currency code", "invoice currency", "order currency", "document currency", "transaction currency"),
    *("devise", "code devise", "devise facture", "devise document", "devise piece", "monnaie", "code monnaie", "ccy"),
)
SORTS: Final = _headers(
    *("type", "document type", "doc type", "invoice type", "transaction type", "voucher type", "sale type", "nature"),
    *("move type", "event type", "type piece", "type document", "type facture", "type transaction", "type operation"),
    *("type vente", "nature piece", "nature document", "nature operation"),
)
STATES: Final = _headers(
    *("status", "state", "invoice status", "order status", "document status", "payment status", "financial status"),
    *("statut", "etat", "statut facture", "statut commande", "statut document", "statut piece", "statut paiement"),
    *("etat facture", "etat piece", "etat document", "etat commande"),
)
CANCELLATIONS: Final = _headers(
    *("cancelled", "canceled", "is cancelled", "is canceled", "cancelled at", "canceled at", "void", "voided"),
    *("annule", "annulee", "facture annulee", "date annulation", "annulation"),
)
RETURNS: Final = _headers(
    *("return", "is return", "returned", "is returned", "credit note", "is credit note", "credit memo", "credit"),
    *("is credit memo", "is credit", "refund", "is refund", "refunded", "is refunded", "avoir", "est avoir", "retour"),
    *("est retour", "est un avoir", "est un retour", "retourne", "facture avoir", "note credit", "remboursement"),
    *("est remboursement", "rembourse"),
)
DISCOUNTS: Final = _headers(
    *("discount", "line discount", "lineitem discount", "discount amount", "discount rate", "discount percent"),
    *("discount percentage", "remise", "remise ligne", "remise ht", "remise globale", "remise unitaire", "taux remise"),
    *("montant remise", "pourcentage remise", "remise pct", "rabais", "ristourne"),
)
TELLING: Final = CURRENCIES | SORTS | STATES | CANCELLATIONS | RETURNS | DISCOUNTS
# In cells without case, accents, spaces and punctuation.
CREDIT: Final = re.compile(
    r"avoir|credit(?:note|memo)|notecredit|refund|rembours|retour|return|gutschrift|^(?:cn|credit)$"
)
NO_SALE: Final = re.compile(
    r"^(?!not|non)(?:.*(?:cancel|annul|draft|brouillon|devi(?!s|a)|quot(?:e|ation)|estimate|proforma)|void).*$"
)
TAKEN_BACK: Final = re.compile(rf"{NO_SALE.pattern}|refunded|^rembourse")
NO: Final = frozenset({"", "0", "n", "no", "non", "false", "faux", "never", "jamai"})
YES: Final = frozenset({"1", "o", "oui", "y", "yes", "true", "vrai", "x"})
CURRENCY_WORD: Final = re.compile(r"[^\W\d_]+\$?|[$€£¥₹₽₺₴₩]")


def problems_of_others(sheet: Sheet, taken: Collection[int], typed: Columns, currency: str) -> list[Problem]:
    """Return an error for each row that another column says is no sale, or no amount, as the row states it.

    Args:
        sheet: the cells as sent.
        taken: the positions of the columns of the contract.
        typed: the typed columns.
        currency: the trader's.
    """
    others = {place: normalise(header) for place, header in enumerate(sheet.headers) if place not in taken}
    problems: list[Problem] = []
    for place, header in others.items():
        for code, field, is_told, rows in _rules(sheet, header, typed.frame, currency) if header in TELLING else ():
            problems += _problems(sheet, place, (code, field, currency), is_told, rows)
    return problems


Rule = tuple[str, str, "Callable[[str], bool]", pl.Series]


def _rules(sheet: Sheet, header: str, frame: pl.DataFrame, currency: str) -> Iterator[Rule]:
    """Give what a header's cells may say: the code, the column that it is about, which cells say it, and where."""
    everywhere = pl.repeat(value=True, n=len(frame), eager=True)
    amounts = [c.name for c in sheet.match.kind.columns if c.type == ColumnType.MONEY and frame[c.name].count()]
    if header in CURRENCIES and amounts:
        yield "currency_foreign", amounts[0], lambda cell: is_foreign(cell, currency), everywhere
    if sheet.match.kind.name != "sales":
        return
    if header in SORTS:
        sold = (frame["quantity"] > 0).fill_null(value=False)
        yield "credit_note_positive", "quantity", lambda cell: bool(CREDIT.search(normalise(cell))), sold
        yield "not_a_sale", "invoice_no", lambda cell: bool(NO_SALE.search(normalise(cell))), everywhere
    if header in RETURNS:
        sold = (frame["quantity"] > 0).fill_null(value=False)
        yield "credit_note_positive", "quantity", is_yes, sold
    if header in STATES:
        yield "not_a_sale", "invoice_no", lambda cell: bool(TAKEN_BACK.search(normalise(cell))), everywhere
    if header in CANCELLATIONS:
        yield "not_a_sale", "invoice_no", lambda cell: normalise(cell) not in NO, everywhere
    if header in DISCOUNTS:
        unproven = _unproven_prices(sheet, frame)
        yield "line_discounted", "unit_price", is_discount, unproven


def is_yes(cell: str) -> bool:
    """Tell whether a cell of a yes/no column says yes, or repeats what its header asks; dates and amounts do not."""
    word = normalise(cell)
    return word in YES or bool(CREDIT.fullmatch(word))


def is_discount(cell: str) -> bool:
    """Tell whether a cell of a discount's column takes anything off."""
    return bool(re.search("[1-9]", cell))


def is_foreign(cell: str, currency: str) -> bool:
    """Tell whether a cell of a currency's column names another one than the trader's."""
    words = set(CURRENCY_WORD.findall(cell.upper()))
    return bool(words) and not words & set(currency_words(currency)[0])


def _unproven_prices(sheet: Sheet, frame: pl.DataFrame) -> pl.Series:
    """Tell which lines have a price that no total of their invoice, and no header, proves to be that after discount."""
    headers = [sheet.headers[claim.position] for claim in sheet.match.claims if claim.column == "unit_price"]
    is_net = any(re.search(r"(?i)\bnet\b", header) for header in headers)
    invoice = pl.coalesce("invoice_no", "invoice_id")
    unproven = pl.col("unit_price").is_not_null() & pl.col("total_amount").max().over(invoice).is_null()
    return frame.select(unproven & (not is_net)).to_series()


def _problems(
    sheet: Sheet, place: int, words: tuple[str, str, str], is_told: Callable[[str], bool], rows: pl.Series
) -> Iterator[Problem]:
    code, field, currency = words
    cells = sheet.texts[str(place)]
    telling = [cell for cell in cells.unique().drop_nulls() if is_told(cell)]
    if not telling:
        return
    told = pl.DataFrame({"row": sheet.rows, "cell": cells}).filter(cells.is_in(telling) & rows)
    params = {"field": field, "currency": currency}
    for row, cell in told.unique("row", keep="first", maintain_order=True).iter_rows():
        yield Problem(code, sheet=sheet.name, row=row, column=sheet.headers[place], value=cell.strip(), params=params)
