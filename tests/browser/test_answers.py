"""What the pages answer to programs: HTML, JSON, events, and refusals of what comes from elsewhere. No browser."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import orjson
import pytest
import requests

from sheetsync.sandbox.clockify import ClockifySandbox, Company
from sheetsync.sandbox.faults import Fault
from sheetsync.sandbox.google import GoogleSandbox
from sheetsync.sandbox.pages import GooglePages
from sheetsync.sandbox.pair import Pair
from tests.browser.conftest import Book

FORM = {"start": "2021-11-15T09:00", "end": "2021-11-15T10:00", "description": "Sketches"}


def get(url: str, **options: Any) -> requests.Response:
    return requests.get(url, timeout=30, **options)


def post(clockify: ClockifySandbox, path: str, **options: Any) -> requests.Response:
    url = f"{clockify.url}/sandbox/pages/entries/{path}"
    return requests.post(url, timeout=30, allow_redirects=False, **options)


def window(book: Book, *corners: int) -> Any:
    query = dict(zip(("top", "left", "bottom", "right"), corners, strict=True))
    return get(f"{book.json}/cells", params={"gid": 0, **query}).json()


def test_a_window_of_cells_has_text_kind_raw_value_and_note(book: Book) -> None:
    book.put("Sheet1!B2", [["50%", "=2*3", "text"]])
    book.google.documents.set_note(book.spreadsheet, "Sheet1!D2", "noted")
    answer = window(book, 1, 1, 3, 6)
    assert (answer["top"], answer["left"]) == (1, 1)
    ((percent, formula, text),) = answer["rows"]
    assert percent[:2] == ["50%", "n"]
    assert percent[3] == "0.5"
    assert (formula[0], formula[3]) == ("6", "=2*3")
    assert text == ["text", "t", -1, "", "noted"]
    assert answer["looks"][percent[2]]["number_format"] == "PERCENT 0%"


@pytest.mark.parametrize("corners", [(0, 0, 10**9, 10**9), (-5, -5, 5, 5), (999, 25, 2000, 99), (5000, 0, 6000, 9)])
def test_a_window_is_cut_to_the_sheet_and_to_what_a_page_can_show(book: Book, corners: tuple[int, ...]) -> None:
    book.put("Sheet1!A1", [["corner"]])
    answer = window(book, *corners)
    assert len(answer["rows"]) <= 512
    assert answer["top"] <= 1000


def test_the_outline_tells_sizes_frozen_parts_merges_and_the_filter(book: Book) -> None:
    area = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 4, "startColumnIndex": 0, "endColumnIndex": 2}
    span = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 2, "endIndex": 4}
    book.put("Sheet1!A1", [["Project"], ["a"], ["b"], ["a"]])
    book.batch(
        {"mergeCells": {"range": {**area, "startRowIndex": 5, "endRowIndex": 7}, "mergeType": "MERGE_ALL"}},
        {"setBasicFilter": {"filter": {"range": area, "criteria": {"0": {"hiddenValues": ["b"]}}}}},
        {"updateDimensionProperties": {"range": span, "properties": {"pixelSize": 40}, "fields": "pixelSize"}},
    )
    outline = get(book.json).json()
    assert outline["rows"] == [[2, 21], [1, 0], [997, 21]]
    assert outline["columns"] == [[2, 100], [2, 40], [22, 100]]
    assert outline["merges"] == [[5, 0, 7, 2]]
    assert outline["filter"] == {"area": [0, 0, 4, 2], "active": [0]}


def test_every_change_gives_another_version(book: Book) -> None:
    before = get(book.json).json()["version"]
    book.put("Sheet1!A1", [["new"]])
    assert get(book.json).json()["version"] != before


def test_the_plain_table_holds_the_cells_as_text(book: Book) -> None:
    book.put("Sheet1!A1", [["<script>alert(1)</script>", "\"&'"]], option="RAW")
    html = get(book.page).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert" not in html
    assert escape("Hours & <b>more</b>") in html


@pytest.mark.parametrize("path", ["/spreadsheets/d/no-such/edit", "/sandbox/pages/spreadsheets/no-such"])
def test_a_spreadsheet_that_does_not_exist_is_not_found(google: GoogleSandbox, path: str) -> None:
    assert get(google.url + path).status_code == 404


def test_pages_are_neither_counted_nor_struck_by_faults(book: Book, clockify: ClockifySandbox) -> None:
    for server, urls in ((book.google, [book.page, book.json]), (clockify, [])):
        server.control.journal.clear()
        server.control.faults.add(Fault(status=500, times=None))
        for url in (server.url, f"{server.url}/favicon.ico", f"{server.url}/sandbox/pages/static/pages.css", *urls):
            assert get(url).status_code == 200
        assert server.control.journal.entries() == []
        server.control.faults.clear()


def test_every_page_forbids_assets_from_elsewhere(book: Book, clockify: ClockifySandbox) -> None:
    for url in (book.google.url, book.page, clockify.url, f"{clockify.url}/sandbox/pages/entries/new"):
        answer = get(url)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
        for place in ('src="', 'href="'):
            links = [part.partition('"')[0] for part in answer.text.split(place)[1:]]
            assert all(link.startswith(("/", "?", "http://127.0.0.1:")) for link in links)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", ""])
def test_a_foreign_name_for_this_machine_is_refused(google: GoogleSandbox, host: str) -> None:
    assert get(google.url, headers={"Host": host}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_a_form_sent_by_another_site_changes_nothing(clockify: ClockifySandbox, headers: dict[str, str]) -> None:
    form = {**FORM, "user": clockify.company.owner.id}
    assert post(clockify, "new", data=form, headers=headers).status_code == 403
    assert len(clockify.company.entries) == 0
    assert post(clockify, "new", data=form, headers={"Origin": clockify.url}).status_code == 303
    assert len(clockify.company.entries) == 1


def test_a_change_of_an_entry_that_was_deleted_meanwhile_is_not_lost(clockify: ClockifySandbox) -> None:
    company = clockify.company
    entry_id = company.add_entry(datetime(2021, 11, 15, tzinfo=UTC), 60)
    company.delete_entry(entry_id)
    answer = post(clockify, entry_id, data={**FORM, "user": company.owner.id})
    assert answer.status_code == 409
    assert "Sketches" in answer.text
    assert 'action="/sandbox/pages/entries/new"' in answer.text


def test_after_a_change_the_list_is_the_one_that_the_form_was_opened_from(clockify: ClockifySandbox) -> None:
    form = {**FORM, "user": clockify.company.owner.id, "back": "text=a%26b&page=2&evil=%0d%0aSet-Cookie"}
    target = post(clockify, "new", data=form).headers["Location"]
    assert target.startswith("/?text=a%26b&page=2&added=")
    assert "evil" not in target


def test_a_form_that_is_too_large_is_refused(clockify: ClockifySandbox) -> None:
    assert post(clockify, "new", data={"description": "x" * 2**21}).status_code == 413


@pytest.mark.parametrize(
    "query", ["page=99999", "page=-1", "page=%C2%B2", "day=2021-13-99", "user=nobody&project=none"]
)
def test_a_query_that_makes_no_sense_still_gives_a_list(clockify: ClockifySandbox, query: str) -> None:
    assert get(f"{clockify.url}/?{query}").status_code == 200


def test_the_stream_of_changes_ends_cleanly_when_the_server_stops() -> None:
    with GoogleSandbox(pages=GooglePages) as google:
        url = f"{google.url}/sandbox/pages/spreadsheets/{google.create('Followed')}/changes"
        with get(url, stream=True) as answer:
            lines = answer.iter_lines()
            event = orjson.loads(next(lines).removeprefix(b"data: "))
            google.stop()
            # A connection that is cut in the middle of an answer raises here.
            rest = list(lines)
    assert event["version"]
    assert rest == [b""]


def test_a_pair_links_its_two_stand_ins(tmp_path: Path) -> None:
    with Pair(tmp_path, entries=10) as pair:
        assert f'href="{pair.clockify.url}/"' in get(pair.google.url).text
        assert f'href="{pair.google.url}/"' in get(pair.clockify.url).text


def test_without_pages_the_stand_ins_answer_as_before() -> None:
    with GoogleSandbox() as google, ClockifySandbox(Company.empty()) as clockify:
        assert "spreadsheets" in get(google.url).json()
        assert get(f"{clockify.url}/sandbox/pages/entries/new").status_code == 404
