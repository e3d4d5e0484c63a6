"""The error vocabulary: a class says which side failed and whether trying again can help; an error, what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import ClassVar


class Side(StrEnum):
    """Where the cause of a failure lies, as a person would look for it."""

    CONFIGURATION = "configuration"
    CLOCKIFY = "Clockify"
    GOOGLE = "Google"
    SHEETSYNC = "sheetsync"


class SheetsyncError(Exception):
    """Something that sheetsync knows how to explain.

    Args:
        message: what is wrong, in one sentence that begins with the thing that is wrong.
        todo: the next step for the person who reads it; empty when the message says it all.
    """

    side: ClassVar[Side] = Side.SHEETSYNC
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, todo: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.todo = todo

    def __str__(self) -> str:
        return f"{self.message} {self.todo}".strip()


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a configuration. `line` and `column` count from 1; 0 where there is no place to point at."""

    file: Path
    line: int
    column: int
    message: str
    todo: str = ""
    warning: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else str(self.file)
        kind = "warning: " if self.warning else ""
        return f"{place}: {kind}{self.message}{f' {self.todo}' if self.todo else ''}"


class ConfigurationError(SheetsyncError):
    """The configuration cannot be used; `problems` holds every mistake found, in the order of the file."""

    side = Side.CONFIGURATION

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class CommandError(SheetsyncError):
    """A command's arguments do not fit the configuration, such as a job that does not exist."""

    side = Side.CONFIGURATION


class WindowError(SheetsyncError):
    """A date, a macro or a pair of dates that gives no window."""

    side = Side.CONFIGURATION


class ClockifyError(SheetsyncError):
    """Clockify refused, and would refuse again."""

    side = Side.CLOCKIFY


class ClockifyUnavailableError(ClockifyError):
    """Clockify did not answer, or answered that it cannot now."""

    retryable = True


class ClockifyQuotaError(ClockifyUnavailableError):
    """Clockify's quota is used up (HTTP 429)."""


class BudgetError(SheetsyncError):
    """A quota is used up for longer than the run may take. The request that needed it was not sent.

    Attributes:
        until: when the run is worth trying again (UTC).
    """

    retryable = True

    def __init__(self, message: str, todo: str, until: datetime) -> None:
        super().__init__(message, todo)
        self.until = until


class ClockifyBudgetError(BudgetError):
    """Clockify's quota is used up for longer than the run may take."""

    side = Side.CLOCKIFY


class GoogleBudgetError(BudgetError):
    """Google's quota is used up for longer than the run may take."""

    side = Side.GOOGLE


class UnreconciledError(ClockifyError):
    """The rows read do not add up to the totals that Clockify gives for the same report."""

    retryable = True


class TableError(SheetsyncError):
    """The report's table is not one that the job allows to be published."""


class SheetsError(SheetsyncError):
    """Google refused, and would refuse again."""

    side = Side.GOOGLE


class SheetsUnavailableError(SheetsError):
    """Google did not answer, or answered that it cannot now; nothing is known to be wrong with the request."""

    retryable = True


class SheetsQuotaError(SheetsUnavailableError):
    """Google's quota is used up (HTTP 429); nothing was done.

    Attributes:
        retry_after: the seconds that the server named, if it did.
        scope: `project` when it is the quota of the whole project, else empty.
    """

    def __init__(self, message: str, todo: str = "", retry_after: float | None = None, scope: str = "") -> None:
        super().__init__(message, todo)
        self.retry_after = retry_after
        self.scope = scope


class PlanError(SheetsError):
    """The table cannot be put where the job wants it; nothing was written."""


class DeadlineError(SheetsyncError):
    """The run took longer than its job allows."""

    retryable = True
