"""The status page as people use it, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sheetsync import around
from sheetsync.config.model import Store
from sheetsync.daemon_events import Bus, RunBegan, RunEnded, Running
from sheetsync.ledger import Ledger, State
from sheetsync.ledger.records import Cause
from tests.daemon_double import NOW, StillDaemon, configuration

HOUR = timedelta(hours=1)
PHONE = {"width": 360, "height": 740}
PATHS = ["/", "/runs", "/jobs/weeks", "/runs/2"]


class Opened:
    """A daemon that stands still, its page, and a browser in front of it. `wrong` is what the browser complains of."""

    def __init__(self, browser: Browser, folder: Path, **serve: Any) -> None:
        self._browser = browser
        self._stack = ExitStack()
        self.ledger = self._stack.enter_context(Ledger.open(Store(folder / "state.db")))
        self.daemon = StillDaemon(configuration(serve={"listen": "127.0.0.1:0", **serve}), self.ledger)
        self.bus = Bus(lambda: NOW)
        self.daemon.ran("hours", NOW - HOUR, rows=1234)
        self.daemon.ran("weeks", NOW - HOUR, State.FAILED)
        found = around.attach(self.daemon, self.bus, self.ledger, self.daemon.config, environ={})
        self.address = self._stack.enter_context(found).page
        self.wrong: list[str] = []

    def page(self, path: str = "/", **context: Any) -> Page:
        opened: BrowserContext = self._browser.new_context(base_url=self.address, **context)
        opened.set_default_timeout(10_000)
        self._stack.callback(opened.close)
        page = opened.new_page()
        page.on("console", lambda message: self.wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.goto(path)
        return page

    def close(self) -> None:
        self._stack.close()


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Opened]:
    found = Opened(chromium, tmp_path)
    yield found
    found.close()
    assert found.wrong == []


def test_a_click_runs_a_job_and_comes_back(opened: Opened) -> None:
    page = opened.page("/?state=failing")
    page.get_by_role("button", name="Run weeks now").click()
    page.wait_for_url("**/?state=failing")
    assert opened.daemon.asked == [("run", "weeks")]


def test_a_job_is_paused_with_a_note_and_resumed(opened: Opened) -> None:
    page = opened.page("/jobs/hours")
    page.get_by_label("Why the job is paused").fill("until Monday")
    page.get_by_role("button", name="Pause this job").click()
    expect(page.get_by_text("until Monday")).to_be_visible()
    page.get_by_role("button", name="Resume hours").click()
    expect(page.get_by_role("button", name="Pause this job")).to_be_visible()


def test_an_open_page_follows_a_run_without_being_loaded_anew(opened: Opened) -> None:
    page = opened.page()
    expect(page.locator("#connection")).to_have_text("live")
    page.evaluate("window.stays = true")
    running = Running(9, "by-project", NOW, Cause.SCHEDULE, NOW, "pages from Clockify", 3, 8)
    opened.daemon.runs["by-project"] = running
    opened.bus.publish(RunBegan(running))
    expect(page.get_by_text("pages from Clockify 3 of 8")).to_be_visible()
    del opened.daemon.runs["by-project"]
    opened.bus.publish(RunEnded(opened.daemon.ran("by-project", NOW, rows=4321)))
    expect(page.get_by_text("4,321 rows in 2.0 s")).to_be_visible()
    assert page.evaluate("window.stays")


def test_what_somebody_writes_is_not_lost_to_an_update(opened: Opened) -> None:
    page = opened.page("/jobs/hours")
    expect(page.locator("#connection")).to_have_text("live")
    page.get_by_label("Why the job is paused").fill("half a sen")
    with page.expect_response("**/jobs/weeks") as other:
        opened.bus.publish(RunEnded(opened.daemon.ran("hours", NOW)))
        page.evaluate("fetch('/jobs/weeks')")
    assert other.value.ok
    expect(page.get_by_label("Why the job is paused")).to_have_value("half a sen")


def test_a_page_whose_daemon_is_gone_says_so(chromium: Browser, tmp_path: Path) -> None:
    opened = Opened(chromium, tmp_path)
    context = chromium.new_context()
    page = context.new_page()
    page.goto(opened.address)
    expect(page.locator("#connection")).to_have_text("live")
    opened.close()
    expect(page.locator("#connection")).to_have_text("not reachable")
    context.close()


def test_everything_can_be_reached_and_pressed_with_the_keyboard(opened: Opened) -> None:
    page = opened.page()
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.id"))
        if reached[-1] == "Run hours now":
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert opened.daemon.asked == [("run", "hours")]


def test_the_focus_stays_where_it_was_when_the_page_is_updated(opened: Opened) -> None:
    page = opened.page()
    expect(page.locator("#connection")).to_have_text("live")
    page.locator("#run-hours").focus()
    opened.bus.publish(RunEnded(opened.daemon.ran("by-project", NOW, rows=4321)))
    expect(page.get_by_text("4,321 rows in 2.0 s")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "run-hours"


def test_without_scripts_everything_is_there_and_works(opened: Opened) -> None:
    page = opened.page(java_script_enabled=False)
    expect(page.get_by_text("1,234 rows in 2.0 s")).to_be_visible()
    assert page.locator("noscript meta[http-equiv=refresh]").count() == 1
    page.get_by_role("button", name="Pause hours", exact=True).click()
    expect(page.get_by_role("button", name="Resume hours")).to_be_visible()
    page.get_by_label("Find a job").fill("proj")
    page.get_by_role("button", name="Find").click()
    expect(page.locator(".job")).to_have_count(1)


@pytest.mark.parametrize("path", PATHS)
def test_a_phone_shows_all_of_it_without_scrolling_sideways(opened: Opened, path: str) -> None:
    page = opened.page(path, viewport=PHONE, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


CONTRAST = """() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = node => {
    for (; node; node = node.parentElement) {
      const found = rgb(getComputedStyle(node).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.getClientRects().length || node.disabled || node.closest('.hidden, .skip, svg')) continue;
    const [a, b] = [light(rgb(getComputedStyle(node).color)), light(behind(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) weak.push(`${node.textContent.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return weak;
}"""
"""Texts whose contrast is less than WCAG 2.2 AA asks for (success criterion 1.4.3)."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_texts_can_be_read_in_light_and_in_the_dark(opened: Opened, path: str, scheme: str) -> None:
    opened.ledger.pause("by-project", "until Monday", NOW)
    page = opened.page(path, color_scheme=scheme)
    assert page.evaluate(CONTRAST) == []


def test_nothing_is_fetched_from_anywhere_else(opened: Opened) -> None:
    page = opened.page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PATHS:
        page.goto(path)
    assert asked
    assert not [url for url in asked if not url.startswith(opened.address)]


def test_a_browser_is_asked_for_the_token_once(chromium: Browser, tmp_path: Path) -> None:
    opened = Opened(chromium, tmp_path, token="a-token-of-more-than-16")
    page = opened.page("/jobs/hours")
    page.get_by_label("Token").fill("guess")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not the token.")
    page.get_by_label("Token").fill("a-token-of-more-than-16")
    page.get_by_role("button", name="Open").click()
    page.wait_for_url("**/jobs/hours")
    page.get_by_role("button", name="Run hours now").click()
    page.wait_for_url("**/jobs/hours")
    assert opened.daemon.asked == [("run", "hours")]
    opened.close()


def test_another_site_cannot_press_a_button(opened: Opened) -> None:
    page = opened.page()
    form = f'<form method="post" action="{opened.address}/jobs/hours/run"><button>win</button></form>'
    page.route("http://evil.example/", lambda route: route.fulfill(body=form, content_type="text/html"))
    page.goto("http://evil.example/")
    # The browser complains of the refusal in its own time, and may do so in any order.
    with (
        page.expect_console_message(lambda message: "403" in message.text),
        page.expect_response("**/jobs/hours/run") as answer,
    ):
        page.get_by_role("button", name="win").click()
    assert answer.value.status == 403
    assert opened.daemon.asked == []
    opened.wrong.clear()
