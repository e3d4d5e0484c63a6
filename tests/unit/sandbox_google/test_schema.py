"""The schema of the API, and how payloads are bound to it."""

from __future__ import annotations

from typing import Any

import pytest

from sheetsync.sandbox.google.errors import Violation
from sheetsync.sandbox.google.schema import bind, schemas, stored
from sheetsync.sandbox.google.schema_source import TARGET, discovery_document, rendered
from sheetsync.sandbox.google.updates import HANDLERS


def bound(name: str, payload: Any) -> tuple[Any, list[str]]:
    violations: list[Violation] = []
    return bind(name, payload, violations), [found.description for found in violations]


def test_the_schema_is_that_of_the_installed_discovery_document() -> None:
    assert TARGET.read_text(encoding="utf-8") == rendered(discovery_document()), (
        "run `python -m sheetsync.sandbox.google.schema_source`"
    )


def test_every_kind_of_request_that_is_done_is_in_the_schema() -> None:
    assert set(HANDLERS) <= schemas()["Request"].keys()


def test_names_are_taken_in_both_spellings_and_given_in_json_spelling() -> None:
    payload = {"sheet_id": "3", "gridProperties": {"row_count": 2.0}}
    assert bound("SheetProperties", payload) == ({"sheetId": 3, "gridProperties": {"rowCount": 2}}, [])


def test_null_is_as_good_as_absent() -> None:
    assert bound("SheetProperties", {"title": None, "index": 1}) == ({"index": 1}, [])


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({"index": 1.5}, "Invalid value at 'index' (TYPE_INT32), 1.5"),
        ({"index": 2**31}, "Invalid value at 'index' (TYPE_INT32), 2147483648"),
        ({"hidden": "yes"}, "Invalid value at 'hidden' (TYPE_BOOL), \"yes\""),
        ({"title": 5}, "Invalid value at 'title' (TYPE_STRING), 5"),
        (
            {"gridProperties": []},
            "Invalid value at 'grid_properties' (type.googleapis.com/google.apps.sheets.v4.GridProperties), []",
        ),
        ({"tabColor": {"red": "much"}}, "Invalid value at 'tab_color.red' (TYPE_DOUBLE), \"much\""),
        (
            {"tabColor": {"rot": 1}},
            "Invalid JSON payload received. Unknown name \"rot\" at 'tab_color': Cannot find field.",
        ),
    ],
)
def test_what_does_not_fit_is_told_by_its_proto_path(payload: Any, message: str) -> None:
    assert bound("SheetProperties", payload)[1] == [message]


def test_every_violation_is_told() -> None:
    _, messages = bound("ValueRange", {"values": ["X", "Y"], "rang": 1})
    assert len(messages) == 3


def test_zero_false_and_empty_are_left_out_where_the_api_leaves_them_out() -> None:
    kept = stored("SheetProperties", {"sheetId": 0, "index": 0, "hidden": False, "gridProperties": {"rowCount": 0}})
    assert kept == {"sheetId": 0, "index": 0, "gridProperties": {}}
    value = stored("CellData", {"userEnteredValue": {"numberValue": 0}, "note": ""})
    assert value == {"userEnteredValue": {"numberValue": 0}}
    assert stored("Color", {"red": 0, "blue": 1}) == {"blue": 1}
    assert stored("GridRange", {"sheetId": 0, "startRowIndex": 0}) == {"startRowIndex": 0}
