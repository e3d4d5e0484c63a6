"""The filters that all reports of time share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from sheetsync.sandbox.clockify import ClockifySandbox, Switches

Report = Callable[..., Any]
NINE = datetime(2021, 11, 3, 9, tzinfo=UTC)


@pytest.fixture
def office(sandbox: ClockifySandbox) -> ClockifySandbox:
    """Five entries, named a to e, that differ in everything a filter can ask for."""
    company = sandbox.company
    company.add_currency("EUR")
    company.add_user("Ina Inactive", "ina@example.com", status="INACTIVE")
    company.add_group("Engineers", ["Robin Regular"])
    company.add_client("Acme")
    company.add_client("Globex", currency="EUR", archived=True)
    company.add_project("Web", "Acme")
    company.add_project("Old", "Globex", archived=True)
    company.add_task("Design", "Web")
    company.add_task("Done", "Web", status="DONE")
    company.add_tag("red")
    company.add_tag("blue, dark")
    company.add_custom_field("Ref", "TXT")
    company.add_custom_field("Km", "NUMBER")
    add = company.add_entry
    add(NINE, 600, project="Web", task="Design", tags=["red"], description="a", approved=True)
    add(NINE, 60, project="Web", task="Done", tags=["red", "blue, dark"], description="b", billable=False)
    add(NINE, 60, project="Old", description="c", user="Robin Regular", invoice="INV-1")
    add(NINE, 60, description="d", user="Ina Inactive", custom={"Ref": "X-1", "Km": 12})
    add(NINE, 60, tags=["blue, dark"])
    return sandbox


def ids_of(sandbox: ClockifySandbox, *names: str) -> list[str]:
    company = sandbox.company
    shelves: list[dict[str, Any]] = [company.users, company.groups, company.clients, company.projects]
    shelves += [company.tasks, company.tags, company.custom_fields]
    found = {thing.name: thing.id for shelf in shelves for thing in shelf.values()}
    return [found[name] for name in names]


@pytest.mark.parametrize(
    ("key", "names", "more", "expected"),
    [
        ("users", ["Olivia Owner"], {}, "ab-"),
        ("users", ["Olivia Owner"], {"contains": "CONTAINS"}, "ab-"),
        ("users", ["Olivia Owner"], {"contains": "DOES_NOT_CONTAIN"}, "cd"),
        ("users", [], {"status": "INACTIVE"}, "d"),
        ("users", [], {"status": "ACTIVE"}, "abc-"),
        ("users", [], {"status": "ACTIVE_WITH_PENDING"}, "abc-"),
        ("userGroups", ["Engineers"], {}, "c"),
        ("userGroups", ["Engineers"], {"contains": "DOES_NOT_CONTAIN"}, "abd-"),
        ("clients", ["Acme"], {}, "ab"),
        ("clients", ["Acme"], {"contains": "DOES_NOT_CONTAIN"}, "cd-"),
        ("clients", [], {"status": "ARCHIVED"}, "c"),
        ("projects", ["Web"], {"contains": "CONTAINS_ONLY"}, "ab"),
        ("projects", ["Web"], {"contains": "DOES_NOT_CONTAIN"}, "cd-"),
        ("projects", [], {"status": "ACTIVE"}, "abd-"),
        ("projects", [], {"status": "ALL"}, "abcd-"),
        ("tasks", ["Design"], {}, "a"),
        ("tasks", [], {"status": "ARCHIVED"}, "b"),
        ("tags", ["red"], {}, "ab"),
        ("tags", ["red"], {"containedInTimeentry": "CONTAINS"}, "ab"),
        ("tags", ["red"], {"containedInTimeentry": "CONTAINS_ONLY"}, "a"),
        ("tags", ["red"], {"containedInTimeentry": "DOES_NOT_CONTAIN"}, "cd-"),
        ("tags", ["red"], {"contains": "DOES_NOT_CONTAIN"}, "cd-"),
    ],
)
def test_things_are_filtered_by_id_and_status(
    office: ClockifySandbox, report: Report, key: str, names: list[str], more: dict[str, str], expected: str
) -> None:
    answer = report("detailed", **{key: {"ids": ids_of(office, *names), **more}})
    assert "".join(sorted(row["description"] or "-" for row in answer["timeentries"])) == "".join(sorted(expected))
    assert answer["totals"][0]["entriesCount"] == len(expected)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"billable": False}, "b"),
        ({"description": "A"}, "a"),
        ({"withoutDescription": True}, "-"),
        ({"approvalState": "APPROVED"}, "a"),
        ({"approvalState": "UNAPPROVED"}, "bcd-"),
        ({"invoicingState": "INVOICED"}, "c"),
        ({"invoicingState": "UNINVOICED"}, "abd-"),
        ({"approvalState": "ALL", "invoicingState": "ALL"}, "abcd-"),
        ({"archived": True}, "c"),
        ({"archived": False}, "abd-"),
        ({"currency": {"ids": ["EUR"]}}, "c"),
        ({"detailedFilter": {"auditFilter": {"withoutProject": True}}}, "d-"),
        ({"detailedFilter": {"auditFilter": {"withoutTask": True, "duration": 1, "durationShorter": True}}}, ""),
        ({"detailedFilter": {"auditFilter": {"duration": 5, "durationShorter": False}}}, "a"),
    ],
)
def test_states_and_texts_are_filtered(
    office: ClockifySandbox, report: Report, body: dict[str, Any], expected: str
) -> None:
    assert office.company.entries
    answer = report("detailed", **body)
    assert "".join(sorted(row["description"] or "-" for row in answer["timeentries"])) == "".join(sorted(expected))


@pytest.mark.parametrize(
    ("name", "more", "expected"),
    [
        ("Ref", {"type": "TXT", "value": "x-"}, 1),
        ("Ref", {"type": "TXT", "isEmpty": True}, 4),
        ("Km", {"type": "NUMBER", "value": 10, "numberCondition": "GREATER_THAN"}, 1),
        ("Km", {"type": "NUMBER", "value": 10, "numberCondition": "LESS_THAN"}, 0),
        ("Km", {"type": "NUMBER", "value": "12", "numberCondition": "EQUAL"}, 1),
    ],
)
def test_custom_fields_are_filtered(
    office: ClockifySandbox, report: Report, name: str, more: dict[str, Any], expected: int
) -> None:
    answer = report("detailed", customFields=[{"id": ids_of(office, name)[0], **more}])
    assert len(answer["timeentries"]) == expected


@pytest.mark.parametrize(("choice", "expected"), [("either", 4), ("both", 0)])
def test_users_and_groups_together_follow_the_switch(
    office: ClockifySandbox, report: Report, choice: Any, expected: int
) -> None:
    office.switches = Switches(users_with_groups=choice)
    users, groups = ids_of(office, "Olivia Owner"), ids_of(office, "Engineers")
    answer = report("detailed", users={"ids": users}, userGroups={"ids": groups})
    assert len(answer["timeentries"]) == expected


def test_an_unknown_id_finds_nothing_or_is_refused(
    office: ClockifySandbox, report: Report, ask: Callable[..., requests.Response]
) -> None:
    body = {"projects": {"ids": ["0" * 24]}}
    assert report("detailed", **body)["timeentries"] == []
    office.switches = Switches(unknown_filter_ids="refuse")
    response = ask(office, "detailed", **body)
    assert (response.status_code, response.json()["message"]) == (400, "Project doesn't belong to Workspace")


def test_inactive_users_may_be_left_out_by_default(office: ClockifySandbox, report: Report) -> None:
    office.switches = Switches(default_user_status="ACTIVE")
    assert len(report("detailed")["timeentries"]) == 4
    assert len(report("detailed", users={"status": "ALL"})["timeentries"]) == 5
