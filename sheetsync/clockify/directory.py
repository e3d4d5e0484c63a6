"""Names to ids: workspaces, and what filters name. Ids cost no request; a name is looked up once."""

from __future__ import annotations

import difflib
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any, Literal

from sheetsync.clockify.client import ClockifyClient
from sheetsync.clockify.query import Filters, Selection
from sheetsync.clockify.refusals import Asked, RefusedError
from sheetsync.errors import ClockifyError

Plan = Literal["free", "paid"]
Entities = list[dict[str, Any]]

ID = re.compile(r"[0-9a-f]{24}")
LISTS = {
    "users": "/users",
    "user_groups": "/user-groups",
    "clients": "/clients",
    "projects": "/projects",
    "tags": "/tags",
}


def is_id(name: str) -> bool:
    """Whether a name is one of Clockify's ids (24 hexadecimal digits)."""
    return ID.fullmatch(name) is not None


class Directory:
    """What was looked up, kept as long as the process runs. Safe to use from several threads.

    `key` tells accounts apart in every method; it is no secret.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lists: dict[tuple[str, str, str], Entities] = {}

    def workspace(self, client: ClockifyClient, key: str, name: str) -> str:
        """The id of a workspace given by its name or id.

        Raises:
            ClockifyError: the key's user is in no workspace of that name.
        """
        return name if is_id(name) else _only(name, self._workspaces(client, key), "workspace")[0]

    def title(self, client: ClockifyClient, key: str, workspace: str) -> str | None:
        """The name of a workspace; None when the key's user is not in it."""
        found = (entity for entity in self._workspaces(client, key) if entity.get("id") == workspace)
        return next((str(entity.get("name") or workspace) for entity in found), None)

    def plan(self, client: ClockifyClient, key: str, workspace: str) -> Plan | None:
        """The plan of a workspace; None when Clockify does not say, or not to this key."""
        try:
            found = [entity for entity in self._workspaces(client, key) if entity.get("id") == workspace]
        except RefusedError:
            return None
        subscription = found[0].get("featureSubscriptionType") if found else None
        if isinstance(subscription, dict):
            subscription = subscription.get("addonSubscriptionPlan")
        if not isinstance(subscription, str):
            return None
        return "free" if subscription.upper() == "FREE" else "paid"

    def resolve(self, client: ClockifyClient, key: str, workspace: str, filters: Filters) -> Filters:
        """The filters with ids in the place of names.

        Raises:
            ClockifyError: a name is not known to Clockify, or the key's user may not list such names.
        """

        def ids(kind: str, selection: Selection | None) -> Selection | None:
            return _selected(kind, selection, partial(self._list, client, key, workspace, kind))

        projects = ids("projects", filters.projects)
        return replace(
            filters,
            users=ids("users", filters.users),
            user_groups=ids("user_groups", filters.user_groups),
            clients=ids("clients", filters.clients),
            projects=projects,
            tags=ids("tags", filters.tags),
            tasks=_selected("tasks", filters.tasks, partial(self._tasks, client, key, workspace, projects)),
        )

    def _workspaces(self, client: ClockifyClient, key: str) -> Entities:
        asked = Asked("the list of workspaces", listing=True)
        return self._kept((key, "", "workspaces"), lambda: client.list("/workspaces", asked))

    def _list(self, client: ClockifyClient, key: str, workspace: str, kind: str) -> Entities:
        asked = Asked(f"the list of {kind.replace('_', ' ')}", workspace=workspace, listing=True)
        return self._kept((key, workspace, kind), lambda: client.list(f"/workspaces/{workspace}{LISTS[kind]}", asked))

    def _tasks(self, client: ClockifyClient, key: str, workspace: str, projects: Selection | None) -> Entities:
        if projects is None or projects.exclude:
            raise ClockifyError(
                "filters.tasks names tasks, and Clockify lists tasks by project only.",
                "Name their projects in filters.projects too, or give the tasks' ids.",
            )
        asked = Asked("the tasks of a project", workspace=workspace, listing=True)
        found: Entities = []
        for project in projects.names:
            path = f"/workspaces/{workspace}/projects/{project}/tasks"
            found += self._kept((key, workspace, path), partial(client.list, path, asked))
        return found

    def _kept(self, place: tuple[str, str, str], read: Callable[[], Iterable[dict[str, Any]]]) -> Entities:
        with self._lock:
            if place not in self._lists:
                self._lists[place] = list(read())
            return self._lists[place]


def _selected(kind: str, selection: Selection | None, entities: Callable[[], Entities]) -> Selection | None:
    if selection is None or all(is_id(name) for name in selection.names):
        return selection
    word = kind.removesuffix("s").replace("_", " ")
    ids: list[str] = []
    for name in selection.names:
        ids += [name] if is_id(name) else _only(name, entities(), word)
    return Selection(tuple(dict.fromkeys(ids)), selection.exclude)


def _only(name: str, entities: Entities, kind: str) -> list[str]:
    """The ids of the entities called `name`; projects of different clients may share a name."""
    found = _called(name, entities) or _called(name.casefold(), entities, fold=True)
    if found:
        return found
    known = sorted({text for entity in entities for text in _names(entity)})
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(repr(text) for text in near)}?" if near else _listed(known)
    raise ClockifyError(f"Clockify knows no {kind} called {name!r}.", hint)


def _called(wanted: str, entities: Entities, *, fold: bool = False) -> list[str]:
    return [
        entity["id"]
        for entity in entities
        if wanted in ({text.casefold() for text in _names(entity)} if fold else _names(entity))
    ]


def _names(entity: dict[str, Any]) -> list[str]:
    return [text for text in (entity.get("name"), entity.get("email")) if isinstance(text, str) and text]


def _listed(known: list[str]) -> str:
    if not known:
        return "The list is empty for this key."
    shown = ", ".join(known[:10])
    return f"There are: {shown}{', …' if len(known) > 10 else ''}."
