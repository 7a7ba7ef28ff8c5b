"""What an upload's owner sees before deciding: a look into a waiting file, kept beside it until it says more.

A look is made as the import of the account would read and judge the file; it belongs to the answers and the
language for which it was made.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import file_digest
from typing import TYPE_CHECKING, Any, Final

from comptoir import accounts
from comptoir.check import ASK, check_file
from comptoir.landing import transfers
from comptoir.landing.drop import safe_name
from comptoir.quality.deciding import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comptoir.check import Report
    from comptoir.landing.transfers import Transfer
    from comptoir.sentences import Language
    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot

EXAMPLES: Final = 5  # rows of a group of problems that are named
ALIKE: Final = ("severity", "code", "sheet", "column")


@dataclass(frozen=True)
class Look:
    """What a waiting file would become, with the answers given so far.

    `report` is that of `check_file`, but its problems are grouped; `made_at` is ISO text in UTC.
    """

    sha256: str
    made_at: str
    language: Language
    answers: dict[str, str]
    report: Report

    @property
    def is_asking(self) -> bool:
        """Whether the file has questions that are still open."""
        return bool(self.report["outcome"] == ASK)

    @property
    def is_clean(self) -> bool:
        """Whether all of the file would be accepted, with nothing to ask and no row rejected."""
        return bool(self.report["outcome"] == Outcome.ACCEPT.value)


def look_into(settings: Settings, hot: Hot, transfer: Transfer, language: Language) -> Look | None:
    """Read and judge a waiting file for its owner, keep what was found beside it, and return it.

    Args:
        settings: the platform's; the owner's date order, decimal mark and import policy come before them.
        hot: accounts, and what is registered.
        transfer: the file.
        language: of all sentences.

    Returns:
        None where the file is gone: delivered, or left.

    Raises:
        TransientError: MongoDB was away.
    """
    path = transfers.bytes_of(settings, transfer.token)
    own = accounts.settings_for(hot, settings, transfer.by).model_copy(update={"language": language})
    try:
        with path.open("rb") as file:
            sha256 = file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None
    report = check_file(
        path, own, name=safe_name(transfer.name), answers=transfer.answers, hot=hot, account=transfer.by
    )
    shown = [problem for problem in report["problems"] if problem not in report["skipped"]]
    grouped = report | {"problems": group_problems(shown)}
    look = Look(sha256, datetime.now(UTC).isoformat(), language, transfer.answers, grouped)
    transfers.keep_look(settings, transfer, asdict(look))
    return look


def kept_look(settings: Settings, transfer: Transfer, language: Language) -> Look | None:
    """Return the look that was kept of a waiting file; None where there is none for its answers in that language."""
    kept = transfers.kept_look(settings, transfer)
    if kept is None or (kept["answers"], kept["language"]) != (transfer.answers, language):
        return None
    return Look(**kept)


def group_problems(problems: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return one problem for all of a kind in one column, the first, with `count` and the first few `rows`.

    There is one row more than `EXAMPLES` where there are more of them.
    """
    groups: dict[tuple[Any, ...], dict[str, Any]] = {}
    for problem in problems:
        group = groups.setdefault(tuple(problem[key] for key in ALIKE), {**problem, "count": 0, "rows": []})
        group["count"] += 1
        is_new = problem["row"] is not None and problem["row"] not in group["rows"]
        if is_new and len(group["rows"]) <= EXAMPLES:
            group["rows"].append(problem["row"])
    return list(groups.values())
