"""Every error of the platform, grouped by who acts on it.

    ComptoirError
    ├── RejectedFileError        the file's owner acts: the file is refused or asked about
    │   └── AmbiguousFileError   the same, but an answer settles it
    ├── TransientError           nobody acts: the same call may pass later, so it is retried
    │   ├── LeaseLostError       another worker took over; this one must stop writing
    │   └── EpochLostError       another rebuilding switched first; this one changes nothing
    └── MisconfiguredError       the operator acts: a setting, a server or a secret is wrong
        ├── UnknownFileError     the ledger has no file of that id
        └── StoppedError         a named, loud stop with its line in docs/operations.md

Each carries a sentence that names the next step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptoir.problems import Problem
    from comptoir.questions import Question
    from comptoir.reading.tables import Outline
    from comptoir.sentences import Language


class ComptoirError(Exception):
    """Root of all errors raised on purpose."""

    def __init__(self, sentence: str = "", french: str | None = None) -> None:
        """Keep the sentence, and the same in French where more than operators may read it."""
        super().__init__(sentence)
        self.french = french

    def told(self, language: Language) -> str:
        """Say what is wrong and the next step, in the reader's language where there is a sentence in it."""
        return self.french or str(self) if language == "fr" else str(self)


class RejectedFileError(ComptoirError):
    """A file that can't be trusted as a whole; `problems` says why, where and what to do."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems; the first one is the message."""
        super().__init__(problems[0].message() if problems else "The file was refused.")
        self.problems = list(problems)

    def told(self, language: Language) -> str:
        """Say all that is wrong and what to do about it, in the reader's language."""
        return " ".join(f"{problem.message(language)} {problem.remedy(language)}" for problem in self.problems)

    def __reduce__(self) -> tuple[Any, ...]:
        """Let it travel between processes whole, not as its message."""
        return type(self), (self.problems,)


class AmbiguousFileError(RejectedFileError):
    """A file whose reading depends on answers that only its owner can give; `questions` asks for them.

    `kind` is that of the file where it is known already; `outlines` are its sheets, as far as they are known.
    """

    def __init__(
        self, questions: Sequence[Question], kind: str | None = None, outlines: Sequence[Outline] = ()
    ) -> None:
        """Keep the questions; what they are about are the problems."""
        super().__init__([question.problem for question in questions])
        self.questions = list(questions)
        self.kind = kind
        self.outlines = list(outlines)

    def __reduce__(self) -> tuple[Any, ...]:
        """As its parent."""
        return type(self), (self.questions, self.kind, self.outlines)


class TransientError(ComptoirError):
    """A server was away or busy; the same step may pass when tried again."""


class LeaseLostError(TransientError):
    """The lease of a kind went to another worker; nothing more may be written under it."""


class EpochLostError(TransientError):
    """Another rebuilding of the hot store switched first; what this one computed is not shown."""


class MisconfiguredError(ComptoirError):
    """A setting, secret or server is wrong, or a name that was given; the sentence names it and the next step."""


class UnknownFileError(MisconfiguredError):
    """Somebody named a file that the ledger does not have."""


class StoppedError(MisconfiguredError):
    """Work stopped because going on could harm figures; `docs/operations.md` has the way out."""
