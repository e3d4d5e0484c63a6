"""The status page over HTTP: what it shows, whom it lets in, what its buttons do."""

from __future__ import annotations

import http.client
import socket
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from sheetsync import around
from sheetsync.daemon_events import Asked, Bus, ReloadState, RunEnded, Running
from sheetsync.ledger import Ledger, State
from sheetsync.ledger.errors import LedgerUnavailableError
from sheetsync.ledger.records import Cause
from sheetsync.observe.budgets import BudgetLeft
from sheetsync.web.server import ListenError
from tests.daemon_double import API_KEY, NOW, StillDaemon, configuration
from tests.integration.around.conftest import Site, Start

TOKEN = "a-token-of-more-than-16"
HOUR = timedelta(hours=1)


def test_the_page_shows_each_job_with_its_last_outcome_and_what_to_do(site: Site, daemon: StillDaemon) -> None:
    daemon.ran("hours", NOW - HOUR, rows=1234)
    failed = daemon.ran("weeks", NOW - HOUR, State.FAILED)
    page = site.get("/").text
    assert all(f'href="/jobs/{job.name}"' in page for job in daemon.config.jobs)
    assert "1,234 rows in 2.0 s" in page
    assert "Clockify does not know the key" in page
    assert "Put a new API key into clockify.api_key." in site.get(f"/runs/{failed.id}").text
    assert "Put a new API key into clockify.api_key." in site.get("/jobs/weeks").text


def test_the_page_and_the_metrics_show_what_is_left_of_the_quotas(daemon: StillDaemon) -> None:
    daemon.config = configuration(serve={"listen": "127.0.0.1:0"})
    bus = Bus(lambda: NOW)
    left = [
        BudgetLeft("Clockify, workspace Acme", 0, 30, 3600, NOW + timedelta(minutes=5), NOW + HOUR),
        BudgetLeft("Google, robot@example.com, writes", 58, 60, 60, None, NOW + timedelta(seconds=40)),
    ]
    with around.attach(daemon, bus, daemon.ledger, daemon.config, budgets=lambda: left, environ={}) as found:
        page = requests.get(f"{found.page}/", timeout=10).text
        metrics = requests.get(f"{found.page}/metrics", timeout=10).text
    assert "0 of 30 left, the next" in page
    assert "58 of 60 left, all again" in page
    assert (NOW + timedelta(minutes=5)).isoformat() in page
    assert 'sheetsync_budget_left{budget="Clockify, workspace Acme"} 0.0' in metrics
    assert 'sheetsync_budget_limit{budget="Clockify, workspace Acme"} 30.0' in metrics
    assert 'sheetsync_budget_next_timestamp_seconds{budget="Clockify, workspace Acme"}' in metrics
    assert 'sheetsync_budget_next_timestamp_seconds{budget="Google' not in metrics


def test_a_run_that_was_put_off_tells_why_and_is_no_failure(site: Site, daemon: StillDaemon) -> None:
    daemon.ran("hours", NOW - 2 * HOUR)
    late = daemon.ran("hours", NOW - HOUR, State.DELAYED, error="Clockify's 30 requests an hour are used up.")
    assert 'class="badge failing"' not in site.get("/").text
    page = site.get(f"/runs/{late.id}").text
    assert "30 requests an hour are used up." in page
    assert 'class="badge delayed"' in page


def test_a_job_that_worked_again_is_no_longer_failing(site: Site, daemon: StillDaemon) -> None:
    daemon.ran("hours", NOW - 2 * HOUR, State.FAILED)
    assert 'class="badge failing"' in site.get("/").text
    daemon.ran("hours", NOW - HOUR)
    assert 'class="badge failing"' not in site.get("/").text


def test_a_skipped_slot_does_not_hide_that_the_job_fails(site: Site, daemon: StillDaemon, ledger: Ledger) -> None:
    daemon.ran("hours", NOW - 2 * HOUR, State.FAILED)
    ledger.record_skipped("hours", NOW - HOUR, "still running", NOW)
    assert 'class="badge failing"' in site.get("/").text


