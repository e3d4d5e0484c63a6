"""A workspace with its directory and time entries, and the builders with which a test makes exactly what it wants."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Protocol, Self, TypedDict, TypeVar, Unpack, cast

from sheetsync.sandbox.clockify.entries import Entries, Entry
from sheetsync.sandbox.clockify.people import (
    Category,
    Client,
    Currency,
    CustomField,
    Expense,
    FieldValue,
    Kind,
    Project,
    Settings,
    Tag,
    Task,
    User,
    UserGroup,
)

WORKSPACE_ID = "64a687e29ae1f428e7ebe303"
ID_FORMAT = "5f8e{kind:02x}a1b2c3d4e5f6{number:06x}"
DEFAULT_ENTRIES = 42_000
DEFAULT_SEED = 2021


class Named(Protocol):
    """A thing of the directory."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...


Thing = TypeVar("Thing", bound=Named)


class EntryDetails(TypedDict, total=False):
    """What an entry may say besides its time; user, project, task and tags by id or by name."""

    user: str | None
    project: str | None
    task: str | None
    tags: Iterable[str]
    description: str
    billable: bool
    kind: Kind
    approval_id: str | None
    approved: bool
    invoice: str | None
    custom: Mapping[str, FieldValue]


class EntryChanges(EntryDetails, total=False):
    start: datetime
    seconds: int | None


