"""The data contracts: the one truth that expectations, Spark, MongoDB and screens derive from.

A *kind* of file has *columns*; each column has one type, its template headers in English and French, and
the aliases under which other software exports it. Records are identified by UUIDs; a trader's own code
becomes the UUIDv5 of (entity, code).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha1
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, uuid5

from comptoir.sentences import NAMES

if TYPE_CHECKING:
    from comptoir.sentences import Language

# Frozen for ever: changing it would give every record of every trader another identity.
NAMESPACE: Final = uuid5(NAMESPACE_URL, "https://comptoir.example/records")
_NAMESPACE_BYTES: Final = NAMESPACE.bytes
_VARIANT_DIGITS: Final = {f"{digit:x}": f"{digit & 0b11 | 0b1000:x}" for digit in range(16)}  # RFC 9562, section 4.1

MONEY_PLACES: Final = 4  # inside; screens show 2
MAX_INVOICE_LINES: Final = 10_000
MAX_LINE_AMOUNT: Final = 10**13  # exclusive
TIERS: Final = ("Standard", "Silver", "Gold")  # lowest first
FRENCH_TIERS: Final = {"Standard": "Standard", "Silver": "Argent", "Gold": "Or"}


class ColumnType(StrEnum):
    """How the cells of a column are understood."""

    CODE = "code"  # canonical text, case kept: 17850.0, 17850 and "17850" are one client
    UUID = "uuid"
    TEXT = "text"
    MONEY = "money"  # exact decimal, 4 places
    RATIO = "ratio"  # 0.20 or 20 %
    INTEGER = "integer"
    DAY = "day"
    TIMESTAMP = "timestamp"  # UTC inside; naive times are in the trader's zone
    TIER = "tier"


@dataclass(frozen=True)
class Column:
    """One column of a kind of file.

    `required` says that each row needs a value; `alternative` names the column that may stand for this one
    (a UUID instead of a code), in which case each row needs one of the two. `fallbacks` are headers that mean the
    column only where no header of the template and no alias is there: “Date” beside “Invoice date” is another date.
    """

    name: str
    type: ColumnType
    french: str
    required: bool = True
    alternative: str | None = None
    aliases: tuple[str, ...] = ()
    fallbacks: tuple[str, ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header under which this column is known."""
        return (self.name, self.french, *self.aliases, *self.fallbacks)

    def label(self, language: Language) -> str:
        """Return the name of the column in a language: its header in the template."""
        return self.french if language == "fr" else self.name


@dataclass(frozen=True)
class Kind:
    """A kind of file: its columns and the entity that a record of it is."""

    name: str
    entity: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Return the column of that name; raise KeyError where the kind has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


# What accounting and shop software (Sage, EBP, Odoo, Shopify, QuickBooks) and people's own tables call them.
PRODUCT_CODES: Final = (
    *("sku", "stock code", "item code", "item no", "item number", "code article", "article code", "product no"),
    *("product number", "product sku", "product ref", "internal reference", "default code", "variant sku"),
    *("lineitem sku", "part number", "reference article", "ref article", "reference interne"),
    *("reference produit", "ref produit", "numero article", "numero produit", "no article", "product/service"),
    *("inventory item code", "product internal reference", "product reference", "article reference interne"),
)
PRODUCT_WORDS: Final = ("code", "reference", "ref", "item", "article")
CLIENT_CODES: Final = (
    *("customer code", "customer no", "customer id", "customer number", "customer ref", "customer reference"),
    *("numero client", "client no", "client number", "no client", "n client", "num client", "reference client"),
    *("ref client", "code tiers", "numero tiers", "no tiers", "compte client", "partner id", "compte tiers"),
    *("no compte tiers", "numero compte tiers", "code compte tiers"),
)
CLIENT_WORDS: Final = (
    *("customer", "client", "partner", "account number", "account no", "numero compte", "partenaire"),
    *("invoice partner display name", "nom affichage partenaire facture"),
)

# A product is named by a UUID, or by the trader's own code.
PRODUCT_COLUMNS: Final = (
    Column("product_id", ColumnType.UUID, "id_produit", required=False, alternative="product_code"),
    Column(
        "product_code",
        ColumnType.CODE,
        "code_produit",
        alternative="product_id",
        aliases=PRODUCT_CODES,
        fallbacks=PRODUCT_WORDS,
    ),
)

