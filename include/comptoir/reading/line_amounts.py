"""What a line comes to, in a column that no contract has: where it is not quantity times price, the line is no sale so.

A discount, a price for a hundred, a credit note with a positive quantity: the line's own amount tells of each of them.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.problems import Problem, Severity
from comptoir.reading.harmless import words
from comptoir.reading.qualifiers import AMOUNTS, INCLUDED, TAXES, WITH_TAX
from comptoir.reading.spelling import normalise, without_path, words_of
from comptoir.records import MONEY_PLACES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from comptoir.reading.columns import Columns
    from comptoir.reading.sheets import Sheet

# Amounts without tax; one that holds its tax is another amount, and not compared.
UNTAXED: Final = ("ht", "htva", "hors taxe", "hors tva", "excl tax", "excl vat", "ex tax", "ex vat", "before tax")
# What is a line's amount, or an invoice's, only where its header says that it is without tax.
BARE: Final = (
    *("total", "montant", "montant total", "ca", "chiffre affaires", "amount", "total amount", "sous total"),
    *("subtotal", "total ligne", "montant ligne", "prix total", "total price", "line total", "line amount"),
)
HEADERS: Final = frozenset(
    map(
        normalise,
        (
            *("montant net ht", "montant ligne", "montant net", "prix total", "total ligne", "sous total"),
            *("total net ht", "total ht ligne", "total ht net", "line amount", "line total", "net amount"),
            *("line subtotal", "item subtotal", "lineitem total", "extended price", "total price"),
            *("line net amount", "item total", *(" ".join(both) for both in product(BARE, UNTAXED))),
        ),
    )
)
# Of a line, as Odoo nests them, what the invoice's amounts are called by without a path.
OF_PATH: Final = HEADERS | {normalise(header) for header in ("subtotal", "price subtotal", "untaxed amount")}
BRACKETS: Final = str.maketrans("()[]", "    ")
# Amounts with tax, and of the tax: nothing is known of them but whether the line was sold or came back.
ONLY_SIGNED: Final = (
    AMOUNTS | TAXES | INCLUDED | WITH_TAX | words("tvac ca chiffre affaires ligne line lineitem item prix price de of")
)
OF_ONE: Final = words("ligne line lineitem item prix price")
TAX_HELD: Final = INCLUDED | WITH_TAX | words("tvac")
NEGATIVE: Final = r"^\D*[-(\x{2212}][^%]*$|^[^%]*\d\s*-\W*$"
ERROR: Final = Severity.ERROR
EXACT: Final = pl.Decimal(38, MONEY_PLACES)
# With a decimal comma, and with a decimal point.
FORMS: Final = (r"^(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d*)?$", r"^(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?$")
CENT: Final = 10 ** (MONEY_PLACES - 2)  # in the places that are kept


def problems_of_amounts(sheet: Sheet, taken: Collection[int], typed: Columns) -> Iterator[Problem]:
    """Yield an error for each line of sales whose own amount is neither quantity times price nor its invoice's sum.

    Args:
        sheet: the cells as sent.
        taken: the positions of the columns of the contract.
        typed: the typed columns.
    """
    places = places_of_amounts(sheet, taken)
    if not places:
        return
    lines = _lines(typed.frame)
    for place in places:
        cells = sheet.texts[str(place)]
        wrong = lines.with_columns(*readings_of_amounts(cells)).filter(_differs()).select("row")
        told = pl.DataFrame({"row": sheet.rows, "cell": cells}).join(wrong, on="row", maintain_order="left")
        params = {"field": "unit_price"}
        for row, cell in told.iter_rows():
            yield Problem("line_amount_differs", ERROR, sheet.name, row, sheet.headers[place], cell.strip(), params)


def problems_of_signs(sheet: Sheet, taken: Collection[int], typed: Columns) -> Iterator[Problem]:
    """Yield an error for each line that is sold as it stands, though its tax, or its amount with tax, is negative.

    Args: those of `problems_of_amounts`.
    """
    if sheet.match.kind.name != "sales" or sheet.items is not None:
        return
    places = [
        n for n, header in enumerate(sheet.headers) if n not in taken and (holds_tax(header) or is_of_tax(header))
    ]
    params = {"field": "quantity"}
    for place in places:
        cells = pl.DataFrame({"cell": sheet.texts[str(place)], "sold": _is_sold(typed.frame), "row": sheet.rows})
        for cell, row in cells.filter("sold", pl.col("cell").str.contains(NEGATIVE)).select("cell", "row").iter_rows():
            yield Problem("credit_note_positive", ERROR, sheet.name, row, sheet.headers[place], cell.strip(), params)


def holds_tax(header: str) -> bool:
    """Tell whether a header is that of amounts with tax.

    Examples:
        >>> holds_tax("Montant TTC"), holds_tax("Total incl. VAT"), holds_tax("Montant TVA"), holds_tax("Total HT")
        (True, True, False, False)
    """
    said = frozenset(words_of(without_path(header)))
    return bool(said & TAX_HELD) and said <= ONLY_SIGNED


def may_hold_tax(header: str) -> bool:
    """Tell whether a header is that of an amount of a line, of which it does not say that it is without tax.

    In Odoo a line's total holds its tax; the one without is a subtotal.

    Examples:
        >>> may_hold_tax("Invoice lines/Total"), may_hold_tax("Lignes de facture/Montant")
        (True, True)
        >>> may_hold_tax("Total"), may_hold_tax("Invoice lines/Total Tax"), may_hold_tax("Invoice lines/Total HT")
        (False, False, False)
    """
    bare = without_path(header)
    said = frozenset(words_of(bare))
    return bare != header and bool(said & AMOUNTS) and said <= AMOUNTS | OF_ONE


def is_of_tax(header: str) -> bool:
    """Tell whether a header is that of amounts of tax.

    Examples:
        >>> is_of_tax("TVA"), is_of_tax("Tax amount"), is_of_tax("Taux TVA"), is_of_tax("Total TTC")
        (True, True, False, False)
    """
    said = frozenset(words_of(header))
    return bool(said & TAXES) and not said & TAX_HELD and said <= ONLY_SIGNED


def _is_sold(frame: pl.DataFrame) -> pl.Series:
    """Tell which lines are of invoices that take nothing back: the amount of another may be the invoice's."""
    invoice = pl.coalesce("invoice_no", "invoice_id")
    sold = (pl.col("quantity") > 0) & (pl.col("quantity").min().over(invoice) >= 0)
    return frame.select(sold.fill_null(value=False)).to_series()


