"""What would be sent to Google, decided without Google."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from sheetsync.errors import PlanError
from sheetsync.sheets import placement, plan, state
from sheetsync.sheets.a1 import Rectangle
from sheetsync.sheets.content import inline
from sheetsync.sheets.plan import LONGEST_REQUEST, Seen, Stamp
from sheetsync.sheets.state import Anchor, Edge, Mark, NamedRange, Protected, Published, SheetState, Tab
from sheetsync.sheets.target import Target
from sheetsync.table import Column, Kind, Table

TARGET = Target("s", "Hours")
STAMP = Stamp("job", "run-2", TARGET, "2026-11-23T12:00:00+00:00", "note")
COLUMNS = (Column("Project", Kind.TEXT), Column("Date", Kind.DATE), Column("Hours", Kind.DECIMAL))
KINDS = tuple(column.kind.name for column in COLUMNS)
PLAIN = Tab(7, "Hours", rows=1000, columns=26)


def table(rows: int, columns: tuple[Column, ...] = COLUMNS) -> Table:
    samples: dict[Kind, Any] = {Kind.TEXT: "=1+1", Kind.DATE: 44500, Kind.DECIMAL: 1.5}
    return Table(columns, tuple([samples[column.kind]] * rows for column in columns))


def published(rectangle: Rectangle, *, kinds: tuple[str, ...] = KINDS, job: str = "job") -> Published:
    anchors: dict[Edge, Anchor] = {
        "top": Anchor(2, rectangle.row),
        "bottom": Anchor(3, rectangle.end_row - 1),
        "left": Anchor(4, rectangle.column),
        "right": Anchor(5, rectangle.end_column - 1),
    }
    mark = Mark(
        1, "run-1", 7, "Hours", "A1", "x", kinds, rectangle.rows, rectangle.columns, "2026-11-22T12:00:00+00:00"
    )
    return Published(job, mark, anchors, rectangle)


def spreadsheet(*tabs: Tab, named: tuple[NamedRange, ...] = ()) -> SheetState:
    return SheetState("s", "Title", "Etc/GMT", tabs, named)


def holding(rectangle: Rectangle, **more: Any) -> Tab:
    found = published(rectangle, **more)
    return replace(PLAIN, published={found.job: found})


def requests(where: placement.Placement, made: Table, seen: Seen | None = None) -> list[tuple[str, dict[str, Any]]]:
    body = json.loads(plan.build(where, seen, inline(made), STAMP).body)
    return [next(iter(request.items())) for request in body["requests"]]


def find(found: SheetState, made: Table, target: Target = TARGET) -> placement.Placement:
    return placement.find(found, target, "job", made, "run-2")


def of_kind(kind: str, sent: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    return [request for name, request in sent if name == kind]


def test_a_missing_tab_is_made_just_as_long_as_the_table() -> None:
    where = find(spreadsheet(), table(3))
    (made,) = of_kind("addSheet", requests(where, table(3)))
    grid = made["properties"]["gridProperties"]
    assert (where.new_tab, grid) == (True, {"rowCount": 4, "columnCount": 26, "frozenRowCount": 1})
    assert plan.looks(where) == []


def test_a_tab_of_a_header_alone_freezes_nothing_because_google_refuses_a_tab_of_frozen_rows() -> None:
    (made,) = of_kind("addSheet", requests(find(spreadsheet(), table(0)), table(0)))
    assert "frozenRowCount" not in made["properties"]["gridProperties"]


def test_the_same_run_makes_the_same_ids_so_that_it_can_be_sent_twice() -> None:
    one, other = (plan.build(find(spreadsheet(), table(2)), None, inline(table(2)), STAMP).body for _ in range(2))
    assert one == other


def test_texts_are_literal_and_numbers_are_numbers() -> None:
    (cells, *_) = of_kind("updateCells", requests(find(spreadsheet(), table(1)), table(1)))
    assert cells["rows"][1]["values"] == [
        {"userEnteredValue": {"stringValue": "=1+1"}},
        {"userEnteredValue": {"numberValue": 44500}},
        {"userEnteredValue": {"numberValue": 1.5}},
    ]


def test_a_shorter_table_clears_just_the_rows_that_it_leaves() -> None:
    where = find(spreadsheet(holding(Rectangle(0, 0, 11, 3))), table(4))
    cleared = [cells["range"] for cells in of_kind("updateCells", requests(where, table(4))) if "rows" not in cells]
    assert cleared == [Rectangle(5, 0, 6, 3).grid_range(7)]


def test_a_table_that_gets_wider_and_shorter_leaves_the_corner_between_alone() -> None:
    narrow = holding(Rectangle(0, 0, 11, 2), kinds=KINDS[:2])
    where = find(spreadsheet(narrow), table(4))
    touched = [cells["range"] for cells in of_kind("updateCells", requests(where, table(4), Seen()))]
    assert all(not (part["endRowIndex"] > 5 and part["endColumnIndex"] > 2) for part in touched)


def test_the_grid_grows_and_never_shrinks() -> None:
    small = replace(PLAIN, rows=3, columns=26)
    (grown,) = of_kind("updateSheetProperties", requests(find(spreadsheet(small), table(9)), table(9), Seen()))
    assert grown["fields"] == "gridProperties.rowCount"
    assert grown["properties"]["gridProperties"] == {"rowCount": 10}


def test_a_steady_table_costs_no_look_and_no_new_metadata() -> None:
    where = find(spreadsheet(holding(Rectangle(0, 0, 4, 3))), table(3))
    sent = [name for name, _ in requests(where, table(3))]
    assert plan.looks(where) == []
    assert sent == ["updateCells", "updateCells", "updateDeveloperMetadata"]


def test_a_table_that_grows_beyond_the_grid_needs_no_look() -> None:
    tight = replace(holding(Rectangle(0, 0, 4, 3)), rows=4)
    where = find(spreadsheet(tight), table(5))
    sent = requests(where, table(5))
    assert plan.looks(where) == []
    pasted = of_kind("copyPaste", sent)
    assert [paste["destination"] for paste in pasted] == [Rectangle(4, column, 2, 1).grid_range(7) for column in (1, 2)]
    assert {paste["pasteType"] for paste in pasted} == {"PASTE_FORMAT"}


def test_a_table_that_grows_into_filled_cells_is_refused_and_names_the_first() -> None:
    where = find(spreadsheet(holding(Rectangle(0, 0, 4, 3))), table(6))
    assert plan.looks(where) == [Rectangle(4, 0, 3, 3), Rectangle(1, 0, 1, 3)]
    with pytest.raises(PlanError, match=r"Hours!B6 is not empty"):
        requests(where, table(6), Seen(filled={(5, 1): False, (6, 0): False, (1, 0): False}))


def test_a_first_publish_replaces_values_but_no_formulas() -> None:
    where = find(spreadsheet(PLAIN), table(2))
    assert requests(where, table(2), Seen(filled={(1, 1): False}))
    with pytest.raises(PlanError, match=r"Hours!B2 holds a formula"):
        requests(where, table(2), Seen(filled={(1, 1): True}))


def test_a_column_that_has_a_format_keeps_it_and_lends_it_to_new_rows() -> None:
    where = find(spreadsheet(holding(Rectangle(0, 0, 4, 3))), table(5))
    own = {"type": "DATE", "pattern": "dd.mm.yyyy"}
    sent = of_kind("repeatCell", requests(where, table(5), Seen(formats={(1, 1): own, (4, 1): own})))
    dates = [each for each in sent if each["range"]["startColumnIndex"] == 1]
    assert [each["range"] for each in dates] == [Rectangle(5, 1, 1, 1).grid_range(7)]
    assert dates[0]["cell"]["userEnteredFormat"]["numberFormat"] == own


def test_a_column_that_means_something_else_now_gets_the_format_of_that() -> None:
    before = holding(Rectangle(0, 0, 4, 3), kinds=("TEXT", "DECIMAL", "DECIMAL"))
    (formatted,) = of_kind("repeatCell", requests(find(spreadsheet(before), table(3)), table(3)))
    assert formatted["range"] == Rectangle(1, 1, 3, 1).grid_range(7)


def test_a_table_that_was_moved_by_inserted_columns_is_published_where_it_is() -> None:
    moved = published(Rectangle(2, 1, 4, 3))
    where = find(spreadsheet(replace(PLAIN, published={"job": moved})), table(3))
    assert where.rectangle == Rectangle(2, 1, 4, 3)


def test_a_renamed_tab_is_found_although_another_took_its_name() -> None:
    renamed = replace(holding(Rectangle(0, 0, 4, 3)), title="Stunden")
    where = find(spreadsheet(Tab(8, "Hours", 10, 10), renamed), table(3))
    assert where.tab.id == 7


def test_another_worksheet_in_the_configuration_is_another_target() -> None:
    where = find(spreadsheet(holding(Rectangle(0, 0, 4, 3))), table(3), Target("s", "New"))
    assert (where.new_tab, where.old) == (True, None)


def test_a_job_of_another_name_takes_over_the_table_at_the_same_target() -> None:
    where = find(spreadsheet(holding(Rectangle(0, 0, 9, 3), job="old-name")), table(3))
    sent = requests(where, table(3))
    assert of_kind("updateDeveloperMetadata", sent)[0]["developerMetadata"]["metadataKey"] == "sheetsync:job"
    assert len(of_kind("deleteDeveloperMetadata", sent)) == len(of_kind("createDeveloperMetadata", sent)) == 4


def test_the_table_of_another_job_is_not_written_over() -> None:
    other = published(Rectangle(3, 0, 4, 3), job="other")
    other = replace(other, mark=replace(other.mark, range="A4"))
    with pytest.raises(PlanError, match="job 'other' at A4:C7"):
        find(spreadsheet(replace(PLAIN, published={"other": other})), table(5))


def test_a_named_range_moves_with_the_table_that_it_holds() -> None:
    named = NamedRange("n", "report", 7, Rectangle(1, 1, 2, 2))
    target = Target("s", None, "report")
    where = placement.find(spreadsheet(PLAIN, named=(named,)), target, "job", table(3), "run-2")
    (moved,) = of_kind("updateNamedRange", requests(where, table(3), Seen()))
    assert moved["namedRange"]["range"] == Rectangle(1, 1, 4, 3).grid_range(7)


@pytest.mark.parametrize(
    ("tab", "target", "words"),
    [
        (PLAIN, Target("s", "Hours", "A1:B"), "has 3 columns, range: A1:B has 2"),
        (PLAIN, Target("s", "Hours", "A1:C3"), "4 rows with its header, range: A1:C3 has 3"),
        (PLAIN, Target("s", 99), "no tab with gid 99"),
        (PLAIN, Target("s", None, "nowhere"), "no range named 'nowhere'"),
        (replace(PLAIN, is_grid=False), TARGET, "is a chart"),
        (replace(PLAIN, merges=(Rectangle(1, 1, 2, 2),)), TARGET, "merged cells Hours!B2:C3"),
        (replace(PLAIN, protected=(Protected(Rectangle(0, 2, 1, 1), ()),)), TARGET, "Hours!C1 is protected"),
        (replace(PLAIN, rows=100_000, columns=99), TARGET, None),
        (replace(PLAIN, rows=100_000, columns=101), TARGET, "10,100,000 cells"),
    ],
)
def test_what_cannot_be_published_is_an_error_that_names_the_place(tab: Tab, target: Target, words: str | None) -> None:
    if words is None:
        find(spreadsheet(tab), table(3), target)
        return
    with pytest.raises(PlanError, match=words.replace("(", r"\(")):
        find(spreadsheet(tab), table(3), target)


def test_a_protected_range_with_an_open_part_lets_the_table_into_that_part() -> None:
    protected = Protected(Rectangle(0, 0, 1000, 26), (Rectangle(0, 0, 10, 3),))
    find(spreadsheet(replace(PLAIN, protected=(protected,))), table(9))
    with pytest.raises(PlanError):
        find(spreadsheet(replace(PLAIN, protected=(protected,))), table(10))


def test_a_request_beyond_what_google_takes_is_an_error_with_its_size() -> None:
    large = replace(inline(table(2)), body=b" " * LONGEST_REQUEST)
    with pytest.raises(PlanError, match=r"2 rows of 3 columns needs a request of 10\.0 MB"):
        plan.build(find(spreadsheet(), table(2)), None, large, STAMP)


def test_another_range_in_the_configuration_moves_the_table_and_leaves_nothing_behind() -> None:
    where = find(spreadsheet(holding(Rectangle(0, 0, 11, 3))), table(10), Target("s", "Hours", "C3"))
    cleared = [
        cells["range"] for cells in of_kind("updateCells", requests(where, table(10), Seen())) if "rows" not in cells
    ]
    assert where.rectangle == Rectangle(2, 2, 11, 3)
    assert cleared == [Rectangle(0, 0, 2, 3).grid_range(7), Rectangle(2, 0, 9, 2).grid_range(7)]


def test_a_column_inserted_into_the_table_does_not_shift_formats() -> None:
    wider = published(Rectangle(0, 0, 4, 4))
    wider = replace(wider, mark=replace(wider.mark, columns=3))
    where = find(spreadsheet(replace(PLAIN, published={"job": wider})), table(3))
    formatted = [each["range"] for each in of_kind("repeatCell", requests(where, table(3)))]
    assert formatted == [Rectangle(1, column, 3, 1).grid_range(7) for column in (1, 2)]


def test_a_copied_tab_is_not_taken_for_the_published_one() -> None:
    mark = published(Rectangle(0, 0, 4, 3)).mark
    entry = {"metadataId": 1, "metadataKey": "sheetsync:job", "metadataValue": mark.value()}
    sheets = [{"properties": {"sheetId": 8, "title": "Copy of Hours"}, "developerMetadata": [entry]}]
    assert state.parse("s", {"sheets": sheets}).tabs[0].published == {}


@pytest.mark.parametrize(
    ("gone", "left"),
    [
        ((), Rectangle(2, 0, 10, 3)),
        (("top",), Rectangle(3, 0, 9, 3)),
        (("bottom",), Rectangle(2, 0, 9, 3)),
        (("top", "bottom"), Rectangle(0, 0, 0, 3)),
    ],
)
def test_edges_whose_rows_were_deleted_never_make_a_neighbour_ours(gone: tuple[str, ...], left: Rectangle) -> None:
    mark = replace(published(Rectangle(2, 0, 10, 3)).mark, rows=10)
    edges = {"top": 2, "bottom": 11, "left": 0, "right": 2}
    rows: list[dict[str, Any]] = [{} for _ in range(12)]
    columns: list[dict[str, Any]] = [{} for _ in range(3)]
    for number, (edge, index) in enumerate(edges.items()):
        if edge not in gone:
            anchor = {"metadataId": 10 + number, "metadataKey": f"sheetsync:job:{edge}"}
            (rows if edge in {"top", "bottom"} else columns)[index].setdefault("developerMetadata", []).append(anchor)
    sheet = {
        "properties": {"sheetId": 7, "gridProperties": {"rowCount": 12, "columnCount": 3}},
        "developerMetadata": [{"metadataId": 1, "metadataKey": "sheetsync:job", "metadataValue": mark.value()}],
        "data": [{"rowMetadata": rows, "columnMetadata": columns}],
    }
    assert state.parse("s", {"sheets": [sheet]}).tabs[0].published["job"].rectangle == left
