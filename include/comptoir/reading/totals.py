"""Rows of totals: by their label, or because their amounts are the sums of the rows above, whatever they are called.

A row is one only where it can be no data: it lacks what all rows of its kind have, or its code is the label of a total.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate, chain, combinations
from operator import and_, or_
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.reading.accents import without_accents
from comptoir.reading.line_amounts import CENT, readings_of_amounts
from comptoir.reading.months import NUMBERS as MONTHS
from comptoir.reading.numbers import NUMBER_TYPES
from comptoir.reading.spelling import with_initials_joined
from comptoir.records import MONEY_PLACES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from comptoir.reading.sheets import Sheet

TOTAL: Final = re.compile(
    r"(?:(?:sous|sub|grand|general|s)[\s_./-]*)?(?:tot(?:als?|aux)|somme|sum)\b(?P<rest>.*)", re.DOTALL
)
# Words that say a total only where the amounts bear it out: they are names and remarks as well.
LIKE_TOTAL: Final = re.compile(
    r"(?:cumuls?|(?:a )?report(?:er|s)?|soldes?|balance|net a payer|montant total|total a payer"
    r"|(?:amount|balance|total) due|(?:carried|brought) forward|running total|recapitulatif|recap)\b(?P<rest>.*)",
    re.DOTALL,
)
# What says by itself what is carried on, the tax or what is to be paid, in a row that has no quantity.
DUE: Final = re.compile(
    r"(?:(?:a )?report(?:er|s)?|(?:carried|brought) forward|running total"
    r"|(?:net|total|montant|solde) (?:a )?(?:payer|regler|du)|montant total|(?:amount|balance|total) due"
    r"|(?:dont |montant |total )?(?:tva|vat|gst|tax(?:e|es)?))\b(?P<rest>.*)",
    re.DOTALL,
)
BESIDE_DUE: Final = frozenset(
    [
        *("a", "at", "au", "of", "de", "du", "la", "the", "en", "in", "taux", "rate", "ht", "ttc", "eur", "euro"),
        *("euros", "page", "precedente", "previous"),
    ]
)
FIGURE: Final = re.compile(r"[\s\d.,'()%€$£+-]*(?:eur|euros?)?", re.IGNORECASE)
WORD: Final = re.compile(r"[^\W\d_]+")
# What a total may be said to be of; of anything else, as in “TOTAL ENERGIES”, it is a name unless a row above has it.
OF_TOTALS: Final = MONTHS.keys() | frozenset(
    [
        *("general", "generale", "generaux", "final", "finale", "partiel", "cumul", "cumule", "report", "reporter"),
        *("ht", "ttc", "tva", "net", "brut", "eur", "euro", "euros", "ca", "chiffre", "affaires", "revenue"),
        *("de", "des", "du", "d", "l", "la", "le", "les", "a", "au", "en", "par", "sur", "et"),
        *("of", "the", "for", "all"),
        *("vente", "ventes", "sales", "achats", "purchases", "client", "clients", "produit", "produits", "products"),
        *("article", "articles", "stock", "stocks", "facture", "factures", "invoices", "ligne", "lignes", "lines"),
        *(
            "rows",
            "page",
            "jour",
            "journee",
            "day",
            "semaine",
            "week",
            "mois",
            "month",
            "trimestre",
            "quarter",
            "annee",
        ),
        *("year", "periode", "period", "montant", "montants", "amount", "quantite", "quantites", "quantity", "qte"),
        *("caisse", "magasin", "famille", "categorie", "category", "rayon", "section", "groupe", "group"),
    ]
)

# “Total facture F-12”, “Total client : Dupont”.
OF_ONE: Final = re.compile(
    r"[\s_:-]*(?:(?:de|du|des|la|of|the|pour|for)\s+)*(?:facture|invoice|client|customer|commande|order|page|produit"
    r"|product|article|famille|categorie|category|rayon|lot)\s*(?:no?\s+|n\W\s*)?:?\s*\S+\W*"
)
UNIT: Final = 10**MONEY_PLACES  # amounts are compared in the places that are kept
IDENTITIES: Final = frozenset({"product_code", "client_code", "invoice_no"})
READINGS: Final = ("by_comma", "by_point")
FEWEST: Final = 2  # rows that a sum is of, where no word says that it is one
SEEMS_LABEL: Final = r"(?i)tot|somm|sum|cumul|report|sold|balanc|payer|due|forward|recap|capitul"


@dataclass(frozen=True)
class Candidates:
    """Rows that may be totals, by their numbers.

    Attributes:
        labelled: those that are called so, and are without all else.
        worded: those with a code that is the label of a total, which is for their amounts to show.
        bare: those without all that a row must have, whatever they are called.
    """

    labelled: list[int]
    worded: set[int]
    bare: set[int]


@dataclass(frozen=True)
class Sums:
    """The numbers of a sheet with one decimal mark.

    Attributes:
        cells: of each column that may hold a sum, the numbers row by row, None where there is none.
        running: of each of them, what the rows before each row come to, with those of all rows at the end.
        amounts: the same of quantity times price.
        lines: how many rows that are no candidates stand before each row.
    """

    cells: dict[str, list[int | None]]
    running: dict[str, list[int]]
    amounts: list[int]
    lines: list[int]

    def is_sum(self, place: int, start: int, *, fewest: int) -> bool:
        """Tell whether all numbers of a row are sums of the rows from `start` on that stand above it."""
        own = [(column, cells[place]) for column, cells in self.cells.items() if cells[place]]
        if not own or self.lines[place] - self.lines[start] < fewest:
            return False
        lines = self.amounts[place] - self.amounts[start]
        sums = ((number or 0, self.running[column][place] - self.running[column][start]) for column, number in own)
        return all(min(abs(number - own_sum), abs(number - lines)) <= CENT for number, own_sum in sums)


def is_label(text: str) -> bool:
    """Tell whether a code is nothing but the label of a total.

    Examples:
        >>> is_label("Sous total"), is_label("S/Total"), is_label("Total facture F-12"), is_label("À reporter")
        (True, True, True, True)
        >>> is_label("TOTAL 10W40"), is_label("SUM-7"), is_label("P1"), is_label("REPORT-A4")
        (False, False, False, False)
    """
    plain = plain_words(text)
    found = TOTAL.fullmatch(plain) or LIKE_TOTAL.fullmatch(plain)
    return found is not None and (_says_of_what(found["rest"]) or OF_ONE.fullmatch(found["rest"]) is not None)


def _says_of_what(rest: str) -> bool:
    """Tell whether all that follows a total's word says what it is of."""
    words = set(WORD.findall(rest))
    return words <= OF_TOTALS and (bool(words) or not re.search(r"\d", rest))


