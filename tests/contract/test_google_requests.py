"""Every request body that goes to Google is one that Google's own schema has (its discovery document, from PyPI)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import googleapiclient
import pytest

from sheetsync import run
from sheetsync.run import Status
from tests.bench import Bench

DOCUMENT = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents" / "sheets.v4.json"
BODIES = {
    "batchUpdate": "BatchUpdateSpreadsheetRequest",
    "getByDataFilter": "GetSpreadsheetByDataFilterRequest",
    "batchUpdateByDataFilter": "BatchUpdateValuesByDataFilterRequest",
}
PLAIN: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "number": (int, float),
}


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))["schemas"]
    return found


def mistakes(value: Any, schema: dict[str, Any], schemas: dict[str, Any], at: str = "") -> list[str]:
    """What a value has that its schema does not know: names, types, words of enumerations."""
    if "$ref" in schema:
        return mistakes(value, schemas[schema["$ref"]], schemas, at)
    if schema["type"] == "array" and isinstance(value, list):
        parts = [(f"{at}[{index}]", part, schema["items"]) for index, part in enumerate(value)]
    elif schema["type"] == "object" and isinstance(value, dict):
        known = schema.get("properties", {})
        parts = [(f"{at}.{name}", part, known.get(name)) for name, part in value.items()]
    else:
        return _wrong(value, schema, at)
    return [
        found
        for place, part, own in parts
        for found in ([f"{place} is unknown"] if own is None else mistakes(part, own, schemas, place))
    ]


def _wrong(value: Any, schema: dict[str, Any], at: str) -> list[str]:
    if schema["type"] == "any":
        return [] if isinstance(value, str | int | float | bool | None) else [f"{at} is no plain value"]
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{at} is {value!r}, not one of {schema['enum']}"]
    fits = isinstance(value, PLAIN.get(schema["type"], ())) and (schema["type"] == "boolean") is isinstance(value, bool)
    return [] if fits else [f"{at} is no {schema['type']}"]


def test_the_check_finds_what_it_is_for(schemas: dict[str, Any]) -> None:
    wrong = {"requests": [{"updateCells": {"feilds": "*", "rows": {}}}, {"copyPaste": {"pasteType": "PASTE_ALL"}}]}
    found = mistakes(wrong, schemas["BatchUpdateSpreadsheetRequest"], schemas)
    assert [line.partition(", not")[0] for line in found] == [
        ".requests[0].updateCells.feilds is unknown",
        ".requests[0].updateCells.rows is no array",
        ".requests[1].copyPaste.pasteType is 'PASTE_ALL'",
    ]


def test_every_body_of_every_kind_of_publish_is_in_the_schema(bench: Bench, schemas: dict[str, Any]) -> None:
    person = bench.person()
    old = person.add_worksheet("Old", rows=60, cols=3)
    person.add_worksheet("Named", rows=60, cols=9).define_named_range("B2:C3", "report")
    places: list[dict[str, Any]] = [{"worksheet": "New"}, {"worksheet": {"gid": old.id}}, {"range": "report"}]
    jobs: list[dict[str, Any]] = [
        {"name": f"job-{number}", "target": {"spreadsheet": bench.spreadsheet, **place}}
        for number, place in enumerate(places)
    ]
    wide = ["Description", "Start Date", "Start", "Billable", "Duration (h)"]
    entries = bench.entries(9)
    for columns in (wide, wide, ["Start Date", "Description"]):
        for job in jobs:
            outcome = bench.run(**job, columns=columns)
            assert outcome.status is Status.SUCCEEDED, outcome.error
            bench.run(**job, columns=["Billable"], dry=True)
        bench.entries(70, day=10)
        bench.company.delete_entry(entries.pop())
    kinds = kinds_sent(bench, schemas)
    assert kinds >= {
        "addSheet",
        "updateSheetProperties",
        "updateCells",
        "repeatCell",
        "copyPaste",
        "updateNamedRange",
        "createDeveloperMetadata",
        "updateDeveloperMetadata",
        "deleteDeveloperMetadata",
    }


def test_every_body_of_a_long_table_is_in_the_schema(
    bench: Bench, schemas: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "MOST_CELLS_AT_ONCE", 50)
    bench.entries(40)
    assert bench.run().status is Status.SUCCEEDED
    sheet = bench.person().worksheet("Hours")
    sheet.set_basic_filter()
    assert bench.run(columns=["Billable", "Tags", "customFields.x", "billable"]).status is Status.SUCCEEDED
    assert any(entry.path.partition("?")[0].endswith("values:batchUpdateByDataFilter") for entry in bench.sent())
    assert kinds_sent(bench, schemas) >= {"addSheet", "copyPaste", "clearBasicFilter", "setBasicFilter", "deleteSheet"}


def kinds_sent(bench: Bench, schemas: dict[str, Any]) -> set[str]:
    """The kinds of requests that were sent, all of which the schema knows."""
    kinds: set[str] = set()
    for entry in [*bench.sent("write"), *bench.sent("read")]:
        if entry.method != "POST":
            continue
        name = BODIES[entry.path.partition("?")[0].rpartition(":")[2]]
        body = json.loads(entry.body)
        assert mistakes(body, schemas[name], schemas) == []
        kinds |= {next(iter(request)) for request in body.get("requests", [])}
    return kinds


def test_every_mask_names_fields_of_the_schema(bench: Bench, schemas: dict[str, Any]) -> None:
    bench.entries(1)
    assert bench.run().status is Status.SUCCEEDED
    from sheetsync.sheets import client, state

    for mask in (state.FIELDS, client.LOOKED_AT):
        assert _unknown(mask, schemas["Spreadsheet"], schemas) == []


def _unknown(mask: str, schema: dict[str, Any], schemas: dict[str, Any]) -> list[str]:
    """The names of a mask `a,b(c,d(e))` that a schema does not have."""
    found: list[str] = []
    while "$ref" in schema or "items" in schema:
        schema = schemas[schema["$ref"]] if "$ref" in schema else schema["items"]
    depth, start, parts = 0, 0, []
    for position, letter in enumerate(f"{mask},"):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append(mask[start:position])
            start = position + 1
    for part in parts:
        name, _, inner = part.partition("(")
        if name not in schema["properties"]:
            found.append(name)
        elif inner:
            found += _unknown(inner[:-1], schema["properties"][name], schemas)
    return found