PRODUCTS: Final = Kind(
    "products",
    "product",
    (
        *PRODUCT_COLUMNS,
        Column(
            "name",
            ColumnType.TEXT,
            "nom",
            aliases=(
                *("product name", "description", "designation", "libelle", "nom produit", "item name"),
                *("article name", "nom article", "designation article", "libelle article"),
            ),
            fallbacks=(
                *("title", "titre", "product", "produit", "display name", "product description"),
                *("item description", "intitule"),
            ),
        ),
        Column(
            "category",
            ColumnType.TEXT,
            "categorie",
            aliases=(
                *("family", "famille", "group", "rayon", "product category", "categorie produit"),
                *("famille article", "product group", "item group"),
            ),
            fallbacks=(*("type", "product type", "department", "code famille", "code famille article"),),
        ),
        Column(
            "buy_price",
            ColumnType.MONEY,
            "prix_achat",
            aliases=(
                *("cost", "cost price", "purchase price", "unit cost", "prix d'achat", "cout"),
                *("prix de revient", "cost per item", "purchase cost", "standard cost", "buying price"),
                *("cout unitaire", "cout achat", "cout revient", "pa", "pa ht", "prix achat ht"),
                *("prix achat unitaire",),
            ),
        ),
        Column(
            "sell_price",
            ColumnType.MONEY,
            "prix_vente",
            aliases=(
                *("price", "sale price", "selling price", "retail price", "unit price", "prix de vente"),
                *("prix", "list price", "variant price", "public price", "sales price/rate", "pv"),
                *("pv ht", "prix vente ht", "prix unitaire", "prix unitaire ht", "prix ht", "pu", "pu ht"),
                *("tarif", "prix public", "prix vente unitaire", "prix vente unitaire ht"),
            ),
        ),
        Column(
            "min_margin_threshold",
            ColumnType.RATIO,
            "seuil_marge_min",
            aliases=(
                *("min margin", "margin threshold", "marge min", "marge mini", "seuil marge", "marge minimale"),
                *("minimum margin", "min margin rate", "seuil marge minimale", "seuil marge minimum"),
                *("marge minimum", "taux marge min"),
            ),
        ),
        Column(
            "valid_from",
            ColumnType.DAY,
            "valable_du",
            required=False,
            aliases=(*("effective date", "date effet", "price date", "date tarif", "valid since"),),
        ),
    ),
)

STOCK: Final = Kind(
    "stock",
    "lot",
    (
        Column("stock_id", ColumnType.UUID, "id_stock", required=False, aliases=("lot id", "id lot")),
        *PRODUCT_COLUMNS,
        Column(
            "quantity",
            ColumnType.INTEGER,
            "quantite",
            aliases=(
                *("qty", "qte", "on hand", "en stock", "quantity on hand", "qty on hand", "on hand quantity"),
                *("stock level", "stock quantity", "quantite en stock", "qte en stock", "stock reel"),
                *("variant inventory qty",),
            ),
            fallbacks=(*("stock", "available", "available quantity", "quantite disponible", "stock disponible"),),
        ),
        Column(
            "batch_no",
            ColumnType.CODE,
            "no_lot",
            aliases=(
                *("batch", "lot", "batch number", "numero lot", "lot no", "lot number", "batch code"),
                *("code lot", "n lot", "lot/serial number"),
            ),
            fallbacks=("serial number", "numero serie"),
        ),
        Column(
            "expiry_date",
            ColumnType.DAY,
            "date_peremption",
            required=False,
            aliases=(
                *("expiry", "expiration date", "best before", "dlc", "ddm", "peremption", "date expiration"),
                *("expires", "best before date", "expiration", "use by", "use by date", "dluo", "expires on"),
                *("date limite consommation", "date limite vente", "date limite"),
            ),
        ),
        Column(
            "last_movement",
            ColumnType.TIMESTAMP,
            "dernier_mouvement",
            aliases=(
                *("last move", "last movement date", "date dernier mouvement", "last moved"),
                *("last stock movement", "dernier mvt", "date dernier mvt", "last transaction date"),
            ),
            fallbacks=("date mouvement", "last updated"),
        ),
    ),
)

