"""Time entries become cells, whatever Clockify writes in place of what it usually writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.clockify import detailed
from sheetsync.clockify.query import Amount, Query, Report
from sheetsync.table import Cell, Choice, Kind
from sheetsync.windows.window import Window

ZONES = ("UTC", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe")
ALL = (*(Choice(each.name) for each in detailed.FIELDS), Choice("Billable Amount (USD)"), Choice("timeInterval.start"))
DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - wall clock
MONEY_KEYS = ("amount", "rate", "earnedAmount", "earnedRate", "costAmount", "costRate", "profitAmount")
TEXT_KEYS = ("_id", "description", "type", "projectName", "clientName", "taskName", "userName", "currency")

odd = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text(max_size=3), max_size=2)
)
moments = st.builds(
    lambda naive, offset: naive.isoformat() + offset,
    st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001 - wall clock
    st.sampled_from(["", "Z", "+00:00", "+01:00", "-03:00", "+10:30"]),
)
cents = st.floats(0, 1e9)
intervals = st.fixed_dictionaries(
    {}, optional={"start": moments | odd, "end": moments | odd, "duration": st.integers(0, 10**6) | odd}
)
tags = st.lists(st.fixed_dictionaries({"name": st.text()}, optional={"_id": st.text()}) | st.text(), max_size=3)
rows = st.fixed_dictionaries(
    {},
    optional={
        "timeInterval": st.none() | intervals,
        "tags": st.none() | tags,
        "billable": odd,
        "isLocked": odd,
        **dict.fromkeys(MONEY_KEYS, cents | odd),
        **{key: st.sampled_from(["USD", "EUR", "Ünal"]) | odd for key in TEXT_KEYS},
    },
)


def asked(zone: str = "UTC", amounts: tuple[Amount, ...] = (Amount.EARNED,)) -> Query:
    window = Window(datetime(2021, 1, 1), datetime(2022, 1, 1), zone)  # noqa: DTZ001 - wall clock
    return Query(Report.DETAILED, window, amounts=amounts)


def cells(found: list[dict[str, Any]], query: Query, *names: str) -> list[tuple[Cell, ...]]:
    choices = [Choice(name) for name in names] or ALL
    # A currency that no row has is an error of the choice, which is not what these tests are about.
    known = [*found, {"currency": "USD"}]
    return list(detailed.tabulate(known, query, choices).records())[:-1]


@given(
    st.lists(rows, max_size=6),
    st.sampled_from(ZONES),
    st.lists(st.sampled_from(list(Amount)), unique=True, max_size=3).map(tuple),
)
def test_an_entry_reads_the_same_alone_and_among_others(
    found: list[dict[str, Any]], zone: str, amounts: tuple[Amount, ...]
) -> None:
    query = asked(zone, amounts)
    alone = [record for row in found for record in cells([row], query)]
    # Compared as they are written: true is not 1 there, and what is not a number equals itself.
    assert repr(cells(found, query)) == repr(alone)


@given(st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)), max_size=4), st.sampled_from(ZONES))  # noqa: DTZ001 - wall clock
def test_days_and_times_are_those_of_the_clock_in_the_job_s_zone(starts: list[datetime], zone: str) -> None:
    instants = [start.replace(tzinfo=UTC) for start in starts]
    entries = [{"timeInterval": {"start": each.isoformat(), "end": None}} for each in instants]
    walls = [each.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for each in instants]
    expected: list[tuple[Any, ...]] = [
        ((wall - DAY_ZERO).days, pytest.approx((wall - DAY_ZERO) % timedelta(1) / timedelta(1)), None, None)
        for wall in walls
    ]
    assert cells(entries, asked(zone), "Start Date", "Start Time", "End Date", "End Time") == expected


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ({"earnedAmount": 1250.0, "earnedRate": 2500.0}, (12.5, 25.0)),
        ({"earnedAmount": 1250, "earnedRate": 2500}, (12.5, 25.0)),
        ({"earnedAmount": 1250.0, "earnedRate": 2500.0, "amount": 9.0, "rate": 9.0}, (12.5, 25.0)),
        ({"amount": 1250.0, "rate": 2500.0}, (12.5, 25.0)),
        ({"earnedAmount": None, "earnedRate": None, "amount": 1250.0, "rate": 2500.0}, (12.5, 25.0)),
        ({"amounts": [{"type": "EARNED", "value": 1250.0}]}, (12.5, None)),
        ({"earnedAmount": True, "earnedRate": True}, (None, None)),
        ({"earnedAmount": "1250", "earnedRate": "2500"}, (None, None)),
        ({"earnedAmount": [1250.0], "earnedRate": {}}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_money_is_read_from_numbers_alone_wherever_they_stand(written: dict[str, Any], shown: tuple[Cell, ...]) -> None:
    usual: dict[str, Any] = {"earnedAmount": 100.0, "earnedRate": 100.0}
    assert cells([usual, written], asked(), "Billable Amount", "Billable Rate")[1] == shown


def test_money_of_another_currency_is_left_out_of_a_column_that_names_one() -> None:
    entries: list[dict[str, Any]] = [
        {"amount": 100.0, "currency": "EUR"},
        {"amount": 200.0, "currency": "USD"},
        {"amount": 300.0},
    ]
    assert cells(entries, asked(), "Billable Amount (USD)") == [(None,), (2.0,), (3.0,)]


def test_yes_in_a_column_of_texts_is_not_taken_for_the_number_one() -> None:
    assert cells([{"description": 1}, {"description": True}], asked(), "Description") == [("1",), ("True",)]


def test_every_column_is_there_for_a_page_without_entries() -> None:
    table = detailed.tabulate([], asked(), ALL)
    assert table.rows == 0
    assert [column.kind for column in table.columns][:-2] == [each.kind for each in detailed.FIELDS]
    assert table.columns[-1].kind is Kind.ANY