class Company:
    """A workspace. Whoever reads or changes it from another thread holds `lock`; `version` counts the changes."""

    def __init__(self, workspace_id: str = WORKSPACE_ID, name: str = "Sandbox Company") -> None:
        self.workspace_id, self.name = workspace_id, name
        self.settings = Settings()
        self.lock = threading.RLock()
        self.version = 0
        self.currencies: list[Currency] = []
        self.users: dict[str, User] = {}
        self.groups: dict[str, UserGroup] = {}
        self.clients: dict[str, Client] = {}
        self.projects: dict[str, Project] = {}
        self.tasks: dict[str, Task] = {}
        self.tags: dict[str, Tag] = {}
        self.custom_fields: dict[str, CustomField] = {}
        self.categories: dict[str, Category] = {}
        self.expenses: dict[str, Expense] = {}
        self.entries = Entries()
        self._ids = 0

    @classmethod
    def empty(cls) -> Self:
        """An owner, an ordinary member, one currency, and nothing else."""
        company = cls()
        company.start_over()
        return company

    @classmethod
    def sample(cls, today: date, *, entries: int = DEFAULT_ENTRIES, seed: int = DEFAULT_SEED) -> Self:
        """Two years of a company of twelve up to `today`, and November 2021; equal arguments give equal companies."""
        from sheetsync.sandbox.clockify.sample import fill  # noqa: PLC0415  # the sample is made with this class

        company = cls()
        fill(company, today, entries, seed)
        return company

    def start_over(self) -> None:
        """Become what `empty` gives, with the same ids, so that a server in use can go on with it."""
        with self.lock:
            shelves: tuple[dict[str, Any], ...] = (self.users, self.groups, self.clients, self.projects, self.tasks)
            for shelf in (*shelves, self.tags, self.custom_fields, self.categories, self.expenses):
                shelf.clear()
            self.currencies.clear()
            self.settings, self.entries, self._ids = Settings(), Entries(), 0
            self.add_currency("USD")
            self.add_user("Olivia Owner", "olivia@example.com")
            self.add_user("Robin Regular", "robin@example.com")

    @property
    def owner(self) -> User:
        return next(iter(self.users.values()))

    @property
    def member(self) -> User:
        """The ordinary member whose key sees no amounts."""
        return list(self.users.values())[1]

    def new_id(self, kind: int = 0) -> str:
        """24 hexadecimal digits, never the same twice."""
        self._ids += 1
        return ID_FORMAT.format(kind=kind, number=self._ids)

    def touch(self) -> None:
        """Note a change, so that no cached answer outlives it."""
        self.version += 1

    def put(self, shelf: dict[str, Thing], thing: Thing) -> str:
        """Add or replace a thing of the directory; its id is returned."""
        with self.lock:
            shelf[thing.id] = thing
            self.touch()
        return thing.id

    def add_currency(self, code: str) -> str:
        with self.lock:
            self.currencies.append(Currency(self.new_id(1), code))
            self.touch()
        return self.currencies[-1].id

    def add_user(self, name: str, email: str, **more: Any) -> str:
        return self.put(self.users, User(self.new_id(2), name, email, **more))

    def add_group(self, name: str, users: Iterable[str] = ()) -> str:
        members = tuple(pick(self.users, user).id for user in users)
        return self.put(self.groups, UserGroup(self.new_id(3), name, members))

    def add_client(self, name: str, **more: Any) -> str:
        return self.put(self.clients, Client(self.new_id(4), name, **more))

    def add_project(self, name: str, client: str | None = None, **more: Any) -> str:
        client_id = None if client is None else pick(self.clients, client).id
        return self.put(self.projects, Project(self.new_id(5), name, client_id, **more))

    def add_task(self, name: str, project: str, **more: Any) -> str:
        return self.put(self.tasks, Task(self.new_id(6), name, pick(self.projects, project).id, **more))

    def add_tag(self, name: str, **more: Any) -> str:
        return self.put(self.tags, Tag(self.new_id(7), name, **more))

    def add_custom_field(self, name: str, type_: str, **more: Any) -> str:
        field: Any = type_
        return self.put(self.custom_fields, CustomField(self.new_id(8), name, field, **more))

    def add_category(self, name: str, **more: Any) -> str:
        return self.put(self.categories, Category(self.new_id(9), name, **more))

    def add_expense(self, day: date, amount: float, user: str, category: str, **more: Any) -> str:
        """An expense of `amount` cents; project is given by id or name."""
        project = more.pop("project", None)
        project_id = None if project is None else pick(self.projects, project).id
        owner, kind = pick(self.users, user).id, pick(self.categories, category).id
        with self.lock:
            expense = Expense(self.new_id(10), owner, day.isoformat(), project_id, kind, amount, **more)
            self.expenses[expense.id] = expense
            self.touch()
        return expense.id

    def change(self, shelf: dict[str, Thing], which: str, /, **changes: Any) -> None:
        """Change a thing, found by id or name: `company.change(company.projects, "Website", name="Portal")`."""
        thing: Any = pick(shelf, which)
        self.put(shelf, dataclasses.replace(thing, **changes))

    def add_entry(self, start: datetime, seconds: int | None, **details: Unpack[EntryDetails]) -> str:
        """A time entry of `seconds` (None: a running timer) from an aware `start`; the owner's where no user is named.

        Raises:
            KeyError: a user, project, task or tag that the company has not.
        """
        with self.lock:
            entry = Entry(instant(start), self.entries.next_number(), seconds, self.owner.id)
            entry = self._changed(entry, cast("EntryChanges", details))
            self.entries.add(entry)
            self.touch()
        return entry.id

    def entry(self, entry_id: str) -> Entry:
        """Raises KeyError where there is none."""
        entry = self.entries.find(entry_id)
        if entry is None:
            raise KeyError(f"no time entry has the id {entry_id}")
        return entry

    def delete_entry(self, entry_id: str) -> None:
        with self.lock:
            self.entries.remove(self.entry(entry_id))
            self.touch()

    def edit_entry(self, entry_id: str, **changes: Unpack[EntryChanges]) -> None:
        with self.lock:
            before = self.entry(entry_id)
            after = self._changed(before, changes)
            self.entries.remove(before)
            self.entries.add(after)
            self.touch()

    def _changed(self, entry: Entry, changes: EntryChanges) -> Entry:
        values: dict[str, Any] = {}
        for name, value in changes.items():
            if name == "start":
                values["start"] = instant(changes["start"])
            elif name in ("user", "project"):
                shelf: dict[str, Any] = self.users if name == "user" else self.projects
                values[f"{name}_id"] = pick(shelf, str(value)).id if value is not None else None
            elif name == "tags":
                values["tag_ids"] = tuple(pick(self.tags, tag).id for tag in changes["tags"])
            elif name == "custom":
                pairs = changes["custom"].items()
                values["custom"] = tuple((pick(self.custom_fields, field).id, given) for field, given in pairs)
            elif name != "task":
                values[name] = value
        if values.get("user_id", "") is None:
            values["user_id"] = self.owner.id
        entry = entry._replace(**values)
        if "task" in changes:
            task = changes["task"]
            mine = {each.id: each for each in self.tasks.values() if each.project_id == entry.project_id}
            entry = entry._replace(task_id=None if task is None else pick(mine, task).id)
        return entry


def pick(shelf: Mapping[str, Thing], wanted: str) -> Thing:
    """A thing by its id or its name.

    Raises:
        KeyError: there is none.
    """
    if wanted in shelf:
        return shelf[wanted]
    for thing in shelf.values():
        if thing.name == wanted:
            return thing
    raise KeyError(f"there is no {wanted!r} among {sorted(thing.name for thing in shelf.values())}")


def instant(moment: datetime) -> int:
    """Seconds since 1970 of an aware time."""
    if moment.tzinfo is None:
        raise ValueError("the time of an entry must have a time zone")
    return int(moment.timestamp())
