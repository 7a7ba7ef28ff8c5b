"""What a server of the embedded platform is: a pure description, from which everything else is derived."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def nothing() -> None:
    """Do nothing: a server without preparation."""


@dataclass(frozen=True)
class Server:
    """One server.

    Attributes:
        name: its name for people, for the supervisor and of its log file.
        command: the command line; its process is the server itself, not a shell around it.
        ports: every port it listens on, the one that people know first.
        is_ready: tells whether it answers; False, never an error, while it does not.
        needs: the servers that must be ready before it starts.
        prepare: makes its folders and files; does nothing where they are there.
        finish: what is done once it answers (users, replica set); does nothing where that was done.
        environment: variables on top of those that every server gets.
        stop_signal: the signal that makes it leave in order.
        stop_seconds: how long it may take to leave before it is killed.
    """

    name: str
    command: tuple[str, ...]
    ports: tuple[int, ...]
    is_ready: Callable[[], bool]
    needs: tuple[str, ...] = ()
    prepare: Callable[[], None] = nothing
    finish: Callable[[], None] = nothing
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: str = "TERM"
    stop_seconds: int = 20

    @property
    def port(self) -> int | None:
        """The port that people know."""
        return self.ports[0] if self.ports else None


@dataclass(frozen=True)
class External:
    """A server that somebody else runs and that a URI in the settings names."""

    name: str
    address: str
    is_ready: Callable[[], bool]
