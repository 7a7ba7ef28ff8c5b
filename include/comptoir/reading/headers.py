"""Recognises what a sheet holds by its headers: which row they are in, which kind they make, which column is which."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.problems import Problem
from comptoir.questions import NO_COLUMN, Choice, Question
from comptoir.reading.similar import Proposal, ask, ask_any, propose
from comptoir.reading.spelling import is_untaxed, normalise, without_path, without_tax
from comptoir.reading.unnamed import clearly_closest, may_hold
from comptoir.reading.unrecognised import (
    DAY_IN_PARTS,
    KNOWN_AS,
    LEDGER,
    is_list_of_invoices,
    parts_of_days,
    why_unrecognised,
)
from comptoir.records import ALL_KINDS, FRENCH_KINDS, SALES, ColumnType, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from comptoir.reading.guide import Given, Guide
    from comptoir.reading.rivals import Comparison
    from comptoir.reading.tables import Source
    from comptoir.records import Column

    Known = tuple[str, Source, float]  # the column that a header names, and how surely

HEADER_SEARCH_ROWS: Final = 20
# Below a longer banner, only a row that names all that a kind needs is believed to be its headers.
BANNER_ROWS: Final = 100

# An id column may hold the trader's codes and a code column UUIDs: the values decide (see `choose_columns`).
CODE_OF_ID: Final = {"product_id": "product_code", "client_id": "client_code", "invoice_id": "invoice_no"}
ID_OF_CODE: Final = {code: identity for identity, code in CODE_OF_ID.items()}

CERTAIN: Final = 1.0
FALLBACK: Final = 0.9  # of a word that means a column only where nothing says it better
# Of several headers for one column, that of the best source is taken; two of one source compete.
BEST_FIRST: Final[tuple[Source, ...]] = ("answer", "memory", "template", "alias", "similarity", "divided")
COMPARED: Final = frozenset({ColumnType.MONEY, ColumnType.INTEGER, ColumnType.DAY, ColumnType.TIMESTAMP})
# Two numbers of one invoice make other invoices of its lines; a product's may be of two sorts of codes.
COMPARED_CODES: Final = frozenset({"invoice_no"})
NOTHING_GIVEN: Final[Mapping[str, Given]] = MappingProxyType({})


@dataclass(frozen=True)
class Claim:
    """A header that names a column of a kind: by whose word, and how sure that is (0 to 1)."""

    position: int
    column: str
    source: Source
    confidence: float = CERTAIN

    @property
    def is_certain(self) -> bool:
        """Whether the header means this column wherever it stands."""
        return self.confidence == CERTAIN


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


class UnnamedColumnsError(AmbiguousFileError):
    """Nothing names columns that a sheet needs, nor comes close; `refusal` says so where there is no need to ask."""

    def __init__(self, questions: Sequence[Question], kind: str | None, refusal: Problem) -> None:
        """Keep the questions, and what is said of the sheet where it is left aside."""
        super().__init__(questions, kind)
        self.refusal = refusal

    @property
    def lacks_one(self) -> bool:
        """Whether it is a single column."""
        return sum(question.problem.code == "column_unnamed" for question in self.questions) == 1


def find_header(
    sample: Sequence[NumberedRow],
    sheet: str | None,
    name: str,
    guide: Guide,
    below: Sequence[Sequence[str]] = (),
) -> HeaderRow:
    """Find the header row among the first non-blank rows of a sheet, given with their row numbers.

    In the first 20 it may lack what is then asked about; one of the next 80 must have all that a kind needs.

    Args: those of `locate_header`.

    Raises:
        AmbiguousFileError: headers come close to columns that nothing names; its questions ask which ones they are.
        UnnamedColumnsError: a row is clearly the headers of a kind, but nothing names or nears some of its columns.
        RejectedFileError: no row names the required columns of a kind, or a row fits two kinds equally well.
    """
    first = sample[:HEADER_SEARCH_ROWS]
    if found := _complete_header(first, below, sheet, name, guide):
        return found
    near = [(index, match) for index, (_, cells) in enumerate(first) for match in _near_matches(cells, sheet, guide)]
    if near:
        index, match = max(near, key=lambda found: found[1].score)
        row, cells = sample[index]
        return HeaderRow(index, row, tuple(cells), _settle(match, cells, sheet, guide))
    unsettled = _unsettled(first, below, sheet, name, guide)
    if not isinstance(unsettled, UnnamedColumnsError) and (
        found := _complete_header(sample[:BANNER_ROWS], below, sheet, name, guide)
    ):
        return found
    raise unsettled


def _complete_header(
    sample: Sequence[NumberedRow], below: Sequence[Sequence[str]], sheet: str | None, name: str, guide: Guide
) -> HeaderRow | None:
    for index, (row, cells) in enumerate(sample):
        complete = [match for match in _matches(cells, sheet, guide) if not match.missing]
        if complete:
            complete.sort(key=lambda match: match.score, reverse=True)
            _refuse_tie(complete, sheet, name)
            rows = [*(later for _, later in sample[index + 1 :]), *below]
            if parts := parts_of_days(complete[0], cells, rows):
                raise RejectedFileError([Problem(DAY_IN_PARTS, sheet=sheet, row=row, params={"name": name, **parts})])
            return HeaderRow(index, row, tuple(cells), _settle(complete[0], cells, sheet, guide))
    return None


def _unsettled(
    sample: Sequence[NumberedRow], below: Sequence[Sequence[str]], sheet: str | None, name: str, guide: Guide
) -> RejectedFileError:
    """Return the error that asks which columns are those that nothing names, or that refuses where it may be none."""
    refusal = _unrecognised(sample, below, sheet, name)
    found = max(_unnamed_matches(sample, below, sheet, guide), key=lambda found: found[0].score, default=None)
    if found is None or (refusal.code == LEDGER and found[0].kind.name != "clients") or refusal.code in KNOWN_AS:
        return RejectedFileError([refusal])
    match, cells = found
    near, doubtful, taken = _similar(match, cells, sheet, guide)
    free = _free_headers(cells, match.claims + taken)
    if is_list_of_invoices(refusal, (cells[place] for place in free)):
        return RejectedFileError([refusal])
    unnamed = [match.kind.column(column) for column in match.missing if column not in near]
    questions = [ask(proposal, match.kind, free, sheet) for proposal in doubtful]
    questions += [ask_any(column, match.kind, free, sheet) for column in unnamed]
    return UnnamedColumnsError(questions, match.kind.name, refusal)


def _unnamed_matches(
    sample: Sequence[NumberedRow], below: Sequence[Sequence[str]], sheet: str | None, guide: Guide
) -> Iterator[tuple[Match, Sequence[str]]]:
    """Give the rows that are clearly headers of a kind, where nobody said that a column that they lack is not there."""
    rows = [*(cells for _, cells in sample), *below]
    for index, (_, cells) in enumerate(sample[:HEADER_SEARCH_ROWS]):
        match = clearly_closest(_matches(cells, sheet, guide))
        if match and may_hold(match, cells, rows[index + 1 :]):
            told = guide.answered(match.kind, sheet)
            if not told.keys() & set(match.missing):
                yield match, cells


def _matches(cells: Sequence[str], sheet: str | None, guide: Guide) -> list[Match]:
    headers = _headers_for(guide, cells)
    return [match_kind(kind, cells, guide.columns(kind, sheet, headers)) for kind in ALL_KINDS]


def _headers_for(guide: Guide, cells: Sequence[str]) -> tuple[str, ...]:
    """Return the headers that a guide speaks of; a sheet may have a million, and most guides are empty."""
    return unique_headers(cells) if guide.answers or guide.mappings else ()


def _near_matches(cells: Sequence[str], sheet: str | None, guide: Guide) -> list[Match]:
    """Return the matches in which every missing column has a header that comes close to it."""
    return [
        match
        for match in _matches(cells, sheet, guide)
        if set(match.missing) <= {proposal.column.name for proposal in _proposals(match, cells, sheet, guide)}
    ]


def _proposals(match: Match, cells: Sequence[str], sheet: str | None, guide: Guide) -> list[Proposal]:
    """Return what comes close to the columns that no header and no answer names; codes stand for their UUIDs, too."""
    named = {claim.column for claim in match.claims} | guide.columns(
        match.kind, sheet, _headers_for(guide, cells)
    ).keys()
    names = {column.name for column in match.kind.columns}
    free = [
        column
        for column in match.kind.columns
        if not named & {column.name, CODE_OF_ID.get(column.name), ID_OF_CODE.get(column.name)}
        and CODE_OF_ID.get(column.name) not in names
    ]
    return propose(free, cells, {claim.position for claim in match.claims})


def _settle(match: Match, cells: Sequence[str], sheet: str | None, guide: Guide) -> Match:
    """Add the columns that may be taken by similarity; ask about the others."""
    _, doubtful, taken = _similar(match, cells, sheet, guide)
    if not doubtful:
        return replace(match, claims=match.claims + taken)
    free = _free_headers(cells, match.claims + taken)
    raise AmbiguousFileError([ask(proposal, match.kind, free, sheet) for proposal in doubtful], match.kind.name)


def _similar(
    match: Match, cells: Sequence[str], sheet: str | None, guide: Guide
) -> tuple[set[str], list[Proposal], tuple[Claim, ...]]:
    """Return the columns that a header comes close to, the doubtful ones, and the claims of those that are taken."""
    proposals = _proposals(match, cells, sheet, guide)
    doubtful = [proposal for proposal in proposals if not proposal.is_taken]
    taken = tuple(Claim(p.position, p.column.name, "similarity", p.similarity) for p in proposals if p.is_taken)
    return {proposal.column.name for proposal in proposals}, doubtful, taken


def _free_headers(cells: Sequence[str], claims: Iterable[Claim]) -> dict[int, str]:
    """Return the headers that name no column, by position."""
    used = {claim.position for claim in claims}
    return {place: header for place, header in enumerate(unique_headers(cells)) if place not in used}


def match_kind(kind: Kind, headers: Sequence[str], given: Mapping[str, Given] = NOTHING_GIVEN) -> Match:
    """Say which columns of a kind the headers name, and which required ones are missing.

    Args:
        kind: whose columns.
        headers: the cells of a row.
        given: what the owner said of a column, now or earlier.
    """
    lexicon = _lexicon(kind)  # once: to find it hashes all that a kind is, and a sheet may have a million columns
    named = ((position, _known(kind, lexicon, header)) for position, header in enumerate(headers) if header)
    claims = [Claim(position, *known) for position, known in named if known]
    if given:
        claims = _with_given(claims, unique_headers(headers), given)
    columns = {claim.column for claim in claims}
    missing = (c.name for c in kind.columns if c.required and not columns & {c.name, c.alternative})
    return Match(kind, tuple(claims), tuple(missing))


def _known(kind: Kind, lexicon: Mapping[str, Known], header: str) -> Known | None:
    """Return what a header is known to mean; of a price, also where it says that it is without tax.

    Not of totals: those without tax are of lines as often as of invoices.
    """
    if said := lexicon.get(normalise(header)):
        return said
    if kind is SALES and (bare := without_path(header)) != header:
        said = lexicon.get(normalise(bare)) or lexicon.get(without_tax(bare))
        return (said[0], "alias", said[2]) if said and said[0] != "total_amount" else None
    untaxed = lexicon.get(without_tax(header))
    is_price = untaxed and untaxed[0] != "total_amount" and kind.column(untaxed[0]).type == ColumnType.MONEY
    return untaxed if is_price else None


def _with_given(claims: Sequence[Claim], headers: Sequence[str], given: Mapping[str, Given]) -> list[Claim]:
    """Let the owner's word replace every other claim on its columns and on its headers."""
    positions = {header: position for position, header in enumerate(headers)}
    named = [
        Claim(positions[said.header], column, said.source) for column, said in given.items() if said.header in positions
    ]
    taken = {claim.position for claim in named}
    return named + [claim for claim in claims if claim.column not in given and claim.position not in taken]


