"""The sample company: a seed and a date give the same people, projects and two years of entries every time."""

from __future__ import annotations

import gc
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sheetsync.sandbox.clockify import names
from sheetsync.sandbox.clockify.company import Company
from sheetsync.sandbox.clockify.entries import Entries, Entry
from sheetsync.sandbox.clockify.people import FieldValue, Settings, User, rates

SPAN_DAYS = 730
NOVEMBER_2021 = date(2021, 11, 1)
NOVEMBER_ENTRIES = 72
OPENING = time(8, 30)
WORKDAY = 8 * 3600
LAST_SECOND_OF_DAY = 24 * 3600 - 1
APPROVED_AFTER, INVOICED_AFTER = timedelta(days=45), timedelta(days=90)
INACTIVE_SINCE, DELETED_SINCE = timedelta(days=90), timedelta(days=365)
HOLIDAYS = ((1, 1), (5, 1), (12, 25))


class Job(NamedTuple):
    """What somebody works on."""

    project_id: str
    task_ids: tuple[str, ...]
    billable: bool
    invoiced: bool


@dataclass(frozen=True, slots=True)
class Person:
    user: User
    zone: ZoneInfo
    jobs: tuple[Job, ...]
    until: date


def fill(company: Company, today: date, count: int, seed: int) -> None:
    """Fill an empty company with its directory and about `count` entries that end the day before `today`."""
    chance = random.Random(seed)  # noqa: S311  # a sample, not a secret
    directory(company)
    people = _people(company, today, chance)
    tags = [tag.id for tag in company.tags.values() if not tag.archived]
    fields = list(company.custom_fields)
    writer = Writer(random.Random(f"{seed}-entries"), tags, fields, today)  # noqa: S311  # a sample
    old = Writer(random.Random(f"{seed}-november"), tags, fields, today)  # noqa: S311  # a sample
    # Millions of small tuples make the collector scan again and again for nothing.
    gc.disable()
    try:
        made = list(old.span(people, NOVEMBER_2021, 30, NOVEMBER_ENTRIES))
        made += old.oddities(people[0], NOVEMBER_2021 + timedelta(days=9))
        made += writer.oddities(people[0], today - timedelta(days=6))
        made += writer.clock_changes(people, today)
        made += writer.span(people, today - timedelta(days=SPAN_DAYS), SPAN_DAYS, max(count - len(made) - 1, 0))
        made.append(_timer(people[0], today))
        made.sort(key=attrgetter("start"))
        company.entries = Entries(entry._replace(number=number) for number, entry in enumerate(made, 1))
    finally:
        gc.enable()
    _expenses(company, today, chance)
    company.touch()


def directory(company: Company) -> None:
    """Everything but entries and expenses."""
    company.settings = Settings(hourly=rates(8000), cost=rates(3000))
    for code in ("USD", "EUR"):
        company.add_currency(code)
    company.add_custom_field("Reference", "TXT")
    company.add_custom_field("Kilometres", "NUMBER")
    company.add_custom_field("Sites", "DROPDOWN_MULTIPLE", allowed=("Berlin", "New York", "Sydney"))
    company.add_custom_field("Invoice separately", "CHECKBOX")
    for index, (name, zone) in enumerate(names.PEOPLE):
        inactive = index == len(names.PEOPLE) - 1
        company.add_user(
            name,
            f"{name.split()[0].lower()}@example.com",
            time_zone=zone,
            week_start="SUNDAY" if zone == "America/New_York" else "MONDAY",
            status="INACTIVE" if inactive else "ACTIVE",
            hourly=rates(7000 + 500 * index) if index % 3 == 0 else (),
            cost=rates(2500 + 150 * index),
        )
    company.add_user("Deleted person", "", status="DELETED", time_zone="Europe/Berlin")
    members = list(company.users)
    for name, places in names.GROUPS:
        company.add_group(name, [members[place] for place in places])
    for name, currency, archived in names.CLIENTS:
        company.add_client(name, currency=currency, archived=archived)
    _projects(company, members)
    for name in names.TAGS:
        company.add_tag(name, archived=name == names.TAGS[-1])
    for name, unit, price in names.CATEGORIES:
        company.add_category(name, unit=unit, price=price)


