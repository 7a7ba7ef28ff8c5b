"""Rows that another column says are no sale as they are written: rejected, each with its reason, or asked about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from comptoir.problems import Problem
from comptoir.questions import Choice, Question, answer_among, fields_asked, question_id
from comptoir.reading.guide import VALUE_QUESTION, added_places
from comptoir.reading.items import sent_headers
from comptoir.reading.leftover import CELLS_KEPT
from comptoir.reading.qualifiers import (
    BALANCING,
    CORRECTING,
    MENTIONING,
    NUMBERING,
    SAID_BY_QUANTITIES,
    SIGNING,
    TELLING,
    Qualifier,
    perhaps_telling,
    qualifier_of,
    told_by_cells,
    told_by_signs,
)
from comptoir.reading.senses import Sense, are_letters_of_sorts, is_of_documents
from comptoir.records import ColumnType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from comptoir.reading.columns import Columns
    from comptoir.reading.distinct import Cells
    from comptoir.reading.guide import Guide
    from comptoir.reading.leftover import Leftover
    from comptoir.reading.sheets import Sheet
    from comptoir.reading.tables import Table

PREFIX: Final = re.compile(r"[^\W\d_]+")
ASKED_APART: Final = 12  # words of a column; more are no words for sorts of rows, and are asked about as one
SHOWN: Final = 5
# What programs give invoices that are none yet: DRAFT, BROUILLON 12, (PROV7), Devis 12, /; or no more: Annulée F3.
DRAFT: Final = (
    r"(?i)draft|brouillon|pro[\s-]?forma|^\W*prov(?:isoire|isional)?[\s\W]*\d*\W*$|^[^\w\s]+$"
    r"|^\W*(?:devis|quot(?:e|ation)|estimate|annul[ée]+e?s?|cancel+ed|void(?:ed)?)(?:[^a-z]|\b.*\d)"
)
# And what is given back: AVOIR 12, Refund #5, Facture d'avoir 1, FA-AVOIR-1.
CREDITED: Final = (
    r"(?i)^\W*(?:avoir|refund|remboursement|retour|return|credit[\s-]?(?:note|memo)|note de cr[ée]dit)(?:[^a-z]|\b.*\d)"
    r"|^\W*fa(?:c|cture)?\W*(?:d\W+)?avoir(?:[^a-z]|\b.*\d)"
)
DRAFT_WORDS: Final = ("not_a_sale", "invoice_no")
CREDIT_WORDS: Final = ("credit_note_positive", "quantity")


@dataclass(frozen=True)
class Telling:
    """A column that tells what its rows are.

    Attributes:
        place: its position.
        qualifier: what its cells may say.
        answers: what the owner said of cells that nobody knows.
        otherwise: what the owner said of all others.
    """

    place: int
    qualifier: Qualifier
    answers: Mapping[str, Sense]
    otherwise: Sense

    def sense(self, cell: str) -> Sense:
        """Return what a row with such a cell is; what nobody knows, nor answered, is left out."""
        return self.qualifier.sense(cell) or self.answers.get(self.qualifier.word(cell), self.otherwise)


def tellings_of(
    sheet: Sheet, taken: Mapping[str, int], leftover: Leftover, guide: Guide, currency: str
) -> tuple[list[Telling], list[Question]]:
    """Return the columns that tell what their rows are, and the questions about cells that nobody knows.

    Args:
        sheet: for its headers.
        taken: the positions of the columns of the contract.
        leftover: the cells of the others.
        guide: what the owner answered.
        currency: the trader's.
    """
    earlier = guide.remembered(sent_headers(sheet))
    tellings: list[Telling] = []
    questions: list[Question] = []
    for place, qualifier in _qualifiers(sheet, taken, leftover, currency):
        unknown = leftover.credited() if qualifier is NUMBERING else _unknown(qualifier, leftover.cells(place))
        asked = _Asked(sheet.name, sheet.headers[place], qualifier, guide, earlier)
        answers, otherwise = asked.answers(unknown), asked.answer(asked.header)
        if otherwise is None and _is_said_by_quantities(qualifier, leftover.sold(place)):
            otherwise = Sense.AS_WRITTEN
        silent = Sense.AS_WRITTEN if qualifier is NUMBERING else Sense.LEFT_OUT
        tellings.append(Telling(place, qualifier, answers, otherwise or silent))
        questions += asked.questions([cell for cell in unknown if cell not in answers]) if otherwise is None else []
    return tellings, questions


def _is_said_by_quantities(qualifier: Qualifier, sold: Sequence[str]) -> bool:
    """Tell whether what a column says to be given back has a negative quantity in each row of which nobody knows."""
    return qualifier in SAID_BY_QUANTITIES and len(sold) < CELLS_KEPT and not _unknown(qualifier, sold)


def _unknown(qualifier: Qualifier, cells: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(qualifier.word(cell) for cell in cells if qualifier.sense(cell) is None))


def _qualifiers(
    sheet: Sheet, taken: Mapping[str, int], leftover: Leftover, currency: str
) -> list[tuple[int, Qualifier]]:
    found = list(_beside(sheet, taken, leftover, currency))
    numbered = taken.get("invoice_no", taken.get("invoice_id"))
    is_settled = any(_settles(qualifier, leftover.cells(place)) for place, qualifier in found)
    if numbered is not None and leftover.credited() and not is_settled:
        found.insert(0, (numbered, NUMBERING))
    return found


def _settles(qualifier: Qualifier, cells: Sequence[str]) -> bool:
    """Tell whether a column says of every row whether it is a credit note, so that numbers need not."""
    is_told = qualifier in {SIGNING, BALANCING} or any(map(is_of_documents, cells))
    return is_told and not _unknown(qualifier, cells)


def _beside(
    sheet: Sheet, taken: Mapping[str, int], leftover: Leftover, currency: str
) -> Iterator[tuple[int, Qualifier]]:
    kind, added = sheet.match.kind.name, added_places(sheet.headers)
    for place, header in enumerate(sheet.headers):
        if place in taken.values() or place in added:
            continue
        cells = leftover.cells(place)
        qualifier = _by_header_or_cells(header, cells, kind, currency)
        if qualifier is CORRECTING and _may_be_invoices(cells, taken, leftover):
            qualifier = MENTIONING
        if qualifier is None or taken.keys() & qualifier.unless:
            continue
        if qualifier.is_certain or _shows(cells, qualifier):
            yield place, qualifier


def _may_be_invoices(cells: Sequence[str], taken: Mapping[str, int], leftover: Leftover) -> bool:
    """Tell whether names may be those of invoices: these have no digits, or some begin with the same letters."""
    numbers = leftover.cells(taken.get("invoice_no", taken.get("invoice_id", -1)))
    prefixes = {found[0].lower() for number in numbers if (found := PREFIX.match(number))}
    begin_so = any(found[0].lower() in prefixes for cell in cells if (found := PREFIX.match(cell)))
    return begin_so or not all(any(map(str.isdigit, number)) for number in numbers)


def _by_header_or_cells(header: str, cells: Sequence[str], kind: str, currency: str) -> Qualifier | None:
    certain = told_by_signs(header, cells) or qualifier_of(header, kind, currency)
    by_cells = told_by_cells(header, cells, kind, currency) if certain is None else None
    return certain or by_cells or perhaps_telling(header, kind)


def _shows(cells: Sequence[str], qualifier: Qualifier) -> bool:
    """Tell whether cells are what a header that may be of anything does not say.

    A word for documents or for their states is enough beside a header such as `Type`; without any word of such a
    header one must be of what is no sale, in a column of few words of which half are known.
    """
    if qualifier.shows is not None:
        return any(map(qualifier.shows, cells))
    senses = [qualifier.sense(cell) for cell in cells]
    if qualifier is not TELLING:
        is_of_sorts = any(map(is_of_documents, cells)) or are_letters_of_sorts(cells)
        return is_of_sorts or any(sense not in {None, Sense.AS_WRITTEN} for sense in senses)
    known = [sense for sense in senses if sense is not None]
    is_sort = len(cells) <= ASKED_APART and len(known) * 2 >= len(cells)
    return is_sort and any(sense is not Sense.AS_WRITTEN for sense in known)


@dataclass(frozen=True)
class _Asked:
    """What is asked about a column's cells."""

    sheet: str | None
    header: str
    qualifier: Qualifier
    guide: Guide
    earlier: Mapping[str, str | None]

    def answer(self, field: str) -> Sense | None:
        """Return what the owner said now, else earlier, unless that is none of the choices any more."""
        given = self.guide.answer(VALUE_QUESTION, self.sheet, field)
        choices = {choice.answer: Sense(choice.answer) for choice in self._choices()}
        if given is not None:
            answer_among(question_id(VALUE_QUESTION, self.sheet, field), given, choices)
        return choices.get(given or self.earlier.get(field) or "")

    def answers(self, cells: Sequence[str]) -> dict[str, Sense]:
        given = {cell: self.answer(self._field(cell)) for cell in cells}
        return {cell: sense for cell, sense in given.items() if sense is not None}

    def questions(self, cells: Sequence[str]) -> list[Question]:
        if len(cells) > ASKED_APART or (cells and self.qualifier.is_asked_whole):
            more = " …" if len(cells) > SHOWN else ""
            return [self._question(self.header, ", ".join(cells[:SHOWN]) + more)]
        return [self._question(self._field(cell), cell) for cell in cells]

    def _field(self, cell: str) -> str:
        return f"{self.header}|{cell}"

    def _question(self, field: str, value: str) -> Question:
        params = {"field": self.qualifier.field}
        problem = Problem(VALUE_QUESTION, sheet=self.sheet, column=self.header, value=value, params=params)
        return Question(problem, field, self._choices())

    def _choices(self) -> tuple[Choice, ...]:
        return tuple(Choice(str(sense), str(sense)) for sense in _senses_by(self.qualifier))