def best_score(sample: Sequence[NumberedRow]) -> int:
    """Return how many columns of its closest kind a sample's best row names."""
    return max((_closest(cells).score for _, cells in sample), default=0)


@dataclass(frozen=True)
class Contents:
    """What is known of the cells below headers.

    Attributes:
        uuid_shares: of each claimed position the share of its values that are UUIDs; None for an empty column.
        compare: compares the cells of two positions.
    """

    uuid_shares: Mapping[int, float | None]
    compare: Callable[[int, int], Comparison]


def choose_columns(match: Match, headers: Sequence[str], contents: Contents, sheet: str | None) -> dict[str, Claim]:
    """Settle which position is which column, by headers and by what the cells hold.

    An answer goes before a template header, that before an alias, and that before a fallback; where numbers, days or
    invoices' numbers below a template header and an alias differ, they compete. Of prices that compete, the one that
    is called one without tax is it. A code column full of UUIDs is an id column, an id column without any is a code
    column.

    Raises:
        AmbiguousFileError: several headers name the same column equally well.
    """
    best = _best_by_column(match, headers, contents)
    questions = [
        _competing(match.kind, name, [headers[c.position] for c in claims], sheet)
        for name, claims in best.items()
        if len(claims) > 1
    ]
    if questions:
        raise AmbiguousFileError(questions)
    return {name: claims[0] for name, claims in best.items()}


