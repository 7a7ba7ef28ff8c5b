"""Optional columns on which figures hang, that no header names though a column that is left may be one of them.

Without its price a line is valued by the catalogue, without its client it is a walk-in's, without its day a balance
counts sales twice: that a file lacks such a column is believed only where nothing in it looks like it. A header tells
by its words what it may be, or that it is harmless; of all others the cells tell whether they could be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.reading.guide import added_places
from comptoir.reading.harmless import HARMLESS, NUMBERED, TIMES, words
from comptoir.reading.headers import CODE_OF_ID
from comptoir.reading.items import sent_headers
from comptoir.reading.line_amounts import TAX_HELD, holds_tax, is_without_tax, may_hold_tax
from comptoir.reading.numbers import describe_numbers
from comptoir.reading.proven import holds_its_tax
from comptoir.reading.qualifiers import COUNTING_PERHAPS, DISCOUNTS, qualifier_of
from comptoir.reading.similar import Proposal, ask
from comptoir.reading.spelling import words_of
from comptoir.reading.times import describe_times
from comptoir.records import ColumnType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from comptoir.questions import Question
    from comptoir.reading.guide import Guide
    from comptoir.reading.leftover import Leftover
    from comptoir.reading.sheets import Sheet


ACCOUNTS: Final = words("comptable general generale collectif bancaire")  # of the books
OTHER_AMOUNTS: Final = words(
    "cost cout achat purchase buy buying revient margin marge profit benefice previous precedent ancien old last",
    "total subtotal ttc montant commission deposit consigne eco ecotaxe",
)
OTHER_DAYS: Final = words(
    "created creation cree creee maj modifie updated update modified modif modification production fabrication",
    "reception received recu entree entry delivery livraison commande order inventaire inventory counted birth",
    "naissance anniversaire since depuis inscription registration joined print impression export edition payment",
    "paiement sale vente achat purchase movement mouvement visit visite contact",
)
CLIENTS: Final = words(
    "tiers client customer buyer acheteur acquereur debtor debiteur partner partenaire societe company raison",
    "denomination entreprise organisation organization adherent member membre guest convive patient billed bill sold",
    "destinataire beneficiaire compte account kunde cliente a",  # of what is billed “à”
)
PRICES: Final = words("price prix pu pv tarif")
OF_SUMS: Final = words("total ligne line")
AFTER: Final = DISCOUNTS | words("net nette discounted promo promotionnel apres after")
BEFORE: Final = words("avant before total tax tva vat taxe")
NEARLY_ALL: Final = 0.9
LONGEST_PRICE: Final = 7  # digits without a mark; what is longer is a number of something
FEW_ROWS: Final = 20
INVOICES_COMPARED: Final = 2  # of several lines each
HALF: Final = 0.5  # of the cells, where the header says it
GROUPED_BY_TWO: Final = r"^\D{0,4}\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d*)?\D{0,4}$"  # 1,00,000.00, as in India
PART_OF_A_DATE: Final = r"^\d{1,4}[-/.]\d{1,4}$|^[345]\d{4}(?:[.,]\d+)?$"  # a month, or a spreadsheet's number
COUNT: Final = re.compile(r"\d{1,4}(?:[.,]0+)?")
IDENTIFYING: Final = words("no num numero number code id ref reference")


@dataclass(frozen=True)
class Perhaps:
    """How to see that a column may be one of the contract.

    Attributes:
        column: of the contract.
        meant: words of headers that mean it.
        others: words of headers that mean another of its sort.
        harmless: words of headers that mean something else, unless they stand beside a word that is meant.
        fits: whether the different cells of a column could be its.
        may_fit: whether they could where the header says so, though some can't be read.
        is_likely: whether the rows say so, too, where the header says nothing.
    """

    column: str
    meant: frozenset[str]
    others: frozenset[str]
    harmless: frozenset[str]
    fits: Callable[[Sequence[str]], bool]
    may_fit: Callable[[Sequence[str]], bool]
    is_likely: Callable[[int, Mapping[str, int], Leftover], bool]


def are_prices(cells: Sequence[str]) -> bool:
    """Tell whether nearly all cells are amounts, and none is a share; long numbers are those of something.

    Examples:
        >>> are_prices(["12,50", "3 €"]), are_prices(["5 %", "10 %"]), are_prices(["3760001234567"])
        (True, False, False)
    """
    described = describe_numbers(_distinct(cells), "EUR")
    return len(described.filter(_is_price())) >= NEARLY_ALL * len(described)


def _is_price() -> pl.Expr:
    is_short = ~(pl.col("text").str.contains(r"^\d+$") & (pl.col("text").str.len_chars() > LONGEST_PRICE))
    return pl.col("plain").is_not_null() & ~pl.col("percent") & is_short


def may_be_prices(cells: Sequence[str]) -> bool:
    """Tell whether half of the cells are amounts, of whatever currency, or as they are grouped in India.

    Examples:
        >>> may_be_prices(["12,50", "free"]), may_be_prices(["1,00,000.00"]), may_be_prices(["free"])
        (True, True, False)
    """
    described = describe_numbers(_distinct(cells), "EUR")
    is_amount = _is_price() | pl.col("foreign") | pl.col("text").str.contains(GROUPED_BY_TWO)
    return len(described.filter(is_amount)) >= HALF * len(described)


def are_days(cells: Sequence[str]) -> bool:
    """Tell whether nearly all cells are dates."""
    described = describe_times(_distinct(cells))
    return described["date"].count() >= NEARLY_ALL * len(described)


def may_be_days(cells: Sequence[str]) -> bool:
    """Tell whether half of the cells are dates, months or a spreadsheet's numbers of days.

    Examples:
        >>> may_be_days(["2027-01-31", "none"]), may_be_days(["03/2027"]), may_be_days(["46027"]), may_be_days(["A"])
        (True, True, True, False)
    """
    described = describe_times(_distinct(cells))
    is_day = pl.col("date").is_not_null() | pl.col("text").str.contains(PART_OF_A_DATE)
    return len(described.filter(is_day)) >= HALF * len(described)


def are_names(cells: Sequence[str]) -> bool:
    """Tell whether cells could be names or codes: they are no dates, and not all are amounts with decimals."""
    decimals = [cell for cell in cells if "," in cell or "." in cell]
    return not are_days(cells) and not (decimals and are_prices(decimals) and are_prices(cells))


def _distinct(cells: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame({"text": cells, "numeric": [False] * len(cells)}, {"text": pl.String, "numeric": pl.Boolean})


def is_no_quantity(place: int, taken: Mapping[str, int], leftover: Leftover) -> bool:
    """Tell whether a column's cells are not those of the quantity once more."""
    rows = leftover.first_rows(place, taken["quantity"])
    return bool(rows.select((pl.nth(0) != pl.nth(1)).any()).item())