def _senses_by(qualifier: Qualifier | None) -> list[Sense]:
    may_return = qualifier is not None and qualifier.code == "not_a_sale"
    return [sense for sense in Sense if sense is not Sense.RETURN or may_return]


def senses_of(header: str, kind: str) -> list[Sense]:
    """Return what a word of a header may mean in rows of a kind."""
    return _senses_by(_qualifier(header, kind))


def _qualifier(header: str, kind: str, currency: str = "") -> Qualifier | None:
    return qualifier_of(header, kind, currency) or perhaps_telling(header, kind)


def answered_words(table: Table, answers: Mapping[str, str]) -> dict[str, str]:
    """Return what answers say of words of a table, by `header|word`.

    What was said of all words of a header that nobody knew is said of each of them, and of no other that may come.
    """
    fields = fields_asked(VALUE_QUESTION, table.sheet, answers)
    said = {field: answers[question] for field, question in fields.items()}
    of_all = {
        f"{header}|{word}": said[header]
        for header in table.sent_headers
        if header in said
        for word in _unknown_words(table, header)
    }
    return of_all | {field: answer for field, answer in said.items() if field not in table.sent_headers}


def _unknown_words(table: Table, header: str) -> list[str]:
    """Return words of a column that nobody knows, as many as are looked at when they are asked about."""
    qualifier = _qualifier(header, table.kind.name)
    if qualifier is None:
        return []
    different = table.originals[header].drop_nulls().str.strip_chars().unique(maintain_order=True)
    return [word for word in different.head(CELLS_KEPT) if qualifier.sense(word) is None]


