"""The two stand-ins with their pages, and a real browser that looks at them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from sheetsync.sandbox.clockify import ClockifySandbox, Company
from sheetsync.sandbox.google import GoogleSandbox
from sheetsync.sandbox.pages import ClockifyPages, GooglePages, Neighbour

ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
PATIENCE = 15_000
"""Milliseconds that a test waits for what it expects to see; reached only when it fails."""


@pytest.fixture(scope="session")
def google() -> Iterator[GoogleSandbox]:
    clockify = Neighbour("Clockify", lambda: "http://127.0.0.1:1")
    with GoogleSandbox(pages=lambda sandbox: GooglePages(sandbox, clockify)) as server:
        yield server


@pytest.fixture(scope="session")
def clockify_server() -> Iterator[ClockifySandbox]:
    google = Neighbour("Google Sheets", lambda: "http://127.0.0.1:1")
    with ClockifySandbox(Company.empty(), pages=lambda sandbox: ClockifyPages(sandbox, google)) as server:
        yield server


@pytest.fixture
def clockify(clockify_server: ClockifySandbox) -> ClockifySandbox:
    """An empty company."""
    clockify_server.company.start_over()
    clockify_server.control.journal.clear()
    clockify_server.control.faults.clear()
    return clockify_server


@dataclass
class Book:
    """A spreadsheet that the API writes, for a program with a token."""

    google: GoogleSandbox
    spreadsheet: str
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def page(self) -> str:
        return f"{self.google.url}/spreadsheets/d/{self.spreadsheet}/edit"

    @property
    def json(self) -> str:
        return f"{self.google.url}/sandbox/pages/spreadsheets/{self.spreadsheet}"

    def put(self, cells: str, rows: list[list[Any]], option: str = "USER_ENTERED") -> None:
        self._send("PUT", f"/values/{quote(cells, safe='')}?valueInputOption={option}", {"values": rows})

    def batch(self, *kinds: dict[str, Any]) -> None:
        self._send("POST", ":batchUpdate", {"requests": list(kinds)})

    def _send(self, method: str, path: str, body: Any) -> None:
        url = f"{self.google.url}/v4/spreadsheets/{self.spreadsheet}{path}"
        answer = self.session.request(method, url, json=body, headers={"Authorization": "Bearer tests"}, timeout=60)
        assert answer.status_code == 200, answer.text


@pytest.fixture
def book(google: GoogleSandbox) -> Iterator[Book]:
    """A fresh spreadsheet with the sheet `Sheet1` (gid 0) of 1000 rows and 26 columns."""
    email = "tests@example.iam.gserviceaccount.com"
    google.accept_token("tests", email)
    made = Book(google, google.create("Hours & <b>more</b>", share_with=[email]))
    yield made
    made.session.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("the tests of the pages need Chromium: apt-get install chromium")
        pytest.skip("no Chromium on PATH (Debian and Ubuntu: apt-get install chromium)")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What must not happen on a page: errors in its console, requests that leave this machine."""

    found: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("console", lambda message: self._complain(_is_error(message), message.text))
        page.on("pageerror", lambda error: self._complain(True, str(error)))
        page.on("request", lambda request: self._complain(not _is_local(request.url), request.url))

    def _complain(self, wrong: bool, text: str) -> None:  # noqa: FBT001  # a condition that has just been worked out
        if wrong:
            self.found.append(text)


def _is_error(message: ConsoleMessage) -> bool:
    """Whether it is more than the note that a form was answered with its mistakes (status 422)."""
    return message.type == "error" and "status of 422" not in message.text


def _is_local(url: str) -> bool:
    return urlsplit(url).hostname in (None, "127.0.0.1") and urlsplit(url).scheme in ("http", "data", "blob")


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Opens pages: `open_page(url, java_script_enabled=False)`; each is watched to the end of the test."""
    contexts: list[BrowserContext] = []
    watch = Watch()

    def opened(url: str, **options: Any) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        watch.over(page)
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not watch.found
