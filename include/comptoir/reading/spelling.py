"""Headers without what makes no difference: case, accents, punctuation, units, articles, plurals."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from comptoir.reading.accents import without_accents
from comptoir.reading.units import BRACKETED, EXCLUDING, TAXES, plain, says_nothing

# Words that carry no meaning in a header: French articles, and the currency that some write after each price.
EMPTY_WORDS: Final = frozenset({"d", "de", "des", "du", "l", "la", "le", "les", "the", "eur", "euro", "euros"})
WORD_BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
WORD = re.compile(r"[a-z0-9]+")
INITIALS = re.compile(r"(?<![^\W\d_])(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![^\W_]))?")
# As Odoo names what it exports of the lines of a document: “Invoice lines/Quantity”.
OF_LINES: Final = re.compile(
    r"\s*(?:(?:invoice|order|bill)\s+lines?|lignes?\s+de\s+(?:la\s+)?(?:factures?|commandes?))\s*/\s*",
    re.IGNORECASE,
)
PLURAL: Final = re.compile(r"(?<=[a-z]{3})(?<!s)s$")  # of words of four letters or more


def with_initials_joined(text: str) -> str:
    """Return a text without the points between letters that stand for words.

    Examples:
        >>> with_initials_joined("Total T.T.C. du mois"), with_initials_joined("P.U. H.T. 1.5")
        ('Total TTC du mois', 'PU HT 1.5')
    """
    return INITIALS.sub(lambda found: found[0].replace(".", ""), text)


@lru_cache(maxsize=10_000)
def words_of(header: str) -> tuple[str, ...]:
    """Return the words of a header without case, accents, units, articles and plurals.

    Examples:
        >>> words_of("Prix d'achat (€)"), words_of("InvoiceNo"), words_of("Rem. %"), words_of("D.L.C.")
        (('prix', 'achat'), ('invoice', 'no'), ('rem',), ('dlc',))
    """
    text = BRACKETED.sub(_without_harmless, with_initials_joined(header)).replace("°", "o ").replace("º", "o ")
    words = WORD.findall(WORD_BORDER.sub(" ", without_accents(text)).lower())
    return tuple(PLURAL.sub("", word) for word in words if word not in EMPTY_WORDS)


@lru_cache(maxsize=10_000)
def normalise(header: str) -> str:
    """Return a header without case, accents, punctuation, units, articles, plurals and borders between words.

    Examples:
        >>> normalise("Prix d'achat (€)"), normalise("InvoiceNo"), normalise("N° de facture")
        ('prixachat', 'invoiceno', 'nofacture')
        >>> normalise("Quantités"), normalise("Sales Price")
        ('quantite', 'saleprice')
        >>> normalise("Prix (HT)"), normalise("Prix (TTC)")
        ('prix', 'prixttc')
    """
    return "".join(words_of(header))


@lru_cache(maxsize=10_000)
def without_tax(header: str) -> str:
    """Return a header, normalised, without the words which say that its amounts are without tax.

    Examples:
        >>> without_tax("Prix hors taxes"), without_tax("Price excl. VAT"), without_tax("Prix TVA")
        ('prix', 'price', 'prixtva')
    """
    words = words_of(header)
    dropped = WITHOUT | (TAXED if WITHOUT & set(words) else frozenset())
    return "".join(word for word in words if word not in dropped)


def without_path(header: str) -> str:
    """Return a header without the path that says of it that it is of the lines of a document.

    Examples:
        >>> without_path("Invoice lines/Quantity"), without_path("Lignes de facture/Total HT"), without_path("PU/kg")
        ('Quantity', 'Total HT', 'PU/kg')
    """
    path = OF_LINES.match(header)
    return header[path.end() :] if path else header


def is_untaxed(header: str) -> bool:
    """Tell whether a header says that its amounts are without tax.

    Examples:
        >>> is_untaxed("Prix (HT)"), is_untaxed("Unit price excl. VAT"), is_untaxed("Prix TTC")
        (True, True, False)
    """
    return bool(EXCLUDING & set(WORD.findall(plain(header))))


def _without_harmless(brackets: re.Match[str]) -> str:
    content = brackets[1] or brackets[2] or ""
    return " " if says_nothing(content) else f" {content} "


WITHOUT: Final = frozenset(words_of(" ".join(EXCLUDING)))
TAXED: Final = frozenset(words_of(" ".join(TAXES)))
