"""Tables on their way into one spreadsheet: one read for all of them, and one write as far as they fit together.

Each is planned against what those before it leave. What is wrong with one table is found out before anything is sent,
and fails that one alone; when Google refuses the request of several all the same, they are sent apart, by halves, until
the one that it refuses stands alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sheetsync.deadline import Deadline, RunStoppedError
from sheetsync.errors import DeadlineError, PlanError, SheetsError, SheetsUnavailableError, TableError
from sheetsync.sheets import placement, plan, publish, succession
from sheetsync.sheets.client import SheetsClient
from sheetsync.sheets.content import Content
from sheetsync.sheets.placement import Placement
from sheetsync.sheets.plan import LONGEST_REQUEST, PublishPlan, Seen, Stamp
from sheetsync.sheets.refusals import NoAccessError
from sheetsync.sheets.state import SheetState
from sheetsync.sheets.succession import Cells

_ALONE = (PlanError, TableError, DeadlineError, RunStoppedError)
"""What is wrong with one table, and nobody else's business."""


@dataclass(slots=True, eq=False)
class Submission:
    """A table that is to be published, and what has become of it.

    Attributes:
        only_when_changed: leave the sheet alone when it holds this very table.
        check: raises a TableError when the table must not go where it would.
        claim: called once the table is certain to be sent, with the moment on the monotonic clock up to which that may
            last; raises a RunStoppedError when the run was told to stop.
        placement: where the table goes, once that is known.
        plan: what was sent; None when it was not, or need not be.
        error: why the table was not published.
        reads, writes: the requests to Google that are counted here. What was sent for several is counted at the first.
        together: how many tables were published by the same request.
    """

    content: Content
    stamp: Stamp
    deadline: Deadline
    only_when_changed: bool
    check: Callable[[Placement], None]
    claim: Callable[[float], None]
    placement: Placement | None = None
    plan: PublishPlan | None = None
    error: Exception | None = None
    reads: int = 0
    writes: int = 0
    together: int = 0

    @property
    def bytes(self) -> int:
        """About how long its request is going to be."""
        return self.content.size


class Batch:
    """Publishes tables into the spreadsheet of a client, `until` a moment on the monotonic clock at the latest.

    What becomes of each is in its submission.
    """

    def __init__(self, client: SheetsClient, submissions: Sequence[Submission], until: float = 0.0) -> None:
        self._client = client
        self._until = until
        self._groups = deque([list(submissions)])
        self._left = dict.fromkeys(submissions)
        self._looked_at: list[Cells] = []
        self._seen: dict[int, Seen] = {}
        self._counted = (client.reads, client.writes)
        self._read_again = False

    def publish(self) -> None:
        """Publish each table, or say in its submission why not; nothing is raised."""
        try:
            self._state = self._client.state()
            while self._groups:
                self._send(self._groups.popleft())
        except Exception as error:  # noqa: BLE001 - whoever waits for an outcome has to get one
            self._fail(list(self._left), error)
        finally:
            self._count(next(iter(self._left), None))

    def _send(self, group: list[Submission]) -> None:
        """Publish the first tables of a group; what does not fit, or is to be sent apart, becomes groups again."""
        sent = group
        try:
            sent, state, rest = self._planned(group)
            if rest:
                self._groups.appendleft(rest)
            plans = [one.plan for one in sent if one.plan is not None]
            if plans:
                publish.settle(self._client, *plans)
        except (SheetsUnavailableError, NoAccessError):
            raise
        except SheetsError as error:
            self._refused(sent, error)
            return
        finally:
            self._count(sent[0] if sent else group[0])
        for one in sent:
            one.together = len(sent)
            del self._left[one]
        self._state = state

    def _refused(self, sent: list[Submission], error: SheetsError) -> None:
        left = [one for one in sent if one in self._left]
        if len(left) == 1:
            self._fail(left, error)
        else:
            half = len(left) // 2
            self._groups.extendleft(part for part in (left[half:], left[:half]) if part)
        if self._groups and not self._read_again:
            # What made Google refuse, such as a protection set meanwhile, may show now.
            self._read_again = True
            self._looked_at, self._seen = [], {}
            self._state = self._client.state()

    def _planned(self, group: list[Submission]) -> tuple[list[Submission], SheetState, list[Submission]]:
        """What of a group goes into one request, the state that it leaves, and what does not fit any more."""
        self._look(self._wanted(group))
        sent, size, state = list[Submission](), 0, self._state
        emptied: list[Cells] = []
        for index, one in enumerate(group):
            try:
                made = self._plan(one, state, emptied)
                if made is None:
                    del self._left[one]
                    continue
                if sent and size + len(made.body) > LONGEST_REQUEST:
                    return sent, state, group[index:]
                one.claim(self._until)
            except _ALONE as error:
                self._fail([one], error)
                continue
            one.plan = made
            sent.append(one)
            size += len(made.body)
            state = succession.without(succession.after(state, made.placement, made.mark, one.stamp), made.swept)
            emptied += [(made.placement.tab.id, old.rectangle) for old in [made.placement.old] if old is not None]
        return sent, state, []

    def _plan(self, one: Submission, state: SheetState, emptied: Sequence[Cells]) -> PublishPlan | None:
        """The plan of a table in a state; None when the sheet holds it already."""
        one.deadline.remaining()
        one.placement = found = self._place(one, state)
        one.check(found)
        if one.only_when_changed and plan.unchanged(found, one.content.fingerprint):
            return None
        seen = None
        if cells := plan.looks(found):
            self._look([(found.tab.id, part) for part in cells])
            seen = succession.seen_in(self._seen, found.tab.id, emptied)
        return plan.build(found, seen, one.content, one.stamp)

    def _place(self, one: Submission, state: SheetState) -> Placement:
        stamp = one.stamp
        return placement.find(
            state, stamp.target, stamp.job, one.content, stamp.run, at=stamp.at, most_cells=self._client.most_cells
        )

    def _wanted(self, group: Sequence[Submission]) -> list[Cells]:
        """The cells to look at for all of a group, as far as can be told before they are seen."""
        cells, state = list[Cells](), self._state
        for one in group:
            try:
                found = self._place(one, state)
            except PlanError:
                continue
            cells += [(found.tab.id, part) for part in plan.looks(found)]
            if len(group) > 1:
                state = succession.after(state, found, plan.mark_of(found, one.content, one.stamp), one.stamp)
        return cells

    def _look(self, cells: Sequence[Cells]) -> None:
        """Look at those of the cells that are there and were not looked at yet: one read, or none."""
        wanted = succession.unseen(succession.standing(self._state, cells), self._looked_at)
        if not wanted:
            return
        for sheet, seen in self._client.look(wanted).items():
            before = self._seen.get(sheet, Seen())
            self._seen[sheet] = Seen({**before.filled, **seen.filled}, {**before.formats, **seen.formats})
        self._looked_at += wanted

    def _fail(self, submissions: Sequence[Submission], error: Exception) -> None:
        for one in submissions:
            one.error, one.plan = error, None
            self._left.pop(one, None)

    def _count(self, one: Submission | None) -> None:
        """Count what was sent since the last time at a submission."""
        reads, writes = self._client.reads - self._counted[0], self._client.writes - self._counted[1]
        if one is not None:
            one.reads, one.writes = one.reads + reads, one.writes + writes
            self._counted = (self._client.reads, self._client.writes)
