"""A report with one row per record, from its pages to the parts of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Generic

from sheetsync.clockify.columns import Records, Tabulation
from sheetsync.clockify.fields import Row
from sheetsync.clockify.reading import Border, Page
from sheetsync.parts import Part
from sheetsync.table import Column
from sheetsync.windows.window import Window


class ReportParts(Generic[Records]):
    """The parts of a report's table. Its first page is read at once, so that a refusal is met by who asked for it.

    Args:
        tabulation: makes columns of records.
        records: makes records of a page's rows.
        windows: the adjoining windows in which the report is read.
        pages: reads the report over one of them.
    """

    def __init__(
        self,
        tabulation: Tabulation[Records],
        records: Callable[[Sequence[Row]], Records],
        windows: Sequence[Window],
        pages: Callable[[Window], Iterator[Page]],
    ) -> None:
        self._tabulation = tabulation
        self._records = records
        self._windows = windows
        self._pages = pages
        first = pages(windows[0])
        page = next(first)
        self._first = chain([page], first)
        self._expected = page.count if len(windows) == 1 else None

    @property
    def titles(self) -> list[str]:
        return self._tabulation.titles

    @property
    def expected(self) -> int | None:
        return self._expected

    def columns(self) -> tuple[Column, ...]:
        return self._tabulation.columns()

    def __iter__(self) -> Iterator[Part]:
        border, end = Border(), 0
        for number, window in enumerate(self._windows):
            begin = end
            for page in self._first if number == 0 else self._pages(window):
                if page.number == 1:
                    end = begin
                    border.restart()
                rows = page.rows
                if len(self._windows) > 1:
                    rows, joined = border.sift(rows, end, window.end_instant)
                    for at, row in joined.items():
                        yield self._part(at, [row], patch=True)
                yield self._part(end, rows)
                end += len(rows)
            border.cross()

    def _part(self, at: int, rows: Sequence[Row], *, patch: bool = False) -> Part:
        return Part(at, self._tabulation.cells(self._records(rows)), patch)
