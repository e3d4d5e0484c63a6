"""Secrets are found where the file says, and shown nowhere."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel

from sheetsync.config import Loaded, Secret

from .conftest import HEAD, JOB, File

TEXT = "MDk1NDJkYzQtYjQ3My00NTk2LWI1ZmQtZTk0YmI4OTQ5YWU4"
SERVICE_ACCOUNT = {
    "type": "service_account",
    "client_email": "sheets@example.iam.gserviceaccount.com",
    "private_key": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----\n",
    "token_uri": "https://oauth2.googleapis.com/token",
}


def head(api_key: str) -> str:
    return HEAD.replace('"${KEY}"', api_key)


def key_of(loaded: Loaded) -> str:
    return loaded.config.jobs[0].clockify.api_key.reveal()


def test_a_secret_shows_itself_nowhere() -> None:
    class Holder(BaseModel):
        secret: Secret

    secret = Secret(TEXT)
    holder = Holder(secret=secret)
    shown = [repr(secret), str(secret), f"{secret:>20}", f"{secret!r}", repr([secret]), f"{secret.__slots__}"]
    shown += [repr(holder), str(holder), holder.model_dump_json(), json.dumps(holder.model_dump(mode="json"))]
    shown += [str(holder.model_dump()), logging.LogRecord("", 0, "", 0, "%s", (secret,), None).getMessage()]
    assert not [text for text in shown if TEXT[:6] in text]
    with pytest.raises(TypeError, match="cannot be pickled") as caught:
        pickle.dumps(secret)
    assert TEXT not in str(caught.value)
    with pytest.raises(TypeError):
        secret.__getstate__()
    assert secret.reveal() == TEXT


def test_secrets_are_equal_when_their_texts_are() -> None:
    assert Secret("a") == Secret("a", "${A}")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert {Secret("a"), Secret("a")} == {copy.deepcopy(Secret("a"))}


def test_a_secret_comes_from_the_environment(file: File) -> None:
    assert key_of(file.load(HEAD + JOB, KEY=TEXT)) == TEXT


def test_a_default_stands_in_for_a_variable_that_is_not_set_or_empty(file: File) -> None:
    text = HEAD.replace("Acme", '"${WORKSPACE:-Acme}"') + JOB
    assert file.load(text).config.jobs[0].clockify.workspace == "Acme"
    assert file.load(text, WORKSPACE="").config.jobs[0].clockify.workspace == "Acme"
    assert file.load(text, WORKSPACE="Other").config.jobs[0].clockify.workspace == "Other"


def test_variables_stand_anywhere_in_a_text_and_can_be_escaped(file: File) -> None:
    text = HEAD + JOB.replace("worksheet: Hours", 'worksheet: "${A} $${A} ${B} $5"')
    assert file.load(text, A="1", B="${A}").config.jobs[0].target.worksheet == "1 ${A} ${A} $5"


def test_variables_work_in_settings_that_are_no_texts(job: Callable[..., Loaded]) -> None:
    made = job("rounding: ${R}\ndeadline: ${D}", R="true", D="5m").config.jobs[0]
    assert (made.rounding, made.deadline) == (True, 300)


def test_a_secret_comes_from_a_file_beside_the_configuration(file: File) -> None:
    path = file.path.with_name("key")
    path.write_text(f"\ufeff{TEXT}\n", encoding="utf-8")
    path.chmod(0o600)
    for written in ("file:key", f"file:{path}", "file:~/key", '"file:${FOLDER}/key"'):
        loaded = file.load(head(written) + JOB, HOME=str(path.parent), FOLDER=str(path.parent))
        assert key_of(loaded) == TEXT
        assert loaded.warnings == ()


def test_a_secret_comes_from_a_systemd_credential(file: File, tmp_path: Path) -> None:
    (tmp_path / "clockify").write_text(TEXT)
    assert key_of(file.load(head("credential:clockify") + JOB, CREDENTIALS_DIRECTORY=str(tmp_path))) == TEXT


def test_a_literal_secret_works_and_is_warned_of(file: File) -> None:
    loaded = file.load(head(TEXT) + JOB)
    assert key_of(loaded) == TEXT
    (warning,) = loaded.warnings
    assert str(warning).startswith(f"{file.path}:2:21: warning: a secret stands in the configuration file itself.")
    assert TEXT not in str(warning)


def test_a_default_that_is_a_secret_is_warned_of(file: File) -> None:
    assert len(file.load(head(f'"${{GONE:-{TEXT}}}"') + JOB).warnings) == 1


def test_a_key_file_that_others_can_read_is_warned_of(file: File) -> None:
    path = file.path.with_name("key")
    path.write_text(TEXT)
    path.chmod(0o640)
    (warning,) = file.warnings(head("file:key") + JOB)
    assert "2:21: warning: other users of this machine can read the file of this secret (mode 640)." in warning
    assert f"chmod 600 {path}" in warning


MISSING = {
    '"${GONE}"': "2:21: the environment variable GONE is not set. Set it where sheetsync starts, or give a default",
    '"${}"': "2:21: a variable is not written as it should be. Write ${NAME} or ${NAME:-default}",
    '"${A-B}"': "2:21: a variable is not written as it should be.",
    '"${EMPTY}"': "2:21: ${EMPTY} is empty. Set it to the secret.",
    "file:/nowhere/key": "2:21: the secret's file cannot be read: No such file or directory.",
    "file:.": "2:21: the secret's file cannot be read: Is a directory.",
    "file:empty": "2:21: the secret's file is empty.",
    "file:binary": "2:21: the secret's file holds no text.",
    "credential:clockify": "2:21: there are no systemd credentials ($CREDENTIALS_DIRECTORY is not set).",
    '"a key"': "2:21: clockify.api_key: the API key holds blanks, line breaks or unusual letters.",
    "[a, b]": "2:21: clockify.api_key: a secret is one text.",
}


@pytest.mark.parametrize(("written", "said"), MISSING.items())
def test_a_secret_that_cannot_be_found_says_where_and_why(file: File, written: str, said: str) -> None:
    file.path.with_name("empty").write_text("\n")
    file.path.with_name("binary").write_bytes(b"\xff\xfe\x00")
    (problem,) = file.problems(head(written) + JOB, EMPTY="")
    assert problem.startswith(said), problem


def test_a_credential_cannot_lead_out_of_its_folder(file: File, tmp_path: Path) -> None:
    (problem,) = file.problems(head("credential:../key") + JOB, CREDENTIALS_DIRECTORY=str(tmp_path))
    assert problem.startswith("2:21: this is no name of a credential.")


def test_a_variable_that_is_no_text_is_a_mistake(file: File) -> None:
    (problem,) = file.problems(HEAD + JOB, KEY="k\udcff")
    assert problem.startswith("2:21: the environment variable KEY is not UTF-8.")


def test_a_missing_variable_is_told_once_however_many_jobs_use_it(file: File) -> None:
    text = head('"${GONE}"') + JOB + JOB.replace("hours", "more").replace("Hours", "More")
    assert len(file.problems(text)) == 1


def test_without_secrets_nothing_is_looked_up(file: File) -> None:
    for written in ('"${GONE}"', "file:/nowhere/key", "credential:gone"):
        loaded = file.load(head(written) + JOB, secrets=False)
        with pytest.raises(LookupError, match="was not looked up"):
            key_of(loaded)


def test_without_secrets_they_have_to_be_named_all_the_same(file: File) -> None:
    (problem,) = file.problems(HEAD.replace('api_key: "${KEY}", ', "") + JOB, secrets=False)
    assert problem.startswith("4:5: 'clockify.api_key' is missing.")


def test_a_service_account_s_key_is_taken_from_its_file(file: File) -> None:
    path = file.path.with_name("key.json")
    path.write_text(json.dumps(SERVICE_ACCOUNT))
    path.chmod(0o600)
    job = file.load("google: {credentials: file:key.json}\n" + HEAD + JOB).config.jobs[0]
    assert job.google.credentials is not None
    assert json.loads(job.google.credentials.reveal()) == SERVICE_ACCOUNT
    assert "MIIE" not in repr(job) + str(job) + job.model_dump_json() + str(job.model_dump())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"type": "service_account", "private_key": "MIIEvQIBADANBg"', "are not the JSON of a key."),
        ('["MIIEvQIBADANBg"]', "are not the JSON of a key."),
        ('{"installed": {"client_secret": "MIIEvQIBADANBg"}}', "this is the file of an OAuth client, not a key."),
        ('{"private_key": "MIIEvQIBADANBg"}', "the Google credentials lack type."),
        ('{"type": "service_account", "private_key": "MIIEvQIBADANBg"}', "lack client_email or token_uri."),
    ],
)
def test_a_broken_key_is_explained_without_showing_it(file: File, content: str, said: str) -> None:
    path = file.path.with_name("key.json")
    path.write_text(content)
    path.chmod(0o600)
    (problem,) = file.problems("google: {credentials: file:key.json}\n" + HEAD + JOB)
    assert problem.startswith("1:23: google.credentials: ")
    assert said in problem
    assert "MIIE" not in problem


LEAKS = [
    "clockify: {{api_key:{0}, workspace: Acme}}",
    "clockify: {{{0}: api_key, workspace: Acme}}",
    "clockify: {{api_key: {0} {0}, workspace: Acme}}",
    "clockify: {{api_key: [{0}], workspace: Acme}}",
    "clockify: {{api_key: {{a: {0}}}, workspace: Acme}}",
    "clockify: {{api_key: '{0}\n\n {0}', host: '{0}'}}",
    "clockify: {{api_key: credential:{0}, workspace: Acme}}",
    "clockify: {{api_key: file:{0}, workspace: Acme}}",
    "clockify: {{api_key: '${{{0}}}', workspace: Acme}}",
    "clockify: {{api_key: '${{{0}', workspace: Acme}}",
    "clockify: {{api_key: x, workspace: Acme, host: {0}, plan: {0}, base_url: {0}}}",
    "clockify: {{api_key: x, workspace: Acme, base_url: 'http://{0}@x/', reports_url: 'http://u:{0}@x/'}}",
    "google: {{credentials: {0}, sheets_url: '{0}'}}",
    "google: {{credentials: '-----BEGIN PRIVATE KEY-----\n\n{0}'}}",
    'google: {{credentials: {{"private_key": "{0}", "{0}": "x"}}}}',
    'google: {{credentials: \'{{"type": "{0}", "private_key": "{0}\'}}',
    "time_zone: {0}",
    "week_start: {0}",
    "state: mysql://u:{0}@x",
    "state: 'mysql:// {0}'",
    "version: {0}",
    "{0}: x",
    "{0}",
    "jobs: {0}",
    "defaults: {{start: {0}, schedule: {0}, deadline: {0}, columns: [{0}, {0}]}}",
    "defaults: {{target: {{spreadsheet: {0}/x, range: {0}!}}}}",
    "defaults: {{schedule: {{cron: {0}}}, max_shrink: {0}, filters: {{billable: {0}, {0}: 1}}, group_by: [{0}]}}",
    "defaults: {{schedule: {{every: {0}, between: {0}, days: {0}}}, end: '{{{{{0}}}}}', report: {0}, name: {0}}}",
    "api_key: *{0}",
    "api_key: !{0} x",
    "api_key: @{0}",
    "api_key: |{0}",
    "? {0}",
]


@pytest.mark.parametrize("written", LEAKS)
@pytest.mark.parametrize("secret", [TEXT, "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"])
def test_a_key_in_the_wrong_place_or_form_is_never_repeated(file: File, written: str, secret: str) -> None:
    said = "\n".join(file.problems("jobs: [x]\n" * ("jobs" not in written) + written.format(secret)))
    assert secret[:24] not in said
    assert secret[8:32] not in said


def test_a_short_password_is_not_repeated_either(file: File) -> None:
    said = file.problems("clockify: {api_key: s3same, host: s3same, workspace: '${S}', plan: '${S}'}\n", S="open-up")
    assert not [problem for problem in said if "s3same" in problem or "open-up" in problem]
    assert any("${S}" in problem for problem in said)


def test_the_password_of_a_database_is_a_secret(file: File) -> None:
    loaded = file.load("state: postgresql://u:${PASSWORD}@db/x\n" + HEAD + JOB, PASSWORD="hunter22")
    store = loaded.config.state
    assert store.database is not None
    assert store.database.reveal() == "postgresql://u:hunter22@db/x"
    assert "hunter22" not in repr(loaded) + loaded.config.model_dump_json()
    assert loaded.warnings == ()


def test_without_secrets_the_state_is_a_file_where_that_can_be_told(file: File) -> None:
    assert file.load("state: ${D}/x.db\n" + HEAD + JOB, secrets=False, D="/d").config.state.path == Path("/d/x.db")
    for state in ("${GONE}", "postgresql://u:${P}@h/d"):
        store = file.load(f"state: {state}\n" + HEAD + JOB, secrets=False, P="p").config.state
        assert store.path is None
        assert store.database is not None
        assert not store.database.known


def test_a_literal_password_of_a_database_is_warned_of(file: File) -> None:
    (warning,) = file.warnings("state: postgresql://u:hunter22@db/x\n" + HEAD + JOB)
    assert ":1:8: warning: a password stands in the configuration file itself." in f":{warning}"
    assert "hunter22" not in warning