def is_due(text: str) -> bool:
    """Tell whether a cell says no more than that an amount is carried on, is a tax or is to be paid.

    Examples:
        >>> [is_due(text) for text in ("TVA à 20 %", "Total T.V.A. : 3,50 €", "Net à payer TTC", "Report page 2")]
        [True, True, True, True]
        >>> [is_due(text) for text in ("Taxe de séjour", "TVA-12X", "Reportage", "Solde", "Balance")]
        [False, False, False, False, False]
    """
    found = DUE.fullmatch(plain_words(text))
    return found is not None and set(WORD.findall(found["rest"])) <= BESIDE_DUE


def labels_among(codes: pl.Series) -> pl.Series:
    """Tell which codes are nothing but the label of a total."""
    seeming = codes.str.contains(SEEMS_LABEL).fill_null(value=False)
    labels = [code for code in codes.filter(seeming).unique() if is_label(code)]
    return codes.is_in(labels).fill_null(value=False)


def total_rows(sheet: Sheet) -> list[int]:
    """Return the rows that are totals: labelled so or proven so, and no data."""
    groups = _required_groups(sheet)
    if len(groups) < 2:  # noqa: PLR2004 - a label, and something that is missing
        return []
    candidates = _candidates(sheet, groups)
    proven = _proven(sheet, candidates) if candidates.worded or candidates.bare else []
    return sorted({*candidates.labelled, *proven})


def amounts_due(sheet: Sheet) -> list[int]:
    """Return the rows of sales that sell nothing, but say what is carried on, what the tax is or what is to be paid.

    They have neither a quantity nor more of what a line needs than such words, and beside these nothing but figures.
    """
    quantity = _places(sheet, {"quantity"})
    if sheet.match.kind.name != "sales" or sheet.header_row is None or not quantity:
        return []
    blank = [reduce(and_, map(sheet.is_blank, group)) for group in _required_groups(sheet)]
    conditions = chain(map(sheet.is_blank, quantity), (one | other for one, other in combinations(blank, 2)))
    return [row for row, cells in rows_where(sheet, conditions) if _is_amount_due(sheet, cells)]


def _is_amount_due(sheet: Sheet, cells: Sequence[str]) -> bool:
    numbers = set(map(int, _places(sheet, _numbers(sheet))))
    known = {claim.position for claim in sheet.match.claims} - numbers
    said = {place: cell for place, cell in enumerate(cells) if cell.strip() and not is_due(cell)}
    has_label = any(map(is_due, cells))
    return has_label and not said.keys() & known and all(map(FIGURE.fullmatch, said.values()))


def _candidates(sheet: Sheet, groups: Sequence[Sequence[str]]) -> Candidates:
    blank = [reduce(and_, map(sheet.is_blank, group)) for group in groups]
    places = _places(sheet, IDENTITIES)
    worded = reduce(or_, (_is_labelled(sheet, place) for place in places), _nowhere(sheet))
    labelled, bare = [], set()
    for row, cells in rows_where(sheet, (one | other for one, other in combinations(blank, 2))):
        required = [cells[int(place)] for group in groups for place in group if cells[int(place)].strip()]
        labels = [cell for cell in cells if _is_total(cell, sheet)]
        if labels and all(cell in labels for cell in required):
            labelled.append(row)
        elif not _has_product(sheet, cells):
            bare.add(row)
    return Candidates(labelled, set(sheet.rows.filter(worded)) - set(labelled), bare)