def is_of_invoices(place: int, taken: Mapping[str, int], leftover: Leftover) -> bool:
    """Tell whether a column's cells differ, but never within an invoice, and say something of it.

    They do where several invoices have several lines, or where one product has different ones; what is different on
    every one of many rows is a number of the row.
    """
    rows = _first_rows(place, taken, leftover)
    if rows["cell"].null_count() * 2 > len(rows):
        return False
    invoices, products = (_different(rows, name) for name in ("invoice", "product"))
    several = invoices.filter(pl.col("lines") > 1)
    is_of_them = len(several) >= INVOICES_COMPARED or bool((products["cells"] > 1).any())
    different = rows["cell"].n_unique()
    is_number = different == len(rows) > FEW_ROWS
    return is_of_them and not (several["cells"] > 1).any() and different > 1 and not is_number


def _first_rows(place: int, taken: Mapping[str, int], leftover: Leftover) -> pl.DataFrame:
    """Return `cell` of the first rows, with the `invoice` and the `product` of each."""
    named = {"cell": place}
    for name, columns in (("invoice", ("invoice_no", "invoice_id")), ("product", ("product_code", "product_id"))):
        named[name] = next(taken[column] for column in columns if column in taken)
    rows = leftover.first_rows(*set(named.values()))
    return rows.select(pl.col(str(each)).alias(name) for name, each in named.items())


