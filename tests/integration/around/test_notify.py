"""Messages by Apprise and pings, to a server that writes down what it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from click.testing import CliRunner

from sheetsync.cli import cli
from sheetsync.daemon_events import RunBegan, RunEnded, Running, SlotsPassed
from sheetsync.ledger import Ledger, State
from sheetsync.ledger.records import Cause
from sheetsync.notify import trial
from sheetsync.notify.notifier import Notifier
from sheetsync.notify.trial import Trial
from sheetsync.observe.redaction import Redactor
from tests.daemon_double import API_KEY, NOW, SPREADSHEET, StillDaemon, configuration

HOUR = timedelta(hours=1)


@dataclass
class Service:
    """A service that is told things. `answers` are the HTTP statuses of its next answers, 200 when there are none."""

    port: int = 0
    told: list[tuple[str, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    hold: Event = field(default_factory=Event)

    @property
    def titles(self) -> list[str]:
        return [json.loads(body)["title"] for path, body in self.told if path == "/messages"]

    @property
    def pings(self) -> list[str]:
        return [path for path, _ in self.told if path.startswith("/ping")]


@pytest.fixture
def service() -> Iterator[Service]:
    found = Service()
    found.hold.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            found.hold.wait(10)
            status = found.answers.pop(0) if found.answers else 200
            if status == 200:
                found.told.append((self.path, body))
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Telling:
    """A notifier, and what went wrong in it."""

    daemon: StillDaemon
    service: Service
    settings: dict[str, Any] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    gather: float = 0.0

    def tell(self, *events: Any) -> None:
        """A daemon from its start to its end, in which this happens."""
        notify = {
            "urls": f"json://user:hush-hush@127.0.0.1:{self.service.port}/messages",
            "ping": f"http://127.0.0.1:{self.service.port}/ping/{{job}}",
            **self.settings,
        }
        self.daemon.config = configuration(notify=notify)
        redact = Redactor()
        redact.learn(self.daemon.config)
        notifier = Notifier(self.daemon.config, self.daemon.ledger, redact, self._trouble, self.gather, "server")
        notifier.start()
        for event in events:
            notifier(event)
        notifier.close()

    def _trouble(self, what: str, error: BaseException | None) -> None:
        self.troubles.append(f"{what}: {error}" if error else what)


@pytest.fixture
def telling(daemon: StillDaemon, service: Service) -> Telling:
    return Telling(daemon, service)


def test_people_are_told_once_that_a_job_fails_and_once_that_it_works_again(
    telling: Telling, daemon: StillDaemon, service: Service
) -> None:
    states = [State.SUCCEEDED, State.FAILED, State.FAILED, State.UNCHANGED, State.SUCCEEDED]
    telling.tell(*(RunEnded(daemon.ran("hours", NOW + number * HOUR, state)) for number, state in enumerate(states)))
    assert service.titles == ["sheetsync: hours failed", "sheetsync: hours works again"]


def test_a_restart_repeats_no_message(telling: Telling, daemon: StillDaemon, service: Service) -> None:
    telling.tell(RunEnded(daemon.ran("hours", NOW, State.FAILED)))
    telling.tell(RunEnded(daemon.ran("hours", NOW + HOUR, State.FAILED)))
    telling.tell(RunEnded(daemon.ran("hours", NOW + 2 * HOUR)))
    assert service.titles == ["sheetsync: hours failed", "sheetsync: hours works again"]


def test_a_message_that_could_not_be_sent_is_tried_again_with_the_next_run(
    telling: Telling, daemon: StillDaemon, service: Service
) -> None:
    telling.settings = {"ping": None}
    service.answers = [500]
    telling.tell(RunEnded(daemon.ran("hours", NOW, State.FAILED)))
    assert service.titles == []
    assert telling.troubles == ["a message could not be sent by JSON: sheetsync: hours failed"]
    telling.tell(RunEnded(daemon.ran("hours", NOW + HOUR, State.FAILED)))
    assert service.titles == ["sheetsync: hours failed"]


def test_an_outage_of_all_jobs_is_one_message(telling: Telling, daemon: StillDaemon, service: Service) -> None:
    telling.gather = 30
    telling.tell(*(RunEnded(daemon.ran(job.name, NOW, State.FAILED)) for job in daemon.config.jobs))
    assert service.titles == ["sheetsync: 3 messages, 3 of them failures"]
    telling.tell(RunEnded(daemon.ran("weeks", NOW + HOUR, State.FAILED)))
    assert len(service.titles) == 1


def test_a_run_pings_when_it_begins_and_how_it_ended(telling: Telling, daemon: StillDaemon, service: Service) -> None:
    began = RunBegan(Running(1, "hours", NOW, Cause.SCHEDULE, NOW))
    telling.tell(
        began,
        RunEnded(daemon.ran("hours", NOW)),
        began,
        RunEnded(daemon.ran("hours", NOW + HOUR, State.FAILED)),
        RunEnded(daemon.ran("weeks", NOW, State.INTERRUPTED)),
    )
    assert service.pings == ["/ping/hours/start", "/ping/hours", "/ping/hours/start", "/ping/hours/fail"]
    assert "Put a new API key" in next(body for path, body in service.told if path == "/ping/hours/fail")


def test_a_ping_is_tried_again_and_one_that_fails_holds_up_no_other(
    telling: Telling, daemon: StillDaemon, service: Service
) -> None:
    telling.settings = {"when": "none"}
    service.answers = [503, 200, 404]
    telling.tell(*(RunEnded(daemon.ran(job.name, NOW)) for job in daemon.config.jobs))
    assert service.pings == ["/ping/hours", "/ping/weeks"]
    assert telling.troubles == ["ping: something could not be sent: by-project: HTTP 404"]


def test_a_service_that_does_not_answer_holds_up_nothing(
    telling: Telling, daemon: StillDaemon, service: Service
) -> None:
    service.hold.clear()
    failed = [RunEnded(daemon.ran(job.name, NOW, State.FAILED)) for job in daemon.config.jobs]
    notifier = Notifier(configuration(notify={}), daemon.ledger, str, telling._trouble, 0, "server")
    notifier.config = configuration(notify={"urls": f"json://127.0.0.1:{service.port}/messages"})
    notifier.start()
    for event in failed:
        notifier(event)
    assert service.told == []
    service.hold.set()
    notifier.close()
    assert len(service.titles) == len(failed)


def test_nobody_is_told_a_secret(telling: Telling, daemon: StillDaemon, service: Service) -> None:
    telling.tell(RunEnded(daemon.ran("hours", NOW, State.FAILED, error=f"HTTP 401 for {API_KEY}", todo="hush-hush")))
    assert len(service.told) == 2
    assert not [body for _, body in service.told if API_KEY in body or "hush-hush" in body]


def test_a_service_that_is_not_there_is_told_of_without_its_address(telling: Telling, daemon: StillDaemon) -> None:
    telling.settings = {
        "urls": "json://user:hush-hush@127.0.0.1:1/s3cretPathOfTheHook",
        "ping": "http://127.0.0.1:1/5c0ffee5-0000-4000",
    }
    telling.tell(RunEnded(daemon.ran("hours", NOW, State.FAILED)))
    assert len(telling.troubles) == 2
    assert not [word for word in ("hush", "s3cret", "5c0ffee5") if word in str(telling.troubles)]


def test_those_who_want_all_are_told_of_each_run_and_each_slot_that_passed(
    telling: Telling, daemon: StillDaemon, service: Service
) -> None:
    telling.settings = {"when": "all"}
    telling.tell(
        RunEnded(daemon.ran("hours", NOW)),
        RunEnded(daemon.ran("hours", NOW + HOUR)),
        SlotsPassed("hours", (NOW + 2 * HOUR,), State.SKIPPED, "still running"),
    )
    assert service.titles == ["sheetsync: hours ran", "sheetsync: hours ran", "sheetsync: hours, a slot skipped"]


def test_a_test_message_goes_to_each_address_once_and_pings_nobody(service: Service, ledger: Ledger) -> None:
    address = f"json://127.0.0.1:{service.port}/messages"
    config = configuration(
        notify={"urls": [address, "json://127.0.0.1:1/"], "ping": f"http://127.0.0.1:{service.port}/ping"}
    )
    names = tuple(job.name for job in config.jobs)
    assert trial.send(config.jobs) == [Trial("JSON", ok=True, jobs=names), Trial("JSON", ok=False, jobs=names)]
    assert service.titles == ["sheetsync: a test"]
    assert service.pings == []
    assert ledger.get("believed:hours") is None


def test_the_command_says_who_took_the_message_and_fails_when_somebody_did_not(
    service: Service, tmp_path: Path
) -> None:
    key = '{"type": "authorized_user"}'
    job = {"name": "hours", "report": "detailed", "target": {"spreadsheet": SPREADSHEET, "worksheet": "Hours"}}
    settings = {
        "version": 1,
        "clockify": {"api_key": API_KEY, "workspace": "Acme"},
        "google": {"credentials": key},
        "notify": {"urls": [f"json://user:hush-hush@127.0.0.1:{service.port}/messages"]},
        "jobs": [job],
    }
    path = tmp_path / "config.yaml"
    path.write_text(json.dumps(settings))
    path.chmod(0o600)
    command = ["notify", "--test", "--config", str(path)]
    took = CliRunner().invoke(cli, command)
    assert (took.exit_code, took.stdout) == (0, "✓ JSON took a test message (jobs: hours)\n")
    service.answers = [500]
    refused = CliRunner().invoke(cli, [*command, "--format", "json"])
    assert refused.exit_code == 1
    assert json.loads(refused.stdout) == [{"service": "JSON", "ok": False, "jobs": ["hours"]}]
    assert service.titles == ["sheetsync: a test"]
    assert "hush" not in took.output + refused.output
