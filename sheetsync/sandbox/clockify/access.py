"""Keys and what their users may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sheetsync.sandbox.clockify.company import Company
from sheetsync.sandbox.clockify.problems import ACCESS_DENIED, BAD_TOKEN, NO_TOKEN, UNKNOWN_KEY, Refusal
from sheetsync.sandbox.clockify.switches import Switches

STRANGERS_WORKSPACE = "64a687e29ae1f428e7ebe999"


@dataclass(frozen=True, slots=True)
class Account:
    """A key and its user; `admin` may list the users, `sees_amounts` may have reports with money."""

    key: str
    company: Company
    user_id: str
    admin: bool
    sees_amounts: bool

    @property
    def email(self) -> str:
        return self.company.users[self.user_id].email

    @property
    def time_zone(self) -> str:
        return self.company.users[self.user_id].time_zone


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of the sandbox by name: the workspace's owner, an ordinary member, and somebody of another workspace."""

    owner: str = "sandbox-owner-key"
    regular: str = "sandbox-regular-key"
    stranger: str = "sandbox-stranger-key"


def accounts(company: Company) -> dict[str, Account]:
    """The accounts of the sandbox by key."""
    keys = Keys()
    elsewhere = Company(STRANGERS_WORKSPACE, "Somebody else's company")
    elsewhere.add_currency("USD")
    stranger = elsewhere.add_user("Sasha Stranger", "sasha@example.net")
    made = (
        Account(keys.owner, company, company.owner.id, admin=True, sees_amounts=True),
        Account(keys.regular, company, company.member.id, admin=False, sees_amounts=False),
        Account(keys.stranger, elsewhere, stranger, admin=True, sees_amounts=True),
    )
    return {account.key: account for account in made}


def authenticate(headers: Mapping[str, str], known: Mapping[str, Account]) -> Account:
    """The account of a request's headers (lower-case names).

    Raises:
        Refusal: 401 with one of the bodies seen.
    """
    key, addon = headers.get("x-api-key"), headers.get("x-addon-token")
    if key is not None and addon is not None:
        raise NO_TOKEN
    if addon is not None:
        raise BAD_TOKEN
    if key is None:
        raise NO_TOKEN
    if key not in known:
        raise UNKNOWN_KEY
    return known[key]


def enter(account: Account, workspace_id: str, switches: Switches) -> Company:
    """The workspace of a path.

    Raises:
        Refusal: it does not exist or is somebody else's; which answer that gives is a switch.
    """
    if workspace_id == account.company.workspace_id:
        return account.company
    if switches.unknown_workspace == "403":
        raise ACCESS_DENIED
    raise Refusal(int(switches.unknown_workspace), "Workspace doesn't exist")
