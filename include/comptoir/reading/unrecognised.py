"""Why no row of a sheet is the headers of a kind, in words that help: what comes closest, or what it is instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from comptoir.problems import Problem
from comptoir.reading.harmless import PAID, SENT, TIMES, words
from comptoir.reading.spelling import normalise, words_of
from comptoir.records import FRENCH_KINDS, SALES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from comptoir.reading.headers import Match
    from comptoir.records import Column

    Tried = tuple[int, Sequence[str], Sequence[Match]]  # a row's number and cells, and how each kind fits it

LEDGER: Final = "ledger_entries"
BALANCE: Final = "client_balance"
DAY_IN_PARTS: Final = "day_in_parts"
UNKNOWN: Final = "kind_unknown"
WITHOUT_LINES: Final = "invoices_without_lines"
KNOWN_AS: Final = frozenset({BALANCE, DAY_IN_PARTS})  # whatever its columns would be asked about as
SHOWN: Final = 12
SHOWN_CHARACTERS: Final = 40


def _headers(*texts: str) -> frozenset[str]:
    return frozenset(map(normalise, texts))


# A ledger's entry has an account and an amount on one of two sides, as in France's FEC.
ACCOUNTS: Final = _headers("compte", "compte num", "n° compte", "no compte", "numéro de compte", "compte général") | (
    _headers("account", "account no", "account number", "account code", "GL account")
)
SIDES: Final = (_headers("debit", "montant débit"), _headers("credit", "montant crédit"))
SIGNED: Final = (_headers("montant", "amount"), _headers("sens"))

# A balance has what both sides come to, and what is left of them, on either side or in one column.
DEBITS, CREDITS = (
    _headers(side, f"total {side}", f"montant {side}", f"mouvement {side}", f"{side} amount", f"total {side} amount")
    for side in ("debit", "credit")
)
LEFT_OVER: Final = _headers(
    *("solde", "balance", "solde final", "solde dû", "amount due", "closing balance", "solde client", "net balance"),
    *("solde débit", "solde débiteur", "debit balance", "solde crédit", "solde créditeur", "credit balance"),
)
OF_LINE: Final = frozenset({"product_code", "quantity"})
NO_BALANCE: Final = frozenset({"invoice_no", "invoice_id", "timestamp", *OF_LINE})
# What a list of invoices says of each beside its number, day and client; none is a product or a quantity.
OF_INVOICES: Final = (
    TIMES
    | PAID
    | SENT
    | words(
        "due untaxed total montant amount signed signe hors ht ttc net brut devise currency status statut etat state",
        "salesperson vendeur commercial representant company societe activity deadline next prochaine remise excl in",
        "incl payer residual solde balance reference ref origin origine source invoice facture partner client name nom",
        "customer partenaire email pays country sale vente team equipe a",
    )
)
# Beside what is due, how loyal clients are, or what they bought: a list of them.
OF_CLIENTS: Final = frozenset({("clients", "loyalty_tier"), ("clients", "total_revenue_generated")})
TURNOVER: Final = words("achat purchase bought turnover revenue chiffre ca spent spend depense vente sale")
DAY_OF_MONTH: Final = re.compile(r"\s*(?:0?[1-9]|[12]\d|3[01])(?:[.,]0+)?\s*")
WHOLE_DATE: Final = re.compile(
    r"\W*(?:[^\W\d]+\W+)?\d{1,4}(?:\s*[-/.]\s*|\s+)(?:\d{1,2}|[^\W\d]{3,10}\.?)(?:\s*[-/.]\s*|\s+)\d{2,4}(?!\d)"
)
YEARS, MONTHS, DAYS = (
    _headers(*names)
    for names in (
        ("année", "an", "year", "année facture", "invoice year"),
        ("mois", "month", "n° mois", "mois facture", "invoice month"),
        ("jour", "day", "day of month", "jour du mois", "jour facture", "invoice day"),
    )
)


def why_unrecognised(rows: Sequence[Tried], below: Sequence[Sequence[str]], sheet: str | None, name: str) -> Problem:
    """Return what is said of a sheet none of whose first rows is the headers of a kind.

    Args:
        rows: the first ones.
        below: the cells of rows that stand below these.
        sheet: its name.
        name: what sentences call the file.
    """
    for index, (row, cells, matches) in enumerate(rows):
        for code, tells in ((BALANCE, _are_of_balance), (LEDGER, _are_of_ledger)):
            if tells(cells, matches):
                return Problem(code, sheet=sheet, row=row, params={"name": name, "found": _shown(cells)})
        if parts := _parts_of_sales(cells, matches, [*(later for _, later, _ in rows[index + 1 :]), *below]):
            return Problem(DAY_IN_PARTS, sheet=sheet, row=row, params={"name": name, **parts})
    row, cells, matches = max(rows, key=lambda tried: max(match.score for match in tried[2]))
    closest = min(matches, key=lambda match: (-match.score, len(match.missing)))
    params = {"name": name, "found": _shown(cells), "matched": str(closest.score)} | _lacking(closest)
    code = WITHOUT_LINES if closest.kind is SALES and set(closest.missing) == OF_LINE else UNKNOWN
    return Problem(code, sheet=sheet, row=row, params=params)


def is_list_of_invoices(refusal: Problem, headers: Iterable[str]) -> bool:
    """Tell whether a sheet that lacks products and quantities has nothing that may be these.

    Args:
        refusal: what is said of it.
        headers: those that name none of its columns.
    """
    return refusal.code == WITHOUT_LINES and all(frozenset(words_of(header)) <= OF_INVOICES for header in headers)


def _are_of_ledger(cells: Sequence[str], matches: Sequence[Match]) -> bool:
    headers = set(map(normalise, cells))
    has_sides = any(headers & one and headers & other for one, other in (SIDES, SIGNED))
    has_lines = any(match.kind is SALES and not set(match.missing) >= OF_LINE for match in matches)
    return has_sides and bool(headers & ACCOUNTS) and not has_lines


def _are_of_balance(cells: Sequence[str], matches: Sequence[Match]) -> bool:
    headers = set(map(normalise, cells))
    has_both = bool(headers & DEBITS and headers & CREDITS) and bool(headers & LEFT_OVER)
    claimed = {(match.kind.name, claim.column) for match in matches for claim in match.claims}
    is_of_more = any(kind == SALES.name and column in NO_BALANCE for kind, column in claimed)
    is_of_clients = claimed & OF_CLIENTS or any(TURNOVER & set(words_of(cell)) for cell in cells)
    return (has_both or len(headers & LEFT_OVER) > 1) and not is_of_more and not is_of_clients


def _parts_of_sales(cells: Sequence[str], matches: Sequence[Match], below: Sequence[Sequence[str]]) -> dict[str, str]:
    first, second, *_ = sorted(matches, key=lambda match: -match.score)
    return parts_of_days(first, cells, below) if first.score > second.score else {}


def parts_of_days(match: Match, cells: Sequence[str], below: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return the headers of the `year`, the `month` and the `day` of sales that have no column of whole dates.

    With them, in `matched`, how many columns of sales the headers name.

    Args:
        match: of the headers.
        cells: the headers.
        below: the cells of the first rows.
    """
    parts = _headers_of_parts(cells) if match.kind is SALES else {}
    dates = {cells[claim.position] for claim in match.claims if claim.column == "timestamp"}
    if not parts or not dates <= {parts["day"]} or not _are_of_month(below, cells.index(parts["day"])):
        return {}
    free = set(range(len(cells))) - {claim.position for claim in match.claims}
    has_dates = any(WHOLE_DATE.match(row[place]) for row in below for place in free if place < len(row))
    return {} if has_dates else parts | {"matched": str(match.score)}


