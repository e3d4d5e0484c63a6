"""Developer metadata: created, found, changed, deleted."""

from __future__ import annotations

from typing import Any

from tests.contract.google.conftest import Api

Json = dict[str, Any]


def create(key: str, value: str, location: Json, **more: Any) -> Json:
    entry = {"metadataKey": key, "metadataValue": value, "location": location, "visibility": "DOCUMENT", **more}
    return {"createDeveloperMetadata": {"developerMetadata": entry}}


def search(api: Api, **lookup: Any) -> list[Json]:
    body = {"dataFilters": [{"developerMetadataLookup": lookup}]}
    found = api.call("POST", "/developerMetadata:search", body).json().get("matchedDeveloperMetadata", [])
    return [entry["developerMetadata"] for entry in found]


def test_metadata_is_answered_where_it_lies(api: Api) -> None:
    reply = api.batch(
        create("run", "1", {"sheetId": 0}, metadataId=11),
        create("all", "2", {"spreadsheet": True}, metadataId=12),
        create("col", "3", {"dimensionRange": {"dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}}),
    )["replies"][0]
    made = reply["createDeveloperMetadata"]["developerMetadata"]
    assert made == {
        "metadataId": 11,
        "metadataKey": "run",
        "metadataValue": "1",
        "location": {"locationType": "SHEET", "sheetId": 0},
        "visibility": "DOCUMENT",
    }
    whole = api.get("", includeGridData="true", ranges="A1:C1")
    assert [entry["metadataKey"] for entry in whole["developerMetadata"]] == ["all"]
    assert whole["sheets"][0]["developerMetadata"] == [made]
    columns = whole["sheets"][0]["data"][0]["columnMetadata"]
    assert [len(entry.get("developerMetadata", [])) for entry in columns] == [0, 1, 0]


def test_metadata_is_found_by_key_value_id_and_location(api: Api) -> None:
    api.batch(create("k", "a", {"sheetId": 0}, metadataId=1), create("k", "b", {"spreadsheet": True}, metadataId=2))
    assert [entry["metadataId"] for entry in search(api, metadataKey="k")] == [1, 2]
    assert [entry["metadataId"] for entry in search(api, metadataKey="k", metadataValue="b")] == [2]
    assert [entry["metadataId"] for entry in search(api, metadataId=1)] == [1]
    assert [entry["metadataId"] for entry in search(api, locationType="SPREADSHEET")] == [2]
    exact = search(api, metadataLocation={"sheetId": 0})
    assert [entry["metadataId"] for entry in exact] == [1]
    around = search(api, metadataLocation={"sheetId": 0}, locationMatchingStrategy="INTERSECTING_LOCATION")
    assert [entry["metadataId"] for entry in around] == [1, 2]
    assert search(api, metadataKey="other") == []


def test_metadata_is_updated_under_its_mask_and_deleted(api: Api) -> None:
    api.batch(create("run", "old", {"sheetId": 0}, metadataId=1))
    lookup = {"developerMetadataLookup": {"metadataKey": "run"}}
    change = {"dataFilters": [lookup], "developerMetadata": {"metadataValue": "new"}, "fields": "metadataValue"}
    reply = api.batch({"updateDeveloperMetadata": change})["replies"][0]["updateDeveloperMetadata"]
    assert [entry["metadataValue"] for entry in reply["developerMetadata"]] == ["new"]
    assert api.get("/developerMetadata/1")["metadataKey"] == "run"
    reply = api.batch({"deleteDeveloperMetadata": {"dataFilter": lookup}})["replies"][0]["deleteDeveloperMetadata"]
    assert [entry["metadataId"] for entry in reply["deletedDeveloperMetadata"]] == [1]
    assert api.call("GET", "/developerMetadata/1").status_code == 404


def test_metadata_dies_with_its_sheet(api: Api) -> None:
    api.batch({"addSheet": {"properties": {"sheetId": 4}}}, create("run", "1", {"sheetId": 4}, metadataId=1))
    api.batch({"deleteSheet": {"sheetId": 4}})
    assert search(api, metadataKey="run") == []


def test_an_id_is_taken_once_and_the_space_is_limited(api: Api) -> None:
    api.batch(create("run", "1", {"sheetId": 0}, metadataId=1))
    assert "already exists" in api.refusal(create("run", "2", {"sheetId": 0}, metadataId=1))
    assert "limit of 30000 characters" in api.refusal(create("big", "x" * 30_000, {"sheetId": 0}))


def test_the_sheets_on_which_a_filter_matches_are_answered(api: Api) -> None:
    api.batch({"addSheet": {"properties": {"sheetId": 4, "title": "Second"}}}, create("run", "1", {"sheetId": 4}))
    body = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": "run"}}]}
    answer = api.call("POST", ":getByDataFilter", body, fields="sheets.properties.title").json()
    assert answer == {"sheets": [{"properties": {"title": "Second"}}]}