def test_runs_of_other_processes_show_up_in_the_curves(site: Site, daemon: StillDaemon) -> None:
    daemon.ran("hours", NOW - 3 * HOUR, rows=10)
    assert "last 10" in site.get("/").text
    daemon.ran("hours", NOW - 2 * HOUR, rows=20)
    assert "between 10 and 20, last 20" in site.get("/").text


def test_runs_of_this_process_show_up_without_asking_the_ledger_anew(site: Site, daemon: StillDaemon) -> None:
    site.get("/")
    record = daemon.ran("hours", NOW - HOUR, rows=30)
    site.bus.publish(RunEnded(record))
    assert "last 30" in site.get("/").text


def test_a_running_job_shows_how_far_it_is_and_cannot_be_started_again(site: Site, daemon: StillDaemon) -> None:
    daemon.runs["hours"] = Running(
        1, "hours", NOW, Cause.SCHEDULE, NOW, "pages from Clockify", 3, 8, "Google's quota is used up"
    )
    page = site.get("/").text
    assert "pages from Clockify 3 of 8" in page
    assert "Google&#39;s quota is used up" in page
    assert 'aria-label="Run hours now" disabled' in page


def test_jobs_are_found_by_name_and_by_state(site: Site, daemon: StillDaemon) -> None:
    daemon.ran("weeks", NOW - HOUR, State.FAILED)
    narrowed = site.get("/?state=failing").text
    assert "/jobs/weeks" in narrowed.split('class="jobs"')[1]
    assert "/jobs/hours" not in narrowed.split('class="jobs"')[1]
    assert "/jobs/by-project" in site.get("/?q=PROJ").text.split('class="jobs"')[1]
    assert "No job is like this." in site.get("/?q=nothing").text


def test_older_runs_can_be_turned_to(site: Site, daemon: StillDaemon) -> None:
    for number in range(60):
        daemon.ran("hours", NOW - timedelta(minutes=60 - number), rows=number)
    first = site.get("/runs").text
    assert "59 rows in" in first
    assert ">9 rows in" not in first
    older = first.split('href="/runs?before=')[1].split('"')[0]
    assert ">9 rows in" in site.get(f"/runs?before={older}").text


