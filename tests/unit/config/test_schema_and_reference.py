"""What editors and people are told of the settings is what the program reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sheetsync.config import Job, load, reference, schema
from sheetsync.config.nodes import Listing, Mapping, Node, Scalar, read
from sheetsync.config.sentences import GROUPS

from .conftest import HEAD, JOB, File

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "config.example.yaml"
ENVIRON = {"CLOCKIFY_API_KEY": "key", "CLOCKIFY_API_KEY_US": "key", "HOME": "/home/somebody"} | {
    name: f"{name}-of-the-example" for name in ("MAIL_PASSWORD", "PING_KEY", "SHEETSYNC_TOKEN")
}


def as_an_editor_sees_it(node: Node | None) -> Any:
    """The document with YAML 1.2's types."""
    if isinstance(node, Mapping):
        return {key: as_an_editor_sees_it(entry.node) for key, entry in node.entries.items()}
    if isinstance(node, Listing):
        return [as_an_editor_sees_it(item) for item in node.items]
    assert isinstance(node, Scalar)
    try:
        typed = json.loads(node.text) if node.plain else node.text
    except ValueError:
        return node.text
    return typed


def parsed(text: str) -> Any:
    return as_an_editor_sees_it(read(text, lambda *said: pytest.fail(str(said))))


def mistakes(text: str) -> list[str]:
    return [error.message for error in Draft202012Validator(schema.schema()).iter_errors(parsed(text))]


def test_the_schema_is_a_schema_and_the_shipped_one_is_current() -> None:
    Draft202012Validator.check_schema(schema.schema())
    assert schema.FILE.read_text(encoding="utf-8") == reference.schema_text(), (
        "run: python -m sheetsync.config.reference"
    )


def test_the_reference_is_current() -> None:
    document = (ROOT / reference.DOCUMENT).read_text(encoding="utf-8")
    assert reference.updated(document) == document, "run: python -m sheetsync.config.reference"


def test_a_document_without_the_marks_is_not_touched() -> None:
    with pytest.raises(ValueError, match="needs the lines"):
        reference.updated("nothing here")


def test_the_example_is_valid_for_editors() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=sheetsync/config/sheetsync.schema.json\n")
    assert mistakes(text) == []


def test_the_example_is_valid_for_the_program(tmp_path: Path) -> None:
    key = {"type": "service_account", "client_email": "a@b", "private_key": "x", "token_uri": "https://x"}
    for name in ("service-account.json", "service-account-us.json"):
        (tmp_path / name).write_text(json.dumps(key))
        (tmp_path / name).chmod(0o600)
    loaded = load(EXAMPLE, {**ENVIRON, "KEYS": str(tmp_path)})
    assert [job.name for job in loaded.config.jobs] == [
        *("november-2021", "by-project", "weeks", "expenses", "attendance"),
    ]
    assert loaded.warnings == ()


def test_the_example_names_every_setting() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    names = {setting.name for setting in schema.top_settings()} | {setting.name for setting in schema.settings(Job)}
    names |= {name for model in GROUPS.values() for name in model.model_fields}
    assert not [name for name in names if f"{name}:" not in text]


def test_the_example_of_the_reference_is_valid(file: File) -> None:
    document = (ROOT / reference.DOCUMENT).read_text(encoding="utf-8")
    smallest = document.split("```yaml\n")[1].split("```")[0]
    assert mistakes(smallest) == []
    assert len(file.load(smallest, secrets=False).config.jobs) == 1


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("timezon: UTC\n" + HEAD + JOB, "timezon"),
        (HEAD + JOB + "    report_type: x\n", "report_type"),
        (HEAD + JOB + "      tab: x\n", "tab"),
        (HEAD + JOB + "    filters: {usres: [a]}\n", "usres"),
    ],
)
def test_a_wrong_key_is_no_valid_file(text: str, path: str) -> None:
    assert path in str(mistakes(text))


@pytest.mark.parametrize(
    "lines",
    [
        "schedule: manual",
        "schedule: {every: 15m, between: 08:00-18:00, days: [mon, tue]}",
        "amounts: none",
        "columns: [Project, projectColor, {Task: 2}]",
        "filters: {users: A, tags: {exclude: [B]}, billable: true}",
        "filters: {billable: '${B}'}",
        "max_shrink: 50%",
        "max_shrink: 0.5",
        "deadline: ${DEADLINE}",
        "start: 2021-11-01",
        "rounding: null",
        "clockify: {workspace: 5e450}",
    ],
)
def test_every_way_of_writing_a_setting_is_valid_for_editors(file: File, lines: str) -> None:
    text = f"{HEAD}{JOB}    {lines}\n"
    assert mistakes(text) == []
    assert file.load(text, B="true", DEADLINE="1m")


def test_every_setting_is_described() -> None:
    for group in [schema.schema(), *schema.schema()["$defs"].values()]:
        for found in group.get("anyOf", [group]):
            for name, setting in found.get("properties", {}).items():
                assert setting["description"].endswith("."), name
