"""The regular API's directory: user, workspaces, projects, clients, tags, users, groups, tasks, fields, categories."""

from __future__ import annotations

from typing import Any

from sheetsync.sandbox.clockify.access import enter
from sheetsync.sandbox.clockify.bounds import WEEKDAYS
from sheetsync.sandbox.clockify.company import Company
from sheetsync.sandbox.clockify.listing import boolean, by_archived, by_name, in_order, reply
from sheetsync.sandbox.clockify.people import Project, Rates, User
from sheetsync.sandbox.clockify.plan import SUBSCRIPTIONS
from sheetsync.sandbox.clockify.problems import ACCESS_DENIED, foreign
from sheetsync.sandbox.clockify.routing import Call, Reply, Route

ROUND_WORDS = {"NEAREST": "Round to nearest", "UP": "Round up", "DOWN": "Round down"}


def routes() -> list[Route]:
    workspace = "/api/v1/workspaces/{workspace}"
    return [
        Route("/api/v1/user", {"GET": _me}),
        Route("/api/v1/workspaces", {"GET": _workspaces}),
        Route(workspace, {"GET": _workspace_alone}),
        Route(f"{workspace}/projects", {"GET": _projects}),
        Route(f"{workspace}/projects/{{project}}", {"GET": _project_alone}),
        Route(f"{workspace}/projects/{{project}}/tasks", {"GET": _tasks}),
        Route(f"{workspace}/clients", {"GET": _clients}),
        Route(f"{workspace}/tags", {"GET": _tags}),
        Route(f"{workspace}/users", {"GET": _users}),
        Route(f"{workspace}/user-groups", {"GET": _groups}),
        Route(f"{workspace}/custom-fields", {"GET": _custom_fields}),
        Route(f"{workspace}/expenses/categories", {"GET": _categories}),
        Route(f"{workspace}/webhooks", {"GET": _webhooks}),
    ]


def company_of(call: Call) -> Company:
    return enter(call.question.account, call.places["workspace"], call.question.switches)


def _me(call: Call) -> Reply:
    account = call.question.account
    return Reply(_user(account.company, account.company.users[account.user_id], call.query))


def _workspaces(call: Call) -> Reply:
    """All at once, whatever page-size says (seen)."""
    return Reply([_workspace(call)])


def _workspace_alone(call: Call) -> Reply:
    company_of(call)
    return Reply(_workspace(call))


def _workspace(call: Call) -> dict[str, Any]:
    company, settings = call.question.account.company, call.question.account.company.settings
    members = [_membership(company, user) for user in company.users.values() if user.status != "DELETED"]
    return {
        "id": company.workspace_id,
        "name": company.name,
        "hourlyRate": _rate(settings.hourly, settings.currency),
        "costRate": _rate(settings.cost, settings.currency),
        "memberships": members,
        "workspaceSettings": {
            "timeRoundingInReports": False,
            "onlyAdminsSeeBillableRates": True,
            "onlyAdminsSeeAllTimeEntries": not settings.everyone_sees_entries,
            "round": {"round": ROUND_WORDS[settings.rounding.way], "minutes": str(settings.rounding.minutes)},
            "projectGroupingLabel": "client",
            "timeTrackingMode": "DEFAULT",
            "trackTimeDownToSecond": True,
            "decimalFormat": settings.decimal_format,
            "durationFormat": "FULL",
            "workingDays": list(WEEKDAYS[:5]),
        },
        "imageUrl": "",
        "featureSubscriptionType": SUBSCRIPTIONS[call.question.plan],
        "features": [],
        "currencies": [
            {"id": each.id, "code": each.code, "isDefault": each.code == settings.currency}
            for each in company.currencies
        ],
        "subdomain": {"name": None, "enabled": False},
    }


def _rate(known: Rates, currency: str) -> dict[str, Any] | None:
    return {"amount": known[-1].cents, "currency": currency} if known else None


def _membership(company: Company, user: User) -> dict[str, Any]:
    return {
        "userId": user.id,
        "hourlyRate": _rate(user.hourly, company.settings.currency),
        "costRate": _rate(user.cost, company.settings.currency),
        "targetId": company.workspace_id,
        "membershipType": "WORKSPACE",
        "membershipStatus": user.status,
    }


def _user(company: Company, user: User, query: Any) -> dict[str, Any]:
    """A member; one who is inactive in the workspace still has an ACTIVE account (told by clients)."""
    wanted = query.get("memberships", "").upper() in ("ALL", "WORKSPACE") or query.get("include-memberships") == "true"
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "memberships": [_membership(company, user)] if wanted else [],
        "profilePicture": "",
        "activeWorkspace": company.workspace_id,
        "defaultWorkspace": company.workspace_id,
        "settings": {
            "weekStart": user.week_start,
            "timeZone": user.time_zone,
            "timeFormat": "HOUR24",
            "dateFormat": "MM/DD/YYYY",
            "lang": "EN",
        },
        "status": "ACTIVE" if user.status == "INACTIVE" else user.status,
        "customFields": [
            {
                "customFieldId": field_id,
                "customFieldName": company.custom_fields[field_id].name,
                "customFieldType": company.custom_fields[field_id].type,
                "userId": user.id,
                "value": list(value) if isinstance(value, tuple) else value,
            }
            for field_id, value in user.custom
        ],
    }


