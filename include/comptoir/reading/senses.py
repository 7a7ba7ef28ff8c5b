"""What cells of columns that no contract has say of their rows: a sort of document, a state, a discount, a unit.

Only what is known to be ordinary passes as it is written, and what is known to be a return or no sale is told; of
anything else nobody knows, and the owner is asked. So a word that was not foreseen is never taken for a sale.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from comptoir.reading.numbers import currency_words
from comptoir.reading.spelling import normalise, words_of
from comptoir.reading.units import SCALE, changing_unit

if TYPE_CHECKING:
    from collections.abc import Sequence


class Sense(StrEnum):
    """What a row is by another column's word: ordinary, a return, or nothing to be counted."""

    AS_WRITTEN = "as_written"
    RETURN = "return"
    LEFT_OUT = "left_out"


def _stem(word: str) -> str:
    """Return a word without the endings by which French words agree: payé, payée and payées are one."""
    return word.rstrip("es") or word


def _stems(*texts: str) -> frozenset[str]:
    return frozenset(_stem(word) for text in texts for word in words_of(text))


# A remark of nothing but such words says of its row what a column of states would.
REMARKED: Final = _stems(
    "annule annulee annulation cancelled canceled cancellation void voided avoir refund refunded rembourse remboursee",
    "remboursement retour retourne retournee return returned devis quotation estimate proforma brouillon draft",
)
OF_REMARKED: Final = REMARKED | _stems(
    "facture invoice commande order vente sale ligne line client customer marchandise produit article goods item note",
    "credit memo par by sur on a to in of from total totale complet complete full entier est is ete was pro forma",
)
REMARK: Final = re.compile(r"(?i)annul|cancel|void|avoir|refund|rembours|ret[ou]|devis|quot|estim|forma|brouil|draft")
LONGEST_REMARK: Final = 40
SIDES: Final = frozenset({"c", "d", "cr", "db", "dr", "credit", "debit", "s", "h"})
# What holds several pieces.
PACKS: Final = _stems(
    "carton ctn colis caisse boite box case cs pack pk paquet lot palette pallet douzaine dozen dz fardeau",
)
COUNT: Final = re.compile(r"\d{1,4}(?:[.,]\d+)?")
# Where these are said of a lot, it is not there, or not to be sold.
NOT_THERE: Final = _stems(
    "rebut scrap scrapped detruit detruite destroyed casse cassee broken perdu perdue lost vole volee stolen commande",
    "ordered order transit expected attendu attendue incoming vendu vendue sold perime perimee expired bloque bloquee",
    "blocked quarantaine quarantine",
)
OF_NOT_THERE: Final = NOT_THERE | _stems("en on in a au cours attente mis mise")
NO_CLIENTS: Final = _stems("fournisseur supplier vendor prospect lead salarie employee")
# In cells without case, accents, spaces and punctuation.
CREDIT: Final = re.compile(
    r"avoir|credit(?:note|memo)|notecredit|refund|rembours|retour|return|gutschrift|^(?:cn|credit|av|avo|avr|avc)$"
)
# “AV-2026-001”, “CN12”: a shop may number its invoices so as well.
CREDIT_PREFIX: Final = re.compile(r"(?i)\s*(av|avo|avr|avc|nc|ncr|cn|crn|ret|rinv|rfac)[\W_]*\d[\W_\d]*$")
NO_SALE: Final = re.compile(
    r"^(?!not|non)(?:.*(?:cancel|annul|draft|brouillon|devi(?!s|a)|quot(?:e|ation)|estimate|proforma)|void).*$"
)
LOST: Final = r"^(?:closed|ferme)?(?:lost|perdu)e?$"
TAKEN_BACK: Final = re.compile(rf"{NO_SALE.pattern}|^(?!not|non).*refunded|^rembourse|{LOST}")
NO: Final = frozenset(
    {"", "0", "n", "no", "non", "f", "false", "faux", "never", "jamai", "aucun", "aucune", "none", "null", "nil"}
)
YES: Final = frozenset({"1", "o", "oui", "y", "yes", "t", "true", "vrai", "x"})
CURRENCY_WORD: Final = re.compile(r"[^\W\d_]+\$?|[$€£¥₹₽₺₴₩]")
SALES: Final = _stems(
    "facture invoice vente sale ticket receipt recu fa fac fc fact fv inv comptoir caisse vt ve vte ven"
)
LINES: Final = _stems("produit product article item marchandise service normal standard")
SALE_LETTERS: Final = frozenset({"f", "fc", "fa", "fac", "i", "inv", "v"})
# What corrects an invoice, where it is no person.
OF_CORRECTIONS: Final = REMARKED | SALES | _stems("credit av avo avr avc nc ncr cn crn ret rinv rfac bis ter")
CREDIT_LETTERS: Final = frozenset({"a", "av", "nc", "cn", "c", "cr", "r"})
# What may stand beside these: it is of the same sale still.
OF_SALES: Final = _stems(
    "client customer quotidien quotidienne annuel annuelle mensuel mensuelle standard normal simple ordinaire pos",
    "commercial commerciale out magasin detail retail web ligne online tax doit definitive final finale export b2b b2c",
    "pro particulier regular marchandise produit product local",
)
# Other documents: by a word of these a column shows that it tells sorts of them.
DOCUMENTS: Final = SALES | _stems(
    "bl bc br bon commande order livraison delivery devis quote quotation estimate payment paiement reglement acompte",
    "deposit achat purchase fournisseur supplier vendor bill avoir credit memo refund return retour remboursement note",
    "transfer slip av avo avr proforma draft brouillon annulation",
)
ORDINARY_STATES: Final = _stems(
    "posted paid payee payed reglee soldee acquittee encaissee validee validated valid confirmed confirmee booked",
    "comptabilisee recorded approved approuvee accepted acceptee open ouverte opened closed cloturee fermee completed",
    "complete done terminee finished finalized finalisee definitive success succeeded successful reussie ok active",
    "shipped expediee delivered livree fulfilled unfulfilled invoiced facturee billed emise issued sent envoyee",
    "transmise imprimee printed lettree partially partial partiellement partielle totalement fully unpaid impayee due",
    "overdue echue late retard payer payment paiement received recue en in to be a processed traitee settled captured",
    "sold vendue normal normale wc won gagnee signee signed conclue",
)
# What a state may deny, and the sale is one still.
DENIALS: Final = frozenset({"not", "non", "pas"})
DENIED: Final = _stems(
    "paid payee payed reglee soldee acquittee encaissee cancelled canceled annulee delivered livree fulfilled shipped",
    "expediee due echue lettree refunded remboursee returned retournee sent envoyee imprimee printed",
)
# Where a header says no more than that it is of a payment, these mean that it is one.
MEANS: Final = _stems(
    "cash espece card carte credit debit cb visa mastercard amex cheque check virement transfer wire prelevement sepa",
    "paypal stripe bank banque bancaire wallet ewallet voucher bon ticket resto restaurant cadeau gift avoir comptant",
    "lydia sumup apple google pay klarna traite lcr boleto twint mobile sans contact online ligne",
)
# These, that nobody knows whether it came.
UNSETTLED: Final = _stems(
    "failed failure failing echouee echec declined refused refusee rejected rejetee chargeback bounced unsuccessful ko",
    "pending attente hold blocked bloquee suspended suspendue disputed dispute litige contestee expired expiree error",
)
# By a word of these a column of stages is one of offers that become sales, or do not.
STAGES: Final = _stems(
    "won gagnee lost perdue prospect prospecting prospection qualified qualification qualifiee negotiation negociation",
    "proposal proposition lead opportunity opportunite closed closing",
)
PIECES: Final = _stems(
    "piece pce pc pcs u un unit unite ea each nb ex exemplaire article item produit bouteille bottle flacon pot sachet",
    "tube barquette bocal kg kilo kilogramme kilogram g gr gramme gram l litre liter cl ml m metre meter cm mm m2 m3",
    "tonne h heure hour hr jour day mois month forfait botte rouleau bobine sac bidon tranche stk lineaire net",
    "kgm ltr mtr c62 h87",  # UN/ECE's codes of units
)
DAY: Final = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
WHOLE: Final = re.compile(r"[.,]0+$")
ONE: Final = re.compile(r"0*1(?:[.,]0*)?")
WITHOUT_TAX: Final = frozenset({"ht", "excluded", "exclusive", "excl", "exclu", "exclue", "horstaxe", "horstva"})
TAX_INCLUDED: Final = frozenset(
    {"ttc", "tvac", "taxincluded", "taxincl", "taxinclusive", "incltax", "tvaincluse", "tvacomprise", "vatincluded"}
    | {"vatincl", "inclvat", "inclusive"}
)
TAX_EXCLUDED: Final = frozenset(
    {"ht", "htva", "horstaxe", "horstva", "taxexcluded", "taxexcl", "taxexclusive", "excltax", "vatexcluded"}
    | {"vatexcl", "exclvat", "exclusive"}
)
OF_TAX: Final = TAX_INCLUDED | TAX_EXCLUDED  # all that cells of a column say of tax, whatever its header
WITH_TAX: Final = TAX_INCLUDED | {"included", "incl", "inclu", "incluse", "compri", "comprise"}
CURRENCIES: Final = frozenset(word for words in currency_words("EUR") for word in words if word != "FR")
LETTERS: Final = re.compile(r"[^\W\d_]{3}")
# What may stand beside the unit of a price and says no more than that it is one.
OF_BASE: Final = (
    PIECES
    | _stems("unitaire prix price pu")
    | frozenset({"1", "per", "par", "pour", "for", "l", "la", "the", "a", "an", "au"})
    | frozenset(map(str.lower, CURRENCIES))
)
MULTIPLES: Final = frozenset({"10", "12", "24", "50", "100", "144", "1000", "10000"})
SIGNS: Final = dict.fromkeys(("+", "1", "+1"), Sense.AS_WRITTEN) | dict.fromkeys(("-", "-1"), Sense.RETURN)
AMOUNT_SIGN: Final = re.compile(r"[%€$£]|\bEUR\b|^[{\[]")


