"""Whom jobs publish as, and signing in before anything else is done: Google takes its time to answer."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from sheetsync.config.model import Job
from sheetsync.errors import SheetsError
from sheetsync.sheets.accounts import Account, Accounts

ACCOUNTS = Accounts()


def account_of(job: Job) -> Account:
    """Whom the job publishes as.

    Raises:
        SheetsError: google.credentials holds no usable key, or the environment has none.
    """
    key = job.google.credentials
    return ACCOUNTS.of(key.reveal() if key is not None else None)


def sign_in_meanwhile(jobs: Iterable[Job]) -> None:
    """Begin to sign in everybody whom the jobs publish as. A key that cannot be used is met by the run that uses it."""
    for key in {job.google.credentials for job in jobs}:
        if key is not None:
            with suppress(SheetsError):
                ACCOUNTS.of(key.reveal()).sign_in_meanwhile()
