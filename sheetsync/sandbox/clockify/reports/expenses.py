"""The detailed expense report. Only an empty range was ever shown in public; rows follow what clients read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sheetsync.sandbox.clockify.bodies import ExpenseBody, IdFilter
from sheetsync.sandbox.clockify.bounds import Window
from sheetsync.sandbox.clockify.company import Company
from sheetsync.sandbox.clockify.filters import id_tests, through, user_test
from sheetsync.sandbox.clockify.money import Pricing
from sheetsync.sandbox.clockify.people import Expense
from sheetsync.sandbox.clockify.reports.detailed import user_name
from sheetsync.sandbox.clockify.reports.paging import page_and_size
from sheetsync.sandbox.clockify.selection import Question, page_of

EXPORT_FIELDS = ("PROJECT", "CLIENT", "CATEGORY", "USER", "EMAIL", "DATE", "AMOUNT", "BILLABLE", "NOTE", "APPROVED_BY")
Test = Callable[[Expense], bool]


def expenses(question: Question, body: ExpenseBody) -> dict[str, Any]:
    """The answer: totals over all pages (an empty object without expenses, seen), and the rows of one page.

    Raises:
        Refusal: 400 or 403.
    """
    page, size = page_and_size(body.page, body.page_size, question.switches)
    asked_range = question.window(body)
    question.permit(body, asked_range, paid_only=True)
    pricing = Pricing(question.company, question.switches)
    found = _found(question, body, asked_range, pricing)
    found.sort(key=_sort_key(body.sort_column or "DATE", question.company), reverse=body.sort_order != "ASCENDING")
    return {
        "totals": _totals(found, question.company, pricing),
        "expenses": [_row(expense, question, pricing) for expense in page_of(found, page, size)],
        "reportName": "Expense report",
        "exportFields": list(EXPORT_FIELDS),
        "customFields": [],
    }


def _found(question: Question, body: ExpenseBody, asked_range: Window, pricing: Pricing) -> list[Expense]:
    company = question.company
    passing = [*_states(body), *_things(body, company)]
    users = user_test(body, company, question.switches)
    if users is not None:
        passing.append(lambda expense: users(expense.user_id))
    if body.currency is not None and body.currency.ids:
        codes = {each.id: each.code for each in company.currencies}
        wanted = IdFilter(ids=[codes.get(each, each) for each in body.currency.ids], contains=body.currency.contains)
        passing += through(lambda expense: pricing.currency(expense.project_id), id_tests(wanted, {}))
    days = {day.isoformat() for day in asked_range.days()} if asked_range.first <= asked_range.last else set()
    return [each for each in company.expenses.values() if each.date in days and all(test(each) for test in passing)]


def _states(body: ExpenseBody) -> list[Test]:
    found: list[Test] = []
    if body.billable is not None:
        billable = body.billable
        found.append(lambda expense: expense.billable == billable)
    if body.approval_state in ("APPROVED", "UNAPPROVED"):
        approved = body.approval_state == "APPROVED"
        found.append(lambda expense: (expense.approval_id is not None) == approved)
    if body.invoicing_state in ("INVOICED", "UNINVOICED"):
        invoiced = body.invoicing_state == "INVOICED"
        found.append(lambda expense: (expense.invoice is not None) == invoiced)
    if body.note:
        part = body.note.casefold()
        found.append(lambda expense: part in expense.notes.casefold())
    if body.without_note:
        found.append(lambda expense: not expense.notes)
    return found


def _things(body: ExpenseBody, company: Company) -> list[Test]:
    client_of = {each.id: each.client_id for each in company.projects.values()}
    projects = id_tests(body.projects, {each.id: each.archived for each in company.projects.values()})
    clients = id_tests(body.clients, {each.id: each.archived for each in company.clients.values()})
    categories = id_tests(body.categories, {each.id: each.archived for each in company.categories.values()})
    found: list[Test] = through(lambda expense: expense.project_id, projects)
    found += through(lambda expense: client_of.get(expense.project_id or ""), clients)
    found += through(lambda expense: expense.category_id, categories)
    return found


def _sort_key(column: str, company: Company) -> Callable[[Expense], tuple[Any, str]]:
    names = {each.id: each.name.casefold() for each in company.projects.values()}
    users = {each.id: each.name.casefold() for each in company.users.values()}
    kinds = {each.id: each.name.casefold() for each in company.categories.values()}
    keys: dict[str, Callable[[Expense], Any]] = {
        "ID": lambda expense: expense.id,
        "PROJECT": lambda expense: names.get(expense.project_id or "", ""),
        "USER": lambda expense: users[expense.user_id],
        "CATEGORY": lambda expense: kinds[expense.category_id],
        "DATE": lambda expense: expense.date,
        "AMOUNT": lambda expense: expense.amount,
    }
    return lambda expense: (keys[column](expense), expense.id)


def _totals(found: Sequence[Expense], company: Company, pricing: Pricing) -> dict[str, Any]:
    if not found:
        return {}
    billable = [expense for expense in found if expense.billable]
    return {
        "_id": "",
        "expensesCount": len(found),
        "totalAmount": sum(expense.amount for expense in found),
        "totalAmountBillable": sum(expense.amount for expense in billable),
        "totalAmountByCurrency": _by_currency(found, pricing),
        "totalAmountBillableByCurrency": _by_currency(billable, pricing),
        "workspaceCurrencies": [each.code for each in company.currencies],
        "numOfCurrencies": len(company.currencies),
    }


def _by_currency(found: Sequence[Expense], pricing: Pricing) -> list[dict[str, Any]]:
    sums: dict[str, float] = {}
    for expense in found:
        code = pricing.currency(expense.project_id)
        sums[code] = sums.get(code, 0.0) + expense.amount
    return [{"currency": code, "amount": amount} for code, amount in sums.items()]


def _row(expense: Expense, question: Question, pricing: Pricing) -> dict[str, Any]:
    company = question.company
    user, category = company.users[expense.user_id], company.categories[expense.category_id]
    project = company.projects.get(expense.project_id or "")
    client = company.clients.get((project.client_id if project else None) or "")
    return {
        "_id": expense.id,
        "workspaceId": company.workspace_id,
        "userId": user.id,
        "date": expense.date + ("T00:00:00Z" if question.switches.expense_date == "instant" else ""),
        "projectId": expense.project_id,
        "categoryId": category.id,
        "notes": expense.notes,
        "billable": expense.billable,
        "fileId": "",
        "quantity": expense.quantity,
        "approvalRequestId": expense.approval_id,
        "userName": user_name(user),
        "userEmail": user.email,
        "userStatus": user.status,
        "projectName": project.name if project else None,
        "clientName": client.name if client else "",
        "projectColor": project.color if project else None,
        "categoryName": category.name,
        "categoryUnit": category.unit,
        "categoryHasUnitPrice": category.price is not None,
        "amount": float(expense.amount),
        "isLocked": expense.approval_id is not None,
        "fileName": expense.file_name,
        "currency": pricing.currency(expense.project_id),
        "userCustomFields": [],
    }
