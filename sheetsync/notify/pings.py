"""A dead man's switch: pings in the manner of healthchecks.io (healthchecks.io/docs/http_api)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from sheetsync.config.notifying import JOB
from sheetsync.config.secrets import Secret

TIMEOUT = (5.0, 10.0)
"""Seconds to connect, and to answer."""
TRIES_MORE = 2
MOST_BYTES = 10_000
"""healthchecks.io keeps the first 100 kB of a body; an error needs less."""


class Signal(StrEnum):
    """What is appended to the address."""

    START = "/start"
    SUCCESS = ""
    FAILURE = "/fail"


@dataclass(frozen=True, slots=True)
class Ping:
    """A ping to be sent; `body` is what the service shows beside it."""

    address: Secret
    job: str
    signal: Signal
    body: str = ""

    @property
    def url(self) -> str:
        return self.address.reveal().replace(JOB, self.job).rstrip("/") + self.signal


class PingError(Exception):
    """A ping did not arrive. Its words hold no address, which is a secret."""


def send(pings: Sequence[Ping]) -> None:
    """Send pings, in order.

    Raises:
        PingError: some did not arrive; the others did.
    """
    failed: list[str] = []
    with requests.Session() as session:
        retries = Retry(
            TRIES_MORE,
            backoff_factor=0.2,
            status_forcelist=(500, 502, 503, 504),
            allowed_methods=None,
            raise_on_status=False,
            respect_retry_after_header=False,
        )
        for scheme in ("http://", "https://"):
            session.mount(scheme, HTTPAdapter(max_retries=retries))
        for ping in pings:
            try:
                answer = session.post(ping.url, data=ping.body.encode()[:MOST_BYTES], timeout=TIMEOUT)
                answer.raise_for_status()
            except requests.RequestException as error:
                failed.append(f"{ping.job}: {_reason(error)}")
    if failed:
        raise PingError("; ".join(failed))


def _reason(error: requests.RequestException) -> str:
    return f"HTTP {error.response.status_code}" if error.response is not None else type(error).__name__
