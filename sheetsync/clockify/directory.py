"""Names to ids: workspaces, and what filters name. Ids cost no request; a name is looked up once."""

from __future__ import annotations

import difflib
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Literal, Protocol

import orjson

from sheetsync.clockify.client import ClockifyClient
from sheetsync.clockify.query import Filters, Selection
from sheetsync.clockify.refusals import Asked, RefusedError
from sheetsync.errors import ClockifyError

Plan = Literal["free", "paid"]
Entities = list[dict[str, Any]]
Place = tuple[str, str, str]
"""What a list is of: the account, the workspace, the kind."""

ID = re.compile(r"[0-9a-f]{24}")
LISTS = {
    "users": "/users",
    "user_groups": "/user-groups",
    "clients": "/clients",
    "projects": "/projects",
    "tags": "/tags",
}

KEPT_FIELDS = ("id", "name", "email", "featureSubscriptionType")
"""What is kept of an entity: all that is looked for here."""
KEEP_WORKSPACES = timedelta(days=7)
KEEP_NAMES = timedelta(days=1)
"""How long an answer is taken for true. Each costs a request of the quota when it is asked for again."""
LOOK_SECONDS = 1.0
"""How often who waits for another's list looks whether its own run is over."""
NEW = timedelta(minutes=10)
"""A list that was read so lately is not read again for a name that it lacks."""


class Keeper(Protocol):
    """Keeps texts longer than the process runs. Nothing is raised."""

    def get(self, key: str) -> str | None: ...

    def put(self, key: str, value: str) -> None: ...


