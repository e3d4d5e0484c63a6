"""From the daemon's events to messages and pings. Whatever fails here is logged, and fails no run."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sheetsync.config.model import Config, Job
from sheetsync.config.notifying import When
from sheetsync.config.secrets import Secret
from sheetsync.daemon_events import Event, Reloaded, RunBegan, RunEnded, SlotsPassed
from sheetsync.ledger.ledger import Ledger
from sheetsync.ledger.records import RunRecord
from sheetsync.notify import messages, pings, services
from sheetsync.notify.messages import Health, Message
from sheetsync.notify.outbox import Outbox
from sheetsync.notify.pings import Ping, Signal

GATHER_SECONDS = 5.0
"""So that an outage that lets all jobs fail at once is one message."""
PATIENCE_SECONDS = 2.0
"""The daemon has to end within 30 seconds, most of which are for publishes."""

Trouble = Callable[[str, BaseException | None], None]
News = tuple[Job, RunRecord] | tuple[Job, SlotsPassed]


@dataclass(slots=True)
class Notifier:
    """Tells people, and pings.

    What people believe of a job is kept in the ledger, after they were told: a restart repeats no message, and one that
    could not be sent is tried again with the next run.

    Attributes:
        redact: takes secrets out of a text.
        gather: seconds for which messages are held back to be sent together.
    """

    config: Config
    ledger: Ledger
    redact: Callable[[str], str]
    trouble: Trouble
    gather: float = GATHER_SECONDS
    host: str = field(default_factory=socket.gethostname)
    _people: Outbox[News] = field(init=False)
    _switch: Outbox[Ping] = field(init=False)

    def __post_init__(self) -> None:
        self._people = Outbox("notify", self._tell, self.trouble, self.gather)
        self._switch = Outbox("ping", pings.send, self.trouble)

    def start(self) -> None:
        self._people.start()
        self._switch.start()

    def close(self) -> None:
        """Send what waits, for a short while at most."""
        end = time.monotonic() + PATIENCE_SECONDS
        for outbox in (self._people, self._switch):
            outbox.finish()
        for outbox in (self._people, self._switch):
            outbox.join(end - time.monotonic())

    def __call__(self, event: Event) -> None:
        if isinstance(event, Reloaded):
            self.config = event.config
        elif isinstance(event, RunBegan):
            self._ping(event.running.job, Signal.START)
        elif isinstance(event, RunEnded):
            self._ended(event.record)
        elif isinstance(event, SlotsPassed):
            job = self.config.job(event.job)
            if job is not None and job.notify.urls and job.notify.when is When.ALL:
                self._people.put((job, event))

    def _ended(self, record: RunRecord) -> None:
        found, job = messages.health(record), self.config.job(record.job)
        if found is None or job is None:
            return
        failed = found is Health.FAILING
        body = self.redact(f"{record.error} {record.todo}".strip()) if failed else f"{record.rows} rows"
        self._ping(record.job, Signal.FAILURE if failed else Signal.SUCCESS, body)
        if job.notify.urls:
            self._people.put((job, record))

    def _ping(self, name: str, signal: Signal, body: str = "") -> None:
        job = self.config.job(name)
        if job is not None and job.notify.ping is not None:
            self._switch.put(Ping(job.notify.ping, name, signal, body))

    def _tell(self, news: Sequence[News]) -> None:
        """Group what came together by whom it is for, send it, and keep what they believe from now on."""
        groups: dict[tuple[Secret, ...], list[Message]] = {}
        beliefs: dict[tuple[Secret, ...], dict[str, Health]] = {}
        for job, found in news:
            audience, known = job.notify.urls, beliefs.setdefault(job.notify.urls, {})
            if isinstance(found, SlotsPassed):
                message: Message | None = messages.passed(
                    job.name, len(found.slots), found.state, found.reason, self.host
                )
            else:
                believed = known.get(job.name) or self._believed(job.name)
                message = messages.news(job, found, believed, self.host)
                known[job.name] = messages.health(found) or believed
            if message is not None:
                groups.setdefault(audience, []).append(message)
        for audience, believed_now in beliefs.items():
            if self._sent(audience, groups.get(audience, [])):
                self._believe(believed_now)

    def _sent(self, audience: tuple[Secret, ...], found: Sequence[Message]) -> bool:
        if not found:
            return True
        message = messages.together(found)
        safe = Message(message.kind, self.redact(message.title), self.redact(message.body))
        results = services.send(audience, safe)
        for result in results:
            if not result.ok:
                self.trouble(f"a message could not be sent by {result.service}: {safe.title}", None)
        return any(result.ok for result in results)

    def _believed(self, job: str) -> Health:
        return Health(self.ledger.get(_key(job)) or Health.WORKING)

    def _believe(self, beliefs: dict[str, Health]) -> None:
        for job, found in beliefs.items():
            if self._believed(job) is not found:
                self.ledger.put(_key(job), found)


def _key(job: str) -> str:
    return f"believed:{job}"