def problems_of_others(
    sheet: Sheet, tellings: Sequence[Telling], typed: Columns, currency: str, priced: pl.Series | None = None
) -> Iterator[Problem]:
    """Yield an error for each row that another column says is no sale, or no amount, as the row states it.

    Args:
        sheet: the cells as sent.
        tellings: the columns that say such things.
        typed: the typed columns.
        currency: the trader's.
        priced: the lines whose price is shown to be that after discount.
    """
    for telling in tellings:
        field = telling.qualifier.field or _amount(sheet, typed.frame)
        if field:
            words = (telling.qualifier.code, field, currency)
            where = _where(telling.qualifier, sheet, typed.frame)
            where = where & ~priced if priced is not None and telling.qualifier.is_provable else where
            yield from _problems(sheet, telling, words, Sense.LEFT_OUT, where)
        if telling.qualifier.code == "not_a_sale":
            words = ("credit_note_positive", "quantity", currency)
            yield from _problems(sheet, telling, words, Sense.RETURN, _sold(typed))


def _sold(typed: Columns) -> pl.Series:
    return (typed.of_rows("quantity") > 0).fill_null(value=False)


def problems_of_drafts(sheet: Sheet, place: int, numbers: Cells, typed: Columns) -> Iterator[Problem]:
    """Yield an error for each row whose invoice's number says that it is none, or that it is a credit note.

    Args:
        sheet: of sales.
        place: the position of the column of invoices' numbers.
        numbers: its cells.
        typed: the typed columns: a credit note with negative quantities is one.
    """
    texts = numbers.distinct["text"]
    yield from _problems_of_numbers(sheet, place, numbers, numbers.rows_where(texts.str.contains(DRAFT)), DRAFT_WORDS)
    credited = numbers.rows_where(texts.str.contains(CREDITED))
    sold = credited.filter(_sold(typed).gather(credited)) if len(credited) else credited
    yield from _problems_of_numbers(sheet, place, numbers, sold, CREDIT_WORDS)