SALES: Final = Kind(
    "sales",
    "invoice",
    (
        Column("invoice_id", ColumnType.UUID, "id_facture", required=False, alternative="invoice_no"),
        Column(
            "invoice_no",
            ColumnType.CODE,
            "no_facture",
            alternative="invoice_id",
            aliases=(
                *("invoice", "invoice number", "facture", "numero facture", "bill no", "receipt", "ticket"),
                *("num facture", "n facture", "invoice num", "invoice ref", "invoice reference", "bill number"),
                *("receipt no", "receipt number", "reference facture", "ref facture", "numero ticket"),
                *("no ticket", "code facture"),
            ),
            fallbacks=(
                *("numero piece", "no piece", "n piece", "piece", "reference piece", "document number"),
                *("document no", "numero document", "no document", "order", "order number", "order no"),
                *("order reference", "sales order", "numero commande", "no commande", "reference commande"),
                *("num", "number", "numero", "transaction id"),
            ),
        ),
        Column("client_id", ColumnType.UUID, "id_client", required=False),
        Column(
            "client_code",
            ColumnType.CODE,
            "code_client",
            required=False,
            aliases=CLIENT_CODES,
            fallbacks=CLIENT_WORDS,
        ),
        *PRODUCT_COLUMNS,
        Column(
            "quantity",
            ColumnType.INTEGER,
            "quantite",
            aliases=(
                *("qty", "qte", "quantity sold", "qty sold", "quantite vendue", "qte vendue", "units sold"),
                *("lineitem quantity", "line quantity", "invoiced quantity", "quantite facturee"),
                *("qte facturee",),
            ),
            fallbacks=("units", "nombre"),
        ),
        Column(
            "unit_price",
            ColumnType.MONEY,
            "prix_unitaire",
            required=False,
            aliases=(
                *("price", "prix", "pu", "unit amount", "prix vente", "pu ht", "prix unitaire ht", "prix ht"),
                *("pv ht", "lineitem price", "sales price", "sale price", "selling price", "pv", "tarif"),
                *("price each", "price per unit", "prix unit", "prix unit ht", "prix vente ht"),
                *("prix vente unitaire", "unit price excl tax", "pu net", "pu net ht", "prix net", "prix net ht"),
                *("prix unitaire net", "prix unitaire net ht", "net price", "net unit price"),
            ),
        ),
        Column(
            "total_amount",
            ColumnType.MONEY,
            "montant_total",
            required=False,
            aliases=(
                *("total", "invoice total", "montant", "total facture", "invoice amount", "montant facture"),
                *("grand total", "order total", "montant total facture", "total invoice", "total piece"),
            ),
        ),
        Column(
            "timestamp",
            ColumnType.TIMESTAMP,
            "date_heure",
            aliases=(
                *("invoice date", "date facture", "sold at", "date time", "datetime", "date vente"),
                *("bill date", "invoice/bill date", "sale date", "sales date", "date facturation"),
                *("invoice datetime", "date et heure", "horodatage", "date ticket"),
            ),
            fallbacks=(
                *("date", "order date", "transaction date", "document date", "date document", "date piece"),
                *("date commande", "created at", "jour"),
            ),
        ),
    ),
)

CLIENTS: Final = Kind(
    "clients",
    "client",
    (
        Column("client_id", ColumnType.UUID, "id_client", required=False, alternative="client_code"),
        Column(
            "client_code",
            ColumnType.CODE,
            "code_client",
            alternative="client_id",
            aliases=CLIENT_CODES,
            fallbacks=("code", "reference", "ref", *CLIENT_WORDS),
        ),
        Column(
            "name",
            ColumnType.TEXT,
            "nom",
            aliases=(
                *("client name", "customer name", "nom client", "raison sociale", "company name", "full name"),
                *("account name", "partner name", "intitule client", "nom complet", "nom societe"),
                *("nom raison sociale",),
            ),
            fallbacks=(*("company", "societe", "display name", "contact name", "intitule", "denomination"),),
        ),
        Column(
            "total_revenue_generated",
            ColumnType.MONEY,
            "ca_total",
            aliases=(
                *("opening balance", "total revenue", "lifetime value", "chiffre d'affaires", "ca", "cumul ca"),
                *("total spent", "total sales", "revenue", "total invoiced", "ca cumule", "ca ht", "total ca"),
                *("solde ouverture", "cumul chiffre affaires", "chiffre affaires total"),
            ),
        ),
        Column(
            "loyalty_tier",
            ColumnType.TIER,
            "niveau_fidelite",
            aliases=(
                *("tier", "loyalty", "niveau", "fidelite", "loyalty level", "loyalty status", "customer tier"),
                *("statut fidelite", "palier fidelite", "carte fidelite"),
            ),
            fallbacks=("level", "palier"),
        ),
        Column(
            "as_of",
            ColumnType.DAY,
            "au",
            required=False,
            aliases=(*("balance date", "date solde", "arrete au", "as of date", "date arrete", "solde au"),),
        ),
    ),
)

ALL_KINDS: Final = (PRODUCTS, CLIENTS, STOCK, SALES)
FRENCH_KINDS: Final = {kind.name: NAMES[f"kind_{kind.name}"]["fr"] for kind in ALL_KINDS}


def kind_of(name: str) -> Kind:
    """Return the kind of that name; raise KeyError where there is none."""
    return {kind.name: kind for kind in ALL_KINDS}[name]


def entity_id(entity: str, code: str) -> str:
    """Return the identity of an entity known by the trader's own code.

    Examples:
        >>> entity_id("client", "17850") == entity_id("client", "17850")
        True
    """
    return uuid_of(f"{entity}:{code}")


def lot_id(product_id: str, batch_no: str) -> str:
    """Return the identity of a stock lot that came without one of its own."""
    return uuid_of(f"lot:{product_id}:{batch_no}")


def uuid_of(name: str) -> str:
    """Return the text of the UUIDv5 of a name in the records' namespace.

    The same as `str(uuid5(NAMESPACE, name))` at a third of its cost: a large file needs half a million.
    """
    digits = sha1(_NAMESPACE_BYTES + name.encode(), usedforsecurity=False).hexdigest()
    variant = _VARIANT_DIGITS[digits[16]]
    return f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"
