"""Signing in: the token endpoint, scopes, expiry, revocation."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import gspread
import pytest
import requests
from google.auth import crypt, exceptions, jwt
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials

from sheetsync.sandbox.google import GoogleSandbox
from tests.contract.google.conftest import Api, LocalCredentials, local_client

EMAIL = "robot@sheetsync-sandbox.iam.gserviceaccount.com"
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Clock:
    """A clock that a test sets forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def own(clock: Clock) -> Iterator[GoogleSandbox]:
    """A server of the test's own."""
    with GoogleSandbox(clock=clock) as server:
        yield server


def claims(**changed: Any) -> dict[str, Any]:
    now = int(time.time())
    scope = "https://www.googleapis.com/auth/spreadsheets"
    known = {"iss": EMAIL, "scope": scope, "aud": "https://oauth2.googleapis.com/token", "iat": now, "exp": now + 3600}
    return {**known, **changed}


def asked(server: GoogleSandbox, assertion: Any, grant: str = JWT_GRANT) -> requests.Response:
    form = {"grant_type": grant, "assertion": assertion}
    return requests.post(f"{server.url}/token", data=form, timeout=30)


def signed(server: GoogleSandbox, **changed: Any) -> bytes:
    signer = crypt.RSASigner.from_service_account_info(server.service_account_key(EMAIL))  # type: ignore[no-untyped-call]  # google-auth
    token: bytes = jwt.encode(signer, claims(**changed))  # type: ignore[no-untyped-call]  # google-auth
    return token


def test_a_signed_assertion_gets_a_token_for_an_hour(sandbox: GoogleSandbox) -> None:
    answer = asked(sandbox, signed(sandbox)).json()
    assert (answer["expires_in"], answer["token_type"]) == (3599, "Bearer")
    used = {"Authorization": f"Bearer {answer['access_token']}"}
    spreadsheet = sandbox.create("Signed", share_with=[EMAIL])
    assert requests.get(f"{sandbox.url}/v4/spreadsheets/{spreadsheet}", headers=used, timeout=30).ok


@pytest.mark.parametrize(
    ("changed", "description"),
    [
        ({"iss": "nobody@example.com"}, "Invalid grant: account not found"),
        ({"exp": 1, "iat": 0}, "Invalid JWT: Token must be a short-lived token (60 minutes)"),
        ({"exp": 99999999999}, "Invalid JWT: Token must be a short-lived token (60 minutes)"),
    ],
)
def test_assertions_that_google_refuses_are_refused(
    sandbox: GoogleSandbox, changed: dict[str, Any], description: str
) -> None:
    answer = asked(sandbox, signed(sandbox, **changed))
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"
    assert answer.json()["error_description"].startswith(description)


def test_a_foreign_signature_is_refused(sandbox: GoogleSandbox, own: GoogleSandbox) -> None:
    sandbox.service_account_key(EMAIL)
    answer = asked(sandbox, signed(own))
    assert answer.json() == {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
    assert asked(sandbox, "rubbish").json()["error"] == "invalid_grant"
    assert asked(sandbox, "x", grant="password").json()["error"] == "unsupported_grant_type"


def test_without_a_good_token_there_is_401(api: Api) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eA=="}):
        url = f"{api.sandbox.url}/v4/spreadsheets/{api.spreadsheet_id}"
        answer = requests.get(url, headers=headers, timeout=30)
        assert answer.status_code == 401
        assert answer.json()["error"]["status"] == "UNAUTHENTICATED"
        assert answer.json()["error"]["message"].startswith("Request had invalid authentication credentials.")


def test_an_expired_token_is_renewed_by_google_auth(own: GoogleSandbox) -> None:
    client = local_client(own, EMAIL)
    spreadsheet = client.create("Kept")
    own.tokens.expire()
    assert spreadsheet.sheet1.get_all_values() == [[]]


def test_tokens_end_after_an_hour(own: GoogleSandbox, clock: Clock) -> None:
    api = Api(own, own.create("Hour", share_with=[EMAIL]), EMAIL)
    assert api.call("GET", "").status_code == 200
    clock.ahead = 3600
    assert api.call("GET", "").status_code == 401


def test_a_revoked_account_gets_no_more_tokens(own: GoogleSandbox) -> None:
    client = local_client(own, EMAIL)
    spreadsheet = client.create("Lost")
    own.revoke(EMAIL)
    with pytest.raises(exceptions.RefreshError, match="invalid_grant"):
        spreadsheet.fetch_sheet_metadata()


def test_the_scopes_of_a_token_bound_what_it_may_do(own: GoogleSandbox) -> None:
    spreadsheet = own.create("Scoped", share_with=[EMAIL])
    readonly = "https://www.googleapis.com/auth/spreadsheets.readonly"
    key = own.service_account_key(EMAIL)
    credentials = LocalCredentials.from_service_account_info(key, scopes=[readonly])  # type: ignore[no-untyped-call]  # google-auth
    credentials.refresh(Request())
    headers = {"Authorization": f"Bearer {credentials.token}"}
    url = f"{own.url}/v4/spreadsheets/{spreadsheet}"
    assert requests.get(url, headers=headers, timeout=30).ok
    body = {"values": [[1]]}
    refused = requests.put(f"{url}/values/A1?valueInputOption=RAW", json=body, headers=headers, timeout=30)
    error = refused.json()["error"]
    assert (refused.status_code, error["message"]) == (403, "Request had insufficient authentication scopes.")
    assert error["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    assert error["details"][0]["metadata"]["method"].endswith("SpreadsheetsService.UpdateValues")
    assert requests.get(f"{own.url}/drive/v3/files", headers=headers, timeout=30).status_code == 403


def test_a_person_signs_in_with_a_refresh_token(own: GoogleSandbox) -> None:
    person = own.tokens.authorized_user("person@example.com")
    spreadsheet = own.create("Personal", share_with=["person@example.com"])
    credentials = Credentials(  # type: ignore[no-untyped-call]  # google-auth
        None,
        refresh_token=person["refresh_token"],
        token_uri=f"{own.url}/token",
        client_id=person["client_id"],
        client_secret=person["client_secret"],
    )
    credentials.refresh(Request())  # type: ignore[no-untyped-call]  # google-auth
    headers = {"Authorization": f"Bearer {credentials.token}"}
    assert requests.get(f"{own.url}/v4/spreadsheets/{spreadsheet}", headers=headers, timeout=30).ok


def test_the_key_of_an_account_stays_the_same(own: GoogleSandbox) -> None:
    assert own.service_account_key(EMAIL) == own.service_account_key(EMAIL)
    assert own.service_account_key(EMAIL)["token_uri"] == f"{own.url}/token"
    assert isinstance(local_client(own, EMAIL), gspread.Client)