def sense_of_sort(cell: str) -> Sense | None:
    """Tell sales, returns and what is neither by the sort of their document.

    Examples:
        >>> [str(sense_of_sort(cell)) for cell in ("Facture client", "AV", "Devis", "Bon de livraison")]
        ['as_written', 'return', 'left_out', 'None']
    """
    word, stems = normalise(cell), _stems(cell)
    if CREDIT.search(word):
        return Sense.RETURN
    if NO_SALE.search(word):
        return Sense.LEFT_OUT
    is_sale = (stems & SALES and stems <= SALES | OF_SALES) or stems <= LINES
    return Sense.AS_WRITTEN if not word or is_sale else None


def is_of_documents(cell: str) -> bool:
    """Tell whether a cell names nothing but a sort of document, be it one that is no sale."""
    stems = _stems(cell)
    return bool(stems & DOCUMENTS) and stems <= DOCUMENTS | OF_SALES


def are_letters_of_sorts(cells: Sequence[str]) -> bool:
    """Tell whether all cells are letters for sales and for what is given back: F and A, FC and NC.

    Examples:
        >>> are_letters_of_sorts(["F", "A"]), are_letters_of_sorts(["A", "B"]), are_letters_of_sorts(["H", "F"])
        (True, False, False)
    """
    said = {normalise(cell) for cell in cells}
    return bool(said & SALE_LETTERS and said & CREDIT_LETTERS) and said <= SALE_LETTERS | CREDIT_LETTERS


