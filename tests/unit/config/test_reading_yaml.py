"""YAML as people see it: texts stay what stands in the file, and what cannot be read says where and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sheetsync.config import Loaded, load, nodes, syntax
from sheetsync.errors import ConfigurationError

from .conftest import ENVIRON, HEAD, JOB, File

Job = Callable[..., Loaded]

TARGET = "\n    target: {spreadsheet: 1AbCdEfGhIjKlMnOpQrStUvWxYz, worksheet: "


@pytest.mark.parametrize("text", ["007", "0600", "6:30", "22:15", "1.10", "NO", "on", "5e450", "0x1F", "1_000", "true"])
def test_a_text_is_what_stands_in_the_file(file: File, text: str) -> None:
    config = file.load(f"{HEAD}  - name: x\n    report: detailed{TARGET}{text}}}\n").config
    assert config.jobs[0].target.worksheet == text


@pytest.mark.parametrize("name", ["007", "2024", "NO", "null-and-void"])
def test_a_name_that_looks_like_a_number_stays_a_name(file: File, name: str) -> None:
    assert file.load(HEAD + JOB.replace("hours", name)).config.jobs[0].name == name


def test_a_workspace_that_looks_like_a_number_in_scientific_notation_stays_an_id(file: File) -> None:
    config = file.load(HEAD.replace("Acme", "5e450") + JOB).config
    assert config.jobs[0].clockify.workspace == "5e450"


def test_a_date_without_quotes_is_a_date_for_us_and_not_for_yaml(job: Job) -> None:
    assert job("start: 2021-11-01\nend: 2021-12-01").config.jobs[0].start == "2021-11-01"


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake(file: File) -> None:
    assert file.load("\ufeff" + (HEAD + JOB).replace("\n", "\r\n")).config.jobs[0].name == "hours"


def test_null_takes_back_a_default(file: File) -> None:
    text = HEAD.replace("jobs:", "defaults: {max_shrink: 50%, start: 2021-01-01}\njobs:") + JOB
    assert file.load(text + "    max_shrink: null\n    start: ~\n").config.jobs[0].max_shrink is None


MISTAKES = {
    "a duplicate names the first": (
        "version: 1\njobs: []\nversion: 1\n",
        "3:1: setting 'version' stands twice; the first is in line 1.",
    ),
    "a tab": ("version: 1\nclockify:\n\thost: x\n", "3:1: a tab cannot be used for indentation. Use blanks instead."),
    "an open quote": (
        'version: 1\nstate: "x\n',
        "2:8: the quote that opens here is not closed. Add the closing quote.",
    ),
    "an open list": ("version: 1\njobs: [a, b\n", "2:7: the list that opens here with [ is not closed as"),
    "a variable in braces": (
        "version: 1\ngoogle: {credentials: ${X}}\n",
        "2:9: what opens here with { is not closed as",
    ),
    "two colons": ("version: 1\nstate: a: b\n", "2:9: there is a colon where no setting can begin."),
    "a bad indentation": (
        "version: 1\ngoogle:\n  sheets_url: x\n credentials: y\n",
        "4:2: this does not fit the lines above.",
    ),
    "an at sign": ("version: 1\nstate: @x\n", "2:8: a value cannot begin with this character."),
    "an alias": ("version: 1\nstate: *x\n", "2:8: an alias (*) cannot be used here."),
    "an anchor": ("version: 1\nstate: &x y\n", "2:8: an anchor (&) cannot be used here."),
    "a merge key": ("version: 1\n<<: {a: b}\n", "2:1: a merge key (<<) cannot be used here."),
    "a tag": ("version: 1\nstate: !!python/name:os.system x\n", "2:8: a tag (!) cannot be used here."),
    "a second document": ("version: 1\n---\nversion: 1\n", "2:1: a second document begins here. Remove the ---"),
    "text after the end": ("version: 1\n...\nstate: x\n", "3:1: the file goes on after its end (...)."),
    "a macro without quotes": (
        "version: 1\nstate: {{today}}\n",
        '2:8: a text that begins with {{ must stand in quotes. Write "{{today}}"',
    ),
    "a macro and text without quotes": (
        "version: 1\nstate: {{today}}T08:00\n",
        "2:8: a text that begins with {{ must stand in quotes.",
    ),
    "a list as a name": ("version: 1\n? [a]\n: b\n", "1:1: the name of a setting must be a text. Write name: value."),
    "an empty value": ("version: 1\nstate:\n", "2:1: setting 'state' has no value. Write one after"),
    "an empty entry": ("version: 1\njobs:\n  -\n", "3:4: an entry of this list is empty. Write a value"),
    "a control character": (
        "version: 1\nstate: a\x07b\n",
        "2:9: an unprintable character (code 0x7) stands here. Remove it.",
    ),
    "no mapping": ("- version: 1\n", "1:1: the file must hold settings, each as name: value."),
    "a word": ("hello\n", "1:1: the file must hold settings, each as name: value."),
    "too deep": ("version: 1\nstate: " + "[" * 100 + "]" * 100, "2:38: this is nested too deeply."),
    "emoji before the mistake": (
        "version: 1\ndefaults: {😀: 1, state: &x 1}\n",
        "2:25: an anchor (&) cannot be used here.",
    ),
}


@pytest.mark.parametrize(("text", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_the_form_says_where_and_what_to_do(file: File, text: str, said: str) -> None:
    assert any(problem.startswith(said) for problem in file.problems(text)), file.problems(text)


@pytest.mark.parametrize("text", ["", "\n# nothing yet\n", "---\n", "null\n"])
def test_an_empty_file_says_how_to_begin(file: File, text: str) -> None:
    assert file.problems(text) == ["the file is empty. Begin with a copy of config.example.yaml."]


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read: No such file or directory"):
        load(tmp_path / "missing.yaml", ENVIRON)
    with pytest.raises(ConfigurationError, match="cannot be read: Is a directory"):
        load(tmp_path, ENVIRON)


def test_a_file_in_another_encoding_says_where(file: File) -> None:
    file.path.write_bytes("version: 1\nstate: M\u00fcnchen\n".encode("latin-1"))
    with pytest.raises(ConfigurationError) as caught:
        load(file.path, ENVIRON)
    assert str(caught.value) == f"{file.path}:2:9: the file is not written in UTF-8. Save it as UTF-8."


def test_the_parser_written_in_python_finds_the_same_places(monkeypatch: pytest.MonkeyPatch, file: File) -> None:
    monkeypatch.setattr(nodes, "_LOADER", __import__("yaml").SafeLoader)
    for text, said in MISTAKES.values():
        # Where brackets and indentation are wrong, the two parsers notice at different places; they agree on the rest.
        if not any(words in said for words in ("as it should be", "lines above", "nested", "colon where")):
            place = said.split(": ")[0]
            assert any(problem.startswith(place) for problem in file.problems(text)), (text, file.problems(text))


def test_no_part_of_a_value_is_repeated_when_the_file_cannot_be_read() -> None:
    secret = "AbC123secretsecretsecret"
    found: list[Any] = []
    for text in (f"a: *{secret}", f"a: !{secret}", f"a: @{secret}", f'a: "{secret}', f"a: {{{secret}", f"a: [{secret}"):
        nodes.read(text, lambda *said: found.append(said))
    assert len(found) >= 6
    assert secret not in str(found)


def test_a_key_that_could_be_a_secret_is_not_named() -> None:
    assert syntax.setting("time_zone") == "setting 'time_zone'"
    assert syntax.setting("MDk1NDJkYzQtYjQ3My00NTk2") == "this setting"
    assert "MIIEvQ" not in syntax.shown("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B")
