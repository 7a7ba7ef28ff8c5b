"""Recognises what a sheet holds by its headers: which row they are in, which kind they make, which column is which."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.problems import Problem
from comptoir.records import ALL_KINDS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

HEADER_SEARCH_ROWS: Final = 20

# An id column may hold the trader's codes and a code column UUIDs: the values decide (see `choose_columns`).
CODE_OF_ID: Final = {"product_id": "product_code", "client_id": "client_code", "invoice_id": "invoice_no"}
ID_OF_CODE: Final = {code: identity for identity, code in CODE_OF_ID.items()}

FRENCH_KINDS: Final = {"products": "produits", "clients": "clients", "stock": "stock", "sales": "ventes"}

# Words that carry no meaning in a header: French articles, and the currency that some write after each price.
EMPTY_WORDS: Final = frozenset({"d", "de", "des", "du", "l", "la", "le", "les", "the", "eur", "euro", "euros"})
UNIT = re.compile(r"\([^)]*\)|\[[^\]]*\]")
WORD_BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Claim:
    """A header that names a column of a kind; `exact` where it is the template's own header and no alias."""

    position: int
    column: str
    exact: bool


@dataclass(frozen=True)
class Match:
    """How well headers fit a kind: the claims on its columns and the required columns that nothing claims."""

    kind: Kind
    claims: tuple[Claim, ...]
    missing: tuple[str, ...]

    @property
    def score(self) -> int:
        """The number of the kind's columns that the headers name."""
        return len({claim.column for claim in self.claims})


@dataclass(frozen=True)
class HeaderRow:
    """The recognised header row: its place in the sample, its row number, its cells and what they mean."""

    index: int
    row: int
    cells: tuple[str, ...]
    match: Match


def normalise(header: str) -> str:
    """Return a header without case, accents, punctuation, units, articles and borders between words.

    Examples:
        >>> normalise("Prix d'achat (€)"), normalise("InvoiceNo"), normalise("N° de facture")
        ('prixachat', 'invoiceno', 'nofacture')
    """
    text = UNIT.sub(" ", header).replace("°", "o ").replace("º", "o ")
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words = WORD.findall(WORD_BORDER.sub(" ", plain).lower())
    return "".join(word for word in words if word not in EMPTY_WORDS)


def find_header(sample: Sequence[tuple[int, Sequence[str]]], sheet: str | None, name: str) -> HeaderRow:
    """Find the header row among the first non-blank rows of a sheet, given with their row numbers.

    Raises:
        RejectedFileError: no row names all required columns of a kind, or a row fits two kinds equally well.
    """
    for index, (row, cells) in enumerate(sample[:HEADER_SEARCH_ROWS]):
        matches = [match_kind(kind, cells) for kind in ALL_KINDS]
        complete = sorted((m for m in matches if not m.missing), key=lambda m: m.score, reverse=True)
        if complete:
            _refuse_tie(complete, sheet, name)
            return HeaderRow(index, row, tuple(cells), complete[0])
    raise RejectedFileError([_unrecognised(sample, sheet, name)])


def match_kind(kind: Kind, headers: Sequence[str]) -> Match:
    """Say which columns of a kind the headers name, and which required ones are missing."""
    known = _lexicon(kind)
    claims = [
        Claim(position, *known[key]) for position, header in enumerate(headers) if (key := normalise(header)) in known
    ]
    named = {claim.column for claim in claims}
    missing = (c.name for c in kind.columns if c.required and not named & {c.name, c.alternative})
    return Match(kind, tuple(claims), tuple(missing))


def best_score(sample: Sequence[tuple[int, Sequence[str]]]) -> int:
    """Return how many columns of its closest kind a sample's best row names."""
    return max((_closest(cells).score for _, cells in sample[:HEADER_SEARCH_ROWS]), default=0)


