"""What was looked up in Clockify is kept: beyond the process, for a while, and not when it lacks a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from sheetsync.clockify.client import Access, ClockifyClient
from sheetsync.clockify.directory import Directory
from sheetsync.clockify.query import Filters, Selection
from sheetsync.deadline import Deadline
from sheetsync.errors import ClockifyError
from sheetsync.progress import Silent
from sheetsync.sandbox.clockify import ClockifySandbox, Company

BEGIN = datetime(2026, 11, 23, 12, tzinfo=UTC)
WEEK = timedelta(days=7)


@dataclass
class Shelf:
    texts: dict[str, str] = field(default_factory=dict)

    def get(self, key: str) -> str | None:
        return self.texts.get(key)

    def put(self, key: str, value: str) -> None:
        self.texts[key] = value


@dataclass
class Office:
    """A directory that is opened anew by each process, and a clock."""

    sandbox: ClockifySandbox
    shelf: Shelf = field(default_factory=Shelf)
    now: datetime = BEGIN

    def __post_init__(self) -> None:
        access = Access(self.sandbox.base_url, self.sandbox.reports_url, self.sandbox.api_key)
        self.client = ClockifyClient(access, Deadline(60), Silent())
        self.account = access.account

    def process(self) -> Directory:
        return Directory(self.shelf, lambda: self.now)

    def client_id(self, name: str, directory: Directory | None = None) -> tuple[str, ...]:
        filters = Filters(clients=Selection((name,)))
        found = (directory or self.process()).resolve(self.client, self.account, self.sandbox.workspace_id, filters)
        assert found.clients is not None
        return found.clients.names


@pytest.fixture
def office() -> Iterator[Office]:
    with ClockifySandbox(Company.empty()) as sandbox:
        yield Office(sandbox)


def test_a_new_process_asks_for_nothing_that_the_one_before_knew(office: Office) -> None:
    name, identity = office.sandbox.company.name, office.sandbox.workspace_id
    assert office.process().workspace(office.client, office.account, name) == identity
    assert office.process().workspace(office.client, office.account, name) == identity
    assert office.process().plan(office.client, office.account, identity) == "paid"
    assert office.client.requests == 1


def test_an_answer_that_is_old_is_asked_for_again(office: Office) -> None:
    name, own = office.sandbox.company.name, office.process()
    own.workspace(office.client, office.account, name)
    office.now += WEEK - timedelta(seconds=1)
    own.workspace(office.client, office.account, name)
    assert office.client.requests == 1
    office.now += timedelta(seconds=1)
    own.workspace(office.client, office.account, name)
    assert office.client.requests == 2


def test_a_name_that_is_new_in_clockify_is_found_though_the_list_is_kept(office: Office) -> None:
    own = office.process()
    first = office.sandbox.company.add_client("Acme")
    assert office.client_id("Acme", own) == (first,)
    second = office.sandbox.company.add_client("Umbrella")
    office.now += timedelta(minutes=11)
    assert office.client_id("Umbrella", own) == (second,)
    assert office.client.requests == 2


def test_a_name_that_is_nowhere_costs_a_request_now_and_then_and_not_each_time(office: Office) -> None:
    office.sandbox.company.add_client("Acme")
    for _ in range(3):
        with pytest.raises(ClockifyError, match="no client called 'Nobody'"):
            office.client_id("Nobody")
    assert office.client.requests == 1


@pytest.mark.parametrize("text", ["", "null", "[]", "{", '{"asked": "x", "entities": []}', '{"asked": 1}'])
def test_what_was_kept_and_cannot_be_read_is_asked_for(office: Office, text: str) -> None:
    office.process().workspace(office.client, office.account, office.sandbox.company.name)
    office.shelf.texts = dict.fromkeys(office.shelf.texts, text)
    office.process().workspace(office.client, office.account, office.sandbox.company.name)
    assert office.client.requests == 2
