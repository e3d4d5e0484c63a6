"""Where a job wants its table. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """Where a job wants its table: as the configuration says it. `worksheet` is a title or a tab's id (gid)."""

    spreadsheet: str
    worksheet: str | int | None = None
    range: str = "A1"

    @property
    def worksheet_text(self) -> str:
        return f"gid: {self.worksheet}" if isinstance(self.worksheet, int) else self.worksheet or ""
