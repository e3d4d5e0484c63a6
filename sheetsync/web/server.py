"""The server of the page: a socket, a thread and uvicorn."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import stat
import threading
from contextlib import suppress
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from sheetsync.config.serving import Listen
from sheetsync.errors import SheetsyncError, Side
from sheetsync.web.live import Live

STOP_SECONDS = 2.0
_DATE_SECONDS = 1.0
_SOCKET_MODE = 0o660
_BACKLOG = 128


class ListenError(SheetsyncError):
    """The page cannot be where the configuration wants it."""

    side = Side.CONFIGURATION


def listen_on(place: Listen) -> socket.socket:
    """A socket that listens.

    Raises:
        ListenError: the address is taken, not this machine's, or not allowed.
    """
    try:
        return _unix(place.path) if place.path is not None else _tcp(place)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else "no such address"
        todo = "Write another address under serve.listen, or none."
        if error.errno == errno.EADDRINUSE:
            todo = "Another program, or another sheetsync, is there. " + todo
        raise ListenError(f"the status page cannot listen on {place}: {reason}.", todo) from error


def _tcp(place: Listen) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)[0]
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(_BACKLOG)
    except OSError:
        made.close()
        raise
    return made


def _unix(path: Path) -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _remove_left_over(path)
        made.bind(str(path))
        path.chmod(_SOCKET_MODE)
        made.listen(_BACKLOG)
    except OSError:
        made.close()
        raise
    return made


def _remove_left_over(path: Path) -> None:
    """Remove a socket that nobody listens on any more; never anything else."""
    try:
        if not stat.S_ISSOCK(path.stat().st_mode):
            return
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()


class _Uvicorn(uvicorn.Server):
    """uvicorn looks ten times a second whether to end; a daemon that is idle should sleep."""

    ended: asyncio.Event

    async def main_loop(self) -> None:
        self.ended = asyncio.Event()
        while not self.should_exit:
            await self.on_tick(0)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.ended.wait(), _DATE_SECONDS)


class Server:
    """Serves an application on a socket from a thread of its own."""

    def __init__(self, app: ASGIApp, place: Listen, live: Live) -> None:
        self._place = place
        self._live = live
        self._socket = listen_on(place)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=1,
            ws="none",
        )
        self._uvicorn = _Uvicorn(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="page", daemon=True)

    @property
    def address(self) -> str:
        """Where a browser finds it; of a socket its path."""
        if self._place.path is not None:
            return f"unix:{self._place.path}"
        host = f"[{self._place.host}]" if ":" in self._place.host else self._place.host
        return f"http://{host}:{self._socket.getsockname()[1]}"

    def start(self) -> None:
        """Return when requests are taken; those that come before wait in the socket."""
        self._thread.start()
        self._ready.wait(STOP_SECONDS)

    def stop(self) -> None:
        """Let requests that are under way end, for a few seconds at most."""
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._end)
            self._thread.join(STOP_SECONDS)
        if self._place.path is not None:
            self._place.path.unlink(missing_ok=True)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._live.open()
        self._loop.call_soon(self._ready.set)
        await self._uvicorn.serve(sockets=[self._socket])

    def _end(self) -> None:
        self._live.close()
        self._uvicorn.should_exit = True
        if hasattr(self._uvicorn, "ended"):
            self._uvicorn.ended.set()