def sense_of_state(cell: str) -> Sense | None:
    """Tell whether a sale in such a state still is one.

    Examples:
        >>> [str(sense_of_state(cell)) for cell in ("Non payée", "Partially paid", "Annulée", "On hold")]
        ['as_written', 'as_written', 'left_out', 'None']
    """
    if TAKEN_BACK.search(normalise(cell)):
        return Sense.LEFT_OUT
    first, *others = words_of(cell) or ("",)
    stems = _stems(cell)
    if first in DENIALS:
        return Sense.AS_WRITTEN if others and stems - DENIALS <= DENIED else None
    return Sense.AS_WRITTEN if stems <= ORDINARY_STATES else None


def sense_of_payment(cell: str) -> Sense | None:
    """Tell whether what is said of a payment, which may be its means, leaves the sale one.

    Examples:
        >>> [str(sense_of_payment(cell)) for cell in ("Payé", "Carte bancaire", "Refunded", "Card declined", "12,50")]
        ['as_written', 'as_written', 'left_out', 'None', 'as_written']
    """
    stems = _stems(cell)
    if stems & UNSETTLED:
        return None
    is_no_state = stems & MEANS or not LETTERS.search(cell) or normalise(cell) in YES | NO
    return Sense.AS_WRITTEN if is_no_state else sense_of_state(cell)


