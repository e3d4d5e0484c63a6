"""Real HTTP servers on the loopback interface, each in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from typing import ClassVar, Self

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

LOOPBACK = "127.0.0.1"
START_SECONDS = 60.0


class ReachableProtocol(H11Protocol):
    """Keeps each connection's transport where the fault layer finds it, for faults below HTTP."""

    transports: ClassVar[dict[tuple[str, int], asyncio.Transport]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own narrowing
        super().connection_made(transport)
        if self.client is not None:
            self.transports[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client is not None:
            self.transports.pop(self.client, None)
        super().connection_lost(exc)


def reset_connection(client: tuple[str, int]) -> None:
    """End the client's connection with a TCP reset."""
    transport = ReachableProtocol.transports.get(client)
    if transport is None:
        return
    # A linger time of zero turns the close into a reset.
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def close_connection(client: tuple[str, int]) -> None:
    """End the client's connection once what was written has gone out."""
    transport = ReachableProtocol.transports.get(client)
    if transport is not None:
        transport.close()


class Server:
    """An ASGI application served on the loopback interface; port 0 takes a free one. A context manager."""

    def __init__(self, app: ASGIApp, port: int = 0) -> None:
        self._socket = socket.create_server((LOOPBACK, port), backlog=256)
        # Without it, answers on a kept connection wait for the client's delayed acknowledgement, 40 ms each.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            app,
            http=ReachableProtocol,
            log_level="critical",
            lifespan="off",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name=f"sandbox-{self.port}", daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def stopping(self) -> bool:
        """Whether the server was told to stop; an answer without an end looks at it."""
        return self._server.should_exit

    def start(self) -> Self:
        """Serve; returns when the first request can come.

        Raises:
            RuntimeError: the server did not come up within START_SECONDS.
        """
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(START_SECONDS / 0.01)):
            if self._server.started:
                return self
            waited.wait(0.01)
        raise RuntimeError(f"the server on {self.url} did not start")

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