def undisputed_columns(match: Match, headers: Sequence[str], contents: Contents) -> dict[str, Claim]:
    """Do as `choose_columns` does, without the columns that several headers name equally well."""
    best = _best_by_column(match, headers, contents)
    return {name: claims[0] for name, claims in best.items() if len(claims) == 1}


def _best_by_column(match: Match, headers: Sequence[str], contents: Contents) -> dict[str, list[Claim]]:
    rivals: dict[str, list[Claim]] = defaultdict(list)
    for claim in match.claims:
        rivals[_settled_name(match.kind, claim.column, contents.uuid_shares.get(claim.position))].append(claim)
    return {name: _best_of(match.kind.column(name), claims, headers, contents) for name, claims in rivals.items()}


def _best_of(column: Column, claims: Sequence[Claim], headers: Sequence[str], contents: Contents) -> list[Claim]:
    """Return the claims on a column that hold, with those from which the best one differs by what its cells say."""
    best = _best(claims)
    if len(claims) == 1 or (column.type not in COMPARED and column.name not in COMPARED_CODES):
        return best
    # Of two, the header that is not the template's says more, and is the first to be shown.
    rivals = [*_differing(best[0], claims, contents), *best]
    untaxed = [each for each in rivals if is_untaxed(headers[each.position])]
    if column.type != ColumnType.MONEY or len(untaxed) != 1:
        return rivals
    (price,) = untaxed
    is_filled = all(contents.compare(each.position, price.position).is_filled for each in rivals)
    return untaxed if is_filled else rivals


