"""What a quota allows, and when the next request may go out. Pure; instants are microseconds since 1970 in UTC.

The requests of any span are counted, not those since the last full hour or minute: that holds for a server that counts
either way. Turns are given out in advance, each behind the one before, so that who comes first goes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SECOND = 1_000_000
HOUR_SECONDS, MINUTE_SECONDS = 3600, 60
DAY = 86_400 * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_UNITS = {HOUR_SECONDS: "an hour", MINUTE_SECONDS: "a minute", 1: "a second"}
_LONGEST_MARGIN, _SHARE = 2 * SECOND, 5


def micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def instant(at: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at)


@dataclass(frozen=True, slots=True)
class Quota:
    """`of` requests in any `seconds`.

    Attributes:
        key: tells quotas apart, in all processes; neither it nor `name`, which is for people, holds a secret.
        what: requests, reads or writes.
    """

    key: str
    name: str
    of: int
    seconds: int
    what: str = "requests"

    @property
    def span(self) -> int:
        """Microseconds for which a request counts here: longer than at the server by what it may take to get there."""
        return self.seconds * SECOND + self._margin

    @property
    def late(self) -> int:
        """Microseconds after its turn that a request may go out; half of what its way to the server is given."""
        return self._margin // 2

    @property
    def _margin(self) -> int:
        return min(_LONGEST_MARGIN, self.seconds * SECOND // _SHARE)

    @property
    def rate(self) -> str:
        return f"{self.of} {self.what} {_UNITS.get(self.seconds, f'in {self.seconds} s')}"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a quota when a turn is wanted.

    Attributes:
        newest: the latest turn that was given out; None when there is none.
        leaving: the turn that has to leave the span first: the latest but `of` - 1; None when there are fewer.
        closed: until when the server refuses, as it said itself.
    """

    newest: int | None = None
    leaving: int | None = None
    closed: int = 0

    def next_turn(self, quota: Quota, now: int) -> int:
        """The instant of the next turn, not before `now`."""
        leaving = now if self.leaving is None else self.leaving + quota.span
        closed = self.closed if self.closed <= now + longest_closed(quota) else now
        return max(now, self.newest or now, leaving, closed)


def longest_closed(quota: Quota) -> int:
    """How far ahead a refusal may reach; more comes from a clock that was wrong."""
    return max(DAY, 2 * quota.span)


def standing(turns: Sequence[int], quota: Quota, closed: int = 0) -> Standing:
    """The standing of a quota after these turns, in rising order."""
    leaving = turns[-quota.of] if len(turns) >= quota.of else None
    return Standing(turns[-1] if turns else None, leaving, closed)


@dataclass(frozen=True, slots=True)
class Wish:
    """Turns that are wanted, each of them in all `quotas`.

    Attributes:
        now: when it is asked.
        latest: the last of the turns may not be later.
        count: how many.
        holder: whose turns they are, where those that come too late are kept for the next try; empty for nobody.
    """

    quotas: tuple[Quota, ...]
    now: int
    latest: int
    count: int = 1
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """A request may go out at an instant. `ids` are its records, one for each quota."""

    at: int
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The turns would come too late: the first one at `first`, the last one at `last`, because of a quota."""

    quota: Quota
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Count:
    """What a quota was used for: `used` of its `of` requests count now; instants are microseconds.

    Attributes:
        more: when a request may go out; in the past when one may now.
        full: when all of them are there again, if none goes out until then.
    """

    key: str
    name: str
    of: int
    seconds: int
    used: int
    more: int
    full: int
