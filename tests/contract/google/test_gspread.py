"""What gspread's users do, through gspread itself."""

from __future__ import annotations

import gspread
import pytest
from gspread.utils import (
    DateTimeOption,
    Dimension,
    ExportFormat,
    MergeType,
    ValidationConditionType,
    ValueInputOption,
    ValueRenderOption,
)

from sheetsync.sandbox.google import GoogleSandbox

MISSING = "1jIKzPs8LsiZZdLdeMEP-5ZIHw6RkjiOmj1LrJN706Yc"


def properties(worksheet: gspread.Worksheet) -> dict[str, object]:
    sheets = worksheet.spreadsheet.fetch_sheet_metadata()["sheets"]
    found: dict[str, object] = next(sheet for sheet in sheets if sheet["properties"]["sheetId"] == worksheet.id)
    return found


def test_a_new_spreadsheet_has_one_sheet_of_1000_rows_and_26_columns(client: gspread.Client) -> None:
    spreadsheet = client.create("Fresh")
    assert [(sheet.title, sheet.id, sheet.row_count, sheet.col_count) for sheet in spreadsheet.worksheets()] == [
        ("Sheet1", 0, 1000, 26)
    ]
    assert (spreadsheet.locale, spreadsheet.timezone) == ("en_US", "Etc/GMT")


def test_spreadsheets_are_found_by_title_copied_and_deleted(client: gspread.Client) -> None:
    title = 'It\'s "quoted" and unique'
    made = client.create(title.replace('"', ""))
    assert client.open(made.title).id == made.id
    with pytest.raises(gspread.SpreadsheetNotFound):
        client.open("there is no such title")
    copy = client.copy(made.id, title="A copy", copy_comments=True)
    assert copy.title == "A copy"
    assert copy.fetch_sheet_metadata()["sheets"] == made.fetch_sheet_metadata()["sheets"]
    client.del_spreadsheet(copy.id)
    with pytest.raises(gspread.SpreadsheetNotFound):
        client.open_by_key(copy.id)
    assert {"id", "name", "createdTime", "modifiedTime"} <= client.list_spreadsheet_files()[0].keys()
    assert 1 <= len(client.openall("Fresh")) < len(client.openall())


def test_a_private_spreadsheet_is_refused_and_a_missing_one_not_found(client: gspread.Client) -> None:
    with pytest.raises(PermissionError) as refused:
        client.open_by_key(MISSING)
    assert "The caller does not have permission" in str(refused.value.__cause__)
    with pytest.raises(gspread.SpreadsheetNotFound):
        client.open_by_key("test")


def test_a_csv_replaces_the_spreadsheet_and_can_be_exported(client: gspread.Client) -> None:
    spreadsheet = client.create("Imported")
    client.import_csv(spreadsheet.id, 'name,amount\n"Smith, Jo",007\n')
    opened = client.open_by_key(spreadsheet.id)
    assert opened.sheet1.title == "Imported"
    assert opened.sheet1.get_all_values() == [["name", "amount"], ["Smith, Jo", "7"]]
    assert client.export(spreadsheet.id, ExportFormat.CSV) == b'name,amount\r\n"Smith, Jo",7'


def test_a_large_csv_finds_room(client: gspread.Client) -> None:
    spreadsheet = client.create("Large")
    client.import_csv(spreadsheet.id, "\n".join([",".join("x" * 30), *["y"] * 1200]))
    worksheet = client.open_by_key(spreadsheet.id).sheet1
    assert (worksheet.row_count, worksheet.col_count) == (1201, 30)
    assert worksheet.acell("AD1").value == "x"


def test_sharing_lists_adds_and_removes_permissions(client: gspread.Client) -> None:
    spreadsheet = client.create("Shared")
    spreadsheet.share("jo@example.com", perm_type="user", role="reader")
    spreadsheet.share("", perm_type="anyone", role="reader")
    roles = {entry.get("emailAddress", entry["type"]): entry["role"] for entry in spreadsheet.list_permissions()}
    assert roles["jo@example.com"] == "reader"
    assert roles["anyone"] == "reader"
    assert spreadsheet.remove_permissions("jo@example.com") != []
    assert "jo@example.com" not in str(spreadsheet.list_permissions())


def test_the_time_of_the_last_change_moves_with_every_change(worksheet: gspread.Worksheet) -> None:
    spreadsheet = worksheet.spreadsheet
    before = spreadsheet.get_lastUpdateTime()
    worksheet.update_acell("A1", "x")
    assert spreadsheet.get_lastUpdateTime() > before


