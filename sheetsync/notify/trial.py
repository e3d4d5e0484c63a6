"""`sheetsync notify --test`: whether messages arrive."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass

from sheetsync.config.model import Job
from sheetsync.config.secrets import Secret
from sheetsync.notify import messages, services


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one test message. `service` is its name, such as E-Mail; never its address."""

    service: str
    ok: bool
    jobs: tuple[str, ...]


def send(jobs: Iterable[Job]) -> list[Trial]:
    """Send a test message to everybody who is told of these jobs, each once. Nothing is pinged: pings are believed."""
    audiences: dict[Secret, list[str]] = {}
    message = messages.trial(socket.gethostname())
    for job in jobs:
        for address in job.notify.urls:
            audiences.setdefault(address, []).append(job.name)
    found = []
    for address, names in audiences.items():
        (sent,) = services.send([address], message)
        found.append(Trial(sent.service, sent.ok, tuple(names)))
    return found
