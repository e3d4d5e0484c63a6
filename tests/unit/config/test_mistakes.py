"""Mistakes in settings: each at its line and column, in words that say what to write, all of them at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import HEAD, JOB, File

Problems = Callable[..., list[str]]

IN_A_JOB = {
    "timezon: UTC": "9:5: unknown setting 'timezon'; did you mean 'time_zone'?",
    "spreadsheet: x": "9:5: unknown setting 'spreadsheet'; it belongs under target. Indent it below target:",
    "colour: red": "9:5: unknown setting 'colour'.",
    "time_zone: Berlin": "9:16: time_zone: 'Berlin' is no time zone. Did you mean 'Europe/Berlin'?",
    "time_zone: Europe/Berln": "9:16: time_zone: 'Europe/Berln' is no time zone. Did you mean 'Europe/Berlin'?",
    "time_zone: localtime": "9:16: time_zone: 'localtime' is no time zone.",
    "time_zone: ../../etc/passwd": "9:16: time_zone: '../../etc/passwd' is no time zone.",
    "week_start: sonday": "9:17: week_start: 'sonday' cannot be used here. Did you mean 'sunday'?",
    'start: "{{thismonthstrat}}"': "9:12: start: {{thismonthstrat}} is not a macro. Did you mean {{thismonthstart}}?",
    "start: 01.11.2021": "9:12: start: '01.11.2021' is not a date. Write 2021-11-01.",
    "start: 2021-13-01": "9:12: start: '2021-13-01' does not exist in the calendar.",
    "start: [2021-11-01]": "9:12: start: this is a list, not a text.",
    "start: 2021-11-01\nend: 2021-11-01": "10:10: end: start '2021-11-01' (2021-11-01T00:00:00) is not before end",
    'start: "{{today}}"\nend: "{{yesterday}}"': "10:10: end: start '{{today}}' is not before end '{{yesterday}}'.",
    "group_by: project": "9:5: 'group_by' does not go with report: detailed; it is for summary and weekly reports.",
    "one_row_per: day": "9:5: 'one_row_per' does not go with report: detailed; it is for weekly reports.",
    "filters: {projekts: [A]}": "9:15: unknown setting 'projekts'; did you mean 'projects'?",
    "filters: {users: []}": "9:22: filters.users: this list is empty. Write at least one entry, or remove the line.",
    "filters: {users: [A, [B]]}": "9:26: filters.users: this is a list, not a text.",
    "filters: {users: {exclude: [A, {B: C}]}}": "9:36: filters.users.exclude: this is a group of settings, not a text.",
    "filters: {users: {include: [A], exclude: [B]}}": "9:22: filters.users: a filter has either include or exclude.",
    "filters: {users: {excluding: [A]}}": "9:23: unknown setting 'excluding'; did you mean 'exclude'?",
    "filters: {billable: yes}": "9:25: filters.billable: 'yes' is neither true nor false. Write true or false.",
    "filters: {approval: aproved}": "9:25: filters.approval: 'aproved' cannot be used here. Did you mean 'approved'?",
    "filters: [Acme]": "9:14: filters: settings are expected here, indented by two blanks, each as name: value.",
    "amounts: [earned, costs]": "9:23: amounts: 'costs' cannot be used here. Did you mean 'cost'?",
    "amounts: [cost, none]": "9:21: amounts: 'none' stands alone. Write amounts: none, or name the amounts.",
    "amounts: [cost, cost]": "9:21: amounts: 'cost' stands twice. Remove one of the two.",
    "rounding: 1": "9:15: rounding: '1' is neither true nor false.",
    "columns: [User, {Task: User}]": "9:21: columns: two columns have the title 'User'.",
    "columns: [User, {Task: A, Tags: B}]": "9:21: columns: a column is a name or {Name: Title}.",
    "columns: [User, {Task: [A]}]": "9:28: columns.Task: a column's title is a text.",
    "columns: {User: Who}": "9:14: columns: this is a group of settings, not a list.",
    "schedule: hourly": "9:15: schedule: 'hourly' is no schedule. Write manual, {every: 1h} or",
    "schedule: {every: 30s}": "9:23: schedule.every: an interval is at least one minute",
    "schedule: {every: 1 fortnight}": "9:23: schedule.every: '1 fortnight' is no duration.",
    "schedule: {every: 1h, between: 8-18}": "9:36: schedule.between: '8-18' is no span of a day.",
    "schedule: {every: 1h, days: [mon, xyz]}": "9:33: schedule.days: 'xyz' is no day of the week.",
    'schedule: {cron: "0 7 * *"}': "9:22: schedule.cron: '0 7 * *' has 4 fields.",
    'schedule: {cron: "0 0 31 2 *"}': "9:22: schedule.cron: '0 0 31 2 *' ",
    'schedule: {cron: "@daily", days: mon}': "9:38: schedule.days: setting 'days' goes with every, not with cron.",
    "schedule: {}": "9:15: schedule: a schedule has either every or cron.",
    "schedule: {interval: 1h}": "9:16: unknown setting 'interval'.",
    "write: sometimes": "9:12: write: 'sometimes' cannot be used here. Write always or when_changed.",
    "on_empty: kep": "9:15: on_empty: 'kep' cannot be used here. Did you mean 'keep'?",
    "max_shrink: 50": "9:17: max_shrink: '50' is no share. Write it in percent, such as 50%.",
    "max_shrink: 150%": "9:17: max_shrink: '150%' is more than the whole.",
    "deadline: 0s": "9:15: deadline: this duration is zero.",
    "deadline: 2d": "9:15: deadline: a run cannot take longer than a day. Write at most 1d.",
    "clockify: {hots: euc1}": "9:16: unknown setting 'hots'; did you mean 'host'?",
    "clockify: {host: eucl}": "9:22: clockify.host: 'eucl' is no host of Clockify's. Did you mean 'euc1'?",
    "clockify: {plan: basic}": "9:22: clockify.plan: 'basic' cannot be used here.",
    "clockify: {base_url: http://127.0.0.1:1/api/v1}": "9:15: clockify: 'reports_url' is missing: it goes together",
    "clockify: {base_url: ftp://x, reports_url: https://y}": "9:26: clockify.base_url: this is no web address.",
    "clockify: euc1": "9:15: clockify: settings are expected here.",
    "google: {sheets_url: http://127.0.0.1:1/v4}": "9:26: google.sheets_url: this address has a path.",
    "google: [a]": "9:13: google: a list cannot be used here.",
}


@pytest.mark.parametrize(("lines", "said"), IN_A_JOB.items())
def test_a_mistake_in_a_job_points_at_its_line_and_column(job_problems: Problems, lines: str, said: str) -> None:
    (problem,) = job_problems(lines)
    assert problem.startswith(said), problem


IN_A_TARGET = {
    "{worksheet: A}": "6:13: target: 'spreadsheet' is missing. Add spreadsheet: with its address",
    "{spreadsheet: 1AbCdEfGhIjKlMnOpQrStUv}": "6:13: target: 'worksheet' is missing. Add worksheet: with the title",
    "{spreadsheet: My hours, worksheet: A}": "6:27: target.spreadsheet: 'My hours' is no id. Open it in Google Sheets",
    "{spreadsheet: https://drive.google.com/file/d/1AbC/view, worksheet: A}": (
        "6:27: target.spreadsheet: this is not the address of a Google spreadsheet."
    ),
    "{spreadsheet: https://docs.google.com/spreadsheets/d/e/2PACX-1vTabcabcabcabcabc/pubhtml, worksheet: A}": (
        "6:27: target.spreadsheet: this is the address of a published copy"
    ),
    "{spreadsheet: 1AbCdEfGhIjKlMnOpQrStUv, worksheet: {gid: x}}": "6:69: target.worksheet.gid: this is no gid.",
    "{spreadsheet: 1AbCdEfGhIjKlMnOpQrStUv, worksheet: [A]}": "6:63: target.worksheet: this is a list, not a text.",
    '{spreadsheet: 1AbCdEfGhIjKlMnOpQrStUv, worksheet: "A\\nB"}': "6:63: target.worksheet: a worksheet's title is one",
    "{spreadsheet: 1AbCdEfGhIjKlMnOpQrStUv, worksheet: A, range: A:H}": "6:73: target.range: 'A:H' has no row to begin",
    "{spreadsheet: 1AbCdEfGhIjKlMnOpQrStUv, worksheet: A, range: Tab!A1}": "6:73: target.range: 'Tab!A1' names a",
    "{spreadsheet: 1AbCdEfGhIjKlMnOpQrStUv, worksheet: A, range: H9:A1}": "6:73: target.range: 'H9:A1' ends before",
    "{spreadsheet: 1AbCdEfGhIjKlMnOpQrStUv, worksheet: A, range: my table}": "6:73: target.range: 'my table' is",
    "{spreadsheet: 1AbCdEfGhIjKlMnOpQrStUv, worksheet: A, range: ZZZ99999999}": "6:73: target.range: 'ZZZ99999999'",
    "Hours": "6:13: target: settings are expected here, indented by two blanks",
}


@pytest.mark.parametrize(("target", "said"), IN_A_TARGET.items())
def test_a_mistake_in_a_target_points_at_its_line_and_column(file: File, target: str, said: str) -> None:
    (problem,) = file.problems(f"{HEAD}  - name: x\n    report: detailed\n    target: {target}\n")
    assert problem.startswith(said), problem


IN_THE_FILE = {
    "a version to come": (
        HEAD.replace("1", "2", 1) + JOB,
        "1:10: version: '2' is no version that this sheetsync knows.",
    ),
    "no version": (HEAD.replace("version: 1\n", "") + JOB, "1:1: 'version' is missing. Add version: 1."),
    "an unknown setting": ("job: {}\n" + HEAD + JOB, "1:1: unknown setting 'job'; did you mean 'jobs'?"),
    "a setting of a job": ("report: weekly\n" + HEAD + JOB, "1:1: unknown setting 'report'."),
    "no jobs": ("version: 1\n", "1:1: 'jobs' is missing. Add jobs: and below it at least one job"),
    "an empty list of jobs": ("version: 1\njobs: []\n", "2:7: jobs: this list is empty."),
    "jobs that are no list": ("version: 1\njobs: {name: x}\n", "2:7: jobs: a list is expected here."),
    "a job that is a word": (HEAD + "  - hours\n", "4:5: a job is a group of settings."),
    "a bad name": (HEAD + JOB.replace("hours", "my hours"), "4:11: name: 'my hours' is no name for a job."),
    "a name like an option": (HEAD + JOB.replace("hours", "--all"), "4:11: name: '--all' is no name for a job."),
    "no name": (HEAD + JOB.replace("name: hours\n    ", ""), "4:5: 'name' is missing."),
    "no report": (HEAD + JOB.replace("    report: detailed\n", ""), "4:5: 'report' is missing. Add report: detailed"),
    "a misspelt report": (
        HEAD + JOB.replace("detailed", "detaild"),
        "5:13: report: 'detaild' cannot be used here. Did",
    ),
    "no workspace": (HEAD.replace(", workspace: Acme", "") + JOB, "4:5: 'clockify.workspace' is missing."),
    "a bad zone for all": ("time_zone: Mars\n" + HEAD + JOB, "1:12: time_zone: 'Mars' is no time zone."),
    "defaults that are a list": ("defaults: [a]\n" + HEAD + JOB, "1:11: defaults: settings are expected here."),
    "a default name": ("defaults: {name: x}\n" + HEAD + JOB, "1:12: 'name' cannot be a default: each job has its own."),
    "an unknown database": ("state: mysql://x/y\n" + HEAD + JOB, "1:8: state: a state of this kind is not known."),
}


@pytest.mark.parametrize(("text", "said"), IN_THE_FILE.values(), ids=IN_THE_FILE)
def test_a_mistake_outside_of_jobs_points_at_its_line_and_column(file: File, text: str, said: str) -> None:
    (problem,) = file.problems(text)
    assert problem.startswith(said), problem


def test_without_clockify_each_job_says_what_it_lacks(file: File) -> None:
    text = "version: 1\njobs:\n" + JOB + JOB.replace("hours", "more").replace("Hours", "More")
    assert [problem.split(". ")[0] for problem in file.problems(text)] == [
        "3:5: 'clockify.api_key' is missing",
        "3:5: 'clockify.workspace' is missing",
        "8:5: 'clockify.api_key' is missing",
        "8:5: 'clockify.workspace' is missing",
    ]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(file: File) -> None:
    text = (
        "version: 1\ntime_zone: Mars\nclockify: {api_key: '${GONE}', workspace: Acme, hots: x}\n"
        "defaults: {write: sometimes}\njobs:\n"
        + JOB.replace("report: detailed", "report: weekly\n    group_by: [user, task]\n    end: {{today}}")
        + JOB.replace("Hours", "More")
    )
    assert [problem.split(" ")[0] for problem in file.problems(text)] == [
        *("2:12:", "3:21:", "3:49:", "4:19:", "8:15:", "9:10:", "13:11:"),
    ]


def test_a_mistake_in_the_defaults_is_told_once_and_at_the_defaults(file: File) -> None:
    jobs = "".join(JOB.replace("hours", f"job-{n}").replace("Hours", f"Tab {n}") for n in range(3))
    (problem,) = file.problems("defaults: {deadline: soon}\n" + HEAD + jobs)
    assert problem.startswith("1:22: deadline: 'soon' is no duration.")


def test_a_mistake_in_defaults_that_every_job_overrides_is_told_all_the_same(file: File) -> None:
    (problem,) = file.problems("defaults: {deadline: soon}\n" + HEAD + JOB + "    deadline: 5m\n")
    assert problem.startswith("1:22: deadline: 'soon' is no duration.")


def test_a_weekly_report_has_one_group_wherever_it_was_set(file: File) -> None:
    text = "defaults: {group_by: [project, task]}\n" + HEAD + JOB.replace("detailed", "weekly")
    (problem,) = file.problems(text)
    assert problem.startswith("1:22: group_by: a weekly report is grouped by one of user, project.")


def test_four_groups_are_more_than_clockify_has(file: File) -> None:
    text = HEAD + JOB.replace("detailed", "summary\n    group_by: [project, user, task, date]")
    assert file.problems(text)[0].startswith("6:15: group_by: Clockify groups by at most 3, not by 4.")


def test_the_tag_filter_does_not_go_with_expenses(file: File) -> None:
    (problem,) = file.problems(HEAD + JOB.replace("detailed", "expenses\n    filters: {tags: [A]}"))
    assert problem.startswith("6:15: 'filters.tags' does not go with report: expenses; it is for detailed, summary and")


def test_a_name_that_two_jobs_have_names_the_line_of_the_first(file: File) -> None:
    (problem,) = file.problems(HEAD + JOB + JOB.replace("Hours", "More"))
    assert problem == "9:11: another job has this name; it stands in line 4. Give each job a name of its own."


@pytest.mark.parametrize(
    ("one", "other"), [("A1", "A1"), ("A1", "a1:H"), ("B2:D10", "C5"), ("A1:H100", "$A$1"), ("table", "table")]
)
def test_two_jobs_that_write_to_the_same_cells_are_both_named(file: File, one: str, other: str) -> None:
    first = f"{JOB}      range: {one}\n"
    second = f"{JOB.replace('hours', 'more').replace('Hours', 'HOURS')}      range: {other}\n"
    (problem,) = file.problems(HEAD + first + second)
    assert problem.startswith("13:7: jobs 'hours' and 'more' would write to the same cells. Give one of them")


def test_long_names_are_told_in_full(file: File) -> None:
    name = "hours-by-project-and-user-november-2021"
    (problem,) = file.problems(HEAD + JOB + JOB.replace("hours", name))
    assert f"jobs 'hours' and '{name}' would write" in problem


def test_two_jobs_may_share_a_worksheet(file: File) -> None:
    second = JOB.replace("hours", "more") + "      range: K1\n"
    assert len(file.load(HEAD + JOB + second).config.jobs) == 2


def test_an_address_with_a_password_is_refused_without_repeating_it(job_problems: Problems) -> None:
    (problem,) = job_problems("google: {sheets_url: https://joe:hunter22@example.org}")
    assert problem.startswith("9:26: google.sheets_url: an address with a user and a password cannot be used.")
    assert "hunter22" not in problem
