"""Held rows: sound lines of an invoice with a bad one, and sound rows of a file that was refused whole.

They are kept in the lake when their file is judged. An administrator releases or dismisses them. Released rows
come in by the one door: as a file of their own, written out so that it is read as they were.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import polars as pl

from comptoir import accounts, names
from comptoir.errors import MisconfiguredError
from comptoir.landing.drop import deliver
from comptoir.quality.identities import with_identity, with_lot
from comptoir.quality.spelled_files import as_file
from comptoir.records import Kind, kind_of
from comptoir.sentences import NAMES
from comptoir.stores import cold as lake
from comptoir.stores import ledger, register
from comptoir.stores.closing import ClosedBooksError, closed_invoices, closing_day
from comptoir.stores.ledger import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptoir.quality.verdicts import Verdict
    from comptoir.sentences import Language
    from comptoir.settings import Settings
    from comptoir.stores.cold import Cold
    from comptoir.stores.hot import Hot
    from comptoir.stores.ledger import Entry

Act = Literal["released", "dismissed"]
Frames = dict[str, pl.DataFrame]

RELEASED: Final[dict[Language, str]] = {"en": "released", "fr": "libérées"}
HELD_IN: Final = frozenset({State.REJECTED, State.PUBLISHING, State.PARTIAL})
INVOICES_IN_TRAIL: Final = 100  # a line of the audit log names at most so many
NOTE_CHARACTERS: Final = 500


class NoteError(MisconfiguredError):
    """A dismissal came without a note of why, or with one that is too long to keep."""

    def __init__(self) -> None:
        """Say what a note is, in both languages."""
        super().__init__(
            f"A dismissal needs a note of why, of at most {NOTE_CHARACTERS} characters.",
            f"Pour écarter, il faut un motif, de {NOTE_CHARACTERS} caractères au plus.",
        )


@dataclass(frozen=True)
class HeldFile:
    """What of a file is held: how many rows of each invoice, and how many of the file as a whole."""

    entry: Entry
    invoices: dict[str, int]
    rows_of_file: int


def keep_held(cold: Cold, file_id: str, verdicts: Sequence[Verdict]) -> int:
    """Keep the sound rows among the rejected ones in the lake; return how many there are."""
    lake.remove(cold, _folder(file_id))
    return sum(_keep(cold, file_id, number, verdict) for number, verdict in enumerate(verdicts, start=1))


def _keep(cold: Cold, file_id: str, number: int, verdict: Verdict) -> int:
    frame = _held_rows(verdict)
    if frame.height:
        lake.write_parquet(cold, f"{_folder(file_id)}/{number:06d}-{verdict.table.kind.name}.parquet", frame)
    return frame.height


def _folder(file_id: str) -> str:
    return f"{names.LAKE_HELD}/{file_id}"


def _held_rows(verdict: Verdict) -> pl.DataFrame:
    """Return a table's held rows with `of_invoice`, the name of the held one that they belong to, else null.

    An invoice that has lost a line is without its declared total, which holds no more.
    """
    frame, row = verdict.table.frame, pl.col("row")
    is_held = row.is_in(verdict.held_rows)
    kept = frame.filter(is_held | row.is_in(verdict.waiting_rows))
    if verdict.table.kind.name != "sales":
        return kept.with_columns(pl.lit(None, dtype=pl.String).alias("of_invoice"))
    return kept.with_columns(
        pl.when(is_held).then(pl.coalesce("invoice_no", "invoice_id")).alias("of_invoice"),
        pl.when(~row.is_in(verdict.incomplete_rows)).then("total_amount").alias("total_amount"),
    )


def list_held(hot: Hot, cold: Cold) -> list[HeldFile]:
    """Return every file of which something is still held, in the order of their landing."""
    files = [_held_file(entry, _open_rows(hot, cold, entry)) for entry in ledger.with_held_rows(hot)]
    return [file for file in files if file.invoices or file.rows_of_file]


def _held_file(entry: Entry, rows: Frames) -> HeldFile:
    invoices: dict[str, int] = {}
    if "sales" in rows:
        counted = rows["sales"].drop_nulls("of_invoice").group_by("of_invoice", maintain_order=True).len()
        invoices = dict(counted.iter_rows())
    return HeldFile(entry, invoices, sum(frame["of_invoice"].null_count() for frame in rows.values()))


def _open_rows(hot: Hot, cold: Cold, entry: Entry) -> Frames:
    """Return the held rows of a file that nobody decided on, and of whose records no later file has told."""
    latest = ledger.latest_attempt(hot, entry["sha256"])
    if entry["state"] not in HELD_IN or latest is None or latest["_id"] != entry["_id"]:
        return {}
    rows = _kept_rows(cold, entry["_id"])
    decisions = entry.get("decisions", [])
    decided = [invoice for decision in decisions for invoice in decision["invoices"]]
    is_open = ~pl.col("of_invoice").is_in(decided).fill_null(value=any(decision["file"] for decision in decisions))
    return {kind: _not_superseded(hot, kind, frame.filter(is_open), entry["landing"]) for kind, frame in rows.items()}


def _kept_rows(cold: Cold, file_id: str) -> Frames:
    frames: dict[str, list[pl.DataFrame]] = {}
    for name in lake.list_names(cold, _folder(file_id)):
        kind = name.removesuffix(".parquet").partition("-")[2]
        frames.setdefault(kind, []).append(lake.read_parquet(cold, f"{_folder(file_id)}/{name}")[0])
    return {kind: pl.concat(parts) for kind, parts in frames.items()}


def _not_superseded(hot: Hot, kind: str, frame: pl.DataFrame, landing: int) -> pl.DataFrame:
    """Leave out what a later file brought in: a release would put the older content above it."""
    entity = kind_of(kind).entity
    identified = _with_entity(frame, kind_of(kind))
    told = register.fetch_landed_since(hot, kind, identified[entity].unique().to_list(), landing)
    return identified.filter(~pl.col(entity).is_in(list(told))).select(frame.columns)


def _with_entity(frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    return with_lot(with_identity(frame, "product")) if kind.entity == "lot" else with_identity(frame, kind.entity)


def release(
    hot: Hot, cold: Cold, settings: Settings, file_id: str, invoices: Sequence[str], *, by: str = "operator"
) -> list[Path]:
    """Hand held rows over to the drop zone, one file per kind; return where they are.

    Without invoices, a file that was refused whole is released without its incomplete invoices, any other file
    with all of them. An invoice is released without its bad lines, and then without its declared total, which no
    longer holds. It lands as the latest, also where the same rows were released before; again after a crash it changes
    nothing.

    Raises:
        UnknownFileError: there is no such file.
        MisconfiguredError: nothing of what is asked for is held, or somebody else decided just now.
        ClosedBooksError: an invoice belongs to a closed period.
        StoppedError: a row can't be written so that it is read as it was.
    """
    entry, chosen = _chosen(hot, cold, file_id, invoices)
    _refuse_closed(hot, settings, chosen)
    contents = {kind: as_file(kind_of(kind), chosen[kind], settings) for kind in names.KINDS if kind in chosen}
    stem, language = Path(entry["name"]).stem, accounts.with_locale_of(hot, settings, entry["by"]).language
    named = {released_name(stem, kind, language): io.BytesIO(content) for kind, content in contents.items()}
    paths = [
        deliver(settings, content, name, by=entry["by"], again=True, released=file_id)
        for name, content in named.items()
    ]
    _note(hot, entry, "released", chosen, by=by, note=None, files=[path.name for path in paths])
    return paths


def released_name(stem: str, kind: str, language: Language) -> str:
    """Return what the file of the released rows of a kind is called, in its owner's language.

    Examples:
        >>> released_name("mai", "sales", "en"), released_name("mai", "sales", "fr")
        ('mai-released-sales.csv', 'mai-libérées-ventes.csv')
    """
    return f"{stem}-{RELEASED[language]}-{NAMES[f'kind_{kind}'][language]}.csv"


def _refuse_closed(hot: Hot, settings: Settings, chosen: Frames) -> None:
    """Let no release reach into closed books: the file of the released rows would be refused, later and elsewhere."""
    closing = closing_day(hot)
    if closing is None or "sales" not in chosen:
        return
    sales = with_identity(chosen["sales"], "invoice")
    day = pl.col("timestamp").dt.convert_time_zone(settings.timezone).dt.date()
    dated_before = sales.filter(day < closing)["invoice"].to_list()
    closed = {*dated_before, *closed_invoices(hot, sales["invoice"].unique().to_list(), closing)}
    if closed:
        raise ClosedBooksError.of(len(closed), closing)


def dismiss(hot: Hot, cold: Cold, file_id: str, invoices: Sequence[str], note: str, *, by: str = "operator") -> int:
    """Leave held rows out for good, with the reason; return how many.

    Raises:
        NoteError: the note is blank or too long.
        UnknownFileError: there is no such file.
        MisconfiguredError: nothing of what is asked for is held, or somebody else decided just now.
    """
    note = note.strip()
    if not note or len(note) > NOTE_CHARACTERS:
        raise NoteError
    entry, chosen = _chosen(hot, cold, file_id, invoices)
    _note(hot, entry, "dismissed", chosen, by=by, note=note, files=[])
    return sum(frame.height for frame in chosen.values())


def _chosen(hot: Hot, cold: Cold, file_id: str, invoices: Sequence[str]) -> tuple[Entry, Frames]:
    entry = ledger.find(hot, file_id)
    rows = _open_rows(hot, cold, entry)
    held = _held_file(entry, rows)
    if unknown := [invoice for invoice in invoices if invoice not in held.invoices]:
        raise MisconfiguredError(
            f"{', '.join(unknown)}: not held in {entry['name']} ({file_id}); `comptoir held` lists what is.",
            f"{', '.join(unknown)} : non retenu dans {entry['name']} ({file_id}) ; voyez `comptoir held`.",
        )
    wanted = pl.col("of_invoice").is_in(list(invoices) or list(held.invoices))
    is_wanted = wanted.fill_null(value=False) if invoices or not held.rows_of_file else pl.col("of_invoice").is_null()
    chosen = {kind: frame.filter(is_wanted) for kind, frame in rows.items()}
    filled = {kind: frame for kind, frame in chosen.items() if frame.height}
    if not filled:
        raise MisconfiguredError(
            f"Nothing of {entry['name']} ({file_id}) is held; `comptoir held` lists what is.",
            f"Rien de {entry['name']} ({file_id}) n'est retenu ; `comptoir held` montre ce qui l'est.",
        )
    return entry, filled


def _note(hot: Hot, entry: Entry, act: Act, chosen: Frames, *, by: str, note: str | None, files: Sequence[str]) -> None:
    held, rows = _held_file({}, chosen), sum(frame.height for frame in chosen.values())
    decision: dict[str, Any] = {"act": act, "by": by, "note": note, "at": datetime.now(UTC), "rows": rows}
    decision |= {"invoices": list(held.invoices), "file": held.rows_of_file > 0, "files": list(files)}
    if not ledger.note_decision(hot, entry, decision, rows_released=rows if act == "released" else 0):
        raise MisconfiguredError(
            f"Somebody else decided on {entry['name']} ({entry['_id']}) just now; look again.",
            f"Quelqu'un d'autre vient de décider de {entry['name']} ({entry['_id']}) ; regardez à nouveau.",
        )
    details = {"rows": rows, "invoices": list(held.invoices)[:INVOICES_IN_TRAIL], "note": note}
    accounts.record_act(hot, who=by, act=f"held rows {act}", subject=entry["_id"], details=details)