def test_values_come_back_as_they_were_typed(worksheet: gspread.Worksheet) -> None:
    for typed, shown in (("0042", "42"), (42.01, "42.01"), ("Артур\nx", "Артур\nx"), ("2,000,000.01", "2,000,000.01")):
        worksheet.update_cell(1, 2, typed)
        assert worksheet.cell(1, 2).value == shown
    assert worksheet.cell(1, 2).numeric_value == 2000000.01
    worksheet.update_acell("A1", "= 1 / 1024")
    assert worksheet.acell("A1").numeric_value == 1 / 1024


def test_values_are_rendered_in_three_ways(worksheet: gspread.Worksheet) -> None:
    rows = [["=4/2", "2020-01-01", "string", 53], ["=3/2", 0.12, "1999-01-02", ""]]
    worksheet.update(rows, "A1", value_input_option=ValueInputOption.user_entered)
    assert worksheet.get() == [["2", "2020-01-01", "string", "53"], ["1.5", "0.12", "1999-01-02"]]
    bare = worksheet.get(value_render_option=ValueRenderOption.unformatted)
    assert bare == [[2, 43831, "string", 53], [1.5, 0.12, 36162]]
    formulas = worksheet.get(value_render_option=ValueRenderOption.formula)
    assert formulas == [["=4/2", 43831, "string", 53], ["=3/2", 0.12, 36162]]
    texts = worksheet.get(
        "B1", value_render_option=ValueRenderOption.unformatted, date_time_render_option=DateTimeOption.formatted_string
    )
    assert texts == [["2020-01-01"]]


def test_empty_rows_and_cells_at_the_end_are_left_out(worksheet: gspread.Worksheet) -> None:
    worksheet.update([["A1", "B1", "", "D1"], ["", "b2", "", ""], ["", "", "", ""], ["A4", "B4", "", "D4"]], "A1")
    assert worksheet.get("A1:D4") == [["A1", "B1", "", "D1"], ["", "b2"], [], ["A4", "B4", "", "D4"]]
    assert worksheet.get("A1:D4", major_dimension=Dimension.cols) == [
        ["A1", "", "", "A4"],
        ["B1", "b2", "", "B4"],
        [],
        ["D1", "", "", "D4"],
    ]
    assert worksheet.batch_get(["A1:B1", "B4:D4"]) == [[["A1", "B1"]], [["B4", "", "D4"]]]


def test_several_ranges_are_written_and_cleared_at_once(worksheet: gspread.Worksheet) -> None:
    answer = worksheet.batch_update(
        [{"range": "A1:B1", "values": [["a", "b"]]}, {"range": "C2:E2", "values": [["c", "", "e"]]}]
    )
    assert (answer["totalUpdatedCells"], answer["totalUpdatedSheets"]) == (5, 1)
    assert worksheet.batch_clear(["A1:B1", "C2:E2"])["clearedRanges"] == ["Sheet1!A1:B1", "Sheet1!C2:E2"]
    assert worksheet.get_all_values() == [[]]
    assert worksheet.clear()["clearedRange"] == "Sheet1!A1:Z1000"


def test_rows_are_appended_to_the_last_table(worksheet: gspread.Worksheet) -> None:
    first = worksheet.append_row(["a", "", "c"])
    assert "tableRange" not in first
    second = worksheet.append_row(["a", "", "c"])
    assert (second["tableRange"], second["updates"]["updatedRange"]) == ("Sheet1!C1", "Sheet1!C2:E2")
    third = worksheet.append_row(["x", "y"], table_range="A1")
    assert (third["tableRange"], third["updates"]["updatedRange"]) == ("Sheet1!A1", "Sheet1!A2:B2")


def test_inserted_and_deleted_rows_take_formulas_along(worksheet: gspread.Worksheet) -> None:
    worksheet.update([[1], [2], ["=SUM(A1:A2)"]], "A1", raw=False)
    worksheet.insert_row(["new"], 2)
    assert worksheet.acell("A4", value_render_option=ValueRenderOption.formula).value == "=SUM(A1:A3)"
    worksheet.delete_rows(1)
    assert worksheet.get_all_values() == [["new"], ["2"], ["2"]]
    worksheet.insert_cols([["left"]], 1)
    assert worksheet.acell("B3", value_render_option=ValueRenderOption.formula).value == "=SUM(B1:B2)"


def test_sorting_orders_numbers_before_texts_and_keeps_rows_together(worksheet: gspread.Worksheet) -> None:
    worksheet.update([["b", 2], ["a", 10], ["c", "x"], ["d", 1]], "A1")
    worksheet.sort((2, "asc"), range="A1:B4")
    assert worksheet.col_values(1) == ["d", "b", "a", "c"]
    worksheet.sort((2, "des"), range="A1:B4")
    assert worksheet.col_values(1) == ["c", "a", "b", "d"]


