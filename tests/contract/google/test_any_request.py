"""Whatever is sent, the answer is Google's: success, or a refusal in its form."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from sheetsync.sandbox.google.schema import schemas
from sheetsync.sandbox.google.updates import HANDLERS
from tests.contract.google.conftest import ACCOUNT, Api
from tests.drawing import examples

QUICK = examples(150)
DEEPEST = 5

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["A1", "Sheet1!A1:C3", "x", "=A1+1", "2020-01-01", "1,5", "", "*", "note", "title", "é\n", "ROWS"]
)
MASKS = st.sampled_from(
    ["*", "note", "userEnteredValue", "userEnteredFormat.textFormat.bold", "title,index", "range", "a(", "", "hidden"]
)
PATHS = st.sampled_from(
    [
        ("POST", ":batchUpdate"),
        ("POST", ":getByDataFilter"),
        ("POST", "/values:batchUpdate"),
        ("POST", "/values:batchClear"),
        ("POST", "/values:batchGetByDataFilter"),
        ("POST", "/values:batchUpdateByDataFilter"),
        ("POST", "/values:batchClearByDataFilter"),
        ("POST", "/developerMetadata:search"),
        ("POST", "/sheets/0:copyTo"),
        ("POST", "/values/A1:append"),
        ("POST", "/values/A1:clear"),
        ("PUT", "/values/A1:C3"),
    ]
)
BODIES = {
    "/values/A1:append": "ValueRange",
    "/values/A1:C3": "ValueRange",
    ":getByDataFilter": "GetSpreadsheetByDataFilterRequest",
    "/values:batchUpdate": "BatchUpdateValuesRequest",
    "/values:batchClear": "BatchClearValuesRequest",
    "/values:batchGetByDataFilter": "BatchGetValuesByDataFilterRequest",
    "/values:batchUpdateByDataFilter": "BatchUpdateValuesByDataFilterRequest",
    "/values:batchClearByDataFilter": "BatchClearValuesByDataFilterRequest",
    "/developerMetadata:search": "SearchDeveloperMetadataRequest",
}


def instances(kind: str, depth: int = DEEPEST) -> st.SearchStrategy[Any]:
    """Values of a type of the schema. Ranges have their ends in order, so that requests get past that check."""
    if kind.startswith("[]"):
        return st.lists(instances(kind[2:], depth), max_size=2)
    if kind.startswith("{}"):
        return st.dictionaries(st.sampled_from(["0", "1", "x"]), instances(kind[2:], depth), max_size=2)
    if kind.startswith("="):
        return st.sampled_from(kind[1:].split("|"))
    return _message(kind[1:], depth) if kind.startswith("@") else PLAIN[kind]


def _message(name: str, depth: int) -> st.SearchStrategy[Any]:
    if name in RANGES:
        return RANGES[name]
    fields = schemas()[name] if depth else {}
    if not fields:
        return st.just({})
    several = name not in ("DataFilter", "ExtendedValue")
    return st.sets(st.sampled_from(sorted(fields)), min_size=1, max_size=5 if several else 1).flatmap(
        lambda names: st.fixed_dictionaries({name: instances(fields[name], depth - 1) for name in names})
    )


def _grid_range(ends: tuple[int, int, int, int]) -> dict[str, int]:
    top, height, left, width = ends
    rows = {"startRowIndex": top, "endRowIndex": top + height}
    return {"sheetId": 0, **rows, "startColumnIndex": left, "endColumnIndex": left + width}


PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "s": NAMES,
    "b": st.booleans(),
    "i": st.integers(-1, 6),
    "d": st.floats(allow_nan=False, allow_infinity=False),
    "m": MASKS,
    "*": JSON,
}
SMALL = st.integers(0, 5)
RANGES: dict[str, st.SearchStrategy[Any]] = {
    "GridRange": st.tuples(SMALL, SMALL, SMALL, SMALL).map(_grid_range),
    "DimensionRange": st.tuples(st.sampled_from(["ROWS", "COLUMNS"]), SMALL, SMALL).map(
        lambda ends: {"dimension": ends[0], "startIndex": ends[1], "endIndex": ends[1] + ends[2]}
    ),
}
REQUESTS = st.sampled_from(sorted(HANDLERS)).flatmap(
    lambda kind: st.fixed_dictionaries({kind: instances(schemas()["Request"][kind])})
)


NO_COLUMNS = _grid_range((0, 1, 0, 0))


def assert_googles(status: int, answer: Any) -> None:
    assert status < 500, answer
    if status >= 400:
        error = answer["error"]
        assert error["code"] == status
        assert error["message"]
        assert error["status"]


@QUICK
@given(path=PATHS, body=JSON)
def test_any_json_gets_an_answer_in_googles_form(api: Api, path: tuple[str, str], body: Any) -> None:
    answer = api.call(*path, body, **({"valueInputOption": "RAW"} if "/values/A1" in path[1] else {}))
    assert_googles(answer.status_code, answer.json())


@QUICK
@given(data=st.data())
def test_any_body_that_fits_the_schema_gets_an_answer_in_googles_form(api: Api, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(BODIES)))
    body = data.draw(instances(f"@{BODIES[path]}"))
    method = "PUT" if path == "/values/A1:C3" else "POST"
    query = {"valueInputOption": "USER_ENTERED"} if path.startswith("/values/") else {}
    answer = api.call(method, path, body, **query)
    assert_googles(answer.status_code, answer.json())


@examples(300)
@given(requests=st.lists(REQUESTS, min_size=1, max_size=3))
@example([{"autoFill": {"sourceAndDestination": {"source": NO_COLUMNS, "fillLength": 1}}}])
def test_any_batch_gets_an_answer_in_googles_form(api: Api, requests: list[Any]) -> None:
    answer = api.call("POST", ":batchUpdate", {"requests": requests})
    assert_googles(answer.status_code, answer.json())


@QUICK
@given(cells=st.text(max_size=12), fields=st.text(alphabet="abcsheetsdata.,()/*", max_size=12))
def test_any_range_and_mask_get_an_answer_in_googles_form(api: Api, cells: str, fields: str) -> None:
    answer = api.call("GET", "", ranges=cells, fields=fields)
    assert_googles(answer.status_code, answer.json())
    read = api.call("GET", "/values:batchGet", ranges=cells)
    assert_googles(read.status_code, read.json())


def test_what_a_batch_left_can_always_be_read(api: Api) -> None:
    """After thousands of random requests the spreadsheet still answers, whole."""

    @examples(200)
    @given(requests=st.lists(REQUESTS, min_size=1, max_size=2))
    def change(requests: list[Any]) -> None:
        api.call("POST", ":batchUpdate", {"requests": requests})

    change()
    assert api.get("", includeGridData="true")["spreadsheetId"] == api.spreadsheet_id
    assert api.other(ACCOUNT).get("/values/A1:B2")["range"]