def _projects(company: Company, members: list[str]) -> None:
    raise_from = int(datetime(2022, 1, 1, tzinfo=UTC).timestamp())
    for index, (name, client, color) in enumerate(names.PROJECTS):
        company.add_project(
            name,
            client,
            color=color,
            archived=name == names.ARCHIVED_PROJECT,
            billable=name != names.UNBILLED_PROJECT,
            hourly=rates(9000 + 777 * index, (9900 + 777 * index, raise_from)) if index % 2 == 0 else (),
            cost=rates(4100) if index == 1 else (),
            member_hourly=((members[0], rates(11000)),) if name == "The Box" else (),
        )
    for project, tasks in names.TASKS.items():
        for index, task in enumerate(tasks):
            done = task == "Release"
            company.add_task(
                task, project, status="DONE" if done else "ACTIVE", hourly=rates(4321) if index == 1 else ()
            )


def _people(company: Company, today: date, chance: random.Random) -> list[Person]:
    """The users with what they work on, and the day before which their entries end."""
    jobs = [
        Job(
            project.id,
            tuple(task.id for task in company.tasks.values() if task.project_id == project.id),
            project.billable,
            project.client_id is not None,
        )
        for project in company.projects.values()
    ]
    leaving = {"INACTIVE": today - INACTIVE_SINCE, "DELETED": today - DELETED_SINCE}
    return [
        Person(user, ZoneInfo(user.time_zone), tuple(chance.sample(jobs, 4)), leaving.get(user.status, today))
        for user in company.users.values()
    ]


