"""Publishing: one read, one write, and certainty about what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sheetsync.errors import SheetsError, SheetsQuotaError, SheetsUnavailableError
from sheetsync.parts import Spool
from sheetsync.sheets import placement, plan
from sheetsync.sheets.client import SheetsClient
from sheetsync.sheets.content import Content
from sheetsync.sheets.placement import Extent, Placement
from sheetsync.sheets.plan import PublishPlan, Stamp, joined
from sheetsync.sheets.state import SheetState


@dataclass(frozen=True, slots=True)
class Prepared:
    """A publish that could be sent; `plan` is None when the sheet holds this very table already."""

    placement: Placement
    plan: PublishPlan | None


def prepare(
    client: SheetsClient, state: SheetState, content: Content, stamp: Stamp, *, only_when_changed: bool = False
) -> Prepared:
    """Plan the publish of a table. Looks at the cells that are new to the table, if there are any, with one more read.

    Raises:
        PlanError: the table cannot be put there.
        SheetsError: Google refused or did not answer.
    """
    found = placement.find(
        state, stamp.target, stamp.job, content, stamp.run, at=stamp.at, most_cells=client.most_cells
    )
    if only_when_changed and plan.unchanged(found, content.fingerprint):
        return Prepared(found, None)
    cells = plan.looks(found)
    seen = client.look([(found.tab.id, part) for part in cells])[found.tab.id] if cells else None
    return Prepared(found, plan.build(found, seen, content, stamp))


def unchanged(client: SheetsClient, state: SheetState, spool: Spool, stamp: Stamp) -> bool:
    """Whether the sheet holds the table of a spool already."""
    extent = Extent(spool.expected, spool.columns())
    found = placement.find(state, stamp.target, stamp.job, extent, stamp.run, at=stamp.at, most_cells=client.most_cells)
    return plan.unchanged(found, spool.fingerprint)


def deliver(client: SheetsClient, body: bytes, applied: Callable[[SheetState], bool]) -> None:
    """Send a `batchUpdate` until Google has applied it, once.

    After an answer that leaves it open, the spreadsheet is read, and `applied` tells whether it was. If not, the same
    bytes go out again; should the first copy be applied late, the second changes nothing, or is refused for making
    what is there already.

    Raises:
        SheetsError: Google refused, or no try could be seen to succeed.
    """
    open_question = False
    for attempt in client.retries():
        with attempt:
            if open_question and applied(client.state()):
                return
            try:
                client.write(body)
            except SheetsQuotaError:
                raise
            except SheetsUnavailableError:
                open_question = True
                raise
            except SheetsError:
                if open_question and applied(client.state()):
                    return
                raise
            return


def commit(client: SheetsClient, *plans: PublishPlan) -> None:
    """Deliver plans in one request; the tabs' marks, if one is of these runs, tell that all of it was applied."""
    deliver(client, joined([one.body for one in plans]), partial(_marked, plans))


def settle(client: SheetsClient, *plans: PublishPlan) -> None:
    """`commit`, and one last look when the tries ran out: the answers may all have been lost on the way back."""
    try:
        commit(client, *plans)
    except SheetsQuotaError:
        raise
    except SheetsUnavailableError as error:
        try:
            applied = _marked(plans, client.state())
        except SheetsError:
            raise SheetsUnavailableError(
                f"{error.message} Whether the table was published could not be found out.",
                "The sheet holds the old table or the new one, whole; the next run brings it up to date.",
            ) from error
        if not applied:
            raise


def _marked(plans: Sequence[PublishPlan], state: SheetState) -> bool:
    """Whether one of the plans is in the sheet, and so all of them: Google applies a request whole or not at all."""
    runs = {one.mark.run for one in plans}
    marks = [published.mark for tab in state.tabs for published in tab.published.values()]
    return any(mark.run in runs for mark in marks)
