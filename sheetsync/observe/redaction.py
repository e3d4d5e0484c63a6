"""Texts without the secrets of the configuration, whatever put them there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import orjson

from sheetsync.config.model import Config
from sheetsync.config.secrets import Secret

HIDDEN = "…"
SHORTEST = 6
"""Anything shorter would be found in harmless words too."""
_SHORTEST_SEGMENT = 16
_IN_KEYS = frozenset({"private_key", "private_key_id", "refresh_token", "client_secret"})
"""The secret parts of a key of Google's, by the names that its JSON gives them."""


class Redactor:
    """Hides the secrets that it has learned. It never forgets one: a rotated key may still be in use somewhere."""

    def __init__(self) -> None:
        self._known: frozenset[str] = frozenset()
        self._pattern: re.Pattern[str] | None = None

    def learn(self, config: Config) -> None:
        """The secrets of a configuration, and what of them could show alone."""
        parts = {part for secret in set(secrets(config)) for part in _parts(secret.reveal()) if len(part) >= SHORTEST}
        if parts <= self._known:
            return
        self._known |= parts
        longest_first = sorted(self._known, key=len, reverse=True)
        self._pattern = re.compile("|".join(re.escape(part) for part in longest_first))

    def __call__(self, text: str) -> str:
        return self._pattern.sub(HIDDEN, text) if self._pattern is not None else text


def secrets(config: Config) -> Iterator[Secret]:
    """All secrets of a configuration that were looked up."""
    for secret in (config.serve.token, config.state.database):
        if secret is not None and secret.known:
            yield secret
    for job in config.jobs:
        for secret in (job.clockify.api_key, job.google.credentials, job.notify.ping, *job.notify.urls):
            if secret is not None and secret.known:
                yield secret


def _parts(text: str) -> Iterator[str]:
    yield from (line.strip() for line in text.splitlines())
    yield json.dumps(text)[1:-1]
    yield from _of_address(text)
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return
    for name, value in found.items() if isinstance(found, dict) else ():
        if name in _IN_KEYS and isinstance(value, str):
            yield from (line.strip() for line in value.splitlines() if not line.startswith("---"))
            yield json.dumps(value)[1:-1]


def _of_address(text: str) -> Iterator[str]:
    if "://" not in text:
        return
    try:
        parts = urlsplit(text)
        password = parts.password
    except ValueError:
        return
    if password:
        yield password
    yield from (segment for segment in parts.path.split("/") if len(segment) >= _SHORTEST_SEGMENT)
