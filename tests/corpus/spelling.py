"""How people write numbers, days and headers: the spellings that the generated files are written in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Style:
    """How numbers are written: what groups thousands and what marks decimals."""

    name: str
    group: str
    mark: str

    def money(self, amount: Decimal, places: int = 2) -> str:
        """Write an amount with its decimals."""
        grouped = f"{amount:,.{places}f}"
        return grouped.translate({ord(","): self.group, ord("."): self.mark})

    def integer(self, number: int) -> str:
        """Write a whole number."""
        return f"{number:,d}".translate({ord(","): self.group})

    def ratio(self, ratio: float) -> str:
        """Write a share of one."""
        return f"{ratio:.2f}".replace(".", self.mark)


STYLES = (
    Style("point", "", "."),
    Style("comma", "", ","),
    Style("english", ",", "."),
    Style("german", ".", ","),
    Style("french", " ", ","),
    Style("french-nbsp", "\u00a0", ","),
    Style("french-narrow", "\u202f", ","),
    Style("swiss", "'", "."),
    Style("swiss-curly", "\u2019", "."),
)
POINT, COMMA = STYLES[:2]


@dataclass(frozen=True)
class Pattern:
    """How days and times are written; without `time`, a moment loses its time of day."""

    name: str
    day: str
    time: str | None = None
    joint: str = " "
    padded: bool = True

    def write_day(self, day: date) -> str:
        """Write a day."""
        written = day.strftime(self.day)
        return written if self.padded else _unpadded(written)

    def write_moment(self, moment: datetime) -> str:
        """Write a moment."""
        if self.time is None:
            return self.write_day(moment.date())
        return self.write_day(moment.date()) + self.joint + moment.strftime(self.time)

    def keeps(self, moment: datetime) -> datetime:
        """Return what is left of a moment when it is written so."""
        if self.time is None:
            return datetime.combine(moment.date(), time())
        return moment if "%S" in self.time else moment.replace(second=0)


def _unpadded(written: str) -> str:
    for separator in "/-.":
        if separator in written:
            return separator.join(part.lstrip("0") for part in written.split(separator))
    return written


PATTERNS = (
    Pattern("iso", "%Y-%m-%d", "%H:%M"),
    Pattern("iso-t", "%Y-%m-%d", "%H:%M:%S", "T"),
    Pattern("year-slash", "%Y/%m/%d", "%H:%M:%S"),
    Pattern("packed", "%Y%m%d"),
    Pattern("day-slash", "%d/%m/%Y", "%H:%M"),
    Pattern("day-slash-h", "%d/%m/%Y", "%Hh%M"),
    Pattern("day-dash", "%d-%m-%Y"),
    Pattern("day-dot", "%d.%m.%Y", "%H:%M:%S"),
    Pattern("day-short", "%d/%m/%Y", "%H:%M", padded=False),
    Pattern("month-slash", "%m/%d/%Y", "%I:%M %p"),
    Pattern("month-short", "%m/%d/%Y", "%H:%M", padded=False),
)
ISO = PATTERNS[0]
ISO_SECONDS = Pattern("iso-seconds", "%Y-%m-%d", "%H:%M:%S")
DAY_FIRST = PATTERNS[4]

ENGLISH: dict[str, dict[str, str]] = {
    "products": {
        "product_code": "product_code",
        "name": "name",
        "category": "category",
        "buy_price": "buy_price",
        "sell_price": "sell_price",
        "min_margin_threshold": "min_margin_threshold",
        "valid_from": "valid_from",
    },
    "stock": {
        "product_code": "product_code",
        "quantity": "quantity",
        "batch_no": "batch_no",
        "expiry_date": "expiry_date",
        "last_movement": "last_movement",
    },
    "sales": {
        "invoice_no": "invoice_no",
        "client_code": "client_code",
        "product_code": "product_code",
        "quantity": "quantity",
        "unit_price": "unit_price",
        "total_amount": "total_amount",
        "timestamp": "timestamp",
    },
    "clients": {
        "client_code": "client_code",
        "name": "name",
        "total_revenue_generated": "total_revenue_generated",
        "loyalty_tier": "loyalty_tier",
        "as_of": "as_of",
    },
}
FRENCH: dict[str, dict[str, str]] = {
    "products": {
        "product_code": "code_produit",
        "name": "nom",
        "category": "categorie",
        "buy_price": "prix_achat",
        "sell_price": "prix_vente",
        "min_margin_threshold": "seuil_marge_min",
        "valid_from": "valable_du",
    },
    "stock": {
        "product_code": "code_produit",
        "quantity": "quantite",
        "batch_no": "no_lot",
        "expiry_date": "date_peremption",
        "last_movement": "dernier_mouvement",
    },
    "sales": {
        "invoice_no": "no_facture",
        "client_code": "code_client",
        "product_code": "code_produit",
        "quantity": "quantite",
        "unit_price": "prix_unitaire",
        "total_amount": "montant_total",
        "timestamp": "date_heure",
    },
    "clients": {
        "client_code": "code_client",
        "name": "nom",
        "total_revenue_generated": "ca_total",
        "loyalty_tier": "niveau_fidelite",
        "as_of": "au",
    },
}
# As tills and spreadsheets head their columns: accents, case, punctuation, units.
ACCENTED: dict[str, dict[str, str]] = {
    "products": FRENCH["products"]
    | {"product_code": "Référence", "name": "Désignation", "category": "Catégorie", "buy_price": "Prix d'achat (HT)"},
    "stock": FRENCH["stock"] | {"quantity": "Quantité", "batch_no": "N° de lot", "expiry_date": "Date de péremption"},
    "sales": FRENCH["sales"]
    | {"invoice_no": "N° facture", "quantity": "Qté", "unit_price": "P.U.", "timestamp": "Date"},
    "clients": FRENCH["clients"]
    | {"client_code": "Numéro client", "name": "RAISON SOCIALE", "loyalty_tier": "Fidélité"},
}
TILL: dict[str, dict[str, str]] = {
    "products": ENGLISH["products"]
    | {"product_code": "SKU", "name": "Product Name", "sell_price": "Selling price [EUR]"},
    "stock": ENGLISH["stock"] | {"product_code": "StockCode", "quantity": "On hand", "batch_no": "Batch Number"},
    "sales": ENGLISH["sales"] | {"invoice_no": "InvoiceNo", "client_code": "CustomerID", "timestamp": "Invoice Date"},
    "clients": ENGLISH["clients"] | {"client_code": "Customer No.", "name": "Customer name", "loyalty_tier": "Tier"},
}
HEADERS = (ENGLISH, FRENCH, ACCENTED, TILL)

FRENCH_TIERS = {"Gold": "Or", "Silver": "Argent", "Standard": "Standard"}


def spell(value: Any, style: Style, pattern: Pattern) -> str:
    """Write a typed value as a text; an empty one as nothing."""
    writers: tuple[tuple[type, Callable[[Any], str]], ...] = (
        (Decimal, style.money),
        (int, style.integer),
        (float, style.ratio),
        (datetime, pattern.write_moment),
        (date, pattern.write_day),
        (str, str),
    )
    return next((write(value) for known, write in writers if isinstance(value, known)), "")
