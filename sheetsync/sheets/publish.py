"""Publishing: one read, one write, and certainty about what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from sheetsync.errors import SheetsError, SheetsQuotaError, SheetsUnavailableError
from sheetsync.sheets import placement, plan
from sheetsync.sheets.client import SheetsClient
from sheetsync.sheets.placement import Placement
from sheetsync.sheets.plan import PublishPlan, Stamp
from sheetsync.sheets.state import Mark, SheetState
from sheetsync.table import Table


@dataclass(frozen=True, slots=True)
class Prepared:
    """A publish that could be sent; `plan` is None when the sheet holds this very table already."""

    placement: Placement
    plan: PublishPlan | None


def prepare(
    client: SheetsClient, state: SheetState, table: Table, stamp: Stamp, *, only_when_changed: bool = False
) -> Prepared:
    """Plan the publish of a table. Looks at the cells that are new to the table, if there are any, with one more read.

    Raises:
        PlanError: the table cannot be put there.
        SheetsError: Google refused or did not answer.
    """
    found = placement.find(state, stamp.target, stamp.job, table, stamp.run)
    if only_when_changed and plan.unchanged(found, table):
        return Prepared(found, None)
    cells = plan.looks(found)
    seen = client.look(found.tab.id, cells) if cells else None
    return Prepared(found, plan.build(found, seen, table, stamp))


def commit(client: SheetsClient, prepared: PublishPlan) -> None:
    """Send the plan until Google has applied it, once.

    After an answer that leaves it open, the tab's mark is read: if it is this run's, all of the batch was applied. If
    not, the same bytes go out again; should the first copy be applied late, the second changes nothing, or is refused
    for making what is there already.

    Raises:
        SheetsError: Google refused, or no try could be seen to succeed.
    """
    open_question = False
    for attempt in client.retries():
        with attempt:
            if open_question and _applied(client, prepared):
                return
            try:
                client.write(prepared.body)
            except SheetsQuotaError:
                raise
            except SheetsUnavailableError:
                open_question = True
                raise
            except SheetsError:
                if open_question and _applied(client, prepared):
                    return
                raise
            return


def settle(client: SheetsClient, prepared: PublishPlan) -> None:
    """`commit`, and one last look when the tries ran out: the answers may all have been lost on the way back."""
    try:
        commit(client, prepared)
    except SheetsQuotaError:
        raise
    except SheetsUnavailableError as error:
        try:
            applied = _applied(client, prepared)
        except SheetsError:
            raise SheetsUnavailableError(
                f"{error.message} Whether the table was published could not be found out.",
                "The sheet holds the old table or the new one, whole; the next run brings it up to date.",
            ) from error
        if not applied:
            raise


def _applied(client: SheetsClient, prepared: PublishPlan) -> bool:
    tab = client.state().tab(prepared.placement.tab.id)
    marks: list[Mark] = [] if tab is None else [published.mark for published in tab.published.values()]
    return any(mark.run == prepared.mark.run for mark in marks)
