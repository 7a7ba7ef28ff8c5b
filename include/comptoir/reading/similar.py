"""Headers that nearly name a column: proposed by similarity, taken only where nothing of weight hangs on them.

Where nothing comes near a column that is needed, its owner is asked with every header that is left.

Similarity is the share of letters that two spellings have in common, in order (`rapidfuzz.fuzz.ratio`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from rapidfuzz.fuzz import ratio

from comptoir.problems import Problem
from comptoir.questions import NO_COLUMN, Choice, Question
from comptoir.reading.spelling import normalise, without_path
from comptoir.reading.units import BRACKETED
from comptoir.records import FRENCH_KINDS, ColumnType

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from comptoir.records import Column, Kind

FLOOR: Final = 0.85  # a letter or two astray; below, words only happen to share letters
SURE: Final = 0.9  # for names and categories, on which no figure hangs
SHORTEST: Final = 4  # letters; of shorter words too many look alike
TAX: Final = re.compile(r"(?:ttc|gross|toutetaxecomprise|(?:vat|tax|tva)incl?[a-z]*|incl?[a-z]*(?:vat|tax|tva|taxe))$")
# What an invoice's line comes to, in French programs; so near to an invoice's total that it would be asked about.
AMOUNTS_OF_LINES: Final = frozenset({"montantht", "montantnetht", "montantttc", "montantligne", "montantligneht"})
WITH_TAX: Final = 0.89  # of a price that holds its tax: the owner says whether it is the one
QUALIFIED: Final = 0.89  # of a header that names the column but for what stands in brackets: as above
HEADERS_LOOKED_AT: Final = 300
HEADER_CHARACTERS: Final = 60
CHOICES_SHOWN: Final = 30
ALL_CHOICES: Final = 300  # where nothing is proposed, the right one may be any


@dataclass(frozen=True)
class Proposal:
    """The header that comes closest to a column."""

    column: Column
    position: int
    similarity: float

    @property
    def is_taken(self) -> bool:
        """Whether it is taken without asking."""
        return self.column.type == ColumnType.TEXT and self.similarity >= SURE


def propose(columns: Sequence[Column], headers: Sequence[str], taken: Collection[int]) -> list[Proposal]:
    """Return the closest free header of each column that has one above the floor; no header serves two columns.

    Args:
        columns: those that no header names.
        headers: of the sheet.
        taken: the positions of headers that name a column.
    """
    spellings = {
        position: spelled
        for position, header in enumerate(headers[:HEADERS_LOOKED_AT])
        if position not in taken and len(spelled := normalise(header[:HEADER_CHARACTERS])) >= SHORTEST
    }
    found = [
        Proposal(column, position, similarity)
        for column in columns
        for position, spelled in spellings.items()
        if not _is_of_others(column, headers[position])
        if (similarity := max(_similarity(column, spelled), _qualified(column, headers[position]))) >= FLOOR
    ]
    best: dict[str, Proposal] = {}
    for proposal in sorted(found, key=lambda proposal: -proposal.similarity):
        if proposal.column.name not in best and proposal.position not in {each.position for each in best.values()}:
            best[proposal.column.name] = proposal
    return list(best.values())


def ask(proposal: Proposal, kind: Kind, headers: Mapping[int, str], sheet: str | None) -> Question:
    """Return the question which header is a column, the proposed one first.

    Args:
        proposal: what comes closest.
        kind: what the sheet holds, it seems.
        headers: those that name no column, by position.
        sheet: its name.
    """
    column, proposed = proposal.column, headers[proposal.position]
    words = _words(column, kind)
    problem = Problem("mapping_unclear", sheet=sheet, column=proposed, value=proposed, params=words)
    others = [header for position, header in headers.items() if position != proposal.position]
    return Question(problem, column.name, _choices([proposed, *others][:CHOICES_SHOWN], words))


def ask_any(column: Column, kind: Kind, headers: Mapping[int, str], sheet: str | None) -> Question:
    """Return the question which header is a column that nothing comes close to; none is proposed.

    Args:
        column: that the kind needs.
        kind: what the sheet holds, it seems.
        headers: those that name no column, by position.
        sheet: its name.
    """
    words = _words(column, kind)
    problem = Problem("column_unnamed", sheet=sheet, params=words)
    return Question(problem, column.name, _choices(list(headers.values())[:ALL_CHOICES], words))


def _words(column: Column, kind: Kind) -> dict[str, str]:
    named = {"field": column.name, "field_fr": column.french}
    return named | {"kind": kind.name, "kind_fr": FRENCH_KINDS[kind.name]}


def _choices(headers: Iterable[str], words: dict[str, str]) -> tuple[Choice, ...]:
    return (*(Choice(header, "column", words) for header in headers), Choice(NO_COLUMN, "no_column", words))


def _is_of_others(column: Column, header: str) -> bool:
    """Tell whether an amount is of a line by the path of its header, and so no invoice's."""
    return column.name == "total_amount" and without_path(header) != header


def _similarity(column: Column, spelled: str) -> float:
    if spelled in AMOUNTS_OF_LINES:
        return 0.0
    if _is_with_tax(column, spelled):
        return WITH_TAX
    return max((ratio(spelled, known) / 100 for known in _spellings(column)), default=0.0)


def _qualified(column: Column, header: str) -> float:
    """Return `QUALIFIED` where brackets alone keep a header from naming a column; totals are not asked about."""
    bare = BRACKETED.sub(" ", header[:HEADER_CHARACTERS])
    names_it = bare != header and column.name != "total_amount" and normalise(bare) in _all_spellings(column)
    return QUALIFIED if names_it else 0.0


def _is_with_tax(column: Column, spelled: str) -> bool:
    """Tell whether a header names a column of amounts, but with tax; totals are not needed, and so not asked about."""
    untaxed = TAX.sub("", spelled)
    is_amount = column.type == ColumnType.MONEY and column.name != "total_amount"
    return is_amount and untaxed != spelled and untaxed in _all_spellings(column)


@cache
def _spellings(column: Column) -> tuple[str, ...]:
    return tuple(known for header in column.headers if len(known := normalise(header)) >= SHORTEST)


@cache
def _all_spellings(column: Column) -> frozenset[str]:
    return frozenset(map(normalise, column.headers))
