"""Changes as they happen: a stream of server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict

import orjson
from starlette.responses import Response, StreamingResponse

from sheetsync.sandbox.control import Control
from sheetsync.sandbox.pages.frame import Counts

LOOK_SECONDS = 0.2
"""How often the server compares two numbers in its own memory; the browser asks nothing while nothing changes."""

LOOKS_BETWEEN_SIGNS = 75
"""After so many looks without a change a comment is sent, so that a connection that broke is noticed."""

Version = Callable[[], str]
"""A text that differs whenever what a page shows has changed."""


class Changes:
    """Streams of one stand-in; each ends by itself when the server stops, so that stopping waits for none.

    Args:
        control: whose counters go along with each version.
        stopping: whether the server is on its way down.
    """

    def __init__(self, control: Control, stopping: Callable[[], bool]) -> None:
        self._control, self._stopping = control, stopping

    def stream(self, version: Version) -> Response:
        """Events of `{"version": …, "reads": …, "writes": …, "faults": …}`, the first at once."""
        return StreamingResponse(self._events(version), media_type="text/event-stream")

    async def _events(self, version: Version) -> AsyncIterator[bytes]:
        last, quiet = b"", 0
        while not self._stopping():
            event = orjson.dumps({"version": version(), **asdict(Counts.of(self._control))})
            quiet += 1
            if event != last:
                last, quiet = event, 0
                yield b"data: " + event + b"\n\n"
            elif quiet >= LOOKS_BETWEEN_SIGNS:
                quiet = 0
                yield b": nothing new\n\n"
            await asyncio.sleep(LOOK_SECONDS)
