"""The page as an application: addresses, the guard in front of them, and how it is put together."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp

from sheetsync.errors import SheetsyncError
from sheetsync.web.guard import Guard
from sheetsync.web.pages import Pages, static


def application(pages: Pages) -> ASGIApp:
    """The page, guarded."""
    routes = [
        Route("/", pages.jobs),
        Route("/jobs/{job}", pages.job),
        Route("/jobs/{job}/run", pages.run_now, methods=["POST"]),
        Route("/jobs/{job}/pause", pages.pause, methods=["POST"]),
        Route("/jobs/{job}/resume", pages.resume, methods=["POST"]),
        Route("/runs", pages.runs),
        Route("/runs/{run:int}", pages.run),
        Route("/login", pages.login, methods=["GET"]),
        Route("/login", pages.log_in, methods=["POST"]),
        Route("/events", pages.events),
        Route("/livez", pages.livez),
        Route("/readyz", pages.readyz),
        Route("/metrics", pages.figures),
        Route("/style.css", static("style.css", "text/css")),
        Route("/page.js", static("page.js", "text/javascript")),
        Route("/icon.svg", static("icon.svg", "image/svg+xml")),
    ]
    handlers = {HTTPException: pages.failed, SheetsyncError: pages.failed}
    return Guard(Starlette(routes=routes, exception_handlers=handlers), pages.lock)
