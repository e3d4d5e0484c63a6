"""Tells open pages that something changed, by server-sent events (html.spec.whatwg.org)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from sheetsync.daemon_events import Event, Ticked

LEAST_SECONDS = 0.5
"""Between two events for a page, however much happens."""
SILENCE_SECONDS = 20.0
"""After which a comment keeps the connection open through proxies."""
MOST_PAGES = 100

_CHANGED = b"event: changed\ndata:\n\n"
_STILL_HERE = b": still here\n\n"


@dataclass(slots=True)
class Live:
    """The open pages. Events come from any thread; the rest happens on the server's loop."""

    _loop: asyncio.AbstractEventLoop | None = None
    _pages: set[asyncio.Event] = field(default_factory=set)
    _closing: bool = False

    def __call__(self, event: Event) -> None:
        loop = self._loop
        if loop is None or not self._pages or isinstance(event, Ticked):
            return
        try:
            loop.call_soon_threadsafe(self._wake)
        except RuntimeError:
            # The server's loop ended between the look and the call.
            return

    @property
    def full(self) -> bool:
        return len(self._pages) >= MOST_PAGES

    def open(self) -> None:
        """To be called on the server's loop, before its first request."""
        self._loop = asyncio.get_running_loop()

    def close(self) -> None:
        """Let all pages go, on the server's loop; they come back by themselves when there is a server again."""
        self._closing = True
        self._wake()

    async def stream(self) -> AsyncIterator[bytes]:
        """The events for one page, until it is closed or the server is."""
        changed = asyncio.Event()
        self._pages.add(changed)
        try:
            yield b"retry: 3000\n\n"
            while not self._closing:
                try:
                    await asyncio.wait_for(changed.wait(), SILENCE_SECONDS)
                except TimeoutError:
                    yield _STILL_HERE
                    continue
                changed.clear()
                if not self._closing:
                    yield _CHANGED
                    await asyncio.sleep(LEAST_SECONDS)
        finally:
            self._pages.discard(changed)

    def _wake(self) -> None:
        for page in self._pages:
            page.set()