def _different(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    return rows.group_by(by).agg(lines=pl.len(), cells=pl.n_unique("cell"))


def is_there(place: int, taken: Mapping[str, int], leftover: Leftover) -> bool:
    """Tell that a day is a day, whatever the rows say."""
    del place, taken, leftover
    return True


PRICE: Final = Perhaps(
    "unit_price",
    words("price prix pu pv tarif preis precio prezzo rate"),
    OTHER_AMOUNTS,
    HARMLESS,
    are_prices,
    may_be_prices,
    is_no_quantity,
)
CLIENT: Final = Perhaps(
    "client_code",
    CLIENTS,
    HARMLESS - NUMBERED | OTHER_AMOUNTS | ACCOUNTS,
    HARMLESS,
    are_names,
    are_names,
    is_of_invoices,
)
EXPIRY: Final = Perhaps(
    "expiry_date",
    words("expiry expires exp peremption perime dlc dluo ddm best bbd mhd limite limit use validite fin end"),
    OTHER_DAYS,
    HARMLESS - TIMES,
    are_days,
    may_be_days,
    is_there,
)
VALID: Final = Perhaps(
    "valid_from",
    words("valid validite valable effet effective effect vigueur application applicable start debut price prix tarif"),
    OTHER_DAYS | words("until to fin end jusqu au expiry expires peremption limite"),
    HARMLESS - TIMES,
    are_days,
    may_be_days,
    is_there,
)
AS_OF: Final = Perhaps(
    "as_of",
    words("solde balance arrete situation cloture closing releve statement bilan"),
    OTHER_DAYS,
    HARMLESS - TIMES,
    are_days,
    may_be_days,
    is_there,
)
OF_KINDS: Final[Mapping[str, tuple[Perhaps, ...]]] = {
    "sales": (PRICE, CLIENT),
    "stock": (EXPIRY,),
    "products": (VALID,),
    "clients": (AS_OF,),
}


def columns_in_doubt(sheet: Sheet, taken: Mapping[str, int], leftover: Leftover, guide: Guide) -> list[Question]:
    """Return the questions which columns those are that may be there, and whether counts are codes.

    Args:
        sheet: for its headers.
        taken: the positions of the columns that are known.
        leftover: the cells of the others.
        guide: what the owner said of columns.
    """
    told = guide.columns(sheet.match.kind, sheet.name, sent_headers(sheet))
    known = taken.keys() | told.keys()
    lacking = [each for each in OF_KINDS[sheet.match.kind.name] if not known & _names(each.column)]
    found = {each.column: list(_candidates(each, sheet, taken, leftover)) for each in lacking}
    if found.get(PRICE.column) == []:
        found[PRICE.column] = _with_tax(sheet, taken, leftover)
    counted = {
        name: place for name, place in taken.items() if name not in told and _is_counted(name, place, sheet, leftover)
    }
    others = {} if "unit_price" in told else _discounted(sheet, taken, leftover) or _taxed(sheet, taken, leftover)
    doubts = counted | others | {column: places[0] for column, places in found.items() if places}
    return [_question(column, place, sheet, taken) for column, place in doubts.items()]


def _names(column: str) -> set[str]:
    """Return a column's name, and that of the one that may stand for it."""
    return {column, *(identity for identity, code in CODE_OF_ID.items() if code == column)}


def _question(name: str, place: int, sheet: Sheet, taken: Mapping[str, int]) -> Question:
    kind = sheet.match.kind
    used = set(taken.values()) - {place, taken.get(name)}
    free = {position: header for position, header in enumerate(sheet.headers) if position not in used}
    return ask(Proposal(kind.column(name), place, 0), kind, free, sheet.name)


def _is_counted(name: str, place: int, sheet: Sheet, leftover: Leftover) -> bool:
    """Tell whether a column of codes may count what it names: “Tickets” over 12, 7 and 9."""
    if name not in CODE_OF_ID.values():
        return False
    header, cells = sheet.headers[place], leftover.cells(place)
    is_bare_plural = header.lower().endswith("s") and not IDENTIFYING & set(words_of(header))
    return is_bare_plural and bool(cells) and all(COUNT.fullmatch(cell) for cell in cells)


def _discounted(sheet: Sheet, taken: Mapping[str, int], leftover: Leftover) -> dict[str, int]:
    """Return the place of a price after discount beside the one that was taken and says nothing of it."""
    if sheet.match.kind.name != "sales" or "unit_price" not in taken:
        return {}
    said = {place: set(words_of(header)) for place, header in enumerate(sheet.headers) if leftover.cells(place)}
    own = said.pop(taken["unit_price"], set(words_of(sheet.headers[taken["unit_price"]])))
    after = [place for place, its in said.items() if its & PRICES and its & AFTER and not its & BEFORE]
    return {"unit_price": after[0]} if after and not own & AFTER else {}


def _taxed(sheet: Sheet, taken: Mapping[str, int], leftover: Leftover) -> dict[str, int]:
    """Return the place of the price, where it is proven to hold its tax."""
    return {"unit_price": taken["unit_price"]} if holds_its_tax(sheet, taken, leftover) else {}


def _is_known(sheet: Sheet, place: int) -> bool:
    """Tell whether a column is looked at for something else."""
    header = sheet.headers[place]
    # A “Unit value” may be of packs, if its cells say so, and of prices as well.
    return is_without_tax(header) or qualifier_of(header, sheet.match.kind.name, "") not in {None, COUNTING_PERHAPS}


def _candidates(perhaps: Perhaps, sheet: Sheet, taken: Mapping[str, int], leftover: Leftover) -> Iterator[int]:
    """Give the places that may be the column, those first of which the header says so."""
    said = {place: frozenset(words_of(sheet.headers[place])) for place in _free(sheet, taken, leftover)}
    of_it = [place for place, its in said.items() if not its & perhaps.others]
    yield from (place for place in of_it if said[place] & perhaps.meant and perhaps.may_fit(leftover.cells(place)))
    unknown = [place for place in of_it if not said[place] & (perhaps.meant | perhaps.harmless)]
    fitting = [place for place in unknown if perhaps.fits(leftover.cells(place))]
    yield from (place for place in fitting if perhaps.is_likely(place, taken, leftover))


def _free(sheet: Sheet, taken: Mapping[str, int], leftover: Leftover) -> list[int]:
    """Return the places of columns of which nothing is known yet."""
    named = {*taken.values(), *added_places(sheet.headers)}
    free = [place for place in range(len(sheet.headers)) if place not in named and leftover.cells(place)]
    return [place for place in free if not _is_known(sheet, place)]


def _with_tax(sheet: Sheet, taken: Mapping[str, int], leftover: Leftover) -> list[int]:
    """Return the places of prices with tax, and of what lines come to with it where sales have no amount without."""
    kind, free = sheet.match.kind, _free(sheet, taken, leftover)
    has_amount = any(kind.column(claim.column).type == ColumnType.MONEY for claim in sheet.match.claims)
    of_prices = [place for place in free if _is_price_with_tax(sheet.headers[place])]
    of_lines = [place for place in free if may_hold_tax(sheet.headers[place])]
    others = [] if has_amount else [place for place in free if holds_tax(sheet.headers[place])]
    return [place for place in of_prices + of_lines + others if may_be_prices(leftover.cells(place))]


def _is_price_with_tax(header: str) -> bool:
    said = set(words_of(header))
    return bool(said & PRICES and said & TAX_HELD) and not said & OF_SUMS
