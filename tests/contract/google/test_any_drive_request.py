"""Whatever is sent to Drive, to the token endpoint or asked of a sheet, the answer is a success or a refusal."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.google.conftest import Api
from tests.contract.google.test_any_request import JSON, QUICK

FILES = "/drive/v3/files"
DRIVE = st.sampled_from(
    [
        ("GET", FILES),
        ("POST", FILES),
        *((method, f"{FILES}/{{id}}") for method in ("GET", "PATCH")),
        *((method, f"{FILES}/{{id}}/{part}") for part in ("comments", "permissions") for method in ("GET", "POST")),
        *((method, f"{FILES}/{{id}}/permissions/anyoneWithLink") for method in ("GET", "PATCH", "DELETE")),
        ("POST", f"{FILES}/{{id}}/copy"),
        ("GET", f"{FILES}/{{id}}/export"),
        ("PUT", "/upload/drive/v2/files/{id}"),
        ("POST", "/token"),
        ("POST", "/v4/spreadsheets"),
        ("GET", "/v4/spreadsheets/{id}/developerMetadata/7"),
        ("GET", "/v4/spreadsheets/{id}/values/A1:B2"),
        ("DELETE", f"{FILES}/no-such-file"),
    ]
)
WORDS = st.text(max_size=12) | st.sampled_from(
    ["name = 'x'", "mimeType='a' and name = \"b\"", "text/csv", "id,name", "1"]
)
QUERIES = st.dictionaries(
    st.sampled_from(
        ["q", "fields", "pageSize", "pageToken", "mimeType", "valueRenderOption", "majorDimension", "role"]
    ),
    WORDS,
    max_size=3,
)
OBJECTS = st.dictionaries(
    st.sampled_from(["name", "mimeType", "role", "type", "emailAddress", "parents"]), JSON, max_size=3
)


@QUICK
@given(path=DRIVE, body=JSON | OBJECTS, query=QUERIES)
def test_any_request_beside_the_sheets_is_answered(
    api: Api, path: tuple[str, str], body: Any, query: dict[str, str]
) -> None:
    method, address = path
    answer = api.session.request(
        method,
        api.sandbox.url + address.format(id=api.spreadsheet_id),
        params=query,
        data=b"" if method in {"GET", "DELETE"} else orjson.dumps(body),
        headers={"Content-Type": "application/json"},
        timeout=10,
    )
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400 and answer.headers["Content-Type"].startswith("application/json"):
        assert "error" in answer.json()
