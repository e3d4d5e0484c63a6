"""What a person sees of runs in a terminal: bars while they go on, a line for what became of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from sheetsync.console import stderr, stdout
from sheetsync.engines import once
from sheetsync.errors import SheetsyncError
from sheetsync.progress import Progress as Listener
from sheetsync.progress import Silent
from sheetsync.recording import Recorder
from sheetsync.run import Order, Outcome, Status
from sheetsync.sheets.differences import Difference
from sheetsync.totals import in_words

if TYPE_CHECKING:
    # It takes long to import, and is needed on a terminal alone.
    from rich.progress import Progress, TaskID

STYLES = {Status.SUCCEEDED: "green", Status.UNCHANGED: "cyan", Status.SKIPPED: "yellow", Status.FAILED: "bold red"}
MARKS = {Status.SUCCEEDED: "✓", Status.UNCHANGED: "=", Status.SKIPPED: "-", Status.FAILED: "✗"}


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


class Lines(Silent):
    """Progress where there is no terminal: waits alone are worth a line in a log, one for several runs."""

    def __init__(self) -> None:
        self._said = ""

    def waiting(self, side: str, seconds: float, why: str) -> None:
        line = f"waiting {seconds:.0f} s for {side}: {escape(why)}"
        if line != self._said:
            self._said = line
            stderr().print(line)


def _bars(console: Console) -> Progress:
    from rich.progress import (  # noqa: PLC0415 - needed on a terminal alone
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console, transient=True, redirect_stdout=False)


class Listeners:
    """Who is told of several runs: a progress bar for each on a terminal, next to nothing where there is none."""

    def __init__(self) -> None:
        console = stderr()
        self._bars = _bars(console) if console.is_terminal else None
        self._lines = Lines()

    def listener(self) -> Listener:
        return self._lines if self._bars is None else Bar(self._bars)

    @contextmanager
    def shown(self) -> Iterator[None]:
        with self._bars if self._bars is not None else nullcontext():
            yield

    @contextmanager
    def aside(self) -> Iterator[None]:
        """The bars are gone meanwhile: what is printed may be on the same terminal."""
        if self._bars is not None:
            self._bars.stop()
        yield
        if self._bars is not None:
            self._bars.start()


@contextmanager
def listener() -> Iterator[Listener]:
    """What is told of one run."""
    listeners = Listeners()
    with listeners.shown():
        yield listeners.listener()


def run_jobs(orders: Sequence[Order], parallel: int, recorder: Recorder, *, quiet: bool) -> list[Outcome]:
    """Run jobs, `parallel` at a time; a line for each unless `quiet`, in the order of the jobs."""
    listeners, found = Listeners(), list[Outcome]()
    listening: dict[str, Listener] = {order.job.name: listeners.listener() for order in orders}
    waiting = iter(listening.values())
    ending = once.outcomes(orders, parallel, recorder, lambda: next(waiting))
    # Closed before the ledger is, whatever ends the loop.
    with listeners.shown(), closing(ending):
        for ended in ending:
            found.append(ended)
            bar = listening[ended.job]
            if isinstance(bar, Bar):
                bar.over()
            if not quiet:
                with listeners.aside():
                    outcome(ended)
    return found


def outcome(found: Outcome) -> None:
    """One line for a run; more for one that failed."""
    mark, style = MARKS[found.status], STYLES[found.status]
    window = found.window.describe() if found.window is not None else "no window"
    requests = f"{found.clockify_requests} + {found.sheets_reads + found.sheets_writes} requests"
    line = f"[{style}]{mark} {escape(found.job)}[/] {found.status}"
    if found.status is not Status.FAILED:
        line += f" · {window} · {found.rows:,} rows x {found.columns} columns · {requests} · {found.seconds:.2f} s"
    stdout().print(line + (f" · {escape(found.reason)}" if found.reason else ""))
    if found.status is not Status.FAILED:
        shown = [in_words(found.totals), found.url]
        stdout().print(f"    {escape(' · '.join(text for text in shown if text))}")
    if found.changes is not None:
        _changes(found.changes)
    if found.error is not None:
        stdout().print(f"    window: {window} · {requests} · {found.seconds:.2f} s")
        stderr().print(f"  [{style}]{escape(found.job)}:[/] {_sides(found.error)}{escape(found.error.message)}")
        if found.error.todo:
            stderr().print(f"    → {escape(found.error.todo)}")


def _sides(error: SheetsyncError) -> str:
    again = "may help to try again" if error.retryable else "trying again will not help"
    return f"{error.side}, {again}: "


def _changes(found: Difference) -> None:
    where = escape(found.address) + (", in a tab that will be made" if found.new_tab else "")
    stdout().print(
        f"    would publish to {where}: {found.cells:,} cells change, {found.rows_before:,} rows before, request of"
        f" {found.request_bytes / 1000:,.0f} kB"
    )
    for change in found.first:
        stdout().print(f"    {change.address}: {escape(_short(change.before))} → {escape(_short(change.after))}")
    if found.cells > len(found.first):
        stdout().print(f"    … and {found.cells - len(found.first):,} more")


def _short(value: object) -> str:
    return "(empty)" if value is None else repr(value) if isinstance(value, str) else str(value)