def choose_columns(
    match: Match, headers: Sequence[str], uuid_shares: Mapping[int, float | None], sheet: str | None
) -> dict[str, int]:
    """Settle which position is which column, by headers and, for identities, by what the cells hold.

    A template header goes before an alias. `uuid_shares` gives, for each claimed position, the share of its values
    that are UUIDs (None for an empty column): a code column full of UUIDs is an id column, an id column without any
    is a code column.

    Raises:
        AmbiguousFileError: several headers name the same column equally well.
    """
    rivals: dict[str, list[Claim]] = defaultdict(list)
    for claim in match.claims:
        rivals[_settled_name(match.kind, claim.column, uuid_shares.get(claim.position))].append(claim)
    best = {name: [c for c in claims if c.exact] or claims for name, claims in rivals.items()}
    questions = [
        _competing(name, [headers[c.position] for c in claims], sheet)
        for name, claims in best.items()
        if len(claims) > 1
    ]
    if questions:
        raise AmbiguousFileError(questions)
    return {name: claims[0].position for name, claims in best.items()}


def unique_headers(cells: Iterable[str]) -> tuple[str, ...]:
    """Return headers as sent, made unique, and named after their place where empty; `row` is taken by the number."""
    taken = {"row"}
    result = []
    for position, cell in enumerate(cells, start=1):
        header = wanted = cell.strip() or f"Column {position}"
        repeat = 1
        while header in taken:
            repeat += 1
            header = f"{wanted} ({repeat})"
        taken.add(header)
        result.append(header)
    return tuple(result)


@cache
def _lexicon(kind: Kind) -> dict[str, tuple[str, bool]]:
    aliases = {normalise(alias): (column.name, False) for column in kind.columns for alias in column.aliases}
    templates = {normalise(h): (column.name, True) for column in kind.columns for h in (column.name, column.french)}
    return aliases | templates


def _settled_name(kind: Kind, name: str, uuid_share: float | None) -> str:
    if uuid_share is None:
        return name
    names = {column.name for column in kind.columns}
    if name in CODE_OF_ID and uuid_share == 0 and CODE_OF_ID[name] in names:
        return CODE_OF_ID[name]
    if name in ID_OF_CODE and uuid_share == 1 and ID_OF_CODE[name] in names:
        return ID_OF_CODE[name]
    return name


def _closest(cells: Sequence[str]) -> Match:
    # Of two equally close kinds, the one that lacks less.
    return max((match_kind(kind, cells) for kind in ALL_KINDS), key=lambda m: (m.score, -len(m.missing)))


def _refuse_tie(complete: Sequence[Match], sheet: str | None, name: str) -> None:
    tied = [match.kind.name for match in complete if match.score == complete[0].score]
    if len(tied) > 1:
        french = ", ".join(FRENCH_KINDS[kind] for kind in tied)
        params = {"name": name, "kinds": ", ".join(tied), "kinds_fr": french}
        raise RejectedFileError([Problem("kind_tied", sheet=sheet, params=params)])


def _unrecognised(sample: Sequence[tuple[int, Sequence[str]]], sheet: str | None, name: str) -> Problem:
    row, cells = max(sample[:HEADER_SEARCH_ROWS], key=lambda numbered: _closest(numbered[1]).score)
    closest = _closest(cells)
    missing = [closest.kind.column(column) for column in closest.missing]
    params = {
        "name": name,
        "found": ", ".join(cell.strip()[:40] for cell in cells[:30] if cell.strip()),
        "kind": closest.kind.name,
        "kind_fr": FRENCH_KINDS[closest.kind.name],
        "missing": ", ".join(column.name for column in missing),
        "missing_fr": ", ".join(column.french for column in missing),
        "matched": str(closest.score),
    }
    return Problem("kind_unknown", sheet=sheet, row=row, params=params)


def _competing(name: str, headers: Sequence[str], sheet: str | None) -> Problem:
    params = {"field": name, "headers": ", ".join(headers)}
    return Problem("columns_compete", sheet=sheet, column=headers[0], params=params)
