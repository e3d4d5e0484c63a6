"""A spreadsheet in the browser shows what the API wrote, fast, and follows it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from sheetsync.sandbox.google import GoogleSandbox
from tests.browser.conftest import Book, OpenPage

MOST_ROWS_DRAWN = 80


def cell(page: Page, address: str) -> Locator:
    """A cell by letters and number."""
    column, row = ord(address[0]) - ord("A"), int(address[1:]) - 1
    return page.locator(f"#cell-{row}-{column}")


def content(page: Page) -> Locator:
    return page.locator(".raw")


def grid_range(top: int, bottom: int, left: int, right: int) -> dict[str, int]:
    names = ("sheetId", "startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
    return dict(zip(names, (0, top, bottom, left, right), strict=True))


def formatted(area: dict[str, int], **cell_format: Any) -> dict[str, Any]:
    request = {"range": area, "cell": {"userEnteredFormat": cell_format}, "fields": "userEnteredFormat"}
    return {"repeatCell": request}


def grid_properties(**properties: int) -> dict[str, Any]:
    fields = ",".join(f"gridProperties.{name}" for name in properties)
    return {"updateSheetProperties": {"properties": {"sheetId": 0, "gridProperties": properties}, "fields": fields}}


def test_the_list_links_to_every_spreadsheet(google: GoogleSandbox, book: Book, open_page: OpenPage) -> None:
    page = open_page(google.url)
    row = page.locator("tbody tr", has_text=book.spreadsheet)
    expect(row).to_contain_text("Hours & <b>more</b>")
    expect(row).to_contain_text("owner@example.com")
    expect(row).to_contain_text("tests@example.iam.gserviceaccount.com (writer)")
    row.get_by_role("link").click()
    page.wait_for_url(book.page)
    expect(page.get_by_role("heading")).to_have_text("Hours & <b>more</b>")


def test_the_list_follows_new_spreadsheets_without_a_reload(google: GoogleSandbox, open_page: OpenPage) -> None:
    page = open_page(google.url)
    expect(page.get_by_role("heading")).to_be_visible()
    google.create("Made while somebody looks")
    expect(page.get_by_text("Made while somebody looks").first).to_be_visible()


def test_the_grid_shows_formats_and_the_content_line_the_value_itself(book: Book, open_page: OpenPage) -> None:
    book.put("Sheet1!A1", [["2021-11-01", "1:30:00", "$1,234.50", "=SUM(1,2)", True, "=1/0"]])
    page = open_page(book.page)
    for address, shown in {"A1": "2021-11-01", "C1": "$1,234.50", "D1": "3", "E1": "TRUE", "F1": "#DIV/0!"}.items():
        expect(cell(page, address)).to_have_text(shown)
    cell(page, "A1").click()
    expect(content(page)).to_have_text("44501")
    expect(page.locator(".format")).to_contain_text("DATE")
    cell(page, "D1").click()
    expect(content(page)).to_have_text("=SUM(1,2)")
    assert page.locator("#address").input_value() == "D1"


def test_an_empty_cell_with_a_format_is_not_marked_as_an_error(book: Book, open_page: OpenPage) -> None:
    book.put("Sheet1!A1", [["$1.00", "=1/0"]])
    book.put("Sheet1!A1", [[""]])
    page = open_page(book.page)
    expect(page.locator(".cell.error")).to_have_count(1)


def test_bold_colours_and_alignment_are_drawn(book: Book, open_page: OpenPage) -> None:
    book.put("Sheet1!B2", [["Look"]])
    red = {"red": 1}
    look = {"textFormat": {"bold": True}, "backgroundColor": red, "horizontalAlignment": "RIGHT"}
    book.batch(formatted(grid_range(1, 2, 1, 2), **look))
    found = cell(open_page(book.page), "B2")
    expect(found).to_have_css("font-weight", "700")
    expect(found).to_have_css("background-color", "rgb(255, 0, 0)")
    expect(found).to_have_css("justify-content", "flex-end")


def test_the_gid_in_the_address_chooses_the_tab_and_hidden_tabs_are_left_out(book: Book, open_page: OpenPage) -> None:
    for gid, title, hidden in ((7, "Seven", False), (8, "Staging", True)):
        book.batch({"addSheet": {"properties": {"sheetId": gid, "title": title, "hidden": hidden}}})
    book.put("Seven!A1", [["on the seventh"]])
    page = open_page(f"{book.page}#gid=7")
    expect(cell(page, "A1")).to_have_text("on the seventh")
    assert page.locator(".tabs a").all_inner_texts() == ["Sheet1", "Seven"]
    page.get_by_role("link", name="Sheet1").click()
    expect(cell(page, "A1")).to_have_text("")
    assert page.url.endswith("#gid=0")


def test_a_note_is_marked_and_read_on_hover_and_on_selection(book: Book, open_page: OpenPage) -> None:
    book.put("Sheet1!A1", [["Project", "Client"]])
    note = {"range": grid_range(0, 1, 0, 1), "cell": {"note": "Written by <sheetsync>"}, "fields": "note"}
    book.batch({"repeatCell": note})
    page = open_page(book.page)
    expect(page.locator(".noted")).to_have_count(1)
    tooltip = page.get_by_role("tooltip")
    expect(tooltip).to_be_hidden()
    cell(page, "A1").hover()
    expect(tooltip).to_have_text("Written by <sheetsync>")
    page.mouse.move(600, 500)
    expect(tooltip).to_be_hidden()
    cell(page, "B1").click()
    page.keyboard.press("ArrowLeft")
    expect(tooltip).to_be_visible()


def test_frozen_rows_and_columns_stay_while_the_rest_scrolls(book: Book, open_page: OpenPage) -> None:
    book.put("Sheet1!A1", [["Header", *range(25)]])
    book.put("Sheet1!A1:A1000", [["Header"], *([f"row {number}"] for number in range(2, 1001))])
    book.batch(grid_properties(frozenRowCount=1, frozenColumnCount=1))
    page = open_page(book.page)
    header = cell(page, "A1")
    expect(header).to_have_text("Header")
    before = header.bounding_box()
    page.locator(".viewport").evaluate("view => view.scrollTo(900, 9000)")
    expect(cell(page, "A450")).to_be_in_viewport()
    expect(cell(page, "N450")).to_be_in_viewport()
    assert header.bounding_box() == before


def test_a_filter_is_marked_and_what_it_hides_is_not_drawn(book: Book, open_page: OpenPage) -> None:
    book.put("Sheet1!A1", [["Project", "Hours"], ["Website", 1], ["Internal", 2], ["App", 3]])
    criteria = {"0": {"hiddenValues": ["Internal"]}}
    book.batch({"setBasicFilter": {"filter": {"range": grid_range(0, 4, 0, 2), "criteria": criteria}}})
    page = open_page(book.page)
    expect(cell(page, "A1").get_by_role("img", name="filter, in use")).to_be_visible()
    expect(cell(page, "B1").get_by_role("img", name="filter", exact=True)).to_be_visible()
    expect(cell(page, "A4")).to_have_text("App")
    expect(cell(page, "A3")).to_have_count(0)


def test_hidden_columns_and_rows_are_passed_over(book: Book, open_page: OpenPage) -> None:
    book.put("Sheet1!A1", [["a", "b", "c"]])
    for dimension in ("ROWS", "COLUMNS"):
        span = {"sheetId": 0, "dimension": dimension, "startIndex": 1, "endIndex": 2}
        hide = {"range": span, "properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}
        book.batch({"updateDimensionProperties": hide})
    page = open_page(book.page)
    cell(page, "A1").click()
    page.keyboard.press("ArrowRight")
    expect(content(page)).to_have_text("c")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#address")).to_have_value("C3")
    expect(cell(page, "B1")).to_have_count(0)


def test_merged_cells_are_one_cell(book: Book, open_page: OpenPage) -> None:
    book.put("Sheet1!B2", [["Wide"]])
    book.batch({"mergeCells": {"range": grid_range(1, 3, 1, 4), "mergeType": "MERGE_ALL"}})
    page = open_page(book.page)
    merged = cell(page, "B2")
    expect(merged).to_have_text("Wide")
    expect(cell(page, "C2")).to_have_count(0)
    assert merged.evaluate("it => [it.offsetWidth, it.offsetHeight]") == [300, 42]


def test_a_change_by_the_api_appears_without_a_reload(book: Book, open_page: OpenPage) -> None:
    book.put("Sheet1!A1", [["before", "stays"]])
    page = open_page(book.page)
    expect(cell(page, "A1")).to_have_text("before")
    page.evaluate("window.notReloaded = true")
    book.put("Sheet1!A1", [["after"]])
    expect(cell(page, "A1")).to_have_text("after")
    expect(page.locator(".flash")).to_have_count(1)
    assert page.evaluate("window.notReloaded") is True


def test_the_header_counts_the_requests_of_programs_and_none_of_the_page(book: Book, open_page: OpenPage) -> None:
    book.google.control.journal.clear()
    page = open_page(book.page)
    writes = page.locator("[data-count=writes]")
    expect(page.locator(".state")).to_have_text("live")
    book.put("Sheet1!A1", [["one"]])
    expect(writes).to_have_text("1")
    expect(cell(page, "A1")).to_have_text("one")
    assert [entry.method for entry in book.google.control.journal.entries()] == ["PUT"]


def test_of_a_hundred_thousand_rows_only_the_visible_ones_are_drawn(book: Book, open_page: OpenPage) -> None:
    book.batch(grid_properties(rowCount=100_000, columnCount=26, frozenRowCount=1))
    book.put("Sheet1!A1", [["First"]])
    book.put("Sheet1!Z100000", [["Last"]])
    page = open_page(book.page)
    expect(cell(page, "A1")).to_have_text("First")
    assert page.get_by_role("row").count() < MOST_ROWS_DRAWN
    page.locator(".viewport").evaluate("view => view.scrollTo(view.scrollWidth, view.scrollHeight)")
    expect(cell(page, "Z100000")).to_have_text("Last")
    expect(cell(page, "Z100000")).to_be_in_viewport()
    assert page.get_by_role("row").count() < MOST_ROWS_DRAWN
    assert page.get_by_role("grid").get_attribute("aria-rowcount") == "100001"


def test_a_sheet_longer_than_browsers_can_scroll_is_shown_to_its_end(book: Book, open_page: OpenPage) -> None:
    book.batch(grid_properties(columnCount=3), grid_properties(rowCount=3_000_000))
    book.put("Sheet1!A3000000", [["Last"]])
    page = open_page(book.page)
    cell(page, "A1").click()
    page.keyboard.press("Control+End")
    expect(page.locator("#address")).to_have_value("C3000000")
    expect(cell(page, "A3000000")).to_have_text("Last")
    expect(cell(page, "A3000000")).to_be_in_viewport()


def test_the_keyboard_moves_through_the_sheet_and_out_of_it(book: Book, open_page: OpenPage) -> None:
    page = open_page(book.page)
    address = page.locator("#address")
    cell(page, "B2").click()
    for key, reached in (
        ("ArrowDown", "B3"),
        ("Tab", "C3"),
        ("Shift+Tab", "B3"),
        ("End", "Z3"),
        ("Home", "A3"),
        ("Control+End", "Z1000"),
        ("Control+Home", "A1"),
    ):
        page.keyboard.press(key)
        expect(address).to_have_value(reached)
    page.keyboard.press("PageDown")
    expect(address).not_to_have_value("A1")
    page.keyboard.press("PageUp")
    expect(address).to_have_value("A1")
    page.keyboard.press("Escape")
    expect(page.locator(".tabs [aria-current]")).to_be_focused()


def test_an_address_typed_beside_the_content_line_is_gone_to(book: Book, open_page: OpenPage) -> None:
    book.put("Sheet1!C900", [["far down"]])
    page = open_page(book.page)
    expect(cell(page, "A1")).to_be_visible()
    page.locator("#address").fill("c900")
    page.keyboard.press("Enter")
    expect(content(page)).to_have_text("far down")
    expect(cell(page, "C900")).to_be_in_viewport()


def test_text_that_looks_like_html_or_a_formula_shows_as_text(book: Book, open_page: OpenPage) -> None:
    nasty = "<script>window.broken = true</script>"
    book.put("Sheet1!A1", [[nasty, "=1+1", "👩‍💻 \"quoted\" 'text'"]], option="RAW")
    page = open_page(book.page)
    expect(cell(page, "A1")).to_have_text(nasty)
    expect(cell(page, "B1")).to_have_text("=1+1")
    expect(cell(page, "C1")).to_have_text("👩‍💻 \"quoted\" 'text'")
    cell(page, "B1").click()
    expect(content(page)).to_have_text("'=1+1")
    assert page.evaluate("window.broken") is None


def test_without_javascript_the_first_rows_are_a_plain_table(book: Book, open_page: OpenPage) -> None:
    book.put("Sheet1!A1", [["number"], *([number] for number in range(2, 301))])
    page = open_page(book.page, java_script_enabled=False)
    expect(page.locator("tbody tr")).to_have_count(200)
    expect(page.locator(".plain p")).to_contain_text("100 more rows follow")


def test_a_spreadsheet_that_is_deleted_says_so(book: Book, open_page: OpenPage) -> None:
    book.put("Sheet1!A1", [["Project"]])
    page = open_page(book.page)
    expect(cell(page, "A1")).to_have_text("Project")
    book.google.library.remove(book.spreadsheet)
    expect(page.locator(".state")).to_have_text("This spreadsheet was deleted.")


def test_the_page_is_usable_on_a_phone_and_in_the_dark(book: Book, open_page: OpenPage) -> None:
    book.put("Sheet1!A1", [["Project"]])
    page = open_page(book.page, viewport={"width": 390, "height": 780}, color_scheme="dark")
    expect(cell(page, "A1")).to_have_text("Project")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator("body")).to_have_css("background-color", "rgb(26, 32, 34)")