def is_of_state(cell: str) -> bool:
    """Tell whether a cell says of a payment that it did not come, or was given back."""
    return bool(_stems(cell) & UNSETTLED or TAKEN_BACK.search(normalise(cell)))


def is_of_stage(cell: str) -> bool:
    """Tell whether a cell names a stage of an offer that may become a sale."""
    return bool(_stems(cell) & STAGES)


def sense_of_either(cell: str) -> Sense | None:
    """Tell by sorts and by states, where the header says neither."""
    return sense_of_sort(cell) or sense_of_state(cell)


def sense_of_remark(cell: str) -> Sense:
    """Tell what a remark says of its row, where it says nothing else.

    Examples:
        >>> [str(sense_of_remark(cell)) for cell in ("ANNULÉE", "Retour marchandise", "Retour le 12", "client annulé")]
        ['left_out', 'return', 'as_written', 'left_out']
    """
    if len(cell) > LONGEST_REMARK or not REMARK.search(cell):
        return Sense.AS_WRITTEN
    stems = _stems(cell)
    if not stems & REMARKED or not stems <= OF_REMARKED:
        return Sense.AS_WRITTEN
    return Sense.RETURN if CREDIT.search(normalise(cell)) and not TAKEN_BACK.search(normalise(cell)) else Sense.LEFT_OUT


def sense_of_mention(cell: str) -> Sense | None:
    """Tell nothing of a row that names a credit note, an amount given back or a side of an account."""
    return Sense.AS_WRITTEN if normalise(cell).strip("0") in NO else None


def is_of_sides(cell: str) -> bool:
    """Tell whether a cell names a side of an account: C, D."""
    return normalise(cell) in SIDES


def sense_of_return(cell: str) -> Sense | None:
    """Tell whether a cell of a yes/no column says yes, or repeats what its header asks; a day until when does not.

    Examples:
        >>> [str(sense_of_return(cell)) for cell in ("Oui", "0,00", "2026-02-14", "12,50", "partiel")]
        ['return', 'as_written', 'as_written', 'None', 'None']
    """
    word = normalise(cell)
    if word in YES or CREDIT.fullmatch(word):
        return Sense.RETURN
    is_no = word in NO or DAY.search(cell) or (word.isdecimal() and not word.strip("0"))
    return Sense.AS_WRITTEN if is_no else None


def sense_of_giving_back(cell: str) -> Sense | None:
    """Do as `sense_of_return` does, but where a day says when it was given back: the sale itself may count.

    Examples:
        >>> [str(sense_of_giving_back(cell)) for cell in ("oui", "2026-02-14", "")]
        ['return', 'None', 'as_written']
    """
    return None if DAY.search(cell) and normalise(cell).strip("0") else sense_of_return(cell)


def sense_of_correction(cell: str) -> Sense | None:
    """Tell nothing of a row that was corrected by what may be another invoice, or credit note, and by no person.

    Examples:
        >>> [str(sense_of_correction(cell)) for cell in ("Ann Lee", "F-12", "0", "AV-A", "oui", "credit note")]
        ['as_written', 'None', 'as_written', 'None', 'None', 'None']
    """
    word, stems = normalise(cell), _stems(cell)
    is_document = re.search(r"\d", cell) or CREDIT.search(word) or stems & OF_CORRECTIONS
    return sense_of_mention(cell) if is_document or word in YES else Sense.AS_WRITTEN


def sense_of_mode(cell: str) -> Sense:
    """Tell whether what may be the mode of a sale, or of its payment, is a return; an “avoir” is a means of payment.

    Examples:
        >>> [str(sense_of_mode(cell)) for cell in ("Retour", "CB", "Avoir", "Sur place")]
        ['return', 'as_written', 'as_written', 'as_written']
    """
    return Sense.AS_WRITTEN if _stems(cell) & MEANS else sense_of_remark(cell)


