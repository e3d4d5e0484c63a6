"""How a run says what it is doing, without knowing who listens."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told of each step as it happens, from whichever thread takes it."""

    def began(self, job: str) -> None:
        """The run of a job begins."""

    def fetched(self, pages: int, of: int | None) -> None:
        """`pages` answers of Clockify are in; `of` is how many there will be, once known."""

    def tabulated(self, rows: int) -> None:
        """The table is ready."""

    def staged(self, rows: int, of: int | None) -> None:
        """So many rows of a long table are in its staging tab; `of` is how many there will be, where that is known."""

    def waiting(self, side: str, seconds: float, why: str) -> None:
        """The next try comes after `seconds`."""

    def published(self, rows: int) -> None:
        """The table is in the sheet."""


class Silent:
    """Nobody listens."""

    def began(self, job: str) -> None: ...

    def fetched(self, pages: int, of: int | None) -> None: ...

    def tabulated(self, rows: int) -> None: ...

    def staged(self, rows: int, of: int | None) -> None: ...

    def waiting(self, side: str, seconds: float, why: str) -> None: ...

    def published(self, rows: int) -> None: ...
