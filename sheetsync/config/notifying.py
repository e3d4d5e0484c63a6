"""The settings of who is told what became of a job."""

from __future__ import annotations

import logging
import re
import warnings
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from sheetsync.config.secrets import Secret
from sheetsync.config.values import Form, Mistake, choice, listed, secret, word_form

JOB = "{job}"
"""Stands for the job's name in the address of a ping."""
_MOST_ADDRESSES = 256
_SERVICES = "Write it as github.com/caronc/apprise shows it, such as mailto://… or slack://…"


class When(StrEnum):
    """After which runs somebody is told."""

    FAILURES = "failures"
    RECOVERIES = "recoveries"
    ALL = "all"
    NONE = "none"


def service(address: str, **asset: Any) -> Any:
    """Apprise's service of an address, or None when it knows none; `asset` is how sheetsync is called there."""
    import apprise  # noqa: PLC0415 - it takes a while, and most commands do without

    log = logging.getLogger("apprise")
    quiet, log.disabled = log.disabled, True
    try:
        with warnings.catch_warnings():
            # Some of Apprise's services use modules that Python gives up; that is nobody's concern here.
            warnings.simplefilter("ignore", DeprecationWarning)
            return apprise.Apprise.instantiate(
                address, asset=apprise.AppriseAsset(**asset) if asset else None, suppress_exceptions=True
            )
    finally:
        # It would log an address that it does not understand, which is most likely a secret with a typing error.
        log.disabled = quiet


@lru_cache(_MOST_ADDRESSES)
def _understood(address: str) -> bool:
    return service(address) is not None


def _service(value: Secret) -> Secret:
    if value.known and not _understood(value.reveal()):
        raise Mistake("this is no address of a service that can be told something.", _SERVICES)
    return value


def _addresses(value: Any) -> Any:
    found = [value] if isinstance(value, Secret) else listed(value)
    return [secret(one) for one in found] if isinstance(found, list) else found


def _ping(value: Secret) -> Secret:
    if not value.known:
        return value
    address = value.reveal().replace(JOB, "job")
    try:
        parts = urlsplit(address)
        found = parts.scheme in {"http", "https"} and parts.hostname and not re.search(r"\s", address)
    except ValueError:
        found = False
    if not found or parts.query or parts.fragment:
        raise Mistake("this is no web address for pings.", "Write, for example, https://hc-ping.com/${PING_KEY}/{job}.")
    return value


class Notify(BaseModel):
    """Who is told when jobs fail and when they work again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    urls: Annotated[
        tuple[Annotated[Secret, AfterValidator(_service)], ...],
        BeforeValidator(_addresses),
        Form(
            "list of addresses: `mailto://…`, `slack://…`",
            {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]},
        ),
    ] = ()
    """Who is told, as addresses that the Apprise library knows: e-mail, Slack, Teams and more than a hundred others."""
    when: Annotated[When, BeforeValidator(choice(When)), word_form(When)] = When.RECOVERIES
    """What is told: failures tells when a job begins to fail, recoveries also when it works again, all tells of every
    run, none of nothing."""
    ping: (
        Annotated[Secret, BeforeValidator(secret), AfterValidator(_ping), Form("address", {"type": "string"})] | None
    ) = None
    """An address in the manner of healthchecks.io that is called with /start when a run begins, as it is when it went
    well, and with /fail when it failed. `{job}` in it stands for the job's name."""
