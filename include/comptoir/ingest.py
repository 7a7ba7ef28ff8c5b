"""The two steps of a file's way in, each of which may be done again after a crash at any point.

`validate_file` reads the file, keeps its bytes in the lake, judges its rows and stages the accepted ones;
`publish_file` turns these into change sets: one per kind, of a long file one per portion.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comptoir import accounts, names
from comptoir.changes.records import Clock
from comptoir.errors import AmbiguousFileError, RejectedFileError, StoppedError, TransientError
from comptoir.examining import Examined, examine
from comptoir.holding import keep_held
from comptoir.landing import intake
from comptoir.landing.drop import REFUSED, finished_folder
from comptoir.landing.original import ChangedFileError, working_copy
from comptoir.lazy import Lazy
from comptoir.openings import ask_about_openings
from comptoir.publishing.publish import Servers, finish_left, publish_kind
from comptoir.quality import data_docs
from comptoir.quality.deciding import Outcome
from comptoir.quality.reject_file import write_reject_file
from comptoir.quality.suites import Suites
from comptoir.reading.apart import read_apart
from comptoir.stores import cold as lake
from comptoir.stores import ledger, mappings
from comptoir.stores.closing import ClosedBooksError, closing_day, has_closing_moved
from comptoir.stores.ledger import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from comptoir.quality.suites import SuiteResult
    from comptoir.reading.tables import ReadFile
    from comptoir.settings import Settings
    from comptoir.stores.cold import Cold
    from comptoir.stores.hot import Hot
    from comptoir.stores.ledger import Entry

Summary = dict[str, Any]
SUMMARY_FIELDS = ("kind", "state", "rows_read", "rows_applied", "rows_unchanged", "rows_rejected")


def validate_file(file_id: str, hot: Hot, cold: Cold, settings: Settings) -> Summary:
    """Read and judge a received file; stage what is accepted, refuse what can't be trusted.

    Returns:
        Plain JSON: `file_id`, `kind`, `state` and the row counts; `reason` where the file is refused (state
        `rejected`) or asked about (`asking`). In the state `validating` it is ready for `publish_file`.

    Raises:
        TransientError: a server was away; the same call may be made again.
    """
    entry = ledger.find(hot, file_id)
    ledger.advance(hot, file_id, State.VALIDATING)
    # Of a file that is half published the rest is what was accepted then.
    is_half_published = entry["published"] and entry["staged"]
    if entry["state"] in {State.RECEIVED, State.VALIDATING} and not is_half_published:
        _judge(hot, cold, settings, entry)
    return _leave_if_decided(hot, settings, file_id)


def _judge(hot: Hot, cold: Cold, settings: Settings, entry: Entry) -> None:
    ledger.note(hot, entry["_id"], staged=None)
    try:
        with working_copy(hot, cold, settings, entry) as copy:
            try:
                file = _read(hot, settings, entry, copy.path)
            finally:  # also where it can't be read: nothing is decided of bytes that aren't safe
                copy.keep()
            _validate(hot, cold, settings, entry, file)
    except RejectedFileError as refusal:
        _refuse(hot, settings, entry["_id"], refusal)


def _read(hot: Hot, settings: Settings, entry: Entry, path: Path) -> ReadFile:
    own = accounts.with_locale_of(hot, settings, entry["by"])
    return read_apart(
        path, own, name=entry["name"], answers=entry["answers"], mappings=mappings.remembered(hot, entry["by"])
    )


def _validate(hot: Hot, cold: Cold, settings: Settings, entry: Entry, file: ReadFile) -> None:
    began = datetime.now(settings.zone)
    clock = Clock(settings.timezone, began.date())
    policy, suites = accounts.import_policy(hot, settings, entry["by"]), Suites()
    examined = examine(file, hot, settings, policy, clock, look=suites.run, is_released=bool(entry.get("released")))
    ask_about_openings(examined, hot, entry["answers"], clock.today)
    own = accounts.with_locale_of(hot, settings, entry["by"])
    findings, portions = _write_down(cold, own, entry, examined, suites.results)
    ledger.note(hot, entry["_id"], **findings)
    if examined.decision.outcome is Outcome.REJECT:
        ledger.advance(hot, entry["_id"], State.REJECTED)
    else:
        ledger.note(hot, entry["_id"], staged={"at": began, "portions": portions})
        mappings.remember(hot, file.sheets, entry["answers"], entry["by"])


def _write_down(
    cold: Cold, settings: Settings, entry: Entry, examined: Examined, results: Sequence[SuiteResult]
) -> tuple[dict[str, Any], dict[str, int]]:
    """Write held and accepted rows and the reports; return what the ledger keeps, and the portions of each kind."""
    is_rejected = examined.decision.outcome is Outcome.REJECT
    with lake.side_by_side(cold) as together:
        rows_held = keep_held(together, entry["_id"], examined.decision.verdicts)
        portions = {} if is_rejected else _stage(together, entry["_id"], examined)
        reports = _write_reports(settings, entry, examined, results)
    return _findings(examined) | reports | {"rows_held": rows_held}, portions


def _findings(examined: Examined) -> dict[str, Any]:
    counts = examined.counts
    rows = {"rows_read": counts.rows_read, "rows_rejected": counts.rows_rejected}
    mapping = [
        {"sheet": table.sheet, "kind": table.kind.name} | asdict(each)
        for table in examined.file.sheets
        for each in table.mapping
    ]
    return {"kind": examined.file.kind, "mapping": mapping} | rows | ledger.problem_fields(examined.problems)


def _write_reports(
    settings: Settings, entry: Entry, examined: Examined, results: Sequence[SuiteResult]
) -> dict[str, Any]:
    """Write Data Docs and the reject file; return where they are, as the ledger keeps it."""
    file_id, name = entry["_id"], entry["name"]
    docs = settings.home / "data_docs" / file_id
    with data_docs.alone(settings.home / "run" / "data_docs.lock"):
        data_docs.build(results, docs, settings, title=name)
    folder, decision = settings.home / "rejects" / file_id, examined.decision
    rejects = write_reject_file(examined.rejected, Path(name), folder, settings, refusal=decision.refusal)
    return {"data_docs": str(docs), "rejects": str(rejects) if rejects else None}


def _staging(file_id: str) -> str:
    return f"{names.LAKE_STAGING}/{file_id}"


def _stage(cold: Cold, file_id: str, examined: Examined) -> dict[str, int]:
    """Write the accepted rows down; return how many portions there are of each kind."""
    lake.remove(cold, _staging(file_id))
    portions: Counter[str] = Counter()
    for by_kind in examined.accepted():
        for kind, frames in by_kind.items():
            folder = _portion_folder(file_id, kind, portions[kind])
            for number, frame in enumerate(frames):
                lake.write_parquet(cold, f"{folder}/{number:06d}.parquet", frame)
            portions[kind] += 1
    return dict(portions)


def _portion_folder(file_id: str, kind: str, portion: int) -> str:
    return f"{_staging(file_id)}/{kind}/{portion:06d}"


def _staged(cold: Cold, entry: Entry, kind: str) -> Sequence[list[pl.DataFrame]]:
    """Return the accepted rows of a kind: of each portion one frame per sheet, read when asked for."""
    count = entry["staged"]["portions"].get(kind, 0)
    return Lazy(count, lambda portion: _staged_portion(cold, _portion_folder(entry["_id"], kind, portion)))


def _staged_portion(cold: Cold, folder: str) -> list[pl.DataFrame]:
    frames = [lake.read_parquet(cold, f"{folder}/{name}")[0] for name in lake.list_names(cold, folder)]
    if not frames:
        raise TransientError(f"Another worker judges the file anew ({folder} is gone); tried again.")
    return frames


def _refuse(hot: Hot, settings: Settings, file_id: str, refusal: RejectedFileError) -> None:
    fields = ledger.problem_fields(refusal.problems)
    if isinstance(refusal, ChangedFileError):
        entry = ledger.find(hot, file_id)
        # What lies in the drop zone now is not this entry's to move.
        fields["path"] = str(finished_folder(settings, Path(entry["path"]), REFUSED) / entry["name"])
    if isinstance(refusal, AmbiguousFileError):
        fields["questions"] = [question.to_document() for question in refusal.questions]
        ledger.advance(hot, file_id, State.ASKING, **fields)
    else:
        ledger.advance(hot, file_id, State.REJECTED, **fields)


def _leave_if_decided(hot: Hot, settings: Settings, file_id: str) -> Summary:
    """Move a file whose way is decided out of the drop zone, and sum up."""
    entry = ledger.find(hot, file_id)
    if entry["state"] in intake.FINISHED_IN:
        intake.finish(hot, settings, file_id)
    return _summary(entry, settings)


def _summary(entry: Entry, settings: Settings) -> Summary:
    summary = {"file_id": entry["_id"]} | {field: entry[field] for field in SUMMARY_FIELDS}
    if entry["state"] in {State.REJECTED, State.ASKING} and entry["problems"]:
        summary["reason"] = ledger.first_problem(entry).message(settings.language)
    return summary


def publish_file(file_id: str, hot: Hot, cold: Cold, producer_config: dict[str, Any], settings: Settings) -> Summary:
    """Publish the accepted rows of a validated file, exactly once, and let the file leave the drop zone.

    Args:
        file_id: whose rows.
        hot: ledger, register and leases.
        cold: the lake, where the rows are staged.
        producer_config: the configuration of Kafka's clients, at least `bootstrap.servers`.
        settings: for leases, time zone and drop zone.

    Returns:
        Plain JSON, as `validate_file` does.

    Raises:
        TransientError: a server was away or another worker was quicker; the same call may be made again.
        StoppedError: the rows don't add up.
    """
    servers = Servers(hot, cold, producer_config)
    try:
        _publish_staged(servers, settings, file_id)
    except ClosedBooksError:
        # The closing date has moved since the rows were judged, and none is published yet.
        _judge(hot, cold, settings, ledger.find(hot, file_id))
        _publish_staged(servers, settings, file_id)
    summary = _leave_if_decided(hot, settings, file_id)
    lake.remove(cold, _staging(file_id))
    return summary


def _publish_staged(servers: Servers, settings: Settings, file_id: str) -> None:
    entry = ledger.find(servers.hot, file_id)
    if entry["state"] == State.VALIDATING and _is_to_be_judged_anew(servers, settings, entry):
        _judge(servers.hot, servers.cold, settings, entry)
        entry = ledger.find(servers.hot, file_id)
    if entry["state"] != State.VALIDATING:
        return
    for kind in names.KINDS:
        if portions := _staged(servers.cold, entry, kind):
            publish_kind(servers, settings, entry, kind, portions)
    _note_publishing(servers.hot, file_id)


def _is_to_be_judged_anew(servers: Servers, settings: Settings, entry: Entry) -> bool:
    """Tell whether whoever judged a file anew died, or its sales may be closed while its other kinds are not.

    Sales come last: once another kind is published nothing may be refused any more, also by who died over it.
    """
    if not entry["staged"]:
        return True
    if not _may_be_closed(servers.hot, entry):
        return False
    for kind in entry["staged"]["portions"]:
        finish_left(servers, settings, kind)
    return not ledger.find(servers.hot, entry["_id"])["published"]


def _may_be_closed(hot: Hot, entry: Entry) -> bool:
    """Tell whether a file of several kinds, of which none is noted as published, was judged by other closing dates."""
    kinds, judged_at = set(entry["staged"]["portions"]), entry["staged"]["at"]
    is_mixed = "sales" in kinds and len(kinds) > 1
    return is_mixed and not entry["published"] and bool(closing_day(hot)) and has_closing_moved(hot, since=judged_at)


def _note_publishing(hot: Hot, file_id: str) -> None:
    entry = ledger.find(hot, file_id)
    kinds = entry["published"].values()
    applied = sum(kind["rows_applied"] for kind in kinds)
    unchanged = sum(kind["rows_unchanged"] for kind in kinds)
    if applied + unchanged + entry["rows_rejected"] != entry["rows_read"]:
        raise StoppedError(f"The rows of {entry['name']} ({file_id}) don't add up; see docs/operations.md.")
    ledger.advance(hot, file_id, State.PUBLISHING, rows_applied=applied, rows_unchanged=unchanged)
