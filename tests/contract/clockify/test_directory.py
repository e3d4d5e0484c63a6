"""The regular API: who one is, workspaces, and the lists that turn names into ids."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from sheetsync.sandbox.clockify import ClockifySandbox, Company

Get = Callable[..., requests.Response]


@pytest.fixture
def office(sandbox: ClockifySandbox) -> ClockifySandbox:
    company = sandbox.company
    company.add_currency("EUR")
    company.add_client("Acme")
    company.add_client("Globex", currency="EUR", archived=True)
    for name, archived in (("Web", False), ("Website", False), ("Old web", True)):
        company.add_project(name, "Acme", archived=archived)
    company.add_task("Design", "Web")
    company.add_task("Done", "Web", status="DONE")
    company.add_tag("red")
    company.add_group("Engineers", ["Olivia Owner"])
    company.add_category("Travel")
    company.add_custom_field("Ref", "TXT")
    return sandbox


def names(response: requests.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [row["name"] for row in response.json()]


def test_the_user_has_a_zone_and_a_workspace(sandbox: ClockifySandbox, get: Get) -> None:
    user = get("/user").json()
    assert (user["email"], user["activeWorkspace"]) == ("olivia@example.com", sandbox.workspace_id)
    assert user["settings"]["timeZone"] == "UTC"


def test_workspaces_come_all_at_once_with_plan_and_currencies(office: ClockifySandbox, get: Get) -> None:
    (workspace,) = get("/workspaces", **{"page-size": 1}).json()
    assert (workspace["id"], workspace["featureSubscriptionType"]) == (office.workspace_id, "PRO_2021")
    assert [each["code"] for each in workspace["currencies"]] == ["USD", "EUR"]
    assert workspace["workspaceSettings"]["round"] == {"round": "Round to nearest", "minutes": "15"}


def test_a_free_workspace_says_so(session: requests.Session) -> None:
    with ClockifySandbox(Company.empty(), plan="free") as free:
        (workspace,) = session.get(
            f"{free.base_url}/workspaces", headers={"X-Api-Key": free.api_key}, timeout=10
        ).json()
    assert workspace["featureSubscriptionType"] == "FREE"


def test_archived_things_are_listed_unless_asked_otherwise(office: ClockifySandbox, get: Get) -> None:
    assert office.company.projects
    assert names(get("projects")) == ["Old web", "Web", "Website"]
    assert names(get("projects", archived="false")) == ["Web", "Website"]
    assert names(get("clients", archived="true")) == ["Globex"]


def test_names_are_found_by_a_part_or_strictly(office: ClockifySandbox, get: Get) -> None:
    assert office.company.projects
    assert names(get("projects", name="WEB")) == ["Old web", "Web", "Website"]
    assert names(get("projects", **{"name": "web", "strict-name-search": "true"})) == ["Web"]


def test_lists_are_paged_and_say_when_they_end(office: ClockifySandbox, get: Get) -> None:
    assert office.company.projects
    first, second = (get("projects", page=number, **{"page-size": 2}) for number in (1, 2))
    assert (first.headers["Last-Page"], second.headers["Last-Page"]) == ("false", "true")
    assert names(first) + names(second) == ["Old web", "Web", "Website"]
    assert names(get("projects", page=0, **{"page-size": 2})) == names(first)
    assert names(get("projects", page=3, **{"page-size": 2})) == []
    assert get("projects", **{"page-size": 5001}).status_code == 400


def test_tasks_belong_to_a_project(office: ClockifySandbox, get: Get) -> None:
    web = next(each.id for each in office.company.projects.values() if each.name == "Web")
    assert names(get(f"projects/{web}/tasks")) == ["Design", "Done"]
    assert names(get(f"projects/{web}/tasks", **{"is-active": "true"})) == ["Design"]
    unknown = get("projects/000000000000000000000000/tasks")
    assert (unknown.status_code, unknown.json()["message"]) == (400, "Project doesn't belong to Workspace")


def test_the_other_lists_have_their_shapes(office: ClockifySandbox, get: Get) -> None:
    assert names(get("tags")) == ["red"]
    assert get("user-groups").json()[0]["userIds"] == [office.company.owner.id]
    assert get("clients").json()[1]["currencyCode"] == "EUR"
    assert get("custom-fields").json()[0]["type"] == "TXT"
    assert get("expenses/categories").json()["categories"][0]["name"] == "Travel"
    assert get("webhooks").json() == {"workspaceWebhookCount": 0, "webhooks": []}


def test_users_are_for_administrators(office: ClockifySandbox, get: Get) -> None:
    office.company.add_user("Gone", "gone@example.com", status="DELETED")
    office.company.add_user("Ina", "ina@example.com", status="INACTIVE")
    assert names(get("users")) == ["Ina", "Olivia Owner", "Robin Regular"]
    assert names(get("users", status="ACTIVE")) == ["Olivia Owner", "Robin Regular"]
    member = get("users", status="INACTIVE", memberships="ALL").json()[0]
    assert (member["status"], member["memberships"][0]["membershipStatus"]) == ("ACTIVE", "INACTIVE")
    refused = get("users", key=office.keys.regular)
    assert (refused.status_code, refused.json()) == (403, {"message": "Access Denied", "code": 501})


def test_a_parameter_of_the_wrong_type_is_echoed_in_the_refusal(office: ClockifySandbox, get: Get) -> None:
    assert office.company.projects
    response = get("projects", archived="maybe")
    assert (response.status_code, response.json()["code"]) == (400, 3000)
    assert "maybe" in response.json()["message"]
