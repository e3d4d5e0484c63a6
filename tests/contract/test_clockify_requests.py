"""Every report request is one that Clockify's published OpenAPI has, where that document is at hand."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sheetsync.clockify import bodies
from sheetsync.clockify.query import Amount, Filters, Group, Query, Report, Selection
from sheetsync.windows.window import Window

ROOT = Path(__file__).parents[2]
PLACES = [Path(os.environ.get("CLOCKIFY_OPENAPI", "")), ROOT.parent / "shared" / "facts" / "clockify.openapi.json"]
DOCUMENT = next((path for path in PLACES if path.is_file()), None)
SEEN_BEYOND = {"USER", "TAG", "USER_GROUP"}
"""Groups that the document leaves out and real servers take, or that the help centre names."""

pytestmark = pytest.mark.skipif(
    DOCUMENT is None, reason="Clockify's OpenAPI document is not here; set CLOCKIFY_OPENAPI"
)

WINDOW = Window(datetime(2021, 11, 1), datetime(2021, 11, 8), "Europe/Berlin")  # noqa: DTZ001 - wall clock
SOME = Selection(("5b715448b079875110792222",))
NOT = Selection(("5b715448b079875110791111",), exclude=True)
FILTERS = [
    Filters(),
    Filters(users=SOME, user_groups=NOT, clients=SOME, projects=NOT, tasks=SOME, billable=True, approval="approved"),
    Filters(description="x", billable=False, approval="all", invoicing="uninvoiced"),
]
AMOUNTS: list[tuple[Amount, ...]] = [(), (Amount.EARNED,), (Amount.EARNED, Amount.COST, Amount.PROFIT)]


def bodies_of(report: Report, query: Query) -> list[bodies.Body]:
    if report is Report.SUMMARY:
        return [bodies.summary(query, WINDOW)]
    if report is Report.WEEKLY:
        return [bodies.weekly(query, WINDOW)]
    paged = {Report.DETAILED: bodies.detailed, Report.EXPENSES: bodies.expenses, Report.ATTENDANCE: bodies.attendance}
    return [paged[report](query, WINDOW, page) for page in (1, 2)]


def mistakes(value: Any, schema: dict[str, Any], schemas: dict[str, Any], at: str = "") -> list[str]:
    while "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    found: list[str] = []
    if isinstance(value, dict):
        known = schema.get("properties", {})
        found += [f"{at} lacks {name}" for name in schema.get("required", []) if name not in value]
        for name, part in value.items():
            if name in known:
                found += mistakes(part, known[name], schemas, f"{at}.{name}")
            else:
                found.append(f"{at}.{name} is unknown")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            found += mistakes(part, schema["items"], schemas, f"{at}[{index}]")
    elif "enum" in schema and value not in schema["enum"] and value not in SEEN_BEYOND:
        found.append(f"{at} is {value!r}, not one of {schema['enum']}")
    return found


@pytest.mark.parametrize("report", list(Report))
@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("amounts", AMOUNTS)
def test_bodies_are_in_the_document(report: Report, filters: Filters, amounts: tuple[Amount, ...]) -> None:
    assert DOCUMENT is not None
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"]
    path = {Report.EXPENSES: "expenses/detailed"}.get(report, report.value)
    operation = document["paths"][f"/v1/workspaces/{{workspaceId}}/reports/{path}"]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    groupings = [(Group.USER,), (Group.PROJECT,)] if report is Report.WEEKLY else [(group,) for group in Group]
    for group_by in groupings:
        query = Query(report, WINDOW, group_by=group_by, filters=filters, amounts=amounts, rounding=True)
        for body in bodies_of(report, query):
            assert mistakes(body, schema, schemas) == []
