"""Writing cells by batchUpdate: what is written, what is cleared, what stays."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.google.conftest import Api

Json = dict[str, Any]


def grid(rows: tuple[int, int], columns: tuple[int, int], sheet_id: int = 0) -> Json:
    ends = {"startRowIndex": rows[0], "endRowIndex": rows[1]}
    return {"sheetId": sheet_id, **ends, "startColumnIndex": columns[0], "endColumnIndex": columns[1]}


def row(*values: Any) -> Json:
    kinds = {str: "stringValue", float: "numberValue", int: "numberValue", bool: "boolValue"}
    return {"values": [{} if each is None else {"userEnteredValue": {kinds[type(each)]: each}} for each in values]}


def update(rows: list[Json], fields: str = "userEnteredValue", **place: Any) -> Json:
    return {"updateCells": {"rows": rows, "fields": fields, **place}}


def cells(api: Api, cells: str, fields: str = "*") -> list[list[Json]]:
    data = api.get("", ranges=cells, fields=f"sheets.data.rowData.values({fields})")
    return [entry.get("values", []) for entry in data["sheets"][0]["data"][0].get("rowData", [])]


def test_a_range_is_cleared_where_no_row_covers_it(api: Api) -> None:
    api.put("A1:E5", [["old"] * 5 for _ in range(5)])
    api.batch(update([row("new", 1), row(True)], range=grid((0, 4), (0, 3))))
    assert api.values("A1:E5", valueRenderOption="UNFORMATTED_VALUE") == [
        ["new", 1, "", "old", "old"],
        [True, "", "", "old", "old"],
        ["", "", "", "old", "old"],
        ["", "", "", "old", "old"],
        ["old"] * 5,
    ]


def test_from_a_start_only_the_cells_given_are_written(api: Api) -> None:
    api.put("A1:C2", [["a", "b", "c"], ["d", "e", "f"]])
    api.batch(update([row("X"), row(None, "Y")], start={"rowIndex": 0, "columnIndex": 1}))
    assert api.values("A1:C2") == [["a", "X", "c"], ["d", "", "Y"]]


def test_only_masked_fields_are_touched(api: Api) -> None:
    bold = {"cell": {"userEnteredFormat": {"textFormat": {"bold": True}}, "note": "n"}, "fields": "*"}
    api.batch({"repeatCell": {"range": grid((0, 2), (0, 2)), **bold}})
    api.batch(update([row("x")], range=grid((0, 2), (0, 2))))
    first = cells(api, "A1", "note,userEnteredValue,userEnteredFormat")[0][0]
    assert first == {
        "userEnteredValue": {"stringValue": "x"},
        "userEnteredFormat": {"textFormat": {"bold": True}},
        "note": "n",
    }
    api.batch(update([{}], "note", range=grid((0, 1), (0, 1))))
    assert "note" not in cells(api, "A1")[0][0]
    assert cells(api, "B1", "note") == [[{"note": "n"}]]


def test_text_that_looks_like_a_formula_stays_text(api: Api) -> None:
    api.batch(update([row("=1+1", "+cmd", "007", "2020-01-01")], start={}))
    assert api.values("A1:D1") == [["=1+1", "+cmd", "007", "2020-01-01"]]
    assert cells(api, "A1", "userEnteredValue") == [[{"userEnteredValue": {"stringValue": "=1+1"}}]]


def test_a_number_format_shows_serials_as_dates(api: Api) -> None:
    api.batch(
        update([row(43831.5)], start={}),
        {
            "repeatCell": {
                "range": grid((0, 10), (0, 1)),
                "cell": {"userEnteredFormat": {"numberFormat": {"type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm"}}},
                "fields": "userEnteredFormat.numberFormat",
            }
        },
    )
    assert api.values("A1") == [["2020-01-01 12:00"]]
    assert api.values("A1", valueRenderOption="UNFORMATTED_VALUE") == [[43831.5]]
    cell = cells(api, "A1", "formattedValue,effectiveValue,effectiveFormat.numberFormat")[0][0]
    assert cell["formattedValue"] == "2020-01-01 12:00"
    assert cell["effectiveFormat"] == {"numberFormat": {"type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm"}}


def test_colours_are_answered_both_ways_without_zero_channels(api: Api) -> None:
    red = {"backgroundColor": {"red": 1, "green": 0, "blue": 0}}
    api.batch(update([{"values": [{"userEnteredFormat": red}]}], "userEnteredFormat.backgroundColor", start={}))
    assert cells(api, "A1", "userEnteredFormat")[0][0]["userEnteredFormat"] == {
        "backgroundColor": {"red": 1},
        "backgroundColorStyle": {"rgbColor": {"red": 1}},
    }
    blue = {"backgroundColorStyle": {"rgbColor": {"blue": 1}}}
    api.batch(update([{"values": [{"userEnteredFormat": blue}]}], "userEnteredFormat.backgroundColorStyle", start={}))
    assert cells(api, "A1", "userEnteredFormat.backgroundColor")[0][0]["userEnteredFormat"] == {
        "backgroundColor": {"blue": 1}
    }


def test_repeated_formulas_move_along(api: Api) -> None:
    api.put("A1:A3", [[1], [2], [3]])
    cell = {"userEnteredValue": {"formulaValue": "=A1*$A$3"}}
    api.batch({"repeatCell": {"range": grid((0, 2), (1, 2)), "cell": cell, "fields": "userEnteredValue"}})
    assert api.values("B1:B2", valueRenderOption="FORMULA") == [["=A1*$A$3"], ["=A2*$A$3"]]
    assert api.values("B1:B2") == [["3"], ["6"]]


def test_appended_cells_follow_the_last_row_and_grow_the_grid(api: Api) -> None:
    api.put("C1000", [["last"]])
    api.batch({"appendCells": {"sheetId": 0, "rows": [row("a", "b")], "fields": "userEnteredValue"}})
    assert api.values("A1001:B1001") == [["a", "b"]]


def test_copies_repeat_to_fill_a_multiple_of_their_source(api: Api) -> None:
    api.put("A1:B1", [["x", 1]])
    api.batch({"copyPaste": {"source": grid((0, 1), (0, 2)), "destination": grid((2, 5), (0, 4))}})
    assert api.values("A3:D5") == [["x", "1", "x", "1"]] * 3


@pytest.mark.parametrize(
    ("kind", "value", "is_formatted"),
    [
        ("PASTE_NORMAL", "=B1+1", True),
        ("PASTE_VALUES", 3, False),
        ("PASTE_FORMULA", "=B1+1", False),
        ("PASTE_FORMAT", None, True),
        ("PASTE_DATA_VALIDATION", None, False),
    ],
)
def test_each_paste_type_brings_its_part(api: Api, kind: str, value: Any, is_formatted: bool) -> None:  # noqa: FBT001
    api.put("A1:B1", [[2, 2]])
    cell = {"userEnteredValue": {"formulaValue": "=A1+1"}, "userEnteredFormat": {"textFormat": {"bold": True}}}
    api.batch(update([{"values": [cell]}], "*", start={"rowIndex": 4, "columnIndex": 0}))
    paste = {"source": grid((4, 5), (0, 1)), "destination": grid((4, 5), (1, 2)), "pasteType": kind}
    api.batch({"copyPaste": paste})
    shown = api.values("B5", valueRenderOption="FORMULA")
    assert shown == ([] if value is None else [[value]])
    data = cells(api, "B5", "userEnteredFormat")
    assert bool(data and data[0] and data[0][0]) is is_formatted


def test_transposed_copies_turn_rows_into_columns(api: Api) -> None:
    api.put("A1:C1", [["a", "b", "c"]])
    paste = {"source": grid((0, 1), (0, 3)), "destination": grid((2, 3), (0, 1)), "pasteOrientation": "TRANSPOSE"}
    api.batch({"copyPaste": paste})
    assert api.values("A3:A5") == [["a"], ["b"], ["c"]]


def test_cut_cells_take_references_and_names_along(api: Api) -> None:
    api.put("A1:B1", [[5, "=A1*2"]], "USER_ENTERED")
    api.batch({"addNamedRange": {"namedRange": {"name": "five", "range": grid((0, 1), (0, 1))}}})
    api.batch({"cutPaste": {"source": grid((0, 1), (0, 1)), "destination": {"rowIndex": 9, "columnIndex": 3}}})
    assert api.values("B1", valueRenderOption="FORMULA") == [["=D10*2"]]
    assert api.values("five") == [["5"]]
    assert api.values("A1") == []


def test_copies_onto_a_sheet_with_a_filter_skip_the_rows_that_it_hides(api: Api) -> None:
    api.put("A1:A4", [["head"], ["keep"], ["hide"], ["keep"]])
    hidden = {"filterSpecs": [{"columnIndex": 0, "filterCriteria": {"hiddenValues": ["hide"]}}]}
    api.batch({"setBasicFilter": {"filter": {"range": grid((0, 4), (0, 2)), **hidden}}})
    api.put("D1:D3", [[1], [2], [3]])
    api.batch({"copyPaste": {"source": grid((0, 3), (3, 4)), "destination": grid((1, 4), (1, 2))}})
    assert api.values("B2:B6") == [["1"], [], ["2"], ["3"]]
    rows = api.get("", fields="sheets.data.rowMetadata.hiddenByFilter")["sheets"][0]["data"][0]["rowMetadata"]
    assert [number for number, entry in enumerate(rows) if entry] == [2]


def test_pasted_text_is_read_as_if_typed(api: Api) -> None:
    data = "a\t1,234.5\n=1+1\t2020-01-01"
    api.batch({"pasteData": {"coordinate": {"rowIndex": 1, "columnIndex": 1}, "data": data, "delimiter": "\t"}})
    assert api.values("B2:C3", valueRenderOption="UNFORMATTED_VALUE") == [["a", 1234.5], [2, 43831]]
    html = "<table><tr><td>x</td><td>2</td></tr></table>"
    api.batch({"pasteData": {"coordinate": {"rowIndex": 5}, "data": html, "html": True}})
    assert api.values("A6:B6", valueRenderOption="UNFORMATTED_VALUE") == [["x", 2]]


def test_borders_are_set_at_the_edges_named(api: Api) -> None:
    solid = {"style": "SOLID"}
    api.batch({"updateBorders": {"range": grid((0, 2), (0, 2)), "top": solid, "innerVertical": solid}})
    data = cells(api, "A1:B2", "userEnteredFormat.borders")
    assert data[0][0]["userEnteredFormat"]["borders"] == {"top": solid, "right": solid}
    assert data[1][0]["userEnteredFormat"]["borders"] == {"right": solid}


def test_found_texts_are_replaced_and_counted(api: Api) -> None:
    api.put("A1:B2", [["cat", "Category"], ["dog", '=CONCAT("c","at")']], "USER_ENTERED")
    reply = api.batch({"findReplace": {"find": "cat", "replacement": "cow", "allSheets": True}})["replies"][0]
    assert reply == {"findReplace": {"valuesChanged": 2, "rowsChanged": 1, "sheetsChanged": 1, "occurrencesChanged": 2}}
    assert api.values("A1:B2") == [["cow", "cowegory"], ["dog", "cat"]]


def test_duplicates_and_surrounding_blanks_are_removed(api: Api) -> None:
    api.put("A1:A4", [["a "], ["a"], ["b"], [" a"]])
    reply = api.batch(
        {"trimWhitespace": {"range": grid((0, 4), (0, 1))}}, {"deleteDuplicates": {"range": grid((0, 4), (0, 1))}}
    )["replies"]
    assert reply == [{"trimWhitespace": {"cellsChangedCount": 2}}, {"deleteDuplicates": {"duplicatesRemovedCount": 2}}]
    assert api.values("A1:A4") == [["a"], ["b"]]


def test_the_answer_can_carry_what_was_written(api: Api) -> None:
    answer = api.call(
        "POST",
        ":batchUpdate",
        {
            "requests": [update([row("x")], start={})],
            "includeSpreadsheetInResponse": True,
            "responseRanges": ["Sheet1!A1:B2"],
            "responseIncludeGridData": True,
        },
        fields="replies,updatedSpreadsheet.sheets.data.rowData.values.userEnteredValue",
    ).json()
    value = {"userEnteredValue": {"stringValue": "x"}}
    assert answer == {
        "replies": [{}],
        "updatedSpreadsheet": {"sheets": [{"data": [{"rowData": [{"values": [value]}]}]}]},
    }