def _are_of_month(below: Sequence[Sequence[str]], place: int) -> bool:
    """Tell whether the numbers in a column are days of a month, and there are some."""
    said = [row[place] for row in below if place < len(row) and any(map(str.isdigit, row[place]))]
    return bool(said) and all(map(DAY_OF_MONTH.fullmatch, said))


def _headers_of_parts(cells: Sequence[str]) -> dict[str, str]:
    """Return the headers of a `year`, a `month` and a `day`, where each has a column."""
    sent = {normalise(cell): cell for cell in cells}
    parts = {"year": YEARS, "month": MONTHS, "day": DAYS}
    found = {part: next((sent[name] for name in names if name in sent), "") for part, names in parts.items()}
    return found if all(found.values()) else {}


def _shown(cells: Sequence[str]) -> str:
    filled = [cell.strip()[:SHOWN_CHARACTERS] for cell in cells if cell.strip()]
    return ", ".join(filled[:SHOWN]) + (" …" if len(filled) > SHOWN else "")


def _lacking(closest: Match) -> dict[str, str]:
    """Return the words for the closest kind and what it misses; where nothing is known, none is closest."""
    if not closest.score:
        return {"kind": "none", "kind_fr": "aucun", "missing": "all", "missing_fr": "toutes"}
    return {
        "kind": closest.kind.name,
        "kind_fr": FRENCH_KINDS[closest.kind.name],
        "missing": _missing(closest, lambda column: column.name),
        "missing_fr": _missing(closest, lambda column: column.french),
    }


def _missing(match: Match, word: Callable[[Column], str]) -> str:
    return ", ".join(word(match.kind.column(column)) for column in match.missing)
