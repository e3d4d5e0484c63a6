"""Secrets stay hidden wherever they turn up."""

from __future__ import annotations

import json

import pytest

from sheetsync.observe.redaction import Redactor
from tests.daemon_double import API_KEY, configuration

PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nAQEFAASCBKcwggSjAgEAAo\n-----END PRIVATE KEY-----\n"
KEY = {
    "type": "service_account",
    "client_email": "robot@example.com",
    "private_key": PEM,
    "private_key_id": "0123456789abcdef",
    "token_uri": "https://oauth2.googleapis.com/token",
}


@pytest.fixture
def redact() -> Redactor:
    made = Redactor()
    made.learn(
        configuration(
            serve={"token": "a-token-of-more-than-16"},
            notify={
                "urls": ["json://user:hush-hush@example.com/T0kenOfTheService/x"],
                "ping": "https://hc-ping.com/5c0ffee5-0000-4000/{job}",
            },
            google={"credentials": json.dumps(KEY)},
        )
    )
    return made


@pytest.mark.parametrize(
    "secret",
    [
        API_KEY,
        "a-token-of-more-than-16",
        "hush-hush",
        "T0kenOfTheService",
        "5c0ffee5-0000-4000",
        "MIIEvQIBADANBgkqhkiG9w0",
        "0123456789abcdef",
        json.dumps(PEM)[1:-1],
        json.dumps(KEY),
    ],
)
def test_a_secret_or_the_part_of_it_that_counts_is_hidden(redact: Redactor, secret: str) -> None:
    assert secret not in redact(f"before {secret} after")
    assert redact(f"before {secret} after").startswith("before ")


@pytest.mark.parametrize("harmless", ["robot@example.com", "hc-ping.com", "example.com", "service_account", "user"])
def test_what_is_no_secret_can_be_read(redact: Redactor, harmless: str) -> None:
    assert redact(harmless) == harmless


def test_an_old_key_stays_hidden_after_a_reload(redact: Redactor) -> None:
    redact.learn(configuration(["another"], serve={}))
    assert redact("a-token-of-more-than-16") == "…"