def test_sheets_are_added_renamed_moved_hidden_coloured_and_deleted(worksheet: gspread.Worksheet) -> None:
    spreadsheet = worksheet.spreadsheet
    added = spreadsheet.add_worksheet("🌵 two words", 10, 5)
    assert (added.index, added.row_count, added.col_count) == (1, 10, 5)
    with pytest.raises(gspread.exceptions.APIError, match='A sheet with the name "Sheet1" already exists'):
        spreadsheet.add_worksheet("Sheet1", 1, 1)
    added.hide()
    with pytest.raises(gspread.exceptions.APIError, match="You can't hide all the sheets in a document"):
        worksheet.hide()
    added.show()
    added.update_index(0)
    added.update_tab_color("#FF007F")
    assert [sheet.title for sheet in spreadsheet.worksheets()] == ["🌵 two words", "Sheet1"]
    colour = spreadsheet.fetch_sheet_metadata({"fields": "sheets.properties.tabColorStyle"})["sheets"][0]["properties"]
    assert colour == {"tabColorStyle": {"rgbColor": {"red": 1, "blue": 0.49803922}}}
    added.clear_tab_color()
    assert spreadsheet.worksheet("🌵 two words").get_tab_color() is None
    copy = added.duplicate(new_sheet_name="Copy")
    spreadsheet.reorder_worksheets([worksheet, copy, added])
    spreadsheet.del_worksheet(copy)
    assert [sheet.id for sheet in spreadsheet.worksheets()] == [worksheet.id, added.id]
    assert worksheet.copy_to(spreadsheet.id)["title"] == "Copy of Sheet1"


def test_extent_and_frozen_rows_are_answered_without_zeros(worksheet: gspread.Worksheet) -> None:
    worksheet.resize(20, 10)
    worksheet.freeze(rows=2)
    worksheet.freeze(cols=1)
    grid = {"rowCount": 20, "columnCount": 10, "frozenRowCount": 2, "frozenColumnCount": 1}
    assert properties(worksheet)["properties"]["gridProperties"] == grid  # type: ignore[index]  # JSON
    worksheet.freeze(0, 0)
    worksheet.hide_gridlines()
    assert properties(worksheet)["properties"]["gridProperties"] == {  # type: ignore[index]  # JSON
        "rowCount": 20,
        "columnCount": 10,
        "hideGridlines": True,
    }
    worksheet.add_rows(5)
    assert worksheet.row_count == 25


def test_notes_are_set_updated_and_cleared(worksheet: gspread.Worksheet) -> None:
    assert worksheet.get_note("A1") == ""
    worksheet.insert_notes({"A1": "first", "C3": "third"})
    assert worksheet.get_notes() == [["first"], [], ["", "", "third"]]
    worksheet.update_note("A1", "changed")
    worksheet.clear_notes(["C3"])
    assert worksheet.get_notes() == [["changed"]]


