"""The groups of the summary report: under which rows an entry counts, and what a row says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sheetsync.sandbox.clockify.bounds import WEEKDAYS, local
from sheetsync.sandbox.clockify.company import Company
from sheetsync.sandbox.clockify.entries import Entry
from sheetsync.sandbox.clockify.money import Pricing
from sheetsync.sandbox.clockify.people import Project
from sheetsync.sandbox.clockify.reports.detailed import user_name
from sheetsync.sandbox.clockify.switches import Switches

Key = str | None
GROUPS = (
    "PROJECT",
    "CLIENT",
    "USER",
    "USER_GROUP",
    "TASK",
    "TAG",
    "DATE",
    "WEEK",
    "MONTH",
    "TIMEENTRY",
)
NOTHING = {
    "PROJECT": "Without project",
    "CLIENT": "Without client",
    "USER_GROUP": "Without group",
    "TASK": "Without task",
    "TAG": "Without tag",
}


@dataclass(frozen=True, slots=True)
class Path:
    """The groups and ids above a row, and its own last."""

    steps: tuple[tuple[str, str], ...] = ()

    def down(self, group: str, identity: str) -> Path:
        return Path((*self.steps, (group, identity)))


class Grouping:
    """Finds the groups of entries in one company, time zone and week."""

    def __init__(self, company: Company, zone: ZoneInfo, week_start: str, switches: Switches, pricing: Pricing) -> None:
        self._company, self._zone, self._switches, self._pricing = company, zone, switches, pricing
        self._first_weekday = WEEKDAYS.index(week_start)
        self._groups_of: dict[str, tuple[Key, ...]] = {
            user: tuple(group.id for group in company.groups.values() if user in group.user_ids) or (None,)
            for user in company.users
        }
        self._keys: dict[str, Callable[[Entry], Iterable[Key]]] = {
            "PROJECT": lambda entry: (entry.project_id,),
            "CLIENT": lambda entry: (self._client_of(entry),),
            "USER": lambda entry: (entry.user_id,),
            "USER_GROUP": lambda entry: self._groups_of[entry.user_id],
            "TASK": lambda entry: (entry.task_id,),
            "TAG": lambda entry: entry.tag_ids or (None,),
            "DATE": lambda entry: (self.day(entry).isoformat(),),
            "WEEK": lambda entry: (self._week(self.day(entry)).isoformat(),),
            "MONTH": lambda entry: (self.day(entry).replace(day=1).isoformat(),),
            "TIMEENTRY": lambda entry: (entry.description,),
        }

    def day(self, entry: Entry) -> date:
        """The local day on which the entry starts."""
        return local(entry.start, self._zone).date()

    def split(self, entries: Iterable[Entry], group: str) -> dict[Key, list[Entry]]:
        """The entries by key; one with two tags, or of a user in two groups, counts twice."""
        parts: dict[Key, list[Entry]] = {}
        keys = self._keys[group]
        for entry in entries:
            for key in keys(entry):
                parts.setdefault(key, []).append(entry)
        return parts

    def face(self, group: str, key: Key, path: Path) -> dict[str, Any]:
        """`_id`, name and whatever else a row of this group says of itself, without time and money."""
        if key is None:
            return self._nothing(group)
        if group == "TIMEENTRY":
            return {"_id": self._entry_id(key, path), "name": key}
        if group in ("DATE", "WEEK", "MONTH"):
            label = self._label(group, date.fromisoformat(key))
            return {"_id": label, "name": label}
        return self._thing(group, key)

    def _client_of(self, entry: Entry) -> Key:
        project = self._company.projects.get(entry.project_id or "")
        return project.client_id if project else None

    def _week(self, day: date) -> date:
        return day - timedelta(days=(day.weekday() - self._first_weekday) % 7)

    def _label(self, group: str, first: date) -> str:
        if group == "WEEK":
            if self._switches.week_id == "iso":
                year, week, _ = (first + timedelta(days=3)).isocalendar()
                return f"{year}-W{week:02}"
            return (
                first.isoformat() if self._switches.week_id == "first-day" else f"{first} - {first + timedelta(days=6)}"
            )
        if group == "MONTH" and self._switches.month_id != "first-day":
            return f"{first:%Y-%m}" if self._switches.month_id == "iso" else f"{first:%B %Y}"
        return first.isoformat()

    def _entry_id(self, description: str, path: Path) -> Any:
        choice = self._switches.timeentry_id
        nested = choice == "object" or (choice == "nested" and bool(path.steps))
        if self._switches.profile != "2026" or not nested:
            return description
        return dict(path.down("TIMEENTRY", description).steps)

    def _nothing(self, group: str) -> dict[str, Any]:
        choice = self._switches.without_group
        row: dict[str, Any] = {} if choice == "absent" else {"_id": "" if choice == "empty" else None}
        row["name"] = {"empty": "", "absent": "", "null": None, "named": NOTHING[group]}[choice]
        if group == "PROJECT":
            row |= {"color": None, "clientName": ""} | self._currency(None)
        return row

    def _thing(self, group: str, key: str) -> dict[str, Any]:
        company = self._company
        if group == "USER":
            name = user_name(company.users[key])
            row = _named(key, name)
            return row | {"hasMembership": True, "sortingField": f"1-{name.lower()}"} if self._recent else row
        if group == "PROJECT":
            project = company.projects[key]
            face = {"color": project.color, "clientName": self._client_name(project)}
            return _named(key, project.name) | face | self._currency(key)
        if group == "TASK":
            task = company.tasks[key]
            project = company.projects[task.project_id]
            face = {
                "clientName": self._client_name(project),
                "projectName": project.name,
                "projectColor": project.color,
            }
            return _named(key, task.name) | face
        if group == "CLIENT":
            return _named(key, company.clients[key].name)
        return _named(key, (company.tags[key] if group == "TAG" else company.groups[key]).name)

    @property
    def _recent(self) -> bool:
        return self._switches.profile == "2026"

    def _client_name(self, project: Project) -> str:
        return self._company.clients[project.client_id].name if project.client_id else ""

    def _currency(self, project_id: str | None) -> dict[str, Any]:
        if not self._recent:
            return {}
        own = self._company.settings.currency
        return {"currency": self._pricing.currency(project_id), "workspaceCurrencyCode": own}


def _named(identity: str, name: str) -> dict[str, Any]:
    return {"_id": identity, "name": name, "nameLowerCase": name.lower()}
