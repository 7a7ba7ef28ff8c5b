"""Columns that no contract has and that change what a row means: its currency, its sort, its state, its discount.

A line of a credit note with a positive quantity, of a cancelled invoice, in another currency or at a price from which
a discount goes off is no sale of quantity times price. Which columns tell such things is seen by the words of their
headers; what their cells say is found by `senses.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from comptoir.reading import senses
from comptoir.reading.harmless import HARMLESS, REMARKS
from comptoir.reading.harmless import words as _words
from comptoir.reading.spelling import normalise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comptoir.reading.senses import Sense


@dataclass(frozen=True)
class Qualifier:
    """What a column tells of its rows.

    Attributes:
        code: the problem of a row that is left out.
        field: the column of the contract that it is about.
        sense: what a cell says; None where nobody knows.
        is_certain: whether its header says so; else some of its cells must name sorts of documents, or their states.
        is_asked_whole: whether all of its cells are asked about at once.
        is_provable: whether a total of the invoice, or a header with “net”, proves the price nevertheless.
        unless: the columns of the contract beside any of which it tells nothing.
        shows: of a header that is not certain: whether a cell is of those of which one must be there; default such a
            sort of documents, or what is no ordinary sale.
        word: what is asked about of a cell that nobody knows; default all of it.
    """

    code: str
    field: str
    sense: Callable[[str], Sense | None]
    is_certain: bool = True
    is_asked_whole: bool = False
    is_provable: bool = False
    unless: frozenset[str] = frozenset()
    shows: Callable[[str], bool] | None = None
    word: Callable[[str], str] = str.strip


def _headers(*names: str) -> frozenset[str]:
    return frozenset(map(normalise, names))


CERTAIN: Final = _words("sens journal")
SORT: Final = CERTAIN | _words("type typ nature kind genre sorte categorie category")
OF_SORTS: Final = SORT | _words(
    "code document doc piece facture invoice transaction operation voucher move event ecriture mouvement bill entry "
    "ticket line ligne sale vente record libelle label"
)
SORTS_PERHAPS: Final = _headers(
    *("type", "nature", "kind", "genre", "sale type", "type vente", "order type"),
    *("type commande", "operation", "mouvement", "document", "doc", "piece", "categorie", "category"),
    *("transaction", "typ"),
)
SIDES: Final = _headers("d/c", "c/d", "débit/crédit", "debit credit", "credit debit")
STATE: Final = _words("status statut etat state")
OF_STATES: Final = STATE | _words(
    "invoice order document doc payment financial fulfillment fulfilment facture commande piece paiement reglement "
    "livraison line ligne sale vente transaction code ticket operation record libelle label description name nom "
    "actuel actuelle current"
)
CANCELLATIONS: Final = _headers(
    *("cancelled", "canceled", "is cancelled", "is canceled", "cancelled at", "canceled at", "void", "voided"),
    *("annule", "annulee", "facture annulee", "date annulation", "annulation"),
    *("motif annulation", "brouillon", "draft", "is draft", "provisoire", "deleted at"),
    *("extourne", "contrepassation", "remplacee par", "remplace par", "replaced by"),
)
RETURNS: Final = _headers(
    *("return", "is return", "returned", "is returned", "credit note", "is credit note", "credit memo", "credit"),
    *("is credit memo", "is credit", "refund", "is refund", "refunded", "is refunded", "avoir", "est avoir", "retour"),
    *("est retour", "est un avoir", "est un retour", "retourne", "facture avoir", "note credit", "remboursement"),
    *("est remboursement", "rembourse"),
)
# Where a day says when it was, not until when it may be.
GIVEN_BACK: Final = _headers(
    *("returned", "is returned", "refunded", "is refunded", "retourné", "retournée", "remboursé", "remboursée"),
    *("facture remboursée", "vente remboursée", "invoice refunded", "order refunded", "avoir"),
)
DISCOUNTS: Final = _words(
    "promotion promo discount disc remise rem rabais ristourne reduction reduc escompte rebate abattement rabatt rabat "
    "markdown geste"
)
COUPONS: Final = _words("coupon voucher")  # whose cells, without a word for amounts, are their numbers
PERCENT_OFF: Final = re.compile(r"(?i)\W*(?:r\W*%|%\W*off|off\W*%)\W*")
# With these it is a price after discount, or a text about it.
NO_DISCOUNTS: Final = _words("apres after avant before prix price code motif reason name nom libelle type date")
CURRENCIES: Final = _words("currency devise monnaie ccy cur curr dev")
OF_CURRENCIES: Final = CURRENCIES | _words(
    "code invoice order document doc transaction facture piece iso commande vente sale billing facturation prix price "
    "montant amount symbol symbole"
)
EXCHANGES: Final = _words("exchange change fx conversion currency devise")
RATES: Final = _words("rate taux cours")
TAKEN_BACK: Final = _words(
    "retour retourne retournee return returned rendu rendue refunded credited avoir annule annulee cancelled canceled "
    "rembourse remboursee remboursement refund"
)
CREDITING: Final = _words("avoir")
IDENTIFYING: Final = _words("no num numero number id ref reference lie liee associe associee linked related emis emise")
# When, or why, something was given back; until when, or where to, is another matter.
BACK: Final = TAKEN_BACK | _words("retournes returns refunds remboursements avoirs")
OF_BACK: Final = BACK | _words(
    "date at on day jour motif reason raison cause facture invoice order commande vente sale client customer"
)
CORRECTED: Final = _words("corrige corrigee rectifie rectifiee corrected rectified amended reversed contrepassee")
BY: Final = _words("par by")
MODES: Final = _words("mode")
BILLS: Final = _words("facture invoice")
ORIGINS: Final = _words("origine original origin initiale corrigee rectifiee creditee credited corrected reversed")
QUANTITIES: Final = _words("qte quantite qty quantity nb nombre unit unite piece count")
TAXES: Final = _words("tva vat tax taxe gst")
INCLUDED: Final = _words("comprise compris incluse inclus included inclusive incl include including")
AMOUNTS: Final = _words("total montant amount")
VALUES: Final = AMOUNTS | _words("value valeur")
WITH_TAX: Final = _words("ttc")
OF_WITH_TAX: Final = WITH_TAX | _words("prix price pu pv is est")
BOTH_TAXES: Final = frozenset({"ht", "ttc"})
PER: Final = _words("par per pour for")
PRICES: Final = _words("prix price pu")
OF_PER: Final = PER | PRICES | QUANTITIES
BASES: Final = PER | _words("base basis unit unite")
OF_BASES: Final = BASES | PRICES
PRICE_UNITS: Final = _headers(
    "unité de prix", "unité du prix", "unité tarif", "price unit", "base de prix", "price base"
)
PACKS: Final = _words(
    "conditionnement colisage pcb pack multiplier multiplicateur coefficient coeff coef facteur factor"
)
IN_PACKS: Final = _words("carton colis case box boite caisse pack lot palette pallet")
SINGLE: Final = _words("pc pcs pce piece unit unite uvc bouteille bottle")
SOLD_PER: Final = _headers("vendu par", "sold by", "sold per", "cond", "uvc", "nb uvc")
SIGNS: Final = _headers("sign", "signe")
SIGNS_PERHAPS: Final = _words("sens coeff coef coefficient facteur factor multiplicateur multiplier direction")
# Yes says that it is no sale, or was given away; no says so of the others.
GONE: Final = _words("supprime supprimee deleted test offert offerte gratuit gratuite free rejete rejetee rejected")
# What is given with what is sold.
FREE: Final = _words("offert offerte gratuit gratuite free bonus ug cadeau gift echantillon sample")
OF_FREE: Final = FREE | QUANTITIES | _words("goods good article produit product item marchandise en plus extra")
PAYMENTS: Final = _words("payment paiement reglement paye payee paid encaissement settlement")
STAGES: Final = _words("stage etape")
OF_STAGES: Final = STAGES | _words("deal pipeline opportunity opportunite sale vente order commande crm affaire")
FIRM: Final = _words(
    "valide validee validated confirme confirmee confirmed posted comptabilise approuve approved finalise"
)
FLAGS: Final = GONE | FIRM | _words("is est facture invoice ligne line order commande")
UNITS: Final = _words("unite unit uom um udm")
OF_UNITS: Final = UNITS | _words("of mesure measure vente sale code libelle stock")
TURNOVERS: Final = _words("ca turnover revenue chiffre affaires ht monetaire")
SUPPLIERS: Final = _words("fournisseur supplier vendor")
BOUGHT: Final = _words("achat purchase buying cost cout revient")
OF_COSTS: Final = PRICES | _words("cost cout unit unitaire")
TIERS: Final = _headers("à partir de", "palier", "tranche", "from qty", "qty from", "tier qty", "price break")
STOCKED: Final = _words("stock lot batch produit product article item")
OF_PARTNERS: Final = SORT | _words("tiers partner partenaire client customer compte account relation societe company")
# What names a thing; of what it is, the other words of a header say.
LABELS: Final = _words("libelle designation intitule title titre label")
MAY_TELL: Final = REMARKS | STATE | _words("type genre categorie category document piece code")
WITH_CLIENT: Final = ("client_code", "client_id")

SORTED: Final = Qualifier("not_a_sale", "invoice_no", senses.sense_of_sort)
STATED: Final = Qualifier("not_a_sale", "invoice_no", senses.sense_of_state)
RETURNING: Final = Qualifier("not_a_sale", "quantity", senses.sense_of_return)
CANCELLING: Final = Qualifier("not_a_sale", "invoice_no", senses.sense_of_cancellation)
DISCOUNTING: Final = Qualifier("line_discounted", "unit_price", senses.sense_of_discount, is_provable=True)
GIVEN: Final = replace(RETURNING, sense=senses.sense_of_giving_back)
GIVING_BACK: Final = replace(GIVEN, is_asked_whole=True)
MODAL: Final = Qualifier("not_a_sale", "quantity", senses.sense_of_mode)
NUMBERING: Final = Qualifier("not_a_sale", "quantity", senses.sense_of_number, word=senses.credit_prefix)
TAKING_BACK: Final = Qualifier("not_as_written", "quantity", senses.sense_of_nothing)
TAXING: Final = Qualifier("not_as_written", "unit_price", senses.sense_of_tax)
PRICING: Final = Qualifier("not_as_written", "unit_price", senses.sense_of_one)
BASING: Final = Qualifier("not_as_written", "unit_price", senses.sense_of_base)
BASING_IN_DIGITS: Final = Qualifier("not_as_written", "unit_price", senses.sense_of_base_in_digits)
PACKING: Final = Qualifier("not_as_written", "quantity", senses.sense_of_pack)
TAX_TELLING: Final = Qualifier("not_as_written", "unit_price", senses.sense_of_tax_word)
GIVING: Final = Qualifier("not_as_written", "quantity", senses.sense_of_extra, is_asked_whole=True)
PAYING: Final = Qualifier(
    "not_a_sale", "invoice_no", senses.sense_of_payment, is_certain=False, shows=senses.is_of_state
)
SIGNING: Final = Qualifier("not_a_sale", "quantity", senses.sense_of_sign)
AFFIRMING: Final = Qualifier("not_a_sale", "invoice_no", senses.sense_of_negation)
TELLING: Final = Qualifier("not_a_sale", "invoice_no", senses.sense_of_either, is_certain=False)
COUNTING: Final = Qualifier("not_as_written", "quantity", senses.sense_of_unit)
MENTIONING: Final = Qualifier("not_a_sale", "quantity", senses.sense_of_mention, is_asked_whole=True)
CORRECTING: Final = replace(MENTIONING, sense=senses.sense_of_correction)
BALANCING: Final = Qualifier(
    "not_a_sale", "quantity", senses.sense_of_mention, is_certain=False, shows=senses.is_of_sides
)
REMARKING: Final = Qualifier("not_a_sale", "invoice_no", senses.sense_of_remark)
SELLING_PER: Final = Qualifier("not_as_written", "quantity", senses.sense_of_count)
COUNTING_PERHAPS: Final = Qualifier("not_as_written", "quantity", senses.sense_of_packing)
# What says of a row that it gives something back is not in doubt where its quantity says the same.
SAID_BY_QUANTITIES: Final = (RETURNING, GIVEN, GIVING_BACK)
# Of the other kinds, which have other columns.
PRICING_PRODUCTS: Final = Qualifier("not_as_written", "sell_price", senses.sense_of_one)
BASING_PRODUCTS: Final = Qualifier("not_as_written", "sell_price", senses.sense_of_base)
BASING_PRODUCTS_IN_DIGITS: Final = Qualifier("not_as_written", "sell_price", senses.sense_of_base_in_digits)
TIERING: Final = Qualifier("not_as_written", "sell_price", senses.sense_of_count)
BUYING_PACKS: Final = Qualifier("not_as_written", "buy_price", senses.sense_of_packing)
BUYING_LESS: Final = Qualifier("not_as_written", "buy_price", senses.sense_of_mention, is_asked_whole=True)
STOCKING: Final = Qualifier("not_as_written", "quantity", senses.sense_of_stock)
BEFRIENDING: Final = Qualifier("not_as_written", "total_revenue_generated", senses.sense_of_partner)
SUPPLYING: Final = Qualifier(
    "not_a_sale", "invoice_no", senses.sense_of_purchase, is_asked_whole=True, unless=frozenset(WITH_CLIENT)
)
BUYING: Final = replace(SUPPLYING, unless=SUPPLYING.unless | {"unit_price"})


def qualifier_of(header: str, kind: str, currency: str) -> Qualifier | None:
    """Return what a header that names no column of a kind may tell of its rows; None where it tells nothing.

    Args:
        header: as sent.
        kind: the name of the kind.
        currency: the trader's.

    Examples:
        >>> [found and found.code for found in (qualifier_of(h, "sales", "EUR") for h in ("Rem. %", "Ccy", "Zone"))]
        ['line_discounted', 'currency_foreign', None]
    """
    # “UoM” is one word, whatever its letters' case; “DocType” is two.
    if kind == "sales" and PERCENT_OFF.fullmatch(header):
        return DISCOUNTING
    spelt = (_words(header), _words(header.lower()))
    return next((found for words in spelt if (found := _of_words(words, normalise(header), kind, currency))), None)


def perhaps_telling(header: str, kind: str) -> Qualifier | None:
    """Return what a header of which nothing is known may tell, if its cells do; None where it is known.

    A remark, or what is called a state or a sort of something, tells it only in a cell that says nothing else.

    Examples:
        >>> perhaps_telling("Phase", "sales") is TELLING, perhaps_telling("Observations", "sales") is REMARKING
        (True, True)
        >>> perhaps_telling("Libellé article", "sales"), perhaps_telling("Mode de paiement", "sales")
        (None, None)
    """
    words = _words(header)
    telling = words - LABELS or words
    if kind != "sales" or not telling & HARMLESS:
        return TELLING if kind == "sales" else None
    return REMARKING if telling & HARMLESS <= MAY_TELL else None


def told_by_signs(header: str, cells: Sequence[str]) -> Qualifier | None:
    """Return what a column tells whose header may be of signs, and whose cells are nothing else.

    Examples:
        >>> told_by_signs("Coeff.", ["1", "-1"]) is SIGNING, told_by_signs("Sens", ["1"]) is SIGNING
        (True, True)
        >>> told_by_signs("Coeff.", ["1", "0.5"])
    """
    told = {senses.sense_of_sign(cell) for cell in cells}
    is_of_signs = bool(told) and None not in told
    return SIGNING if is_of_signs and _words(header) & SIGNS_PERHAPS else None


def told_by_cells(header: str, cells: Sequence[str], kind: str, currency: str) -> Qualifier | None:
    """Return what a column tells all of whose cells are words for tax, currencies or packs, whatever its header.

    Args:
        header: as sent; of one that is known to be of something else only words for tax tell anything.
        cells: its different ones.
        kind: the name of the kind.
        currency: the trader's.
    """
    if cells and kind in {"sales", "products"} and all(map(senses.is_tax_word, cells)):
        return replace(TAX_TELLING, field="")
    if not cells or _words(header) & HARMLESS:
        return None
    sense = partial(senses.sense_of_currency_perhaps, currency=currency)
    if all(map(senses.is_currency, cells)):
        return Qualifier("currency_foreign", "", sense)
    if kind == "products":
        return TIERING if normalise(header) in TIERS and all(map(senses.COUNT.fullmatch, cells)) else None
    return COUNTING_PERHAPS if kind != "clients" and all(map(senses.is_of_units, cells)) else None


def _of_words(words: frozenset[str], key: str, kind: str, currency: str) -> Qualifier | None:
    if words & CURRENCIES and not words & RATES:
        sense = senses.sense_of_currency if words <= OF_CURRENCIES else senses.sense_of_currency_perhaps
        return Qualifier("currency_foreign", "", partial(sense, currency=currency))
    if kind in {"sales", "stock"} and words & UNITS and words <= OF_UNITS:
        return COUNTING
    if kind == "clients" and words & UNITS and words <= OF_UNITS | VALUES | TURNOVERS:
        return Qualifier("currency_foreign", "", partial(senses.sense_of_unit_of_amounts, currency=currency))
    if kind == "sales":
        return _of_sales(words, key)
    if kind == "products" and key in PRICE_UNITS:
        return BASING_PRODUCTS_IN_DIGITS
    return OF_OTHERS[kind](words)


def _of_products(words: frozenset[str]) -> Qualifier | None:
    if words & DISCOUNTS and words & (SUPPLIERS | BOUGHT):
        return BUYING_LESS
    if words & UNITS and words & BOUGHT:
        return BUYING_PACKS
    if words & PER and words & PRICES and words <= OF_PER:
        return PRICING_PRODUCTS
    return BASING_PRODUCTS if words & BASES and words & PRICES and words <= OF_BASES else None


def _of_stock(words: frozenset[str]) -> Qualifier | None:
    if words & STATE and words <= OF_STATES | STOCKED:
        return STOCKING
    return PACKING if words & PACKS or (words & IN_PACKS and words & (SINGLE | PER)) else None


def _of_clients(words: frozenset[str]) -> Qualifier | None:
    return BEFRIENDING if words & SORT and words <= OF_PARTNERS else None


OF_OTHERS: Final = {"products": _of_products, "stock": _of_stock, "clients": _of_clients}


def _of_sales(words: frozenset[str], key: str) -> Qualifier | None:
    if key in RETURNS | GIVEN_BACK:
        return GIVEN if key in GIVEN_BACK else RETURNING
    if key in CANCELLATIONS or (words & GONE and words <= FLAGS):
        return CANCELLING
    if words & FIRM and words <= FLAGS:
        return AFFIRMING
    if key in SIGNS:
        return SIGNING
    if (words & DISCOUNTS and not words & NO_DISCOUNTS) or (words & COUPONS and words & VALUES):
        return DISCOUNTING
    return _of_documents(words, key) or _of_amounts(words, key)


def _of_documents(words: frozenset[str], key: str) -> Qualifier | None:
    if words & SORT and words <= OF_SORTS and (words - SORT or words & CERTAIN):
        return SORTED
    if words & STATE and words <= OF_STATES:
        return replace(STATED, is_certain=key != "state")  # a part of a country has that name, too
    if (words & CREDITING and words & IDENTIFYING) or (words & BILLS and words & (ORIGINS | CREDITING)):
        return MENTIONING
    if key in SIDES:
        return BALANCING
    if words & MODES and words <= MODES | OF_SORTS:
        return MODAL
    return (
        _of_what_became(words)
        or _of_deals(words)
        or (replace(SORTED, is_certain=False) if key in SORTS_PERHAPS else None)
    )


def _of_what_became(words: frozenset[str]) -> Qualifier | None:
    """Return what a header tells that names when or why a sale was given back, or by what it was corrected."""
    if words & BACK and words <= OF_BACK and words & OF_BACK - BACK:
        return GIVING_BACK
    if words & CORRECTED and words & BY and words <= CORRECTED | BY | BILLS:
        return MENTIONING if words & BILLS else CORRECTING
    return None


def _of_deals(words: frozenset[str]) -> Qualifier | None:
    if words & PAYMENTS and words <= PAYMENTS:
        return PAYING
    if words & STAGES and words <= OF_STAGES:
        return replace(STATED, is_certain=False, shows=senses.is_of_stage)
    if words & SUPPLIERS:
        return SUPPLYING
    if words & BOUGHT and words & OF_COSTS:
        return BUYING
    return None


def _of_amounts(words: frozenset[str], key: str) -> Qualifier | None:
    if words & TAKEN_BACK and words & (QUANTITIES | VALUES):
        return TAKING_BACK if words & QUANTITIES else MENTIONING
    if words & FREE and words <= OF_FREE:
        return GIVING
    if (words & TAXES and words & INCLUDED and not words & AMOUNTS) or words >= BOTH_TAXES:
        return TAXING
    if words & WITH_TAX and words <= OF_WITH_TAX:
        return TAX_TELLING
    is_per = words & PER and words & PRICES and words <= OF_PER
    if is_per or (words & EXCHANGES and words & RATES):
        return PRICING
    return _of_packs(words, key)


def _of_packs(words: frozenset[str], key: str) -> Qualifier | None:
    if key in SOLD_PER:
        return SELLING_PER
    if words & IN_PACKS and words & (SINGLE | PER) and not words & (PRICES | TAXES):
        return PACKING
    if words & BASES and words <= OF_BASES:
        return BASING_IN_DIGITS if key in PRICE_UNITS else BASING
    if words & PACKS:
        return PACKING
    return COUNTING_PERHAPS if words & UNITS else None
