"""Progress bars on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from sheetsync.console import stderr


class Bar:
    """A progress bar for one run. Told from several threads; rich locks for itself."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._task: TaskID | None = None
        self._job = ""
        self._staging = False

    def began(self, job: str) -> None:
        self._job = escape(job)
        self._task = self._bars.add_task(f"{self._job}: asking Clockify", total=None)

    def fetched(self, pages: int, of: int | None) -> None:
        # A long table goes on to be fetched while it is staged: the slower of the two is shown.
        if not self._staging:
            self._update("pages from Clockify", pages, of)

    def staged(self, rows: int, of: int | None) -> None:
        self._staging = True
        self._update("rows staged in Google Sheets", rows, of)

    def tabulated(self, rows: int) -> None:
        self._update("rows to Google Sheets", 0, rows)

    def published(self, rows: int) -> None:
        self._update("rows to Google Sheets", rows, rows)

    def waiting(self, side: str, seconds: float, why: str) -> None:
        self._bars.console.print(f"[yellow]waiting {seconds:.0f} s for {side}:[/] {escape(why)}")

    def over(self) -> None:
        if self._task is not None:
            self._bars.remove_task(self._task)

    def _update(self, what: str, done: int, of: int | None) -> None:
        if self._task is not None:
            self._bars.update(self._task, description=f"{self._job}: {what}", completed=done, total=of)


class Bars:
    """A bar for each of several runs, while they go on."""

    def __init__(self) -> None:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._bars = Progress(*columns, console=stderr(), transient=True, redirect_stdout=False)
        self._of: dict[str, Bar] = {}

    def listener(self, job: str) -> Bar:
        bar = self._of[job] = Bar(self._bars)
        return bar

    def over(self, job: str) -> None:
        self._of[job].over()

    @contextmanager
    def shown(self) -> Iterator[None]:
        with self._bars:
            yield

    @contextmanager
    def aside(self) -> Iterator[None]:
        self._bars.stop()
        yield
        self._bars.start()
