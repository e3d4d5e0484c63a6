"""Requests and routes of the regular API and the reports API, without HTTP around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sheetsync.sandbox.clockify.problems import no_method, no_route
from sheetsync.sandbox.clockify.selection import Question

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Call:
    """A request that is let in: who asks, the ids of its path, its query and its body."""

    question: Question
    places: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; a content of None is an empty body."""

    content: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """A path such as `/api/v1/workspaces/{workspace}/projects` with its handlers by method."""

    path: str
    handlers: Mapping[str, Handler]

    def match(self, path: str) -> dict[str, str] | None:
        pattern = _PLACE.sub(r"(?P<\1>[^/]+)", self.path)
        found = re.fullmatch(pattern, path)
        return None if found is None else found.groupdict()


def find(routes: Sequence[Route], method: str, path: str) -> tuple[Handler, dict[str, str]]:
    """The handler of a request, and the ids in its path.

    Raises:
        Refusal: 404 where no route is, 405 where the route has no such method.
    """
    for route in routes:
        places = route.match(path)
        if places is None:
            continue
        if method not in route.handlers:
            raise no_method(method, route.handlers)
        return route.handlers[method], places
    start = path.find("v1/")
    raise no_route(path[start:] if start > 0 else path.lstrip("/"))
