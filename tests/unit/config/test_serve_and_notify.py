"""The settings of what stands around the daemon."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sheetsync.config import Loaded
from sheetsync.config.notifying import When
from sheetsync.config.serving import USUAL, Listen, LogFormat

from .conftest import HEAD, JOB, File

TOKEN = "0123456789abcdef"
TOP = HEAD.removesuffix("jobs:\n")


def serving(file: File, lines: str, **environ: Any) -> Loaded:
    return file.load(f"{TOP}serve: {lines}\njobs:\n{JOB}", **environ)


def refused(file: File, lines: str, **environ: Any) -> str:
    (problem,) = file.problems(f"{TOP}serve: {lines}\njobs:\n{JOB}", **environ)
    return problem


def test_the_page_is_on_this_machine_unless_the_file_says_otherwise(file: File) -> None:
    found = file.load(HEAD + JOB).config.serve
    assert (found.place, found.listen, found.token, found.log_format) == (USUAL, None, None, LogFormat.AUTO)
    assert str(USUAL) == "127.0.0.1:8787"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("127.0.0.1:80", Listen("127.0.0.1", 80)),
        ("'[::1]:8787'", Listen("::1", 8787)),
        ("localhost:0", Listen("localhost", 0)),
        ("unix:/run/sheetsync/page.sock", Listen(path=Path("/run/sheetsync/page.sock"))),
        ("none", Listen()),
        ("${LISTEN}", Listen("127.0.0.1", 81)),
    ],
)
def test_places_of_this_machine_need_no_token(file: File, written: str, meant: Listen) -> None:
    found = serving(file, f"{{listen: '{written.strip(chr(39))}'}}", LISTEN="127.0.0.1:81").config.serve
    assert found.listen == meant
    assert str(meant) == {"${LISTEN}": "127.0.0.1:81"}.get(written, written.strip("'"))


@pytest.mark.parametrize("place", ["0.0.0.0:8787", "10.0.0.5:8787", "'[::]:8787'", "server.example:80"])
def test_places_that_others_can_reach_need_a_token(file: File, place: str) -> None:
    assert "'token' is missing" in refused(file, f"{{listen: {place}}}")
    found = serving(file, f"{{listen: {place}, token: '${{TOKEN}}'}}", TOKEN=TOKEN).config.serve
    assert found.token is not None
    assert found.token.reveal() == TOKEN


@pytest.mark.parametrize(
    "place", ["8787", ":8787", "127.0.0.1", "127.0.0.1:99999", "unix:page.sock", "unix:/tmp/", "http://127.0.0.1:1"]
)
def test_a_place_that_is_none_is_said_so(file: File, place: str) -> None:
    assert "3:17: serve.listen: " in refused(file, f"{{listen: '{place}'}}")


def test_a_token_that_can_be_guessed_is_refused(file: File) -> None:
    problem = refused(file, "{token: '${TOKEN}'}", TOKEN="hunter2")
    assert "fewer than 16 characters" in problem
    assert "hunter2" not in problem


def test_unknown_settings_are_said_so_with_what_was_meant(file: File) -> None:
    assert "did you mean 'listen'?" in refused(file, "{lisen: none}")
    assert "it belongs under serve" in str(file.problems(f"{TOP}log_format: json\njobs:\n{JOB}"))


def test_each_job_is_told_of_as_it_says_and_else_as_the_file_says(file: File) -> None:
    text = (
        f"{TOP}notify: {{urls: 'json://${{WHO}}:pass@127.0.0.1/', ping: 'https://hc-ping.com/${{WHO}}/{{job}}'}}\n"
        f"jobs:\n{JOB}{JOB.replace('hours', 'other').replace('Hours', 'Other')}"
        "    notify: {when: all, ping: null}\n"
    )
    loaded = file.load(text, WHO="somebody")
    first, second = loaded.config.jobs
    assert first.notify.when is When.RECOVERIES
    assert first.notify.urls == second.notify.urls
    assert first.notify.urls[0].reveal() == "json://somebody:pass@127.0.0.1/"
    assert first.notify.ping is not None
    assert (second.notify.when, second.notify.ping) == (When.ALL, None)
    assert loaded.warnings == ()


def test_an_address_that_no_service_has_is_refused_without_being_shown(
    file: File, caplog: pytest.LogCaptureFixture
) -> None:
    problems = file.problems(f"{TOP}notify: {{urls: ['slak://hush-hush']}}\njobs:\n{JOB}")
    assert "3:17: notify.urls: this is no address of a service that can be told something." in problems[0]
    assert "hush" not in str(problems)
    assert caplog.text == ""


@pytest.mark.parametrize("ping", ["ftp://x/y", "hc-ping.com/x", "https://", "https://x/y?z=1"])
def test_a_ping_goes_to_a_web_address(job_problems: Callable[..., list[str]], ping: str) -> None:
    assert "no web address for pings" in str(job_problems(f"notify: {{ping: '{ping}'}}"))


def test_jobs_that_share_a_ping_are_warned_of(file: File) -> None:
    text = (
        f"{TOP}notify: {{ping: 'https://hc-ping.com/${{KEY}}'}}\n"
        f"jobs:\n{JOB}{JOB.replace('hours', 'other').replace('Hours', 'Other')}"
    )
    (warning,) = file.load(text).warnings
    assert "ping the same address" in str(warning)
    assert "{job}" in str(warning)


def test_an_address_that_stands_in_the_file_whole_is_warned_of(job: Callable[..., Loaded]) -> None:
    (warning,) = job("notify: {ping: https://hc-ping.com/5c0ffee}").warnings
    assert "a secret stands in the configuration file itself" in str(warning)


def test_addresses_need_not_be_looked_up_to_check_a_file(file: File) -> None:
    text = f"{TOP}notify: {{urls: ['slack://${{A}}'], ping: '${{B}}'}}\nserve: {{token: '${{C}}'}}\njobs:\n{JOB}"
    assert not file.load(text, secrets=False).config.jobs[0].notify.urls[0].known
