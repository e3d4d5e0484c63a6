"""The filters of a report: a request's body becomes tests that an entry must all pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from sheetsync.sandbox.clockify.bodies import AuditFilter, FieldFilter, IdFilter, ReportBody
from sheetsync.sandbox.clockify.company import Company
from sheetsync.sandbox.clockify.entries import Entry
from sheetsync.sandbox.clockify.people import FieldValue, User
from sheetsync.sandbox.clockify.problems import foreign
from sheetsync.sandbox.clockify.switches import Switches

Test = Callable[[Entry], bool]
IdTest = Callable[[str | None], bool]
Item = TypeVar("Item")
NOBODY = ""
"""An id that no user has: a filter whose list comes out empty must choose nobody rather than all."""


def tests(body: ReportBody, company: Company, switches: Switches) -> list[Test]:
    """Everything that the body asks of an entry.

    Raises:
        Refusal: an id that does not exist, when the switch says to refuse it.
    """
    if switches.unknown_filter_ids == "refuse":
        _refuse_unknown(body, company)
    found = [*_states(body), *_texts(body), *_places(body, company), *_fields(body, company)]
    user = user_test(body, company, switches)
    if user is not None:
        found.append(lambda entry: user(entry.user_id))
    if body.tags is not None:
        found.extend(_tags(body.tags, company))
    return found


def user_test(body: ReportBody, company: Company, switches: Switches) -> IdTest | None:
    """Whose entries are asked for, by the filters for users and groups; None for everybody's."""
    known = company.users
    status = (body.users.status if body.users else None) or switches.default_user_status
    allowed = {user.id for user in known.values() if _has_status(user, status)}
    named = (_filterable(body.users, company), _members(body.user_groups, company))
    chosen = [_chosen(filter_, ids) for filter_, ids in named if filter_ is not None and ids]
    if not chosen and len(allowed) == len(known):
        return None
    if chosen and switches.users_with_groups == "both":
        return lambda user_id: user_id in allowed and all(test(user_id) for test in chosen)
    return lambda user_id: user_id in allowed and (not chosen or any(test(user_id) for test in chosen))


def _filterable(users: IdFilter | None, company: Company) -> tuple[IdFilter | None, list[str] | None]:
    """A deleted user cannot be filtered for (public help pages)."""
    if users is None or not users.ids:
        return None, None
    deleted = {user.id for user in company.users.values() if user.status == "DELETED"}
    return users, [each for each in users.ids if each not in deleted] or [NOBODY]


def _members(groups: IdFilter | None, company: Company) -> tuple[IdFilter | None, list[str] | None]:
    if groups is None or not groups.ids:
        return None, None
    asked = [company.groups[each] for each in groups.ids if each in company.groups]
    return groups, [user_id for group in asked for user_id in group.user_ids] or [NOBODY]


def _has_status(user: User, status: str) -> bool:
    if status == "ALL":
        return True
    if status == "ACTIVE_WITH_PENDING":
        return user.status in ("ACTIVE", "PENDING")
    return user.status == status


def _chosen(filter_: IdFilter, ids: Iterable[str]) -> IdTest:
    wanted = frozenset(ids)
    if filter_.contains == "DOES_NOT_CONTAIN":
        return lambda given: given not in wanted
    return lambda given: given in wanted


def id_tests(filter_: IdFilter | None, archived: Mapping[str, bool]) -> list[IdTest]:
    """The tests of one filter by ids and status; `archived` says it of every id that there is."""
    found: list[IdTest] = []
    if filter_ is None:
        return found
    if filter_.ids:
        found.append(_chosen(filter_, filter_.ids))
    if filter_.status in ("ACTIVE", "ARCHIVED"):
        wanted = filter_.status == "ARCHIVED"
        found.append(lambda given: archived.get(given or "", False) == wanted)
    return found


def through(get: Callable[[Item], str | None], id_tests_: Iterable[IdTest]) -> list[Callable[[Item], bool]]:
    """Tests of things from tests of an id that each of them has."""

    def one(test: IdTest) -> Callable[[Item], bool]:
        return lambda item: test(get(item))

    return [one(test) for test in id_tests_]


def _states(body: ReportBody) -> list[Test]:
    found: list[Test] = []
    if body.billable is not None:
        billable = body.billable
        found.append(lambda entry: entry.billable == billable)
    if body.approval_state in ("APPROVED", "UNAPPROVED"):
        approved = body.approval_state == "APPROVED"
        found.append(lambda entry: entry.approved == approved)
    if body.invoicing_state in ("INVOICED", "UNINVOICED"):
        invoiced = body.invoicing_state == "INVOICED"
        found.append(lambda entry: (entry.invoice is not None) == invoiced)
    return found


def _texts(body: ReportBody) -> list[Test]:
    found: list[Test] = []
    if body.description:
        part = body.description.casefold()
        found.append(lambda entry: part in entry.description.casefold())
    if body.without_description:
        found.append(lambda entry: not entry.description)
    return found


