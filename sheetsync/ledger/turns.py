"""The turns that all processes take from their quotas, in the ledger's database.

A transaction for each request: the standing of a quota is two steps in an index, however many requests it counts. Only
one process at a time is in it, for the whole database (SQLite) or for the quota (PostgreSQL, by a lock on its row), so
that two never take the same turn. Instants are microseconds since 1970 in UTC.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from sheetsync.budgets.quota import DAY, SECOND, Count, Quota, Refused, Standing, Turn, Wish, longest_closed
from sheetsync.ledger.ledger import Ledger
from sheetsync.ledger.queries import rows_into
from sheetsync.ledger.schema import budgets, turns

SWEPT_EVERY = 64
"""Turns after which what counts no more is deleted."""
UNUSED = 15 * 60 * SECOND
"""How long a turn that was kept for a job waits for it."""
CLOCKS_APART = 600 * SECOND
"""A turn that was made this far ahead of now comes from a clock that was set back since."""
TOUCHED = 60 * SECOND
"""How often a quota's row is told that it is in use."""
SHOWN = 2 * DAY

_OF = turns.c.budget == bindparam("of_budget")
_NEWEST = select(func.max(turns.c.at)).where(_OF).scalar_subquery()
_LEAVING = (
    select(turns.c.at).where(_OF).order_by(turns.c.at.desc()).limit(1).offset(bindparam("before")).scalar_subquery()
)
_STANDING = select(budgets.c.closed, budgets.c.used, budgets.c.name, budgets.c.allowed, _NEWEST, _LEAVING).where(
    budgets.c.key == bindparam("of_budget")
)
_EARLIER = _OF & (
    (turns.c.at < bindparam("own_at")) | ((turns.c.at == bindparam("own_at")) & (turns.c.id < bindparam("own_id")))
)
_EARLIER_LEAVING = (
    select(turns.c.at)
    .where(_EARLIER)
    .order_by(turns.c.at.desc(), turns.c.id.desc())
    .limit(1)
    .offset(bindparam("before"))
)
_CLOSED = select(budgets.c.closed).where(budgets.c.key == bindparam("of_budget"))
_HELD = select(turns.c.id, turns.c.at).where(_OF, turns.c.holder == bindparam("of_holder")).order_by(turns.c.at)
_TAKE = insert(turns).returning(turns.c.id)
_MOVE = update(turns).where(turns.c.id == bindparam("own_id")).values(at=bindparam("new_at"), holder="")


@dataclass(slots=True)
class _Taking:
    """The turns that a transaction gives out: records that are there already, and instants that are new."""

    held: list[Turn]
    fresh: list[int]

    @property
    def instants(self) -> list[int]:
        return [*(turn.at for turn in self.held), *self.fresh]