def _problems_of_numbers(
    sheet: Sheet, place: int, numbers: Cells, rows: pl.Series, words: tuple[str, str]
) -> Iterator[Problem]:
    code, field = words
    cells = numbers.distinct["text"].gather(numbers.places.gather(rows))
    told: dict[str, Any] = {"column": sheet.headers[place], "params": {"field": field}}
    for row, cell in zip(sheet.rows.gather(rows), cells, strict=True):
        yield Problem(code, sheet=sheet.name, row=row, value=cell, **told)


def _amount(sheet: Sheet, frame: pl.DataFrame) -> str | None:
    """Return the first column of amounts that has any."""
    names = (column.name for column in sheet.match.kind.columns if column.type == ColumnType.MONEY)
    return next((name for name in names if frame[name].count()), None)


def _where(qualifier: Qualifier, sheet: Sheet, frame: pl.DataFrame) -> pl.Series:
    if qualifier.is_provable:
        return _unproven_prices(sheet, frame)
    return pl.repeat(value=True, n=len(frame), eager=True)


def _unproven_prices(sheet: Sheet, frame: pl.DataFrame) -> pl.Series:
    """Tell which lines have a price that no total of their invoice, and no header, proves to be that after discount."""
    headers = [sheet.headers[claim.position] for claim in sheet.match.claims if claim.column == "unit_price"]
    is_net = any(re.search(r"(?i)\bnet\b", header) for header in headers)
    invoice = pl.coalesce("invoice_no", "invoice_id")
    unproven = pl.col("unit_price").is_not_null() & pl.col("total_amount").max().over(invoice).is_null()
    return frame.select(unproven & (not is_net)).to_series()


def _problems(
    sheet: Sheet, telling: Telling, words: tuple[str, str, str], sense: Sense, rows: pl.Series
) -> Iterator[Problem]:
    code, field, currency = words
    cells = sheet.texts[str(telling.place)]
    saying = [cell for cell in cells.unique().drop_nulls() if telling.sense(cell) is sense]
    if not saying:
        return
    told = pl.DataFrame({"row": sheet.rows, "cell": cells}).filter(cells.is_in(saying) & rows)
    params, header = {"field": field, "currency": currency}, sheet.headers[telling.place]
    for row, cell in told.unique("row", keep="first", maintain_order=True).iter_rows():
        yield Problem(code, sheet=sheet.name, row=row, column=header, value=cell.strip(), params=params)
