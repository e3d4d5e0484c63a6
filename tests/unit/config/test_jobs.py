"""A loaded job holds all that applies to it, however and wherever it was written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path

import pytest
from pydantic import ValidationError

from sheetsync.clockify.query import Amount, Filters, Group, Report, Selection
from sheetsync.config import Clockify, Job, Loaded, OnEmpty, Secret, Store, Write, find, load
from sheetsync.errors import ConfigurationError
from sheetsync.schedule.forms import Cron, Every, Manual
from sheetsync.sheets.target import Target
from sheetsync.table import Choice
from sheetsync.windows.window import Window

from .conftest import ENVIRON, HEAD, JOB, File

Load = Callable[..., Loaded]
ID = "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg"


def one(loaded: Loaded) -> Job:
    return loaded.config.jobs[0]


def test_a_job_that_says_little_gets_the_documented_defaults(job: Load) -> None:
    made = one(job())
    assert (made.time_zone, made.first_weekday, made.zone.key) == ("UTC", 0, "UTC")
    assert (made.start, made.end, made.columns, made.filters) == (None, None, (), Filters())
    assert (made.amounts, made.rounding, made.max_shrink, made.deadline) == ((Amount.EARNED,), False, None, 900)
    assert (made.write, made.on_empty, made.schedule) == (Write.ALWAYS, OnEmpty.WRITE, Every(3600))
    assert (made.target, made.group_by) == (Target(ID, "Hours", "A1"), ())


@pytest.mark.parametrize(("report", "group"), [("summary", Group.PROJECT), ("weekly", Group.USER)])
def test_reports_that_sum_up_have_a_group_of_their_own(file: File, report: str, group: Group) -> None:
    assert one(file.load(HEAD + JOB.replace("detailed", report))).group_by == (group,)


FORMS: list[tuple[str, str, object]] = [
    ("schedule: {every: 15m, between: '08:00-18:00', days: mon-fri}", "schedule",
     Every(900, (time(8), time(18)), frozenset(range(5)))),
    ("schedule: {every: 1h, days: [sat, sun]}", "schedule", Every(3600, None, frozenset({5, 6}))),
    ("schedule: {cron: '0 7 * * mon-fri'}", "schedule", Cron("0 7 * * mon-fri")),
    ("schedule: manual", "schedule", Manual()),
    ("amounts: none", "amounts", ()),
    ("amounts: profit", "amounts", (Amount.PROFIT,)),
    ("amounts: [cost, earned]", "amounts", (Amount.COST, Amount.EARNED)),
    ("columns: Project", "columns", (Choice("Project"),)),
    ("columns: [User, {Task: What}]", "columns", (Choice("User"), Choice("Task", "What"))),
    ("max_shrink: 50%", "max_shrink", 0.5),
    ("max_shrink: 0.25", "max_shrink", 0.25),
    ("deadline: 2h30m", "deadline", 9000),
    ("rounding: True", "rounding", True),
    ("write: when_changed", "write", Write.WHEN_CHANGED),
    ("filters: {clients: Acme}", "filters", Filters(clients=Selection(("Acme",)))),
    ("filters: {clients: [A, 2]}", "filters", Filters(clients=Selection(("A", "2")))),
    ("filters: {users: {include: [A]}}", "filters", Filters(users=Selection(("A",)))),
    ("filters: {tags: {exclude: A}}", "filters", Filters(tags=Selection(("A",), exclude=True))),
    ("filters: {billable: false, approval: all}", "filters", Filters(billable=False, approval="all")),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "name", "value"), FORMS, ids=[form[0] for form in FORMS])
def test_each_way_of_writing_a_setting_means_one_value(job: Load, lines: str, name: str, value: object) -> None:
    assert getattr(one(job(lines)), name) == value


@pytest.mark.parametrize(
    "address",
    [
        ID,
        f"https://docs.google.com/spreadsheets/d/{ID}/edit#gid=0",
        f"https://docs.google.com/spreadsheets/d/{ID}",
        f"https://docs.google.com/spreadsheets/u/1/d/{ID}/edit?usp=sharing",
        f"https://docs.google.com/a/example.org/spreadsheets/d/{ID}/edit",
        f"http://127.0.0.1:8802/spreadsheets/d/{ID}/edit",
    ],
)
def test_every_address_of_a_spreadsheet_gives_its_id(file: File, address: str) -> None:
    assert one(file.load(HEAD + JOB.replace(ID, address))).target.spreadsheet == ID


@pytest.mark.parametrize(
    ("written", "worksheet"), [("{gid: 123}", 123), ('"gid: 123"', 123), ("gid:0", 0), ("2024", "2024"), ('"#1"', "#1")]
)
def test_a_worksheet_is_a_title_or_a_gid(file: File, written: str, worksheet: object) -> None:
    assert one(file.load(HEAD + JOB.replace("Hours", written))).target.worksheet == worksheet


def test_a_named_range_needs_no_worksheet(file: File) -> None:
    target = one(file.load(HEAD + JOB.replace("worksheet: Hours", "range: the_table"))).target
    assert target == Target(ID, None, "the_table")


def test_settings_come_from_the_job_then_the_defaults_then_the_file(file: File) -> None:
    text = (
        "time_zone: Europe/Berlin\nweek_start: sunday\ngoogle: {sheets_url: http://127.0.0.1:1}\n"
        "defaults: {time_zone: Asia/Tokyo, deadline: 1m, filters: {billable: true}, clockify: {plan: paid}}\n"
    ) + HEAD
    lines = "    deadline: 2m\n    filters: {users: A}\n    clockify: {workspace: Other}\n"
    made = one(file.load(text + JOB + lines))
    assert (made.time_zone, made.first_weekday, made.deadline) == ("Asia/Tokyo", 6, 120)
    assert made.filters == Filters(users=Selection(("A",)), billable=True)
    assert (made.clockify.workspace, made.clockify.plan, made.clockify.api_key.reveal()) == (
        "Other",
        "paid",
        ENVIRON["KEY"],
    )
    assert made.google.sheets_url == "http://127.0.0.1:1"


def test_jobs_may_share_a_spreadsheet_of_the_defaults(file: File) -> None:
    text = f"defaults: {{target: {{spreadsheet: {ID}, range: B2}}}}\n" + HEAD
    jobs = "".join(f"  - {{name: {tab}, report: detailed, target: {{worksheet: {tab}}}}}\n" for tab in "AB")
    assert [job.target for job in file.load(text + jobs).config.jobs] == [Target(ID, "A", "B2"), Target(ID, "B", "B2")]


def test_defaults_that_a_report_does_not_have_are_for_other_jobs(file: File) -> None:
    text = "defaults: {rounding: true, group_by: [project, task], filters: {tags: A, users: B}}\n" + HEAD
    made = one(file.load(text + JOB.replace("detailed", "attendance")))
    assert (made.rounding, made.group_by, made.filters) == (False, (), Filters(users=Selection(("B",))))


def test_a_schedule_is_inherited_as_a_whole(file: File) -> None:
    text = "defaults: {schedule: {every: 1h, days: mon}}\n" + HEAD + JOB + "    schedule: {cron: '@daily'}\n"
    assert one(file.load(text)).schedule == Cron("0 0 * * *")


HOSTS = {
    "global": ("https://api.clockify.me/api/v1", "https://reports.api.clockify.me/v1"),
    "euc1": ("https://euc1.clockify.me/api/v1", "https://euc1.clockify.me/report/v1"),
    "developer": ("https://developer.clockify.me/api/v1", "https://developer.clockify.me/report/v1"),
    "acme.clockify.me": ("https://acme.clockify.me/api/v1", "https://acme.clockify.me/report/v1"),
    "https://acme.clockify.me/workspaces": ("https://acme.clockify.me/api/v1", "https://acme.clockify.me/report/v1"),
    "USE2.clockify.me": ("https://use2.clockify.me/api/v1", "https://use2.clockify.me/report/v1"),
    "app.clockify.me": ("https://api.clockify.me/api/v1", "https://reports.api.clockify.me/v1"),
}


@pytest.mark.parametrize(("host", "urls"), HOSTS.items())
def test_each_region_has_its_two_addresses(job: Load, host: str, urls: tuple[str, str]) -> None:
    clockify = one(job(f"clockify: {{host: '{host}'}}")).clockify
    assert (clockify.core_url, clockify.reports_base) == urls


def test_a_base_url_wins_over_the_host(job: Load) -> None:
    lines = "clockify: {host: euc1, base_url: http://127.0.0.1:1/api/v1/, reports_url: 'http://[::1]:1/report/v1'}"
    loaded = job(lines)
    clockify = one(loaded).clockify
    assert (clockify.core_url, clockify.reports_base) == ("http://127.0.0.1:1/api/v1", "http://[::1]:1/report/v1")
    assert loaded.warnings == ()


def test_a_job_s_host_is_not_overruled_by_an_inherited_address(file: File) -> None:
    text = HEAD.replace("Acme", "Acme, base_url: http://localhost:1/api/v1, reports_url: http://localhost:1/report/v1")
    made = one(file.load(text + JOB + "    clockify: {host: euc1}\n"))
    assert made.clockify.core_url == "https://euc1.clockify.me/api/v1"


def test_an_address_without_encryption_is_warned_of_once(file: File) -> None:
    text = HEAD.replace("Acme", "Acme, base_url: http://proxy/api/v1, reports_url: https://proxy/report/v1")
    (warning,) = file.warnings(text + JOB + JOB.replace("hours", "more").replace("Hours", "More"))
    assert warning.startswith("2:58: warning: clockify.base_url: keys would travel unencrypted over http.")


def test_an_end_without_a_start_is_warned_of(job: Load, file: File) -> None:
    (warning,) = job("end: 2021-12-01").warnings
    assert str(warning).startswith(f"{file.path}:9:10: warning: end is not used without start")


def test_an_end_that_leaves_out_the_last_day_is_warned_of(job: Load, file: File) -> None:
    (warning,) = job('start: "{{lastmonthstart}}"\nend: "{{lastmonthend}}"').warnings
    assert str(warning).startswith(f"{file.path}:10:10: warning: end '{{{{lastmonthend}}}}' leaves out")
    assert "{{thismonthstart}}" in str(warning)


def test_the_state_is_kept_where_the_file_or_the_system_says(file: File) -> None:
    home = file.load(HEAD + JOB).config.state
    assert home == Store(Path("/home/somebody/.local/state/sheetsync/state.db"))
    assert file.load(HEAD + JOB, STATE_DIRECTORY="/var/lib/a:/var/lib/b").config.state == Store(
        Path("/var/lib/a/state.db")
    )
    assert file.load("state: here.db\n" + HEAD + JOB).config.state == Store(file.path.with_name("here.db"))
    assert file.load("state: ~/my.db\n" + HEAD + JOB).config.state == Store(Path("/home/somebody/my.db"))


def test_a_job_says_what_it_asks_of_clockify(file: File) -> None:
    made = one(file.load("week_start: sunday\n" + HEAD + JOB.replace("detailed", "weekly\n    one_row_per: day")))
    window = Window(datetime(2021, 11, 1), datetime(2021, 12, 1), "UTC")  # noqa: DTZ001 - wall-clock times
    query = made.query(window)
    assert (query.report, query.window, query.week_start) == (Report.WEEKLY, window, 6)
    assert (query.one_row_per, query.group_by, query.amounts) == ("day", (Group.USER,), (Amount.EARNED,))


def test_a_job_can_be_made_by_a_program_and_does_not_change() -> None:
    clockify = Clockify(api_key=Secret("x"), workspace="Acme")
    made = Job(name="a", report=Report.DETAILED, target=Target("id", "Hours"), clockify=clockify)
    assert made == made.model_copy()
    assert hash(made) == hash(made.model_copy())
    with pytest.raises(ValidationError):
        made.name = "b"  # type: ignore[misc]


def test_a_job_is_found_by_its_name(file: File) -> None:
    config = file.load(HEAD + JOB).config
    assert config.job("hours") is config.jobs[0]
    assert config.job("gone") is None


def test_two_readings_of_the_same_file_are_equal_until_a_secret_changes(file: File) -> None:
    assert file.load(HEAD + JOB).config == file.load(HEAD + JOB).config
    assert file.load(HEAD + JOB).config != file.load(HEAD + JOB, KEY="another").config


def test_the_file_is_the_given_one_or_the_environment_s_or_at_a_usual_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sheetsync.config.loading.PLACES", (Path("config.yaml"), tmp_path / "etc.yaml"))
    with pytest.raises(ConfigurationError) as caught:
        find({})
    assert f"looked for {tmp_path}/config.yaml and {tmp_path}/etc.yaml. Name one with --config" in str(caught.value)
    (tmp_path / "etc.yaml").touch()
    assert find({}) == tmp_path / "etc.yaml"
    (tmp_path / "config.yaml").touch()
    assert find({"SHEETSYNC_CONFIG": ""}) == Path("config.yaml")
    assert find({"SHEETSYNC_CONFIG": "/x"}) == Path("/x")
    assert find({"SHEETSYNC_CONFIG": "/x"}, Path("y")) == Path("y")
    with pytest.raises(ConfigurationError, match="No such file"):
        load(find({}, "gone.yaml"), {})
