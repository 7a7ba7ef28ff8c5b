"""What the words above a table, below it and in the names of its sheet and its file say of all its rows.

Most say nothing: a company, a day, a period. Some would make every amount another one, or every row no sale; these
refuse the file, since whoever reads it would have counted otherwise than its reader here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.reading.accents import without_accents
from comptoir.reading.months import NUMBERS as MONTHS
from comptoir.reading.numbers import currency_words
from comptoir.reading.totals import is_due, plain_words
from comptoir.records import ColumnType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from comptoir.reading.sheets import Sheet

Said = tuple[int | None, str]  # the number of the row, None for a sheet's or a file's name, and the words

MONEY_WORDS: Final = r"(?:euros?|eur|dollars?|usd|francs?|chf|pounds?|gbp|livres?|cfa|fcfa|dirhams?|dinars?)"
# A company's capital of 10 k€ and a street of a thousand flowers say nothing of amounts.
SCALED: Final = re.compile(
    rf"(?<![\d.,])(?<!\d )\b[km] ?(?:[€$£]|{MONEY_WORDS}\b)"
    r"|\b(?:en|in|par|per|by)\s+(?:milliers?|thousands?|millions?|centaines?|hundreds?|centimes?|cents?|pence|douzaines?"
    r"|dozens?|mille)\b"
    r"|\b(?:en|in)\s+[km]\b|[€$£]\s?'?000\b|(?<!\d[ .,])\b000'?s?\s?(?:[€$£]|eur\b|omitted)|(?:^|\s)'000\b"
    rf"|(?<!\d )\b(?:milliers?|thousands?|millions?|centaines?|centimes?)\s+(?:d\W|de\s+|of\s+){MONEY_WORDS}\b"
    r"|\bx\s?1[ .,]?000\b"
)
# What would make each quantity, or price, one of several pieces.
PACK: Final = r"(?:cartons?|cases?|boxes|packs?|colis|caisses?|palettes?|pallets?|lots|bo[iî]tes?)"
YEAR: Final = r"(?:19|20)\d\d\b(?![.,]\d)"
PACKED: Final = re.compile(
    rf"\b(?:prix|prices?|tarifs?)\s+(?:par|per|pour|for|les|au|by)\s+(?:{PACK}\b|(?!1\b|{YEAR})\d)"
    rf"|\b(?:quantites?|qtes?|qty|quantity|quantities|stocks?)\s+(?:en|in|par|per|by)\s+{PACK}\b"
)
TAXED: Final = re.compile(
    rf"(?<!total )\bttc\b(?!\s*:?\s*(?!{YEAR})\d)|\btvac\b|\btoutes taxes comprises"
    r"|\b(?:tva|taxes?)\s+(?:incluses?|comprises?)\b"
    r"|\bincl\w*\.?\s+(?:of\s+)?(?:vat|tax\w*|gst)\b|\b(?:vat|tax|gst)[\s-]+incl\w*|\bgross\s+(?:amounts?|prices?)\b"
)
WITHOUT_TAX: Final = re.compile(r"\bht\b|\bhors tax|\bexcl\w*\b")
CURRENCY_NAMES: Final = {
    "USD": r"(?:us )?dollars?(?: us| am\w*)?",
    "GBP": r"livres? sterling|pounds?(?: sterling)?",
    "CHF": r"francs? suisses?|swiss francs?",
    "JPY": r"yens?",
    "XOF": r"francs? cfa",
    "EUR": r"euros?",
}
NAMING: Final = r"\b(?:en|in|devises?|currency|currencies|monnaie|ccy)\b\W*(?:is\s+|are\s+)?"
TITLE: Final = (
    r"^\W*(?:(?:listes?|listing|list|journal|exports?|extraction|extrait|etat|releve|recap\w*|detail|fichier"
    r"|copie|copy|tableau|report|reg\w*|history|historique|all|tou(?:s|t|tes)|nos|our|open|pending|pieces?|documents?|type)\b"
    r"\W*(?:(?:des?|du|d|of|the|les|la|l)\W+)*)*"
)
ROWS: Final = r"(?:sales|invoices?|orders?)"
CREDITS: Final = (
    r"(?:(?:factures?\s+d\W)?avoirs?|notes?\s+de\s+credits?|credit\s?(?:notes?|memos?)|refunds?|remboursements?"
    r"|retours?(?:\s+(?:de\s+|sur\s+)?ventes?)?|(?:customer|sales)\s+returns?|returns?"
    rf"|(?:returned|refunded)\s+{ROWS}|{ROWS}\s+(?:returned|refunded)|(?:ventes?|factures?)\s+(?:retournees?|remboursees?))\b"
)
NO_SALES: Final = (
    r"(?:devis|(?:sales\s+)?(?:quotations?|quotes?)|estimates?|(?:factures?\s+|invoices?\s+)?pro\W?formas?"
    r"|(?:factures?\s+)?brouillons?|drafts?|achats?(?!\s+(?:des\s+)?clients?\b)"
    r"|purchases?(?!\s+(?:by\s+|of\s+)?customers?\b)|purchase\s+(?:orders?|invoices?|history)"
    r"|factures?\s+(?:d\W)?(?:achats?|fournisseurs?)|(?:supplier|vendor)\s+(?:invoices?|bills?|orders?)"
    r"|commandes?\s+(?:d\Wachats?|fournisseurs?)|(?:(?:factures?|ventes?|impayes?|commandes?)\s+)?annul(?:ee?s?|ations?)"
    rf"|(?:cancelled|canceled|voided|void)\b(?:\s+{ROWS})?|{ROWS}\s+(?:cancelled|canceled|voided|void)"
    r"|bons?\s+de\s+(?:livraisons?|receptions?)(?!.*factur)|delivery\s+notes?"
    r"|commandes?\s+(?:clients?\s+)?(?:non\s+\w+|en\s+(?:cours|attente))|paniers?\s+abandonnes?"
    r"|(?:pending|open|undelivered|unshipped)\s+orders?|abandoned\s+(?:carts?|checkouts?|orders?)|previsions?|previsionnel|budgets?|forecasts?)\b"
)
SALES_TOO: Final = re.compile(
    r"\b(?:ventes?|sales|factures?\s+(?:et|and|&)|(?:et|and|&)\s+(?:les\s+)?factures?|invoices?)\b"
)
# Sales that are planned, whatever else the words say of sales.
PLANNED: Final = re.compile(
    TITLE + r"(?:(?:ventes?|sales)\s+)?(?:previsions?|previsionnel\w*|budget\w*|forecasts?|objectifs?|targets?)\b"
)
# What is said whole, or but for its days: a company may be called so, too.
WHOLE: Final = re.compile(
    r"^\W*(?:modeles?|ex[ae]mples?|templates?|casses?|pertes?|echantillons?|samples?|receptions?)\b"
    r"(?:[\s/(),-]*(?:\d[\d/.-]*|du|au|de|des|d|of|from|to|the|gratuits?|clients?|fournisseurs?|marchandises?|csv|xlsx?|xlsm|xlsb"
    rf"|ods|txt|{without_accents('|'.join(MONTHS))})\b)*\W*$"
)
TRIAL: Final = re.compile(r"^\W*(?:modeles?|ex[ae]mples?|templates?|samples?)\b")
CREDIT_TITLE, NO_SALE_TITLE = re.compile(TITLE + CREDITS), re.compile(TITLE + NO_SALES)
DRAFT: Final = re.compile(r"^\W*(?:draft|brouillon)\b")
BRACKETED: Final = re.compile(r"[(\[]([^)\]]*)[)\]]")
BESIDE_WORDS: Final = re.compile(r"[\W\d_]+")  # in the names of files
NEGATIVE: Final = r"^\s*[-\x{2212}(]|-\s*$"


def refuse_changed_meaning(sheet: Sheet, name: str, currency: str) -> None:
    """Refuse a sheet of which words beside its table say that its amounts, or its rows, are others than they seem.

    Args:
        sheet: a piece of it, of which the first has the rows above.
        name: the file's.
        currency: the trader's.

    Raises:
        RejectedFileError: its name, the file's, a row above its headers, or a row of a single cell says so.
    """
    problems = []
    if code := _no_sales(BESIDE_WORDS.sub(" ", plain_words(name)), sheet, is_name_of_file=True):
        problems.append(Problem(code, value=name, params={"currency": currency, "said": name}))
    for row, words in _said(sheet):
        if code := _changed(words, sheet, currency, is_title=row is None or row < (sheet.header_row or 0)):
            params = {"currency": currency, "said": words.strip()}
            problems.append(Problem(code, sheet=sheet.name, row=row, value=words.strip(), params=params))
    if problems:
        raise RejectedFileError(problems)


def _said(sheet: Sheet) -> Iterator[Said]:
    if sheet.name:
        yield None, sheet.name
    for row, cells in sheet.above:
        yield from ((row, words) for words in _texts(cells))
    if sum(not column.null_count() for column in sheet.texts) <= 1:
        alone = sheet.texts.select(pl.sum_horizontal(pl.all().is_not_null()) == 1).to_series()
        words = sheet.texts.filter(alone).select(pl.coalesce(pl.all())).to_series()
        yield from zip(sheet.rows.filter(alone), words, strict=True)


def _texts(cells: Iterable[str]) -> list[str]:
    """Return what a row says: its cells one by one, or what they say together, as “Devise :” beside “USD”."""
    filled = [cell for cell in cells if cell.strip()]
    return filled if len(filled) < 2 else [*filled, " ".join(filled)]  # noqa: PLR2004 - together


def _changed(words: str, sheet: Sheet, currency: str, *, is_title: bool) -> str | None:
    plain, kind = plain_words(words), sheet.match.kind
    types = {kind.column(claim.column).type for claim in sheet.match.claims}
    has_amounts = ColumnType.MONEY in types
    if has_amounts and (_scales(plain) or _is_taxed(plain) or _is_foreign(words, currency)):
        return "banner_unit"
    if types & {ColumnType.MONEY, ColumnType.INTEGER} and PACKED.search(plain):
        return "banner_unit"
    if is_title and DRAFT.match(plain):
        return "banner_no_data"
    return _no_sales(plain, sheet) if is_title else None


def _no_sales(plain: str, sheet: Sheet, *, is_name_of_file: bool = False) -> str | None:
    """Return the problem where a title, or a name, says of rows of sales that they are none.

    A file called `modele.csv` may well be what somebody tries first; a sheet so called stands beside the true one.
    """
    if sheet.match.kind.name == "sales" and PLANNED.match(plain):
        return "banner_no_data"
    beside = CREDIT_TITLE.sub("", NO_SALE_TITLE.sub("", plain))
    if sheet.match.kind.name != "sales" or SALES_TOO.search(beside):
        return None
    if NO_SALE_TITLE.match(plain) or (WHOLE.match(plain) and not (is_name_of_file and TRIAL.match(plain))):
        return "banner_no_data"
    return "banner_credits" if CREDIT_TITLE.match(plain) and not _are_all_negative(sheet) else None


def _scales(plain: str) -> bool:
    return SCALED.search(plain) is not None


def _is_taxed(plain: str) -> bool:
    return TAXED.search(plain) is not None and not WITHOUT_TAX.search(plain) and not is_due(plain)


def _is_foreign(words: str, currency: str) -> bool:
    """Tell whether words name another currency as that of the amounts, and not the trader's."""
    own, foreign = (list(filter(_is_clear, said)) for said in currency_words(currency))
    plain, bracketed = plain_words(words), {said.strip() for said in BRACKETED.findall(words)}
    if bracketed & set(own) or any(_names(plain, _codes(code)) for code in own):
        return False
    return (
        words.strip() in foreign
        or bool(bracketed & set(foreign))
        or any(_names(plain, _codes(code)) for code in foreign)
    )


def _is_clear(word: str) -> bool:
    """Tell whether a currency's word is no other: FR is a language, too."""
    return len(word) != len("FR") or not word.isalpha()


def _codes(code: str) -> str:
    return "|".join(filter(None, (re.escape(code.lower()), CURRENCY_NAMES.get(code))))


def _names(plain: str, pattern: str) -> bool:
    return re.search(rf"{NAMING}(?:{pattern})(?!\w)", plain) is not None


def _are_all_negative(sheet: Sheet) -> bool:
    places: Sequence[str] = [str(claim.position) for claim in sheet.match.claims if claim.column == "quantity"]
    quantities = [sheet.texts[place].drop_nulls() for place in places]
    return any(len(cells) for cells in quantities) and all(cells.str.contains(NEGATIVE).all() for cells in quantities)
