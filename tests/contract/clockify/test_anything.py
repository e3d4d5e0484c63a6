"""Whatever is sent, the stand-in answers in the API's own way; what the documentation allows, it accepts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.sandbox.clockify import ClockifySandbox
from sheetsync.sandbox.clockify.bodies import (
    AttendanceBody,
    Body,
    DetailedBody,
    ExpenseBody,
    SummaryBody,
    WeeklyBody,
)
from tests.drawing import examples

Ask = Callable[..., requests.Response]
REPORTS: dict[str, type[Body]] = {
    "detailed": DetailedBody,
    "summary": SummaryBody,
    "weekly": WeeklyBody,
    "expenses/detailed": ExpenseBody,
    "attendance": AttendanceBody,
}
PATHS = ("time-entries", "user/{user}/time-entries", "time-entries/64c777ddd3fcab07cf000001", "projects", "nothing")
LISTS = ("projects", "clients", "tags", "users", "user-groups", "custom-fields", "expenses/categories", "webhooks")
QUICK = examples(60)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(
        ("2021-11-01T00:00:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59", "Europe", "UTC", "../UTC", "ALL", "DATE")
    )
)
NAMES = st.text(max_size=8) | st.sampled_from(
    sorted(
        {
            str(field.alias)
            for kind in (*REPORTS.values(), *Body.__subclasses__())
            for field in kind.model_fields.values()
        }
    )
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)


def in_the_apis_own_way(response: requests.Response) -> bool:
    if response.status_code < 400:
        return True
    body = response.json()
    return response.status_code < 500 and set(body) == {"message", "code"} and isinstance(body["code"], int)


@QUICK
@given(name=st.sampled_from(sorted(REPORTS)), body=st.dictionaries(NAMES, JSON, max_size=5))
def test_any_json_gets_an_answer_from_a_report(
    sampled: ClockifySandbox, ask: Ask, name: str, body: dict[str, Any]
) -> None:
    # `key` is the name of the header's argument in the fixture.
    body.pop("key", None)
    body.pop("name", None)
    body.pop("sandbox", None)
    assert in_the_apis_own_way(ask(sampled, name, **body))


@QUICK
@given(path=st.sampled_from(PATHS), method=st.sampled_from(("POST", "PUT", "PATCH", "GET")), body=JSON)
def test_any_json_gets_an_answer_from_the_regular_api(
    sandbox: ClockifySandbox, session: requests.Session, path: str, method: str, body: Any
) -> None:
    place = path.format(user=sandbox.company.owner.id)
    url = f"{sandbox.base_url}/workspaces/{sandbox.workspace_id}/{place}"
    response = session.request(method, url, json=body, headers={"X-Api-Key": sandbox.api_key}, timeout=30)
    assert in_the_apis_own_way(response)


@QUICK
@given(
    path=st.sampled_from(LISTS),
    query=st.dictionaries(
        st.sampled_from(("page", "page-size", "name", "archived", "status", "sort-order", "strict-name-search")),
        st.text(max_size=6) | st.integers(-5, 10**12).map(str),
        max_size=4,
    ),
)
def test_any_query_gets_an_answer_from_a_list(
    sampled: ClockifySandbox, session: requests.Session, path: str, query: dict[str, str]
) -> None:
    url = f"{sampled.base_url}/workspaces/{sampled.workspace_id}/{path}"
    response = session.get(url, params=query, headers={"X-Api-Key": sampled.api_key}, timeout=30)
    assert in_the_apis_own_way(response)


def legal(*choices: str) -> st.SearchStrategy[Any]:
    return st.sampled_from(choices)


IDS = st.lists(st.sampled_from(("5b715448b079875110792222", "5b715448b079875110791111")), unique=True)
CONTAINS = legal("CONTAINS", "DOES_NOT_CONTAIN", "CONTAINS_ONLY")
ARCHIVED = st.fixed_dictionaries(
    {}, optional={"ids": IDS, "contains": CONTAINS, "status": legal("ACTIVE", "ARCHIVED", "ALL")}
)
MEMBERS = legal("ALL", "ACTIVE_WITH_PENDING", "ACTIVE", "PENDING", "INACTIVE")
USERS = st.fixed_dictionaries({}, optional={"ids": IDS, "contains": CONTAINS, "status": MEMBERS})
TAGS = st.fixed_dictionaries({}, optional={"ids": IDS, "containedInTimeentry": CONTAINS, "contains": CONTAINS})
FIELDS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "id": st.just("5b71544ab0798751107918b3"),
            "isEmpty": st.booleans(),
            "numberCondition": legal("EQUAL", "GREATER_THAN", "LESS_THAN"),
            "type": legal("TXT", "NUMBER", "DROPDOWN_SINGLE", "DROPDOWN_MULTIPLE", "CHECKBOX", "LINK"),
            "value": st.just(2000) | st.text(max_size=5) | st.booleans() | st.lists(st.text(max_size=3), max_size=2),
        },
    ),
    max_size=2,
)
AMOUNTS = legal("EARNED", "COST", "PROFIT", "HIDE_AMOUNT", "EXPORT")
COMMON: dict[str, st.SearchStrategy[Any]] = {
    "amountShown": AMOUNTS,
    "amounts": st.lists(AMOUNTS, max_size=3),
    "approvalState": legal("APPROVED", "UNAPPROVED", "ALL"),
    "archived": st.booleans(),
    "billable": st.booleans(),
    "clients": ARCHIVED,
    "currency": ARCHIVED,
    "customFields": FIELDS,
    "dateFormat": st.just("YYYY-MM-DD"),
    "dateRangeType": legal(
        "ABSOLUTE",
        "TODAY",
        "YESTERDAY",
        "THIS_WEEK",
        "LAST_WEEK",
        "PAST_TWO_WEEKS",
        "THIS_MONTH",
        "LAST_MONTH",
        "THIS_YEAR",
        "LAST_YEAR",
    ),
    "description": st.text(max_size=5),
    "exportType": legal("JSON", "JSON_V1"),
    "invoicingState": legal("INVOICED", "UNINVOICED", "ALL"),
    "projects": ARCHIVED,
    "rounding": st.booleans(),
    "sortOrder": legal("ASCENDING", "DESCENDING"),
    "tags": TAGS,
    "tasks": ARCHIVED,
    "timeFormat": st.just("T00:00:00"),
    "timeZone": legal("Europe/Belgrade", "UTC", "Asia/Tokyo"),
    "userCustomFields": FIELDS,
    "userGroups": USERS,
    "userLocale": legal("en", "de-DE"),
    "users": USERS,
    "weekStart": legal("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"),
    "withoutDescription": st.booleans(),
    "zoomLevel": legal("WEEK", "MONTH", "YEAR"),
}
PAGES: dict[str, st.SearchStrategy[Any]] = {"page": st.integers(1, 2**31 - 1), "pageSize": st.integers(1, 200)}
COLUMNS = {
    "detailed": legal("ID", "DESCRIPTION", "USER", "DURATION", "DATE", "ZONED_DATE", "NATURAL", "USER_DATE"),
    "summary": legal("GROUP", "DURATION", "AMOUNT", "EARNED", "COST", "PROFIT"),
    "expenses/detailed": legal("ID", "PROJECT", "USER", "CATEGORY", "DATE", "AMOUNT"),
    "attendance": legal("USER", "DATE", "START", "END", "BREAK", "WORK", "CAPACITY", "OVERTIME", "TIME_OFF"),
}
COMPARED = st.lists(
    st.fixed_dictionaries(
        {}, optional={"filtrationType": legal("EXACTLY", "LARGER_THAN", "SMALLER_THAN"), "value": legal("750", "09:30")}
    ),
    max_size=2,
)
GROUPS = st.lists(legal("CLIENT", "PROJECT", "DATE", "WEEK", "MONTH", "TASK", "TIMEENTRY"), max_size=3)
AUDIT = st.fixed_dictionaries(
    {},
    optional={
        "duration": st.integers(0, 600),
        "durationShorter": st.booleans(),
        "withoutProject": st.booleans(),
        "withoutTask": st.booleans(),
    },
)
OPTIONS = st.fixed_dictionaries({}, optional={"totals": legal("CALCULATE", "EXCLUDE")})
OWN: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "detailed": {
        "detailedFilter": st.fixed_dictionaries(
            {}, optional={**PAGES, "sortColumn": COLUMNS["detailed"], "auditFilter": AUDIT, "options": OPTIONS}
        )
    },
    "summary": {
        "summaryFilter": st.fixed_dictionaries(
            {},
            optional={
                "groups": GROUPS,
                "sortColumn": COLUMNS["summary"],
                "summaryChartType": legal("BILLABILITY", "PROJECT"),
            },
        )
    },
    "weekly": {
        "weeklyFilter": st.fixed_dictionaries(
            {"group": legal("USER", "PROJECT")}, optional={"subgroup": st.just("TIME")}
        )
    },
    "expenses/detailed": {},
    "attendance": {
        "attendanceFilter": st.fixed_dictionaries(
            {},
            optional={
                **PAGES,
                "sortColumn": COLUMNS["attendance"],
                "hasTimeOff": st.booleans(),
                **{f"{what}Filters": COMPARED for what in ("break", "capacity", "end", "overtime", "start", "work")},
            },
        )
    },
}
EXPENSES: dict[str, st.SearchStrategy[Any]] = {
    **PAGES,
    "categories": ARCHIVED,
    "note": st.text(max_size=5),
    "withoutNote": st.booleans(),
    "sortColumn": COLUMNS["expenses/detailed"],
}


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_a_body_that_the_documentation_allows_is_accepted(sampled: ClockifySandbox, ask: Ask, name: str) -> None:
    optional = {**COMMON, **(EXPENSES if name == "expenses/detailed" else {})}

    @QUICK
    @given(body=st.fixed_dictionaries(OWN[name], optional=optional))
    def accepted(body: dict[str, Any]) -> None:
        response = ask(sampled, name, **body)
        assert response.status_code == 200, response.text

    accepted()