def _users(call: Call) -> Reply:
    """The members, for administrators only (seen: 403 for others)."""
    company = company_of(call)
    if not call.question.account.admin:
        raise ACCESS_DENIED
    status, email = call.query.get("status", "ALL").upper(), call.query.get("email", "").casefold()
    members = [
        _user(company, user, call.query)
        for user in company.users.values()
        if user.status != "DELETED" and status in ("ALL", user.status) and email in user.email.casefold()
    ]
    return reply(in_order(by_name(members, call.query), call.query), call.query)


def _project(company: Company, project: Project) -> dict[str, Any]:
    client = company.clients.get(project.client_id or "")
    currency = (client.currency if client else None) or company.settings.currency
    return {
        "id": project.id,
        "name": project.name,
        "hourlyRate": _rate(project.hourly, currency),
        "costRate": _rate(project.cost, currency),
        "clientId": project.client_id or "",
        "clientName": client.name if client else "",
        "workspaceId": company.workspace_id,
        "billable": project.billable,
        "memberships": [],
        "color": project.color,
        "archived": project.archived,
        "note": "",
        "template": False,
        "public": True,
    }


def _projects(call: Call) -> Reply:
    company, clients = company_of(call), [each for each in call.query.get("clients", "").split(",") if each]
    wanted = boolean(call.query, "billable")
    rows = [
        _project(company, project)
        for project in company.projects.values()
        if (not clients or project.client_id in clients) and wanted in (None, project.billable)
    ]
    return reply(in_order(by_archived(by_name(rows, call.query), call.query), call.query), call.query)


def _project_alone(call: Call) -> Reply:
    company = company_of(call)
    return Reply(_project(company, _project_of(company, call)))


def _project_of(company: Company, call: Call) -> Project:
    project = company.projects.get(call.places["project"])
    if project is None:
        raise foreign("Project")
    return project


def _tasks(call: Call) -> Reply:
    company = company_of(call)
    project, active = _project_of(company, call), boolean(call.query, "is-active")
    rows: list[dict[str, Any]] = [
        {
            "id": task.id,
            "name": task.name,
            "projectId": task.project_id,
            "assigneeIds": [],
            "assigneeId": None,
            "userGroupIds": [],
            "estimate": "PT0S",
            "status": task.status,
            "billable": project.billable,
            "hourlyRate": _rate(task.hourly, company.settings.currency),
            "costRate": _rate(task.cost, company.settings.currency),
        }
        for task in company.tasks.values()
        if task.project_id == project.id and active in (None, task.status == "ACTIVE")
    ]
    return reply(in_order(by_name(rows, call.query), call.query), call.query)


def _clients(call: Call) -> Reply:
    company = company_of(call)
    ids = {each.code: each.id for each in company.currencies}
    rows = [
        {
            "id": client.id,
            "name": client.name,
            "email": None,
            "workspaceId": company.workspace_id,
            "archived": client.archived,
            "address": None,
            "note": None,
            "currencyId": ids.get(client.currency or company.settings.currency),
            "currencyCode": client.currency or company.settings.currency,
        }
        for client in company.clients.values()
    ]
    return reply(in_order(by_archived(by_name(rows, call.query), call.query), call.query), call.query)


def _tags(call: Call) -> Reply:
    company = company_of(call)
    rows = [
        {"id": tag.id, "name": tag.name, "workspaceId": company.workspace_id, "archived": tag.archived}
        for tag in company.tags.values()
    ]
    return reply(in_order(by_archived(by_name(rows, call.query), call.query), call.query), call.query)


def _groups(call: Call) -> Reply:
    company = company_of(call)
    rows = [
        {"id": each.id, "name": each.name, "workspaceId": company.workspace_id, "userIds": list(each.user_ids)}
        for each in company.groups.values()
    ]
    return reply(in_order(by_name(rows, call.query), call.query), call.query)


def _custom_fields(call: Call) -> Reply:
    """All at once, without a header (seen)."""
    company = company_of(call)
    rows: list[dict[str, Any]] = [
        {
            "id": each.id,
            "name": each.name,
            "description": "",
            "placeholder": "",
            "type": each.type,
            "entityType": each.entity,
            "allowedValues": list(each.allowed),
            "status": "VISIBLE",
            "required": False,
            "onlyAdminCanEdit": False,
            "workspaceId": company.workspace_id,
            "workspaceDefaultValue": None,
            "projectDefaultValues": [],
        }
        for each in company.custom_fields.values()
    ]
    return Reply(by_name(rows, call.query))


def _categories(call: Call) -> Reply:
    company = company_of(call)
    rows = [
        {
            "id": each.id,
            "name": each.name,
            "workspaceId": company.workspace_id,
            "archived": each.archived,
            "hasUnitPrice": each.price is not None,
            "priceInCents": each.price or 0,
            "unit": each.unit,
        }
        for each in company.categories.values()
    ]
    found = in_order(by_archived(by_name(rows, call.query), call.query), call.query)
    page = reply(found, call.query)
    return Reply({"count": len(found), "categories": page.content}, headers=page.headers)


def _webhooks(call: Call) -> Reply:
    company_of(call)
    if not call.question.account.admin:
        raise ACCESS_DENIED
    return Reply({"workspaceWebhookCount": 0, "webhooks": []})
