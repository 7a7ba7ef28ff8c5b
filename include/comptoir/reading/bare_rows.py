"""Rows of sales that sell nothing: the heads of invoices and of groups above their lines, and remarks between these.

Where programs print an invoice's head in a row of its own, or a text such as “Selon votre commande du 12 mars”, that
row has neither product nor quantity nor price. What a head says alone, its lines are told; the row itself is left
aside where all that it holds is known to change nothing. Reports by client or by product have a row for each of these
above its lines; they are told by it alone where no line has a client or product of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from itertools import chain, pairwise, repeat
from operator import and_
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.reading.continued import INVOICE, OF_INVOICE, OF_LINE, is_json, places_of, told_from
from comptoir.reading.harmless import HARMLESS, PAID, SENT, words
from comptoir.reading.line_amounts import CENT, readings_of_amounts
from comptoir.reading.months import NUMBERS as MONTHS
from comptoir.reading.notices import about_rows
from comptoir.reading.qualifiers import TELLING, perhaps_telling, qualifier_of
from comptoir.reading.senses import Sense, sense_of_remark
from comptoir.reading.spelling import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from comptoir.reading.sheets import Sheet

CLIENT: Final = frozenset({"client_code", "client_id"})
PRODUCT, *NUMBERS = OF_LINE
NOTHING: Final = r"^[\s0.,]*$"
NUMBER: Final = re.compile(r"[\d\s.,'()+-]*\d[\d\s.,'()+-]*")
DECIMAL: Final = re.compile(r"\d\s*[.,]\s*\d\d?(?![\d.,/])")
# What texts between lines refer to; one with any other word may be of the amounts, or of what became of the sale.
REFERRING: Final = words(
    "selon suivant suivante conformement votre notre vos nos commande commandes devis bon bl livraison livraisons "
    "livre livree livres livrees chantier contact reference ref attention marche contrat telephone",
    "order orders quote quotation delivery note po your our project as agreed by phone per following contract customer",
    "no numero number du de des d la le les l au aux a en et of the from on date dated jour matin midi soir apres "
    "morning afternoon evening semaine week lundi mardi mercredi jeudi vendredi samedi dimanche fois deux trois",
) | frozenset(MONTHS)
COUNTED: Final = HARMLESS - SENT - PAID


@dataclass(frozen=True)
class Run:
    """The rows of one invoice, or of a group, that stand together, by their places: bare ones, and lines."""

    bare: list[int]
    lines: list[int]

    @property
    def head(self) -> int | None:
        """The place of the head: a bare row above all lines."""
        return self.bare[0] if self.bare[0] < self.lines[0] else None


def without_bare_rows(sheet: Sheet) -> Sheet:
    """Return a sheet of sales whose lines know what the heads of their invoices say, without rows that sell nothing."""
    if not _has_lines(sheet):
        return sheet
    bare = _are_blank(sheet, PRODUCT) & _sell_nothing(sheet)
    return _settled(sheet, list(_runs(sheet, bare)), "bare_rows_left_aside") if bare.any() else sheet


def heads_of_groups(sheet: Sheet) -> list[int]:
    """Return the rows that say for those below which client or product they are of; none where that is not certain.

    They must begin the sheet, all say the same of their lines, and no line must say it; where one of them does not
    follow, nothing may end a group: no other row without a sale, and no row that was left aside.
    """
    # Most sheets begin with a line, which is sooner seen than what all their rows are.
    if not _has_lines(sheet) or not _are_group_heads(sheet.sliced(slice(1))).any():
        return []
    heads, sells, has_invoice = _are_group_heads(sheet), ~_sell_nothing(sheet), ~_are_blank(sheet, INVOICE)
    if not all(_is_heads_alone(sheet, columns, heads) for columns in (CLIENT, PRODUCT)):
        return []
    before_line = (sells & ~has_invoice).shift(-1, fill_value=False)
    is_known = heads | sells | (has_invoice & before_line)
    is_after_gap = sheet.rows.diff().fill_null(1) > 1
    return sheet.rows.filter(heads).to_list() if is_known.all() and not (is_after_gap & ~heads).any() else []


def _are_group_heads(sheet: Sheet) -> pl.Series:
    names_one = ~(_are_blank(sheet, CLIENT) & _are_blank(sheet, PRODUCT))
    return _sell_nothing(sheet) & _are_blank(sheet, INVOICE) & names_one


def without_group_heads(sheet: Sheet, rows: Sequence[int]) -> Sheet:
    """Return a sheet of sales whose lines know of which client or product they are, as the heads of groups say."""
    heads = sheet.rows.is_in(pl.Series(rows, dtype=pl.Int64).implode())
    return _settled(sheet, list(_groups(heads)), "groups_left_aside") if rows else sheet


def _has_lines(sheet: Sheet) -> bool:
    """Tell whether a sheet of sales has a column for product, quantity and price each.

    Without one of its own, it may stand in a column that nobody knows.
    """
    is_flat = sheet.match.kind.name == "sales" and sheet.items is None and not is_json(sheet)
    return is_flat and all(places_of(sheet, columns) for columns in OF_LINE)


def _settled(sheet: Sheet, runs: Sequence[Run], code: str) -> Sheet:
    """Return a sheet without the bare rows that change nothing; a head that may is not told to its lines."""
    told = _told(sheet, runs)
    said = _Said(told)
    certain = [run for run in runs if run.head is None or said.nothing_by(run, run.head)]
    aside = [place for run in certain for place in run.bare if said.nothing_by(run, place)]
    return _without(told if len(certain) == len(runs) else _told(sheet, certain), aside, code)


def _are_blank(sheet: Sheet, columns: frozenset[str]) -> pl.Series:
    everywhere = pl.repeat(value=True, n=len(sheet.rows), eager=True)
    return reduce(and_, map(sheet.is_blank, places_of(sheet, columns)), everywhere)


def _sell_nothing(sheet: Sheet) -> pl.Series:
    """Tell which rows have neither a quantity nor a price, or those of 0."""
    return reduce(and_, _are_nothing(sheet))


def _are_nothing(sheet: Sheet) -> Iterator[pl.Series]:
    for place in chain.from_iterable(places_of(sheet, columns) for columns in NUMBERS):
        column = sheet.coded(place)
        yield column.where(column.values.str.contains(NOTHING), or_null=True)


def _runs(sheet: Sheet, bare: pl.Series) -> Iterator[Run]:
    """Give the invoices with both bare rows and lines; a line without invoice, client and date is of the one above.

    A bare row without an invoice ends what is above it: nobody knows what the lines below it are of.
    """
    own, continued = (
        [pl.col(place).str.strip_chars().fill_null("") for place in places_of(sheet, columns)]
        for columns in (INVOICE, OF_INVOICE)
    )
    goes_on = (pl.concat_str(continued) == "") & ~bare
    key = pl.when(~goes_on).then(pl.concat_str(own, separator="\0")).forward_fill()
    marks = sheet.texts.select(key=key, run=key.rle_id(), place=pl.int_range(pl.len()), bare=bare)
    named = marks.filter(pl.col("key").str.strip_chars("\0") != "")
    runs = named.group_by("run", maintain_order=True).agg(
        pl.col("place").filter("bare").alias("bare"), pl.col("place").filter(~pl.col("bare")).alias("lines")
    )
    has_both = (pl.col("bare").list.len() > 0) & (pl.col("lines").list.len() > 0)
    return (Run(bare, lines) for _, bare, lines in runs.filter(has_both).iter_rows())


def _is_heads_alone(sheet: Sheet, columns: frozenset[str], heads: pl.Series) -> bool:
    """Tell whether all heads, or no rows but those of lines, or else none at all, have a cell of these columns."""
    has = ~_are_blank(sheet, columns)
    return not (has & heads).any() or bool((has == heads).all())


def _groups(heads: pl.Series) -> Iterator[Run]:
    """Give each head with the rows below it, up to the next one."""
    places = [place for place, is_head in enumerate(heads) if is_head]
    for place, following in pairwise([*places, len(heads)]):
        if following > place + 1:
            yield Run([place], list(range(place + 1, following)))


def _told(sheet: Sheet, runs: Sequence[Run]) -> Sheet:
    """Return a sheet with what a head says, and none of its lines, on each of its lines."""
    head_of = {place: run.head for run in runs if run.head is not None for place in run.lines}
    if not head_of:
        return sheet
    head = pl.Series([head_of.get(place) for place in range(len(sheet.rows))], dtype=pl.Int64)
    untold = {
        place: head.is_not_null() & _all_over(head, sheet.is_blank(place))
        for place in sheet.texts.columns
        if not sheet.coded(place).values.is_empty()
    }
    return told_from(sheet, head, untold)


def _all_over(group: pl.Series, holds: pl.Series) -> pl.Series:
    """Tell of each row whether something holds of all rows of its group."""
    return pl.DataFrame({"group": group, "holds": holds}).select(pl.col("holds").all().over("group")).to_series()


class _Said:
    """What bare rows say beside their invoice, or their group."""

    def __init__(self, sheet: Sheet) -> None:
        """Look up which columns mean something, and which tell what their rows are."""
        self._sheet = sheet
        self._known = {claim.position for claim in sheet.match.claims}
        self._numbers = {int(place) for columns in NUMBERS for place in places_of(sheet, columns)}
        headers = list(enumerate(sheet.headers))
        self._telling = {place for place, header in headers if qualifier_of(header, "sales", "") is not None}
        self._perhaps = {place for place, header in headers if perhaps_telling(header, "sales") is TELLING}

    def nothing_by(self, run: Run, place: int) -> bool:
        """Tell whether all cells of a bare row are known to change nothing."""
        return all(map(self._changes_nothing, range(len(self._sheet.headers)), repeat(run), repeat(place)))

    def _changes_nothing(self, column: int, run: Run, place: int) -> bool:
        texts = self._sheet.texts[str(column)]
        cell = (texts[place] or "").strip()
        of_lines = [(texts[line] or "").strip() for line in run.lines]
        is_theirs, is_head = all(cell == of_line for of_line in of_lines), place == run.head
        if not cell or column in self._numbers:
            return True
        if column in self._known:
            return cell in of_lines
        if column in self._telling:
            return is_theirs
        if NUMBER.fullmatch(cell):
            # Beside lines, a number that is that of the only one may be another of the same size.
            is_of_lines = (is_head and is_theirs) or _is_sum(cell, of_lines if is_head else ())
            return is_of_lines or self._is_no_amount(column)
        return is_theirs or (column not in self._perhaps and refers_only(cell))

    def _is_no_amount(self, column: int) -> bool:
        """Tell whether the numbers of a column are known to be none of amounts."""
        said = frozenset(words_of(self._sheet.headers[column]))
        return bool(said) and said <= COUNTED


def _is_sum(cell: str, of_lines: Sequence[str]) -> bool:
    """Tell whether an amount is 0, that of each line, or what those of the lines come to."""
    read = (reading.to_list() for reading in readings_of_amounts(pl.Series([cell, *of_lines])))
    return any(own is not None and _comes_to(own, others) for own, *others in read)


def _comes_to(own: int, of_lines: Sequence[int | None]) -> bool:
    return own == 0 or (bool(of_lines) and abs(own - sum(filter(None, of_lines))) <= CENT)


def refers_only(cell: str) -> bool:
    """Tell whether a text does no more than refer to an order, a delivery or the like, or to a day.

    Examples:
        >>> [refers_only(cell) for cell in ("Selon devis n° 12 du 3 mars", "Bon de livraison BL-12", "As agreed")]
        [True, True, True]
        >>> [refers_only(cell) for cell in ("Commande offerte", "Livraison 12,50", "Remise", "Devis", "12 pièces")]
        [False, False, False, False, False]
    """
    said = [word for word in words_of(re.sub(r"\S*\d\S*", " ", cell)) if word]
    is_reference = bool(said) and frozenset(said) <= REFERRING and not DECIMAL.search(cell)
    return is_reference and sense_of_remark(cell) is Sense.AS_WRITTEN  # “Devis” alone says what the invoice is


def _without(sheet: Sheet, aside: list[int], code: str) -> Sheet:
    if not aside:
        return sheet
    kept = ~pl.int_range(len(sheet.rows), eager=True).is_in(pl.Series(aside).implode())
    return sheet.filtered(kept, about_rows(code, sheet.rows.gather(aside).to_list(), sheet.name))
