"""Recognises what a sheet holds by its headers: which row they are in, which kind they make, which column is which."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.problems import Problem
from comptoir.questions import Choice, Question
from comptoir.records import ALL_KINDS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from comptoir.reading.guide import Guide
    from comptoir.reading.tables import Source

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


# Of several headers for one column, that of the best source is taken; two of one source compete.
BEST_FIRST: Final[tuple[Source, ...]] = ("answer", "memory", "template", "alias", "similarity")
NOTHING_GIVEN: Final[Mapping[str, str | None]] = MappingProxyType({})


@dataclass(frozen=True)
class Claim:
    """A header that names a column of a kind: by whose word, and how sure that is (0 to 1)."""

    position: int
    column: str
    source: Source
    confidence: float = 1.0


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


NumberedRow = tuple[int, "Sequence[str]"]


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


def find_header(sample: Sequence[NumberedRow], sheet: str | None, name: str, guide: Guide) -> HeaderRow:
    """Find the header row among the first non-blank rows of a sheet, given with their row numbers.

    Raises:
        RejectedFileError: no row names all required columns of a kind, or a row fits two kinds equally well.
    """
    for index, (row, cells) in enumerate(sample[:HEADER_SEARCH_ROWS]):
        matches = [match_kind(kind, cells, guide.columns(kind, sheet)) for kind in ALL_KINDS]
        complete = sorted((m for m in matches if not m.missing), key=lambda m: m.score, reverse=True)
        if complete:
            _refuse_tie(complete, sheet, name)
            return HeaderRow(index, row, tuple(cells), complete[0])
    raise RejectedFileError([_unrecognised(sample, sheet, name)])


def match_kind(kind: Kind, headers: Sequence[str], given: Mapping[str, str | None] = NOTHING_GIVEN) -> Match:
    """Say which columns of a kind the headers name, and which required ones are missing.

    Args:
        kind: whose columns.
        headers: the cells of a row.
        given: the header of a column where the owner named it, None where there is no such column.
    """
    known = _lexicon(kind)
    claims = [
        Claim(position, *known[key]) for position, header in enumerate(headers) if (key := normalise(header)) in known
    ]
    if given:
        claims = _with_given(claims, unique_headers(headers), given)
    named = {claim.column for claim in claims}
    missing = (c.name for c in kind.columns if c.required and not named & {c.name, c.alternative})
    return Match(kind, tuple(claims), tuple(missing))


def _with_given(claims: Sequence[Claim], headers: Sequence[str], given: Mapping[str, str | None]) -> list[Claim]:
    """Let the owner's word replace every other claim on its columns and on its headers."""
    positions = {header: position for position, header in enumerate(headers)}
    named = [Claim(positions[header], column, "answer") for column, header in given.items() if header in positions]
    taken = {claim.position for claim in named}
    return named + [claim for claim in claims if claim.column not in given and claim.position not in taken]


def best_score(sample: Sequence[NumberedRow]) -> int:
    """Return how many columns of its closest kind a sample's best row names."""
    return max((_closest(cells).score for _, cells in sample[:HEADER_SEARCH_ROWS]), default=0)


def choose_columns(
    match: Match, headers: Sequence[str], uuid_shares: Mapping[int, float | None], sheet: str | None
) -> dict[str, Claim]:
    """Settle which position is which column, by headers and, for identities, by what the cells hold.

    An answer goes before a template header, and that before an alias. `uuid_shares` gives, for each claimed position,
    the share of its values that are UUIDs (None for an empty column): a code column full of UUIDs is an id column, an
    id column without any is a code column.

    Raises:
        AmbiguousFileError: several headers name the same column equally well.
    """
    rivals: dict[str, list[Claim]] = defaultdict(list)
    for claim in match.claims:
        rivals[_settled_name(match.kind, claim.column, uuid_shares.get(claim.position))].append(claim)
    best = {name: _best(claims) for name, claims in rivals.items()}
    questions = [
        _competing(name, [headers[c.position] for c in claims], sheet)
        for name, claims in best.items()
        if len(claims) > 1
    ]
    if questions:
        raise AmbiguousFileError(questions)
    return {name: claims[0] for name, claims in best.items()}


def _best(claims: Sequence[Claim]) -> list[Claim]:
    source = min((claim.source for claim in claims), key=BEST_FIRST.index)
    return [claim for claim in claims if claim.source == source]


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
def _lexicon(kind: Kind) -> dict[str, tuple[str, Source]]:
    aliases: dict[str, tuple[str, Source]] = {
        normalise(alias): (column.name, "alias") for column in kind.columns for alias in column.aliases
    }
    for column in kind.columns:
        aliases |= dict.fromkeys((normalise(column.name), normalise(column.french)), (column.name, "template"))
    return aliases


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


def _unrecognised(sample: Sequence[NumberedRow], sheet: str | None, name: str) -> Problem:
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


def _competing(name: str, headers: Sequence[str], sheet: str | None) -> Question:
    params = {"field": name, "headers": ", ".join(headers)}
    problem = Problem("columns_compete", sheet=sheet, column=headers[0], params=params)
    return Question(problem, name, tuple(Choice(header, "column", {"field": name}) for header in headers))