def places_of_amounts(sheet: Sheet, taken: Collection[int], also: Collection[str] = ()) -> list[int]:
    """Return the positions of the columns of a sheet of sales that say what its lines come to; none of other sheets.

    Args:
        sheet: for its headers.
        taken: the positions of columns that say something else.
        also: headers, normalised, that are looked for behind those that say it by themselves.
    """
    if sheet.match.kind.name != "sales" or sheet.items is not None:
        return []
    free = {place: header for place, header in enumerate(sheet.headers) if place not in taken}
    said = [place for place, header in free.items() if is_without_tax(header)]
    return said + [place for place, header in free.items() if place not in said and normalise(header) in also]


def is_without_tax(header: str) -> bool:
    """Tell whether a header is known to be that of amounts of lines, or of invoices, without tax.

    Examples:
        >>> is_without_tax("Total HT"), is_without_tax("Amount (excl. VAT)"), is_without_tax("Total TTC")
        (True, True, False)
        >>> is_without_tax("Invoice lines/Subtotal"), is_without_tax("Invoice lines/Total"), is_without_tax("Subtotal")
        (True, False, False)
    """
    bare = without_path(header)
    known = HEADERS if bare == header else OF_PATH
    return bool({normalise(bare), normalise(bare.translate(BRACKETS))} & known)


def _lines(frame: pl.DataFrame) -> pl.DataFrame:
    """Return each row's quantity times price, and the sum of these over its invoice, in the places that are kept."""
    line = pl.col("unit_price").to_physical() * pl.col("quantity").cast(pl.Int128)
    invoice = pl.coalesce("invoice_no", "invoice_id")
    return frame.select("row", line.alias("line"), line.sum().over(invoice).alias("invoice"))


def readings_of_amounts(cells: pl.Series) -> list[pl.Series]:
    """Return amounts as they read with a decimal comma, and with a point, in the places that are kept.

    They are null where a cell is no number so.
    """
    sign = pl.when(pl.col("cell").str.contains(r"[-(\x{2212}]")).then(-1).otherwise(1)
    digits = pl.col("cell").str.replace_all(r"[^0-9.,]", "")
    by_comma = digits.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    by_point = digits.str.replace_all(",", "", literal=True)
    texts = [
        pl.when(digits.str.contains(form)).then(text) for form, text in zip(FORMS, (by_comma, by_point), strict=True)
    ]
    exact = [text.cast(EXACT, strict=False).to_physical() * sign for text in texts]
    return list(pl.DataFrame({"cell": cells}).select(by_comma=exact[0], by_point=exact[1]))


def _differs() -> pl.Expr:
    said = [pl.col(reading) for reading in ("by_comma", "by_point")]
    meant = [pl.col(sum_).fill_null(0) for sum_ in ("line", "invoice")]
    agrees = [(one - other).abs() <= CENT for one in said for other in meant]
    return pl.any_horizontal(each.is_not_null() for each in said) & ~pl.any_horizontal(
        each.fill_null(value=False) for each in agrees
    )
