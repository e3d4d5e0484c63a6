"""Whatever somebody writes, the answer is a configuration or a list of its mistakes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.config import Config, load
from sheetsync.config.loading import _JOB, _TOP
from sheetsync.config.sentences import GROUPS
from sheetsync.errors import ConfigurationError
from tests.drawing import examples

ENVIRON = {"KEY": "k", "HOME": "/home/somebody"}
WORDS = [
    *("1", "null", "~", "", "manual", "none", "detailed", "summary", "weekly", "project", "user", "A1", "A1:H", "ZZZ9"),
    *(
        "2021-11-01",
        "{{today}}",
        "{{",
        "50%",
        "15m",
        "Europe/Berlin",
        "${KEY}",
        "${",
        "file:x",
        "credential:x",
        "gid: 1",
    ),
    *(
        "http://x:y",
        "http://[",
        "https://x",
        "postgresql://a:b@c/d",
        "${GONE}",
        "1AbCdEfGhIjKlMnOpQrStUv",
        "\x7f",
        "-1",
    ),
]
NAMES = sorted(
    _TOP | _JOB | {name for model in GROUPS.values() for name in model.model_fields} | {"include", "gid", "<<"}
)

leaves = st.one_of(st.sampled_from(WORDS), st.text(max_size=8), st.integers(), st.booleans(), st.none(), st.floats())
names = st.one_of(st.sampled_from(NAMES), st.text(max_size=5))
trees = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4))


def groups(keys: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(keys), trees, max_size=5)


files = st.fixed_dictionaries(
    {"version": st.just(1), "jobs": st.lists(groups(sorted(_JOB)), max_size=3)},
    optional={name: groups(sorted(model.model_fields)) for name, model in GROUPS.items()}
    | {"defaults": groups(sorted(_JOB))},
)


def read(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", errors="replace")
    for secrets in (True, False):
        found = outcome(path, secrets=secrets)
        if isinstance(found, ConfigurationError):
            assert found.problems
            assert list(found.problems) == sorted(found.problems)
            assert "pydantic" not in str(found)


def outcome(path: Path, *, secrets: bool) -> Config | ConfigurationError:
    try:
        return load(path, ENVIRON, secrets=secrets).config
    except ConfigurationError as error:
        return error


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any") / "config.yaml"


@examples(150)
@given(files | trees)
def test_any_settings_give_a_configuration_or_its_mistakes(path: Path, tree: Any) -> None:
    read(path, json.dumps(tree, ensure_ascii=False))


@examples(150)
@given(st.text(st.sampled_from("ab1:-[]{}\"'#&*!|>%@`?, \n\t$\x07\u00e9\ufeff{}"), max_size=60))
def test_any_text_gives_a_configuration_or_its_mistakes(path: Path, text: str) -> None:
    read(path, text)


@examples(50)
@given(st.binary(max_size=40))
def test_any_bytes_give_a_configuration_or_its_mistakes(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ConfigurationError):
        load(path, ENVIRON)