def credit_prefix(number: str) -> str:
    """Return the letters before an invoice's number that are those of credit notes, too; nothing where it has others.

    Examples:
        >>> credit_prefix("AV-2026-001"), credit_prefix("cn12"), credit_prefix("FA-1"), credit_prefix("AVENUE-1")
        ('AV', 'CN', '', '')
    """
    found = CREDIT_PREFIX.match(number)
    return found[1].upper() if found else ""


def sense_of_number(cell: str) -> Sense | None:
    """Tell nothing of an invoice whose number begins as those of credit notes do."""
    return None if credit_prefix(cell) else Sense.AS_WRITTEN


def sense_of_cancellation(cell: str) -> Sense:
    """Tell whether a cell says that an invoice was cancelled, or when; a day of zeros alone is none."""
    word = normalise(cell)
    return Sense.AS_WRITTEN if word in NO or not word.strip("0") else Sense.LEFT_OUT


def sense_of_purchase(cell: str) -> Sense | None:
    """Tell nothing of a row that has a supplier, or a cost: it may be a purchase."""
    return None if cell.strip() else Sense.AS_WRITTEN


def sense_of_negation(cell: str) -> Sense | None:
    """Tell whether a cell says that a row is not confirmed, or not for good; a day says when it was."""
    word = normalise(cell)
    if word in YES or DAY.search(cell):
        return Sense.AS_WRITTEN
    return Sense.LEFT_OUT if word in NO else None


def sense_of_sign(cell: str) -> Sense | None:
    """Tell whether a row subtracts: -, -1, -1,00."""
    return SIGNS.get(WHOLE.sub("", cell.strip()))


def sense_of_discount(cell: str) -> Sense:
    """Tell whether a cell takes anything off; a remark with a digit in it does not, an object does."""
    takes_off = re.search("[1-9]", cell) and (AMOUNT_SIGN.search(cell) or not LETTERS.search(cell))
    return Sense.LEFT_OUT if takes_off else Sense.AS_WRITTEN


def sense_of_nothing(cell: str) -> Sense:
    """Tell whether a cell counts anything at all."""
    return Sense.LEFT_OUT if re.search("[1-9]", cell) else Sense.AS_WRITTEN


def sense_of_extra(cell: str) -> Sense | None:
    """Tell whether nothing is given with what is sold; else nobody knows whether the quantity holds it."""
    word = normalise(cell).strip("0")
    return Sense.AS_WRITTEN if word in NO else None


def sense_of_one(cell: str) -> Sense | None:
    """Tell whether a price is for one piece, or a rate of exchange changes nothing."""
    text = cell.strip()
    if not text or ONE.fullmatch(text):
        return Sense.AS_WRITTEN
    return Sense.LEFT_OUT if text[0].isdigit() else sense_of_unit(text)


def sense_of_base(cell: str) -> Sense | None:
    """Tell whether what may be a price, or for how many it is, is of one piece, or of what people measure.

    Examples:
        >>> [str(sense_of_base(cell)) for cell in ("le kg", "12,50 EUR", "€/pièce", "PU", "per dozen", "100 pcs")]
        ['as_written', 'as_written', 'as_written', 'as_written', 'None', 'None']
        >>> [str(sense_of_base(cell)) for cell in ("1", "100", "12.50")]
        ['as_written', 'None', 'as_written']
    """
    if is_tax_word(cell):
        return sense_of_tax_word(cell)
    stems = _stems(cell)
    if not any(map(str.isalpha, cell)):
        return None if cell.strip(" /") in MULTIPLES else Sense.AS_WRITTEN
    is_amount = AMOUNT_SIGN.search(cell) is not None
    numbers = frozenset(stem for stem in stems if is_amount and stem.isdecimal())
    return Sense.AS_WRITTEN if stems - numbers <= OF_BASE and not SCALE.search(cell) else None


def sense_of_base_in_digits(cell: str) -> Sense | None:
    """Do as `sense_of_base` does, for what is no price: 100,00 is a hundred pieces.

    Examples:
        >>> [str(sense_of_base_in_digits(cell)) for cell in ("100,00", "6", "1,00", "kg")]
        ['None', 'None', 'as_written', 'as_written']
    """
    whole = WHOLE.sub("", cell.strip())
    if whole.isdecimal():
        return Sense.AS_WRITTEN if whole.lstrip("0") in {"", "1"} else None
    return sense_of_base(whole)


