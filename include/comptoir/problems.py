"""What can be wrong with a file, as data: where, which value, how grave, and the sentence for people.

A problem keeps its code and parameters; its message and remedy are made in the reader's language when read.
The sentences are in `sentences.py`, one entry per code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from comptoir.agreeing import filled
from comptoir.sentences import MESSAGES, REMEDIES, Language


class Severity(StrEnum):
    """An error rejects the row (and holds its invoice); a warning and a notice are shown and applied."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)  # a bad file has millions
class Problem:
    """One thing that is wrong or worth knowing; `row` is the row number that a spreadsheet shows, from 1."""

    code: str
    severity: Severity = Severity.ERROR
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    params: dict[str, str] = field(default_factory=dict)

    def message(self, language: Language = "en") -> str:
        """Say what is wrong and why, in the reader's language."""
        return filled(MESSAGES[self.code][language], language, self._words())

    def remedy(self, language: Language = "en") -> str:
        """Say what to do about it, in the reader's language."""
        return filled(REMEDIES[self.code][language], language, self._words())

    def _words(self) -> dict[str, str]:
        words = {"column": self.column or "", "value": self.value or "", "sheet": self.sheet or ""}
        return words | {"row": str(self.row or "")} | self.params

    def to_document(self) -> dict[str, Any]:
        """Return the problem as it is stored in the ledger."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "params": dict(self.params),
        }

    def to_json(self, language: Language = "en") -> dict[str, Any]:
        """Return the problem as people and scripts read it: stored fields plus message and remedy."""
        shown = {key: value for key, value in self.to_document().items() if key != "params"}
        return shown | {"message": self.message(language), "remedy": self.remedy(language)}

    @staticmethod
    def from_document(document: dict[str, Any]) -> Problem:
        """Read a problem back from the ledger."""
        severity: Literal["error", "warning", "notice"] = document["severity"]
        return Problem(**{**document, "severity": Severity(severity)})
