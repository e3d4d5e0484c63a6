"""What Google refuses, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from sheetsync.sandbox.google import GoogleSandbox
from tests.contract.google.conftest import ACCOUNT, Api
from tests.contract.google.test_cells import grid, row, update

Json = dict[str, Any]
SHEET = {"properties": {"sheetId": 0, "gridProperties": {"rowCount": 5, "columnCount": 5}}, "fields": "gridProperties"}


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({}, "Invalid requests[0]: No request set."),
        (
            {"repeatCell": {"range": {"sheetId": 9}, "fields": "note"}},
            "Invalid requests[0].repeatCell: No grid with id: 9",
        ),
        ({"deleteSheet": {"sheetId": 9}}, "Invalid requests[0].deleteSheet: No sheet with id: 9"),
        (
            {"repeatCell": {"range": {"startRowIndex": 1000, "endColumnIndex": 2}, "fields": "note"}},
            (
                "Invalid requests[0].repeatCell: Range (Sheet1!A1001:B) exceeds grid limits. "
                "Max rows: 1000, max columns: 26"
            ),
        ),
        (
            {"repeatCell": {"range": {"sheetId": 0}}},
            (
                "Invalid requests[0].repeatCell: At least one field must be listed in 'fields'. "
                "(Use '*' to indicate all fields.)"
            ),
        ),
        (
            {"repeatCell": {"range": {"sheetId": 0}, "fields": "userEnteredFormat.textFormatX.bold"}},
            "Invalid requests[0].repeatCell: Invalid field: userEnteredFormat.text_format_x",
        ),
        (
            update([row("x")] * 3, range=grid((998, 1002), (0, 1))),
            "Invalid requests[0].updateCells: Attempting to write row: 1000, beyond the last requested row of: 999",
        ),
        (
            update([row("x")] * 2, start={"rowIndex": 999}),
            "Invalid requests[0].updateCells: Attempting to write row: 1000, beyond the last requested row of: 999",
        ),
        (
            update([row("x", "y")], range=grid((0, 1), (0, 1))),
            "Invalid requests[0].updateCells: Attempting to write column: 1, beyond the last requested column of: 0",
        ),
        (
            update([row("x" * 50_001)], start={}),
            (
                "Invalid requests[0].updateCells: Your input contains more than the maximum of 50000 characters in a "
                "single cell."
            ),
        ),
        (
            {
                "updateSheetProperties": {
                    "properties": {"gridProperties": {"rowCount": 400_000}},
                    "fields": "gridProperties.rowCount",
                }
            },
            (
                "Invalid requests[0].updateSheetProperties: This action would increase the number of cells in the "
                "workbook above the limit of 10000000 cells."
            ),
        ),
        (
            {"addSheet": {"properties": {"title": "sheet1"}}},
            'Invalid requests[0].addSheet: A sheet with the name "sheet1" already exists. Please enter another name.',
        ),
        ({"deleteSheet": {}}, "Invalid requests[0].deleteSheet: You can't remove all the sheets in a document."),
        (
            {"updateSheetProperties": {"properties": {"hidden": True}, "fields": "hidden"}},
            "Invalid requests[0].updateSheetProperties: You can't hide all the sheets in a document.",
        ),
        (
            {"deleteDimension": {"range": {"dimension": "ROWS", "startIndex": 0, "endIndex": 1000}}},
            "Invalid requests[0].deleteDimension: You can't delete all the rows on the sheet.",
        ),
        (
            {"updateNamedRange": {"namedRange": {"namedRangeId": "gone", "name": "x"}, "fields": "name"}},
            "Invalid requests[0].updateNamedRange: No named range with id: gone",
        ),
    ],
)
def test_a_request_that_cannot_be_done_is_refused(api: Api, request_: Json, message: str) -> None:
    assert api.refusal(request_) == message


def test_the_refusal_names_the_place_in_the_batch(api: Api) -> None:
    fine = update([row("x")], start={})
    assert api.refusal(fine, {"deleteSheet": {"sheetId": 9}}).startswith("Invalid requests[1].deleteSheet: ")
    assert api.values("A1") == []


def test_an_empty_batch_is_refused(api: Api) -> None:
    assert api.refusal() == "Must specify at least one request."


def test_a_batch_has_at_most_100000_requests(api: Api) -> None:
    answer = api.call("POST", ":batchUpdate", {"requests": [{"deleteSheet": {}}] * 100_001})
    assert answer.json()["error"]["message"] == "Cannot exceed 100000 requests in a single batch."


def test_a_body_over_10_mebibytes_is_refused(api: Api) -> None:
    answer = api.put("A1", [["x" * 1024] * 1024] * 10)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == "Request payload size exceeds the limit: 10485760 bytes."


def test_unknown_names_are_told_with_their_place(api: Api) -> None:
    answer = api.call("POST", ":batchUpdate", {"requests": [{"updateCellz": {}}], "x": 1})
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert error["status"] == "INVALID_ARGUMENT"
    assert error["message"] == (
        "Invalid JSON payload received. Unknown name \"updateCellz\" at 'requests[0]': Cannot find field.\n"
        'Invalid JSON payload received. Unknown name "x": Cannot find field.'
    )
    assert error["details"] == [
        {
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": [
                {
                    "field": "requests[0]",
                    "description": (
                        "Invalid JSON payload received. Unknown name \"updateCellz\" at 'requests[0]': "
                        "Cannot find field."
                    ),
                },
                {"description": 'Invalid JSON payload received. Unknown name "x": Cannot find field.'},
            ],
        }
    ]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            {"deleteSheet": {"sheetId": "one"}},
            "Invalid value at 'requests[0].delete_sheet.sheet_id' (TYPE_INT32), \"one\"",
        ),
        (
            {"mergeCells": {"mergeType": "SIDEWAYS"}},
            (
                "Invalid value at 'requests[0].merge_cells.merge_type' "
                '(type.googleapis.com/google.apps.sheets.v4.MergeType), "SIDEWAYS"'
            ),
        ),
        (
            {"deleteSheet": {}, "addSheet": {}},
            "Invalid value at 'requests[0]' (oneof), oneof field 'kind' is already set. Cannot set 'addSheet'",
        ),
    ],
)
def test_values_of_the_wrong_type_are_told_by_their_proto_path(api: Api, request_: Json, message: str) -> None:
    assert api.refusal(request_) == message


def test_names_may_be_written_as_in_the_proto_files(api: Api) -> None:
    api.batch({"add_sheet": {"properties": {"sheet_id": "12", "grid_properties": {"row_count": 3.0}}}})
    assert api.get()["sheets"][1]["properties"]["gridProperties"]["rowCount"] == 3


def test_kinds_that_the_sandbox_does_not_do_are_refused_clearly(api: Api) -> None:
    message = api.refusal({"addDataSource": {"dataSource": {}}})
    assert message == "Invalid requests[0].addDataSource: This kind of request is not supported by the sandbox."


def test_a_wrong_answer_mask_is_told(api: Api) -> None:
    error = api.call("GET", "", fields="sheets.nothing").json()["error"]
    assert error["message"] == "Request contains an invalid argument."
    violation = error["details"][0]["fieldViolations"][0]
    assert violation["description"].endswith("Cannot find matching fields for path 'sheets.nothing'.")


def test_an_unknown_query_parameter_is_told(api: Api) -> None:
    error = api.call("GET", "", rangez="A1").json()["error"]
    assert error["message"] == (
        'Invalid JSON payload received. Unknown name "rangez": Cannot bind query parameter. '
        "Field 'rangez' could not be found in request message."
    )


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ("Gone!A1", "Unable to parse range: Gone!A1"),
        ("nonsense name", "Unable to parse range: nonsense name"),
        ("AA1", "Range (Sheet1!AA1) exceeds grid limits. Max rows: 1000, max columns: 26"),
        ("Sheet1!A1001:Z", "Range (Sheet1!A1001:Z) exceeds grid limits. Max rows: 1000, max columns: 26"),
    ],
)
def test_a_range_that_is_not_there_cannot_be_read(api: Api, cells: str, message: str) -> None:
    answer = api.call("GET", f"/values/{cells}")
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, message)


def test_values_must_fit_the_range_that_bounds_them(api: Api) -> None:
    too_long = api.put("A1:B2", [["x"]] * 3).json()["error"]["message"]
    assert too_long == "Requested writing within range ['Sheet1'!A1:B2], but tried writing to row [3]"
    too_wide = api.put("A1:B2", [["x"] * 3]).json()["error"]["message"]
    assert too_wide == "Requested writing within range ['Sheet1'!A1:B2], but tried writing to column [C]"


def test_a_value_option_is_required(api: Api) -> None:
    answer = api.call("PUT", "/values/A1", {"values": [[1]]})
    assert answer.json()["error"]["message"] == "'valueInputOption' is required but not specified"
    answer = api.call("PUT", "/values/A1", {"values": [[1]]}, valueInputOption="COOKED")
    assert "Invalid value at 'value_input_option'" in answer.json()["error"]["message"]


def test_a_protected_cell_is_refused_to_others(api: Api) -> None:
    api.sandbox.documents.batch_update(
        api.spreadsheet_id,
        {
            "addProtectedRange": {
                "protectedRange": {"range": grid((0, 5), (0, 5)), "unprotectedRanges": [grid((4, 5), (0, 5))]}
            }
        },
    )
    words = (
        "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove "
        "protection if you need to edit."
    )
    assert api.refusal(update([row("x")], start={})) == f"Invalid requests[0].updateCells: {words}"
    assert api.put("A1", [["x"]]).json()["error"]["message"] == words
    assert api.put("A5", [["x"]]).status_code == 200
    shown = api.get()["sheets"][0]["protectedRanges"][0]
    assert "requestingUserCanEdit" not in shown


def test_a_warning_does_not_stop_anybody(api: Api) -> None:
    warning = {"range": grid((0, 5), (0, 5)), "warningOnly": True}
    api.sandbox.documents.batch_update(api.spreadsheet_id, {"addProtectedRange": {"protectedRange": warning}})
    assert api.put("A1", [["x"]]).status_code == 200


def test_who_may_only_read_cannot_write(sandbox: GoogleSandbox) -> None:
    reader = Api(sandbox, sandbox.create("Read only", share_with={ACCOUNT: "reader"}))
    assert reader.values("A1") == []
    answer = reader.put("A1", [["x"]])
    assert (answer.status_code, answer.json()) == (
        403,
        {"error": {"code": 403, "message": "The caller does not have permission", "status": "PERMISSION_DENIED"}},
    )


def test_a_missing_spreadsheet_is_not_found(sandbox: GoogleSandbox) -> None:
    answer = Api(sandbox, "nowhere").call("GET", "")
    assert (answer.status_code, answer.json()) == (
        404,
        {"error": {"code": 404, "message": "Requested entity was not found.", "status": "NOT_FOUND"}},
    )