def test_merges_replace_those_inside_them(worksheet: gspread.Worksheet) -> None:
    worksheet.update([[42, 43], [43, 44]], "A1:B2")
    worksheet.merge_cells("A1:B2", merge_type=MergeType.merge_rows)
    assert len(properties(worksheet)["merges"]) == 2  # type: ignore[arg-type]  # JSON
    worksheet.merge_cells("A1:B2")
    assert properties(worksheet)["merges"] == [
        {"startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 2}
    ]
    worksheet.update([["x"]], "C3")
    assert worksheet.get("A1:C3", combine_merged_cells=True, pad_values=True) == [
        ["42", "42", ""],
        ["42", "42", ""],
        ["", "", "x"],
    ]
    worksheet.unmerge_cells("A1:B2")
    assert "merges" not in properties(worksheet)


def test_named_and_protected_ranges_come_and_go(worksheet: gspread.Worksheet) -> None:
    spreadsheet = worksheet.spreadsheet
    made = worksheet.define_named_range("A1:B2", "Report")["replies"][0]["addNamedRange"]["namedRange"]
    assert spreadsheet.list_named_ranges() == [made]
    worksheet.update([["x"]], "A1")
    assert spreadsheet.values_get("Report")["values"] == [["x"]]
    worksheet.delete_named_range(made["namedRangeId"])
    assert spreadsheet.fetch_sheet_metadata({"fields": "namedRanges"}) == {}
    reply = worksheet.add_protected_range("A1:B2", description="mine")["replies"][0]["addProtectedRange"]
    assert reply["protectedRange"]["range"] == {
        "startRowIndex": 0,
        "endRowIndex": 2,
        "startColumnIndex": 0,
        "endColumnIndex": 2,
    }
    removed = worksheet.delete_protected_range(reply["protectedRange"]["protectedRangeId"])
    assert removed["replies"] == [{}]


def test_filters_groups_and_hidden_rows(worksheet: gspread.Worksheet) -> None:
    worksheet.resize(20, 20)
    worksheet.set_basic_filter()
    whole = {"startRowIndex": 0, "endRowIndex": 20, "startColumnIndex": 0, "endColumnIndex": 20}
    assert properties(worksheet)["basicFilter"] == {"range": whole}
    worksheet.clear_basic_filter()
    assert "basicFilter" not in properties(worksheet)
    worksheet.add_dimension_group_columns(0, 2)
    assert worksheet.list_dimension_group_columns() == [
        {"range": {"dimension": "COLUMNS", "startIndex": 0, "endIndex": 2}, "depth": 1}
    ]
    worksheet.delete_dimension_group_columns(0, 2)
    assert worksheet.list_dimension_group_columns() == []
    worksheet.hide_rows(0, 2)
    worksheet.unhide_columns(0, 2)


def test_formats_are_merged_under_their_masks(worksheet: gspread.Worksheet) -> None:
    worksheet.format("A1:B2", {"textFormat": {"bold": True}, "numberFormat": {"type": "NUMBER", "pattern": "0.00"}})
    worksheet.format("A1", {"horizontalAlignment": "CENTER"})
    worksheet.update([[1]], "A1")
    fields = "sheets.data.rowData.values.userEnteredFormat"
    data = worksheet.spreadsheet.fetch_sheet_metadata({"ranges": "Sheet1!A1", "fields": fields})
    cell = data["sheets"][0]["data"][0]["rowData"][0]["values"][0]["userEnteredFormat"]
    assert cell["horizontalAlignment"] == "CENTER"
    assert cell["textFormat"] == {"bold": True}
    assert worksheet.acell("A1").value == "1.00"


def test_cells_are_copied_cut_validated_and_fitted(worksheet: gspread.Worksheet) -> None:
    worksheet.update([["A1"], ["A" * 200]], "A1:A2")
    worksheet.copy_range("A1:A2", "B1:B2")
    worksheet.cut_range("A1:A2", "C1")
    assert worksheet.get_all_values() == [["", "A1", "A1"], ["", "A" * 200, "A" * 200]]
    worksheet.columns_auto_resize(1, 2)
    worksheet.add_validation("D1", ValidationConditionType.one_of_list, ["x", "y"], strict=True, showCustomUi=True)
    fields = "sheets.data(columnMetadata.pixelSize,rowData.values.dataValidation)"
    data = worksheet.spreadsheet.fetch_sheet_metadata({"fields": fields})["sheets"][0]["data"][0]
    assert data["columnMetadata"][0] == {"pixelSize": 100}
    assert data["columnMetadata"][1]["pixelSize"] > 1000
    assert data["rowData"][0]["values"][3]["dataValidation"]["condition"]["type"] == "ONE_OF_LIST"


def test_spreadsheet_properties_are_changed(worksheet: gspread.Worksheet) -> None:
    spreadsheet = worksheet.spreadsheet
    spreadsheet.update_title("🎊 New")
    spreadsheet.update_locale("fr_FR")
    spreadsheet.update_timezone("Europe/Paris")
    found = spreadsheet.fetch_sheet_metadata()["properties"]
    assert (found["title"], found["locale"], found["timeZone"]) == ("🎊 New", "fr_FR", "Europe/Paris")


def test_one_dimensional_values_are_refused_as_google_refuses_them(worksheet: gspread.Worksheet) -> None:
    with pytest.raises(gspread.exceptions.APIError) as refused:
        worksheet.spreadsheet.values_update("Sheet1!A1", params={"valueInputOption": "RAW"}, body={"values": ["X"]})
    error = refused.value.response.json()["error"]
    assert error["message"] == "Invalid value at 'data.values' (type.googleapis.com/google.protobuf.ListValue), \"X\""
    assert error["details"][0]["@type"] == "type.googleapis.com/google.rpc.BadRequest"
    assert error["details"][0]["fieldViolations"][0]["field"] == "data.values"


def test_every_request_is_logged_for_the_account_that_sent_it(
    sandbox: GoogleSandbox, client: gspread.Client, worksheet: gspread.Worksheet
) -> None:
    sandbox.control.journal.clear()
    worksheet.get_all_values()
    worksheet.update([[1]], "A1")
    client.list_spreadsheet_files()
    counts = sandbox.control.journal.counts()
    assert counts == {"tester@sheetsync-sandbox.iam.gserviceaccount.com": {"read": 1, "write": 1, "other": 1}}