class Nowhere:
    """Keeps nothing."""

    def get(self, key: str) -> str | None:  # noqa: ARG002 - there is none
        return None

    def put(self, key: str, value: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _List:
    """What Clockify answered, and when (UTC)."""

    asked: datetime
    entities: Entities

    def is_new(self, now: datetime, age: timedelta) -> bool:
        # An answer of the future comes from a clock that was wrong.
        return abs(now - self.asked) < age


def is_id(name: str) -> bool:
    """Whether a name is one of Clockify's ids (24 hexadecimal digits)."""
    return ID.fullmatch(name) is not None


class Directory:
    """What was looked up, kept for a while, by `keeper` even beyond the process. Safe to use from several threads.

    `key` tells accounts apart in every method; it is no secret.
    """

    def __init__(self, keeper: Keeper | None = None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._keeper: Keeper = keeper if keeper is not None else Nowhere()
        self._clock = clock
        self._lock = threading.Lock()
        self._lists: dict[Place, _List] = {}
        self._readers: dict[Place, threading.RLock] = {}

    def known(self, key: str, name: str) -> dict[str, Any] | None:
        """A workspace given by its name or id, as far as that is known without asking."""
        found = self._there((key, "", "workspaces"), KEEP_WORKSPACES)
        entities = found.entities if found is not None else []
        wanted = next((entity for entity in entities if entity.get("id") == name), None)
        ids = [] if wanted is not None or is_id(name) else _called(name, entities) or _folded(name, entities)
        return wanted or next((entity for entity in entities if entity["id"] in ids), None)

    def asked(self, key: str) -> bool:
        """Whether the workspaces are known."""
        return self._there((key, "", "workspaces"), KEEP_WORKSPACES) is not None

    def workspace(self, client: ClockifyClient, key: str, name: str) -> str:
        """The id of a workspace given by its name or id.

        Raises:
            ClockifyError: the key's user is in no workspace of that name.
        """
        return name if is_id(name) else _ids(name, partial(self._workspaces, client, key), "workspace")[0]

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
        return plan_in(found[0]) if found else None

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

    def _workspaces(self, client: ClockifyClient, key: str, *, anew: bool = False) -> Entities:
        asked = Asked("the list of workspaces", listing=True)
        age = NEW if anew else KEEP_WORKSPACES
        return self._kept(client, (key, "", "workspaces"), age, "/workspaces", asked)

    def _list(self, client: ClockifyClient, key: str, workspace: str, kind: str, *, anew: bool = False) -> Entities:
        asked = Asked(f"the list of {kind.replace('_', ' ')}", workspace=workspace, listing=True)
        path = f"/workspaces/{workspace}{LISTS[kind]}"
        return self._kept(client, (key, workspace, kind), NEW if anew else KEEP_NAMES, path, asked)

    def _tasks(
        self, client: ClockifyClient, key: str, workspace: str, projects: Selection | None, *, anew: bool = False
    ) -> Entities:
        if projects is None or projects.exclude:
            raise ClockifyError(
                "filters.tasks names tasks, and Clockify lists tasks by project only.",
                "Name their projects in filters.projects too, or give the tasks' ids.",
            )
        asked = Asked("the tasks of a project", workspace=workspace, listing=True)
        found: Entities = []
        for project in projects.names:
            path = f"/workspaces/{workspace}/projects/{project}/tasks"
            age = NEW if anew else KEEP_NAMES
            found += self._kept(client, (key, workspace, path), age, path, asked)
        return found

    def _kept(self, client: ClockifyClient, place: Place, age: timedelta, path: str, asked: Asked) -> Entities:
        """A list that is no older than `age`; one that another run reads just now is waited for."""
        with self._lock:
            # It may be its own quota that waits for this list: the plan is in it.
            reader = self._readers.setdefault(place, threading.RLock())
        # Whoever reads may wait for a quota; nobody else waits for that beyond the end of their own run.
        while not reader.acquire(timeout=min(LOOK_SECONDS, client.remaining())):
            continue
        try:
            found = self._there(place, age)
            if found is None:
                entities = [_shortened(entity) for entity in client.list(path, asked) if isinstance(entity, dict)]
                found = _List(self._clock(), entities)
                with self._lock:
                    self._lists[place] = found
                self._keeper.put(_key(place), _written(found))
            return found.entities
        finally:
            reader.release()

    def _there(self, place: Place, age: timedelta) -> _List | None:
        """A list that is no older than `age`, without asking anybody."""
        now = self._clock()
        with self._lock:
            found = self._lists.get(place)
        if found is None or not found.is_new(now, age):
            # Another process may have asked meanwhile.
            found = _read(self._keeper.get(_key(place))) or found
            if found is not None:
                with self._lock:
                    self._lists[place] = found
        return found if found is not None and found.is_new(now, age) else None


def plan_in(workspace: dict[str, Any]) -> Plan | None:
    """The plan that an entity of the list of workspaces names (`featureSubscriptionType`, docs.clockify.me)."""
    subscription = workspace.get("featureSubscriptionType")
    if isinstance(subscription, dict):
        subscription = subscription.get("addonSubscriptionPlan")
    if not isinstance(subscription, str):
        return None
    return "free" if subscription.upper() == "FREE" else "paid"


def _key(place: Place) -> str:
    return f"clockify {' '.join(place)}"


def _shortened(entity: dict[str, Any]) -> dict[str, Any]:
    return {name: entity[name] for name in KEPT_FIELDS if name in entity}


def _written(found: _List) -> str:
    return orjson.dumps({"asked": found.asked.isoformat(), "entities": found.entities}).decode()


def _read(text: str | None) -> _List | None:
    """A list that was kept; None where there is none that can be read."""
    try:
        kept = orjson.loads(text or "null")
        return _List(datetime.fromisoformat(kept["asked"]), [entity for entity in kept["entities"] if entity["id"]])
    except (ValueError, TypeError, KeyError):
        return None


def _ids(name: str, entities: Callable[..., Entities], kind: str) -> list[str]:
    """The ids of what is called `name`; a name that is not there is looked for once more in what Clockify says now."""
    try:
        return _only(name, entities(), kind)
    except ClockifyError:
        return _only(name, entities(anew=True), kind)


def _selected(kind: str, selection: Selection | None, entities: Callable[..., Entities]) -> Selection | None:
    if selection is None or all(is_id(name) for name in selection.names):
        return selection
    word = kind.removesuffix("s").replace("_", " ")
    ids: list[str] = []
    for name in selection.names:
        ids += [name] if is_id(name) else _ids(name, entities, word)
    return Selection(tuple(dict.fromkeys(ids)), selection.exclude)


def _only(name: str, entities: Entities, kind: str) -> list[str]:
    """The ids of the entities called `name`; projects of different clients may share a name."""
    found = _called(name, entities) or _folded(name, entities)
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


def _folded(wanted: str, entities: Entities) -> list[str]:
    return _called(wanted.casefold(), entities, fold=True)


def _names(entity: dict[str, Any]) -> list[str]:
    return [text for text in (entity.get("name"), entity.get("email")) if isinstance(text, str) and text]


def _listed(known: list[str]) -> str:
    if not known:
        return "The list is empty for this key."
    shown = ", ".join(known[:10])
    return f"There are: {shown}{', …' if len(known) > 10 else ''}."