@pytest.mark.parametrize("path", ["/runs/999999", "/jobs/none", "/nowhere", "/runs/x"])
def test_what_does_not_exist_is_said_so(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 404
    assert "<h1>" in answer.text


def test_mistakes_of_a_reload_are_on_every_page(site: Site, daemon: StillDaemon) -> None:
    daemon.reload_state = ReloadState(NOW, ok=False, problems=("config.yaml:3:5: <unknown> 'jbos'.",))
    for path in ("/", "/runs", "/jobs/hours"):
        assert "config.yaml:3:5: &lt;unknown&gt; &#39;jbos&#39;." in site.get(path).text


def test_what_a_server_said_is_shown_as_text_and_never_as_markup(site: Site, daemon: StillDaemon) -> None:
    record = daemon.ran("hours", NOW - HOUR, State.FAILED, error="<script>alert(1)</script>", todo='"><img src=x>')
    for path in ("/", "/jobs/hours", f"/runs/{record.id}", "/runs"):
        assert "<script>alert" not in site.get(path).text
        assert "<img src=x" not in site.get(path).text


def test_a_secret_that_got_into_an_error_is_not_shown(site: Site, daemon: StillDaemon) -> None:
    record = daemon.ran("hours", NOW - HOUR, State.FAILED, error=f"HTTP 401 for key {API_KEY}")
    for path in ("/", "/jobs/hours", f"/runs/{record.id}"):
        assert API_KEY not in site.get(path).text


def test_nothing_is_loaded_from_anywhere_else_and_scripts_are_files(site: Site) -> None:
    answer = site.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in answer.text
    assert 'style="' not in answer.text
    for path in ("/style.css", "/page.js", "/icon.svg"):
        assert site.get(path).status_code == 200


def test_buttons_run_pause_and_resume_and_come_back(site: Site, daemon: StillDaemon) -> None:
    answer = site.post("/jobs/hours/run?back=/?state=failing")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?state=failing")
    site.post("/jobs/hours/pause", data={"note": "  until Monday "})
    site.post("/jobs/hours/resume")
    assert daemon.asked == [("run", "hours"), ("pause", "hours", "until Monday"), ("resume", "hours")]


def test_a_wish_that_is_not_accepted_says_why(site: Site, daemon: StillDaemon) -> None:
    daemon.answer = Asked(accepted=False, reason="hours is running already.")
    answer = site.post("/jobs/hours/run")
    assert answer.status_code == 409
    assert "hours is running already." in answer.text


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"])
def test_nobody_is_sent_to_another_site(site: Site, back: str) -> None:
    assert site.post("/jobs/hours/run", params={"back": back}).headers["location"] == "/"


@pytest.mark.parametrize("path", ["/jobs/hours/run", "/jobs/hours/pause", "/jobs/hours/resume"])
def test_looking_at_an_address_presses_no_button(site: Site, daemon: StillDaemon, path: str) -> None:
    assert site.get(path).status_code == 405
    assert daemon.asked == []


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_buttons_do_not_work_from_other_sites(site: Site, daemon: StillDaemon, headers: dict[str, str]) -> None:
    assert site.post("/jobs/hours/run", headers=headers).status_code == 403
    assert daemon.asked == []


def test_buttons_work_from_the_page_itself(site: Site, daemon: StillDaemon) -> None:
    assert site.post("/jobs/hours/run", headers={"sec-fetch-site": "same-origin"}).status_code == 303
    assert site.post("/jobs/hours/run", headers={"origin": site.address}).status_code == 303
    assert len(daemon.asked) == 2


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_a_foreign_name_that_points_to_this_machine_gets_nothing(site: Site, daemon: StillDaemon, host: str) -> None:
    for method, path in (("GET", "/"), ("GET", "/metrics"), ("POST", "/jobs/hours/run")):
        answer = site.request(method, path, headers={"host": host, "origin": f"http://{host}"})
        assert answer.status_code in {400, 421}
        assert "hours" not in answer.text
    assert daemon.asked == []


@pytest.mark.parametrize("path", ["/", "/runs", "/jobs/hours", "/metrics", "/events"])
def test_with_a_token_nothing_is_shown_without_it(start: Start, path: str) -> None:
    site = start(token=TOKEN)
    assert site.get(path).status_code == 401
    assert site.get(path, headers={"authorization": "Bearer wrong"}).status_code == 401
    assert site.get(path, headers={"authorization": f"Bearer {TOKEN}"}, stream=True).status_code == 200


def test_with_a_token_no_button_works_without_it(start: Start, daemon: StillDaemon) -> None:
    site = start(token=TOKEN)
    assert site.post("/jobs/hours/run").status_code == 401
    assert daemon.asked == []


def test_a_browser_gives_the_token_once_and_comes_back_to_where_it_was(start: Start, daemon: StillDaemon) -> None:
    site = start(token=TOKEN)
    asked = site.get("/jobs/hours", headers={"accept": "text/html"})
    assert (asked.status_code, asked.headers["location"]) == (303, "/login?back=/jobs/hours")
    wrong = site.post("/login", data={"token": "guess", "back": "/jobs/hours"})
    assert wrong.status_code == 403
    assert not site.cookies
    right = site.post("/login", data={"token": TOKEN, "back": "/jobs/hours"}, headers={"x-forwarded-proto": "https"})
    assert right.headers["location"] == "/jobs/hours"
    cookie = right.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=strict", "secure"))
    assert TOKEN not in cookie
    opened = {"cookie": right.headers["set-cookie"].split(";")[0]}
    assert site.get("/jobs/hours", headers=opened).status_code == 200
    assert site.post("/jobs/hours/run", headers=opened).status_code == 303
    assert daemon.asked == [("run", "hours")]


def test_a_form_that_is_too_large_is_not_read(start: Start) -> None:
    assert start(token=TOKEN).post("/login", data={"token": "x" * 10_000}).status_code == 413


def test_probes_need_no_token(start: Start) -> None:
    site = start(token=TOKEN)
    assert site.get("/livez").text == site.get("/readyz").text == "ok\n"


def test_a_scheduler_that_hangs_is_neither_alive_nor_ready(site: Site, daemon: StillDaemon) -> None:
    daemon.living = False
    assert site.get("/livez").status_code == 503
    assert site.get("/readyz").status_code == 503


def test_without_its_ledger_the_daemon_lives_and_is_not_ready(
    site: Site, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise LedgerUnavailableError("the database does not answer.")

    monkeypatch.setattr(ledger, "ping", gone)
    assert site.get("/livez").status_code == 200
    answer = site.get("/readyz")
    assert answer.status_code == 503
    assert "the database does not answer" in answer.text


def test_a_page_that_the_ledger_cannot_fill_says_so(
    site: Site, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise LedgerUnavailableError("the database does not answer.", "Start it.")

    monkeypatch.setattr(ledger, "runs", gone)
    answer = site.get("/runs")
    assert answer.status_code == 503
    assert "Start it." in answer.text


def test_while_stopping_the_daemon_is_not_ready(site: Site, daemon: StillDaemon) -> None:
    daemon.stopping = True
    assert site.get("/readyz").text == "stopping\n"


def test_figures_are_there_for_prometheus(site: Site, daemon: StillDaemon) -> None:
    site.bus.publish(RunEnded(daemon.ran("hours", NOW - HOUR)))
    answer = site.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'sheetsync_runs_total{job="hours",outcome="succeeded"} 1.0' in answer.text


def test_an_open_page_is_told_of_changes(site: Site, daemon: StillDaemon) -> None:
    with site.get("/events", stream=True) as answer:
        lines = answer.iter_lines()
        assert next(lines) == b"retry: 3000"
        site.bus.publish(RunEnded(daemon.ran("hours", NOW - HOUR)))
        assert b"event: changed" in (next(lines), next(lines))


def test_open_pages_do_not_keep_the_daemon_from_ending(daemon: StillDaemon) -> None:
    daemon.config = configuration(serve={"listen": "127.0.0.1:0"})
    bus = Bus(lambda: NOW)
    with around.attach(daemon, bus, daemon.ledger, daemon.config, environ={}) as found:
        answer = requests.get(f"{found.page}/events", stream=True, timeout=10)
        lines = answer.iter_lines()
        assert next(lines) == b"retry: 3000"
    assert list(lines) == [b""]
    with pytest.raises(requests.ConnectionError):
        requests.get(found.page, timeout=10)


def test_the_page_can_be_on_a_socket(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "page.sock"
    left_over = socket.socket(socket.AF_UNIX)
    left_over.bind(str(path))
    left_over.close()
    site = start(listen=f"unix:{path}")
    assert site.address == f"unix:{path}"
    assert path.stat().st_mode & 0o777 == 0o660
    connection = http.client.HTTPConnection("reports.example")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(path))
    connection.request("GET", "/")
    assert connection.getresponse().status == 200
    connection.close()


def test_a_file_that_is_no_socket_is_not_removed(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "precious"
    path.write_text("precious")
    with pytest.raises(ListenError, match="cannot listen"):
        start(listen=f"unix:{path}")
    assert path.read_text() == "precious"


def test_an_address_that_is_taken_is_said_so_with_what_to_do(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ListenError, match=r"cannot listen on 127\.0\.0\.1") as caught:
            start(listen=f"127.0.0.1:{taken.getsockname()[1]}")
    assert "another sheetsync" in caught.value.todo


def test_no_page_is_there_when_none_is_wanted(start: Start) -> None:
    assert start(listen="none").address == ""