class TurnCounter:
    """Counts for all processes that use the ledger. It is what `budgets.counter.Counter` says.

    Every method may raise a LedgerUnavailableError.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._shared = ledger.dialect == "postgresql"
        make = rows_into(ledger.dialect, budgets)
        self._see = make.on_conflict_do_update(
            index_elements=["key"],
            set_={name: make.excluded[name] for name in ("name", "allowed", "seconds", "used")},
        )
        self._taken = count()
        self._lock = threading.Lock()

    def take(self, wish: Wish) -> list[Turn] | Refused:
        with self._lock:
            sweeping = next(self._taken) % SWEPT_EVERY == 0
        with self._ledger.writing() as connection:
            self._lock_rows(connection, wish.quotas)
            taking, narrowest = self._planned(connection, wish)
            # So long a wait may come from turns of a clock that was wrong.
            if sweeping or taking.instants[-1] > wish.now + 2 * narrowest.span:
                _sweep(connection, wish.quotas, wish.now)
                taking, narrowest = self._planned(connection, wish)
            instants = taking.instants
            if instants[-1] <= wish.latest:
                return _given_out(connection, wish, taking)
            # Kept together, so that one run has time for all of them.
            together = instants[-1] - (wish.latest - wish.now) // 2
            for at in taking.fresh if wish.holder else ():
                _insert(connection, wish, max(at, together), wish.holder)
            return Refused(narrowest, instants[0], instants[-1])

    def confirm(self, turn: Turn, quotas: Sequence[Quota], now: int) -> int:
        with self._ledger.writing() as connection:
            self._lock_rows(connection, quotas)
            at = now
            for quota, number in zip(quotas, turn.ids, strict=True):
                own = {"of_budget": quota.key, "own_at": turn.at, "own_id": number, "before": quota.of - 1}
                leaving = connection.execute(_EARLIER_LEAVING, own).scalar()
                closed = connection.execute(_CLOSED, {"of_budget": quota.key}).scalar() or 0
                at = max(at, Standing(None, leaving, closed).next_turn(quota, now))
            for number in turn.ids:
                connection.execute(_MOVE, {"own_id": number, "new_at": at})
            return at

    def note(self, quota: Quota, now: int) -> None:
        with self._ledger.writing() as connection:
            self._standing(connection, quota, now)
            connection.execute(_TAKE, {"budget": quota.key, "at": now, "made": now})

    def give_back(self, turns_back: Iterable[Turn]) -> None:
        numbers = [number for turn in turns_back for number in turn.ids]
        with self._ledger.writing() as connection:
            connection.execute(delete(turns).where(turns.c.id.in_(numbers)))

    def close(self, quota: Quota, until: int, now: int) -> None:
        with self._ledger.writing() as connection:
            self._standing(connection, quota, now)
            later = (budgets.c.closed < until) | (budgets.c.closed > now + longest_closed(quota))
            connection.execute(update(budgets).where(budgets.c.key == quota.key, later).values(closed=until))

    def rename(self, old: Quota, new: Quota, now: int) -> None:
        with self._ledger.writing() as connection:
            gone = (turns.c.budget == old.key) & (turns.c.at <= now) & (turns.c.holder == "")
            connection.execute(update(turns).where(gone).values(budget=new.key))
            connection.execute(delete(budgets).where(budgets.c.key == old.key))

    def counts(self, now: int) -> list[Count]:
        with self._ledger.reading() as connection:
            rows = connection.execute(select(budgets).where(budgets.c.used > now - SHOWN).order_by(budgets.c.name))
            return [_count(connection, tuple(row), now) for row in rows.all()]

    def _planned(self, connection: Connection, wish: Wish) -> tuple[_Taking, Quota]:
        return _planned(connection, wish, [self._standing(connection, quota, wish.now) for quota in wish.quotas])

    def _lock_rows(self, connection: Connection, quotas: Sequence[Quota]) -> None:
        """In the same order everywhere, so that two processes do not wait for each other."""
        if self._shared:
            keys = [quota.key for quota in quotas]
            locked = select(budgets.c.key).where(budgets.c.key.in_(keys)).order_by(budgets.c.key).with_for_update()
            connection.execute(locked).all()

    def _standing(self, connection: Connection, quota: Quota, now: int) -> Standing:
        wanted = {"of_budget": quota.key, "before": quota.of - 1}
        row = connection.execute(_STANDING, wanted).one_or_none()
        known = row is not None and (row.name, row.allowed) == (quota.name, quota.of)
        if row is None or not known or not now - TOUCHED < row.used <= now:
            seen = {"key": quota.key, "name": quota.name, "allowed": quota.of, "seconds": quota.seconds, "used": now}
            connection.execute(self._see, seen)
            # Making the row is also what keeps others out until this transaction is over.
            row = connection.execute(_STANDING, wanted).one()
        return Standing(row[4], row[5], row.closed)


def _planned(connection: Connection, wish: Wish, standings: list[Standing]) -> tuple[_Taking, Quota]:
    """What is given out if it is in time, and the quota that decides when the last of it is."""
    taking, narrowest = _Taking(_held(connection, wish, standings[0].closed), []), wish.quotas[0]
    logs = [_Ahead(connection, quota, found) for quota, found in zip(wish.quotas, standings, strict=True)]
    while len(taking.instants) < wish.count:
        coming = [log.next_turn(wish.now) for log in logs]
        narrowest = wish.quotas[coming.index(max(coming))]
        taking.fresh.append(max(coming))
        for log in logs:
            log.taken.append(max(coming))
    return taking, narrowest


def _held(connection: Connection, wish: Wish, closed: int) -> list[Turn]:
    """The turns that were kept for the holder of a wish, which wants them from one quota alone."""
    if not wish.holder:
        return []
    wanted = {"of_budget": wish.quotas[0].key, "of_holder": wish.holder}
    rows = [(number, at) for number, at in connection.execute(_HELD, wanted) if at > wish.now - UNUSED]
    earliest = Standing(closed=closed).next_turn(wish.quotas[0], wish.now)
    return [Turn(max(at, earliest), (number,)) for number, at in rows[: wish.count]]


@dataclass(slots=True)
class _Ahead:
    """A quota's log with turns that are planned and not in it yet."""

    connection: Connection
    quota: Quota
    standing: Standing
    taken: list[int] = field(default_factory=list)

    def next_turn(self, now: int) -> int:
        if not self.taken:
            return self.standing.next_turn(self.quota, now)
        if len(self.taken) >= self.quota.of:
            leaving: int | None = self.taken[-self.quota.of]
        else:
            wanted = {"of_budget": self.quota.key, "before": self.quota.of - 1 - len(self.taken)}
            leaving = self.connection.execute(select(_LEAVING), wanted).scalar()
        return Standing(self.taken[-1], leaving, self.standing.closed).next_turn(self.quota, now)


def _given_out(connection: Connection, wish: Wish, taking: _Taking) -> list[Turn]:
    for turn in taking.held:
        connection.execute(_MOVE, {"own_id": turn.ids[0], "new_at": turn.at})
    return [*taking.held, *(_insert(connection, wish, at, "") for at in taking.fresh)]


def _insert(connection: Connection, wish: Wish, at: int, holder: str) -> Turn:
    rows = [{"budget": quota.key, "at": at, "made": wish.now, "holder": holder} for quota in wish.quotas]
    return Turn(at, tuple(connection.execute(_TAKE, row).scalar_one() for row in rows))


def _sweep(connection: Connection, quotas: Sequence[Quota], now: int) -> None:
    """Delete what counts no more: turns that have passed, that nobody came for, or of a clock that was wrong."""
    for quota in quotas:
        passed = turns.c.at < now - quota.span
        nobodys = (turns.c.holder != "") & (turns.c.at < now - UNUSED)
        wrong = turns.c.made > now + CLOCKS_APART
        connection.execute(delete(turns).where(turns.c.budget == quota.key, passed | nobodys | wrong))
    connection.execute(delete(budgets).where(budgets.c.used < now - 7 * DAY))


def _count(connection: Connection, row: tuple[Any, ...], now: int) -> Count:
    key, name, allowed, seconds, closed, _ = row
    quota = Quota(key, name, allowed, seconds)
    counted = (turns.c.budget == key) & (turns.c.at > now - quota.span)
    used, newest = connection.execute(select(func.count(), func.max(turns.c.at)).where(counted)).one()
    leaving = connection.execute(select(_LEAVING), {"of_budget": key, "before": allowed - 1}).scalar()
    more = Standing(newest, leaving, closed).next_turn(quota, now)
    closed = closed if closed <= now + longest_closed(quota) else 0
    return Count(key, name, allowed, seconds, used, more, max(now, closed, newest + quota.span if newest else 0))
