"""Pages that shift while they are read never give a doubled or lost row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from sheetsync.clockify import reading
from sheetsync.clockify.fields import Row
from sheetsync.clockify.reading import Border, Paged
from sheetsync.errors import UnreconciledError

PAGED = Paged("timeentries", "entriesCount", page_size=3)


def entry(number: int, seconds: int = 60) -> dict[str, Any]:
    return {"_id": f"e{number}", "timeInterval": {"duration": seconds}}


class Server:
    """Entries by page, changed by a hook after chosen requests."""

    def __init__(self, entries: list[dict[str, Any]], *, totals: bool = True) -> None:
        self.entries = entries
        self.totals = totals
        self.asked: list[int] = []
        self.after: dict[int, Callable[[list[dict[str, Any]]], None]] = {}

    def page(self, number: int) -> dict[str, Any]:
        self.asked.append(number)
        found = self.entries[(number - 1) * 3 : number * 3]
        seconds = sum(each["timeInterval"]["duration"] for each in self.entries)
        totals = {"entriesCount": len(self.entries), "totalTime": seconds} if self.totals and self.entries else None
        answer = {"timeentries": found, "totals": [totals]}
        if (change := self.after.pop(len(self.asked), None)) is not None:
            change(self.entries)
        return answer

    def read(self) -> list[str]:
        return [str(row["_id"]) for row in read(self.page)]


def read(fetch: reading.Fetch, paged: Paged = PAGED) -> list[Row]:
    """What a reader of the pages holds in the end."""
    found: list[Row] = []
    for page in reading.pages(fetch, paged, lambda _: None, workers=1):
        if page.number == 1:
            found.clear()
        found += page.rows
    return found


def across(border: datetime, *windows: list[Row]) -> list[Row]:
    """The rows of adjoining windows, put together."""
    found: list[Row] = []
    over = Border()
    for rows in windows:
        new, joined = over.sift(rows, len(found), border)
        for at, row in joined.items():
            found[at] = row
        found += new
        over.cross()
    return found


def without(at: int) -> Callable[[list[dict[str, Any]]], None]:
    def drop(entries: list[dict[str, Any]]) -> None:
        del entries[at]

    return drop


def numbered(count: int) -> list[dict[str, Any]]:
    return [entry(number) for number in range(count)]


def test_pages_are_read_in_order_and_only_as_many_as_there_are() -> None:
    server = Server(numbered(7))
    assert server.read() == [f"e{number}" for number in range(7)]
    assert server.asked == [1, 2, 3]


def test_a_page_that_was_fetched_ahead_is_looked_into_when_it_is_its_turn() -> None:
    server, looked_into = Server(numbered(9)), list[int]()

    def fetch(number: int) -> Callable[[], dict[str, Any]]:
        body = server.page(number)

        def look() -> dict[str, Any]:
            looked_into.append(number)
            return body

        return look

    for page in reading.pages(fetch, PAGED, lambda _: None, workers=3):
        assert looked_into == list(range(1, page.number + 1))
    assert looked_into == [1, 2, 3]


def test_a_report_without_entries_costs_one_request() -> None:
    server = Server([])
    assert server.read() == []
    assert server.asked == [1]


@pytest.mark.parametrize("at", [0, 2, 4, 6])
def test_an_entry_added_between_two_pages_is_neither_doubled_nor_does_it_push_one_out(at: int) -> None:
    server = Server(numbered(7))
    server.after[1] = lambda entries: entries.insert(at, entry(99))
    assert sorted(server.read()) == sorted([*(f"e{number}" for number in range(7)), "e99"])


@pytest.mark.parametrize("at", [0, 2, 4, 6])
def test_an_entry_deleted_between_two_pages_takes_no_other_with_it(at: int) -> None:
    server = Server(numbered(7))
    server.after[1] = without(at)
    assert server.read() == [f"e{number}" for number in range(7) if number != at]


def test_an_entry_whose_length_changes_between_two_pages_is_read_again() -> None:
    server = Server(numbered(7))
    server.after[2] = lambda entries: entries[0]["timeInterval"].update(duration=120)
    rows = read(server.page)
    assert rows[0]["timeInterval"]["duration"] == 120


def test_entries_that_never_stand_still_fail_the_run_and_say_so() -> None:
    server = Server(numbered(7))
    for request in range(1, 100):
        server.after[request] = lambda entries: entries.insert(0, entry(len(entries) + 1000))
    with pytest.raises(UnreconciledError, match="after 3 readings"):
        server.read()


def test_totals_that_disagree_with_a_single_page_fail_the_run() -> None:
    answer = {"timeentries": numbered(2), "totals": [{"entriesCount": 2, "totalTime": 121}]}
    with pytest.raises(UnreconciledError, match="last 120 seconds, its totals say 121"):
        read(lambda _: answer)


def test_without_totals_all_pages_are_read_twice_and_compared() -> None:
    server = Server(numbered(7), totals=False)
    server.after[1] = without(0)
    assert server.read() == [f"e{number}" for number in range(1, 7)]


def test_a_server_that_gives_shorter_pages_than_asked_for_is_read_to_the_end() -> None:
    paged = Paged("timeentries", "entriesCount", page_size=1000)
    server = Server(numbered(7))
    rows = read(server.page, paged)
    assert len(rows) == 7


MIDNIGHT = datetime(2021, 11, 2, tzinfo=UTC)


def test_an_entry_over_the_border_of_two_windows_comes_once() -> None:
    interval = {"start": "2021-11-01T23:00:00Z", "end": "2021-11-02T01:00:00Z", "duration": 7200}
    whole = {"_id": "x", "timeInterval": interval}
    assert across(MIDNIGHT, [entry(1), whole], [whole, entry(2)]) == [entry(1), whole, entry(2)]


def test_an_entry_cut_at_the_border_of_two_windows_is_joined_where_it_began() -> None:
    start, middle, end = "2021-11-01T23:00:00Z", "2021-11-02T00:00:00Z", "2021-11-02T01:00:00Z"
    first = {"_id": "x", "amount": 1.0, "timeInterval": {"start": start, "end": middle, "duration": 3600}}
    second = {"_id": "x", "amount": 2.0, "timeInterval": {"start": middle, "end": end, "duration": 3600}}
    joined = {"_id": "x", "amount": 3.0, "timeInterval": {"start": start, "end": end, "duration": 7200}}
    assert across(MIDNIGHT, [entry(1), first, entry(2)], [entry(3), second]) == [entry(1), joined, entry(2), entry(3)]


def test_entries_that_came_twice_are_counted_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "COUNTED_AT_ONCE", 2)
    server = Server([*numbered(9), entry(4)])
    with pytest.raises(UnreconciledError, match="1 of its entries came twice"):
        server.read()