def _nowhere(sheet: Sheet) -> pl.Series:
    return pl.repeat(value=False, n=len(sheet.rows), eager=True)


def _is_labelled(sheet: Sheet, place: str) -> pl.Series:
    column = sheet.coded(place)
    return column.where(labels_among(column.values), or_null=False)


def _has_product(sheet: Sheet, cells: Sequence[str]) -> bool:
    """Tell whether a row of sales has a product: it may continue the invoice above it."""
    names = {"product_code", "product_id"} if sheet.match.kind.name == "sales" else set()
    return any(cells[int(place)].strip() for place in _places(sheet, names))


def _proven(sheet: Sheet, candidates: Candidates) -> list[int]:
    """Return the candidates whose numbers are the sums of the rows above, since the last total or from the start."""
    aside = {*candidates.labelled, *candidates.worded, *candidates.bare}
    is_line = [row not in aside for row in sheet.rows]
    readings = [_sums(sheet, mark, is_line) for mark in READINGS]
    proven, start = [], 0
    for place, row in enumerate(sheet.rows):
        fewest = 1 if row in candidates.worded else FEWEST
        spans = [(sums, since) for sums in readings for since in (start, 0)]
        is_total = row in candidates.labelled
        if row in aside and not is_total and any(sums.is_sum(place, since, fewest=fewest) for sums, since in spans):
            proven.append(row)
            is_total = True
        start = place + 1 if is_total else start
    return proven


def _sums(sheet: Sheet, mark: str, is_line: Sequence[bool]) -> Sums:
    skipped = {str(claim.position) for claim in sheet.match.claims} - set(_places(sheet, _numbers(sheet)))
    columns = {place: _cells(sheet, place, mark) for place in sheet.texts.columns if place not in skipped}
    lines = {place: _of_lines(cells, is_line) for place, cells in columns.items()}
    quantity, price = (next(iter(_places(sheet, {name})), "") for name in ("quantity", "unit_price"))
    amounts = [0] * len(is_line)
    if quantity in lines and price in lines:
        amounts = [count * each // UNIT for count, each in zip(lines[quantity], lines[price], strict=True)]
    running = {place: [0, *accumulate(numbers)] for place, numbers in lines.items()}
    return Sums(columns, running, [0, *accumulate(amounts)], [0, *accumulate(is_line)])


def _cells(sheet: Sheet, place: str, mark: str) -> list[int | None]:
    readings = dict(zip(READINGS, readings_of_amounts(sheet.texts[place].alias("cell")), strict=True))
    return readings[mark].to_list()


def _of_lines(cells: Sequence[int | None], is_line: Sequence[bool]) -> list[int]:
    return [(cell or 0) if own else 0 for cell, own in zip(cells, is_line, strict=True)]


def _numbers(sheet: Sheet) -> set[str]:
    return {column.name for column in sheet.match.kind.columns if column.type in NUMBER_TYPES}


def _places(sheet: Sheet, names: Collection[str]) -> list[str]:
    return [str(claim.position) for claim in sheet.match.claims if claim.column in names]


def _required_groups(sheet: Sheet) -> list[list[str]]:
    """Return the places of each required column that holds no number, those of its alternative included."""
    groups = [
        _places(sheet, {column.name, column.alternative or column.name})
        for column in sheet.match.kind.columns
        if column.required and column.type not in NUMBER_TYPES
    ]
    return [group for group in groups if group]


def _is_total(cell: str, sheet: Sheet) -> bool:
    """Tell whether a cell is the label of a total: of what totals are of, or of something that the sheet holds."""
    found = TOTAL.fullmatch(plain_words(cell))
    if found is None:
        return False
    rest = found["rest"]
    is_of = set(WORD.findall(rest)) <= OF_TOTALS or OF_ONE.fullmatch(rest) is not None
    return is_of or _holds(sheet, cell.strip()[-len(rest.strip(" :-")) :])


def _holds(sheet: Sheet, text: str) -> bool:
    same = pl.any_horizontal(pl.all().str.strip_chars().str.to_lowercase() == text.lower())
    return bool(sheet.texts.select(same.any()).item())


def plain_words(cell: str) -> str:
    """Return a cell in small letters without accents, points of initials and spaces around."""
    return with_initials_joined(without_accents(cell.strip()).lower())


def rows_where(sheet: Sheet, conditions: Iterable[pl.Series]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Give the rows that meet all conditions, which are found out only while there are such rows."""
    chosen = pl.repeat(value=True, n=len(sheet.rows), eager=True)
    for condition in conditions:
        chosen &= condition
        if not chosen.any():
            return
    for *cells, row in sheet.texts.with_columns(sheet.rows.alias("row")).filter(chosen).iter_rows():
        yield row, tuple(cell or "" for cell in cells)