def sense_of_pack(cell: str) -> Sense | None:
    """Tell whether a pack holds one piece."""
    return Sense.AS_WRITTEN if not cell.strip() or ONE.fullmatch(cell.strip()) else None


def sense_of_unit(cell: str) -> Sense | None:
    """Tell whether quantities in a unit are of single pieces, or of what people measure."""
    stems = _stems(cell)
    return Sense.AS_WRITTEN if not cell.strip() or (stems and stems - {"1"} <= PIECES) else None


def sense_of_packing(cell: str) -> Sense | None:
    """Tell whether a cell names no pack of several pieces."""
    return None if _stems(cell) & PACKS and is_of_units(cell) else Sense.AS_WRITTEN


def is_of_units(cell: str) -> bool:
    """Tell whether a cell names a unit, of one piece or of several, and nothing else: cartons, Boîte de 12."""
    stems = {stem for stem in _stems(cell) if not stem.isdecimal()}
    return bool(stems) and stems <= PACKS | PIECES | {"d", "of", "x"}


def sense_of_count(cell: str) -> Sense | None:
    """Tell whether what is sold at a time is one, or no count: a name, a code of many digits."""
    text = cell.strip()
    is_several = COUNT.fullmatch(text) and not ONE.fullmatch(text)
    return None if is_several else sense_of_packing(cell)


def sense_of_tax(cell: str) -> Sense | None:
    """Tell whether a price is without tax; amounts of a tax say nothing.

    Examples:
        >>> [str(sense_of_tax(cell)) for cell in ("Non", "oui", "2,40", "parfois")]
        ['as_written', 'left_out', 'as_written', 'None']
    """
    word = normalise(cell)
    if word in YES or word in WITH_TAX:
        return Sense.LEFT_OUT
    return Sense.AS_WRITTEN if word in NO or word in WITHOUT_TAX or word.isdecimal() else None


def sense_of_stock(cell: str) -> Sense | None:
    """Tell nothing of a lot that may not be there, or not to be sold: scrapped, on order.

    Examples:
        >>> [str(sense_of_stock(cell)) for cell in ("Disponible", "En commande", "Rebut", "Commande client")]
        ['as_written', 'None', 'None', 'as_written']
    """
    stems = _stems(cell)
    return None if stems & NOT_THERE and stems <= OF_NOT_THERE else Sense.AS_WRITTEN


def sense_of_partner(cell: str) -> Sense | None:
    """Tell nothing of a partner who is no client, or not yet."""
    stems = _stems(cell)
    return None if stems and stems <= NO_CLIENTS else Sense.AS_WRITTEN


def is_tax_word(cell: str) -> bool:
    """Tell whether a cell says nothing but that a price is with its tax, or without."""
    return normalise(cell) in OF_TAX


def sense_of_tax_word(cell: str) -> Sense:
    """Tell whether a cell says in words that a price has its tax in it; a number is an amount."""
    word = normalise(cell)
    return Sense.LEFT_OUT if word in WITH_TAX or (word in YES and not word.isdecimal()) else Sense.AS_WRITTEN


def is_currency(cell: str) -> bool:
    """Tell whether a cell is the sign or the code of a currency, and no other word."""
    return cell.strip().upper() in CURRENCIES


def sense_of_currency(cell: str, currency: str) -> Sense:
    """Tell whether a cell names another currency than the trader's, or thousands or hundredths of it."""
    words = set(CURRENCY_WORD.findall(cell.upper()))
    is_foreign = words and not words & set(currency_words(currency)[0])
    return Sense.LEFT_OUT if is_foreign or SCALE.search(cell) else Sense.AS_WRITTEN


def sense_of_unit_of_amounts(cell: str, currency: str) -> Sense:
    """Tell whether amounts in such a unit are others than they are written: k€, USD; pieces change no amount."""
    return Sense.LEFT_OUT if changing_unit(f"[{cell}]", currency) else Sense.AS_WRITTEN


def sense_of_currency_perhaps(cell: str, currency: str) -> Sense | None:
    """Tell nothing of a row that has another currency, where it need not be that of the amounts."""
    return None if sense_of_currency(cell, currency) is Sense.LEFT_OUT else Sense.AS_WRITTEN