def _differing(best: Claim, claims: Sequence[Claim], contents: Contents) -> list[Claim]:
    """Return the claims of other known headers whose cells say something else than those of the template's."""
    others = [each for each in claims if each.source == "alias" and each.is_certain]
    is_known = best.source == "template"
    return [each for each in others if is_known and contents.compare(best.position, each.position).differ]


def _best(claims: Sequence[Claim]) -> list[Claim]:
    rank = min(_rank(claim) for claim in claims)
    return [claim for claim in claims if _rank(claim) == rank]


def _rank(claim: Claim) -> tuple[int, float]:
    return BEST_FIRST.index(claim.source), -claim.confidence


def unique_headers(cells: Iterable[str]) -> tuple[str, ...]:
    """Return headers as sent, made unique, and named after their place where empty.

    `row` is taken by the number, and `none` by the answer that no column is the one asked about.
    """
    taken = {"row", NO_COLUMN}
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
def _lexicon(kind: Kind) -> dict[str, Known]:
    """Return source and confidence of every header that is known; where two columns know it, the surer one has it."""
    known: dict[str, Known] = {}
    for column in kind.columns:
        known |= {normalise(header): (column.name, "alias", FALLBACK) for header in column.fallbacks}
    for column in kind.columns:
        known |= {normalise(header): (column.name, "alias", CERTAIN) for header in column.aliases}
    for column in kind.columns:
        known |= {normalise(header): (column.name, "template", CERTAIN) for header in (column.name, column.french)}
    return known


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


def _unrecognised(
    sample: Sequence[NumberedRow], below: Sequence[Sequence[str]], sheet: str | None, name: str
) -> Problem:
    rows = [(row, cells, [match_kind(kind, cells) for kind in ALL_KINDS]) for row, cells in sample]
    return why_unrecognised(rows, below, sheet, name)


def _competing(kind: Kind, name: str, headers: Sequence[str], sheet: str | None) -> Question:
    words = {"field": name, "field_fr": kind.column(name).french}
    params = words | {"headers": ", ".join(headers)}
    problem = Problem("columns_compete", sheet=sheet, column=headers[0], params=params)
    return Question(problem, name, tuple(Choice(header, "column", words) for header in headers))