def _places(body: ReportBody, company: Company) -> list[Test]:
    """Tests of client, project, task, currency, and of whether the project is archived."""
    found: list[Test] = []
    client_of: dict[str | None, str | None] = {each.id: each.client_id for each in company.projects.values()}
    archived = {each.id: each.archived for each in company.projects.values()}
    done = {each.id: each.status == "DONE" for each in company.tasks.values()}
    former = {each.id: each.archived for each in company.clients.values()}
    found += through(lambda entry: entry.project_id, id_tests(body.projects, archived))
    found += through(lambda entry: entry.task_id, id_tests(body.tasks, done))
    found += through(lambda entry: client_of.get(entry.project_id), id_tests(body.clients, former))
    if body.archived is not None:
        wanted = body.archived
        found.append(lambda entry: archived.get(entry.project_id or "", False) == wanted)
    if body.currency is not None and body.currency.ids:
        found.append(_currency(body.currency, company))
    return found


def _currency(filter_: IdFilter, company: Company) -> Test:
    """By the ids of currencies, or their codes."""
    codes = {each.id: each.code for each in company.currencies}
    test = _chosen(filter_, [codes.get(each, each) for each in filter_.ids or ()])
    own = {
        project.id: company.clients[project.client_id].currency
        for project in company.projects.values()
        if project.client_id is not None
    }
    return lambda entry: test(own.get(entry.project_id or "") or company.settings.currency)


def _tags(filter_: IdFilter, company: Company) -> list[Test]:
    found: list[Test] = []
    ids, mode = frozenset(filter_.ids or ()), filter_.contained_in_timeentry or filter_.contains
    if ids and mode == "DOES_NOT_CONTAIN":
        found.append(lambda entry: ids.isdisjoint(entry.tag_ids))
    elif ids and mode == "CONTAINS_ONLY":
        found.append(lambda entry: bool(entry.tag_ids) and ids.issuperset(entry.tag_ids))
    elif ids:
        found.append(lambda entry: not ids.isdisjoint(entry.tag_ids))
    if filter_.status in ("ACTIVE", "ARCHIVED"):
        wanted = filter_.status == "ARCHIVED"
        having = frozenset(tag.id for tag in company.tags.values() if tag.archived == wanted)
        found.append(lambda entry: not having.isdisjoint(entry.tag_ids) or (not entry.tag_ids and not wanted))
    return found


def _fields(body: ReportBody, company: Company) -> list[Test]:
    found: list[Test] = []
    if body.custom_fields:
        filters = body.custom_fields
        found.append(lambda entry: all(field_matches(each, entry.custom) for each in filters))
    if body.user_custom_fields:
        of_users = body.user_custom_fields
        users = company.users.values()
        having = {user.id for user in users if all(field_matches(each, user.custom) for each in of_users)}
        found.append(lambda entry: entry.user_id in having)
    return found


def field_matches(filter_: FieldFilter, values: Iterable[tuple[str, FieldValue]]) -> bool:
    """Texts match by a part of them, numbers by the condition, lists by any value in common."""
    value = dict(values).get(filter_.id or "")
    if filter_.is_empty is not None:
        return (value is None) == filter_.is_empty
    if filter_.value is None:
        return True
    return value is not None and _value_matches(value, filter_)


def _value_matches(value: FieldValue, filter_: FieldFilter) -> bool:
    if isinstance(value, tuple):
        wanted = filter_.value if isinstance(filter_.value, list) else [filter_.value]
        return any(str(each) in value for each in wanted)
    if isinstance(value, bool):
        return str(value).casefold() == str(filter_.value).casefold()
    if isinstance(value, str):
        return str(filter_.value).casefold() in value.casefold()
    return _number_matches(value, filter_)


def _number_matches(value: float, filter_: FieldFilter) -> bool:
    try:
        wanted = float(filter_.value)
    except (TypeError, ValueError, OverflowError):
        return False
    if filter_.number_condition == "GREATER_THAN":
        return value > wanted
    if filter_.number_condition == "LESS_THAN":
        return value < wanted
    return value == wanted


def audit_tests(audit: AuditFilter | None) -> list[Test]:
    """The tests of the detailed report's audit filter."""
    found: list[Test] = []
    if audit is None:
        return found
    if audit.without_project:
        found.append(lambda entry: entry.project_id is None)
    if audit.without_task:
        found.append(lambda entry: entry.task_id is None)
    if audit.duration is not None:
        bound, shorter = audit.duration * 60, audit.duration_shorter
        found.append(lambda entry: (entry.seconds or 0) < bound if shorter else (entry.seconds or 0) > bound)
    return found


def _refuse_unknown(body: ReportBody, company: Company) -> None:
    for name, filter_, known in (
        ("User", body.users, company.users),
        ("User group", body.user_groups, company.groups),
        ("Client", body.clients, company.clients),
        ("Project", body.projects, company.projects),
        ("Task", body.tasks, company.tasks),
        ("Tag", body.tags, company.tags),
    ):
        shelf: Mapping[str, object] = known
        if filter_ is not None and any(each not in shelf for each in filter_.ids or ()):
            raise foreign(name)