class Writer:
    """Writes entries; all chance comes from one source, so that the same seed gives the same entries."""

    def __init__(self, chance: random.Random, tags: list[str], fields: list[str], today: date) -> None:
        self._random, self._tags, self._fields, self._today = chance.random, tags, fields, today

    def span(self, people: list[Person], first: date, days: int, count: int) -> Iterator[Entry]:
        """About `count` entries over the working days of a span, spread evenly over people and days."""
        dates = [first + timedelta(days=index) for index in range(days)]
        working = [
            (day, person)
            for day in dates
            for person in people
            if day < person.until and (day.weekday() < 5 or self._random() < 0.02)
        ]
        share, due = count / max(len(working), 1), 0.0
        for day, person in working:
            due += share
            if due >= 1:
                yield from self._day(person, day, int(due))
                due -= int(due)

    def _day(self, person: Person, day: date, count: int) -> Iterator[Entry]:
        """One person's working day: entries one after the other, with short gaps, to the second."""
        begin = _at(person, day, OPENING) + int(self._random() * 3600)
        if (day.month, day.day) in HOLIDAYS or self._random() < 0.04:
            kind = "HOLIDAY" if (day.month, day.day) in HOLIDAYS else "TIME_OFF"
            yield Entry(begin, 0, WORKDAY, person.user.id, description=kind.title(), billable=False, kind=kind)  # type: ignore[arg-type]  # two of the kinds
            count -= 1
        approval = f"5f8eff{person.user.id[-6:]}{day:%Y%m}000000"
        approved, submitted = day < self._today - APPROVED_AFTER, day < self._today - timedelta(days=14)
        invoiced = day < self._today - INVOICED_AFTER
        mean, at = WORKDAY / max(count, 1), begin
        for _ in range(count):
            seconds = int(mean * (0.5 + self._random())) + 1
            entry = self._entry(person, at, seconds)
            at += seconds + int(self._random() * 300)
            number = f"INV-{day:%Y%m}" if invoiced and entry.billable and entry.project_id else None
            yield entry._replace(approval_id=approval if submitted else None, approved=approved, invoice=number)

    def _entry(self, person: Person, start: int, seconds: int) -> Entry:
        chance = self._random
        text = names.TEXTS[int(chance() * len(names.TEXTS))]
        draw = chance()
        if draw < 0.03:
            return Entry(start, 0, seconds, person.user.id, description="Lunch", billable=False, kind="BREAK")
        if draw < 0.07:
            return Entry(start, 0, seconds, person.user.id, description=text, billable=False)
        job = person.jobs[int(chance() * len(person.jobs))]
        task = job.task_ids[int(chance() * len(job.task_ids))] if job.task_ids and chance() < 0.7 else None
        billable = job.billable and chance() < 0.9
        return Entry(
            start,
            0,
            seconds,
            person.user.id,
            job.project_id,
            task,
            self._some_tags(),
            text,
            billable,
            custom=self._custom(),
        )

    def _some_tags(self) -> tuple[str, ...]:
        draw = self._random()
        if draw < 0.6:
            return ()
        first = int(draw * 1000) % len(self._tags)
        second = (first + 1) % len(self._tags)
        return (self._tags[first],) if draw < 0.9 else (self._tags[first], self._tags[second])

    def _custom(self) -> tuple[tuple[str, FieldValue], ...]:
        draw = self._random()
        if draw > 0.03:
            return ()
        text, number, several, check = self._fields
        return (
            (text, f"REF-{int(draw * 100000)}"),
            (number, round(draw * 4000, 1)),
            (several, ("Berlin", "Sydney")),
            (check, draw < 0.015),
        )

    def oddities(self, person: Person, day: date) -> list[Entry]:
        """Entries with awkward texts, one across midnight, one over 24 hours, one of a second, all within two days."""
        job, begin = person.jobs[0], _at(person, day, time(6))
        made = [
            Entry(begin + 60 * index, 0, 59, person.user.id, job.project_id, None, (), text)
            for index, text in enumerate(names.AWKWARD)
        ]
        night = _at(person, day, time(22, 15))
        made.append(Entry(night, 0, 3 * 3600 + 7, person.user.id, job.project_id, description="Night deployment"))
        made.append(Entry(night + 4 * 3600, 0, 26 * 3600 + 1, person.user.id, description="Forgot to stop the timer"))
        made.append(Entry(begin - 2, 0, 1, person.user.id, job.project_id, description="One second"))
        made.append(Entry(begin - 3, 0, 0, person.user.id, job.project_id, description="No time at all"))
        last = _at(person, day, time()) + LAST_SECOND_OF_DAY
        made.append(
            Entry(
                last, 0, 600, person.user.id, job.project_id, tag_ids=tuple(self._tags[:3]), description="Last second"
            )
        )
        return made

    def clock_changes(self, people: list[Person], today: date) -> list[Entry]:
        """One entry over each night of the last two years in which a zone's clock changes."""
        made: list[Entry] = []
        for person in {person.zone.key: person for person in reversed(people) if person.until == today}.values():
            for days in range(1, SPAN_DAYS):
                day = today - timedelta(days=days)
                evening, morning = _at(person, day, time(22)), _at(person, day + timedelta(days=1), time(6))
                if morning - evening != 8 * 3600 and day + timedelta(days=1) < today:
                    text = "Night shift over the clock change"
                    made.append(Entry(evening, 0, morning - evening, person.user.id, description=text))
        return made


def _at(person: Person, day: date, clock: time) -> int:
    return int(datetime.combine(day, clock, person.zone).timestamp())


def _timer(person: Person, today: date) -> Entry:
    job = person.jobs[0]
    return Entry(_at(person, today, time(9)), 0, None, person.user.id, job.project_id, description="Running timer")


def _expenses(company: Company, today: date, chance: random.Random) -> None:
    users = [user.id for user in company.users.values() if user.status == "ACTIVE"]
    projects, kinds = list(company.projects), list(company.categories.values())
    days = [today - timedelta(days=chance.randrange(1, SPAN_DAYS)) for _ in range(300)]
    days += [NOVEMBER_2021 + timedelta(days=chance.randrange(30)) for _ in range(12)]
    for day in sorted(days):
        kind, quantity = chance.choice(kinds), float(chance.randrange(5, 400))
        company.add_expense(
            day,
            quantity * kind.price if kind.price else float(chance.randrange(500, 50_000)),
            chance.choice(users),
            kind.id,
            project=chance.choice([None, *projects]),
            quantity=quantity if kind.price else 1.0,
            notes=chance.choice(("", "Train to the client", "=SUM(A1:A9)", "Lunch with the team")),
            billable=chance.random() < 0.6,
            approval_id=f"5f8efe{day:%Y%m%d}0000000000" if day < today - APPROVED_AFTER else None,
        )
