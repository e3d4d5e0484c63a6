"""What the YAML parser says, in words for people. No part of a value is repeated: it might be a secret. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

_NAME = re.compile(r"[A-Za-z_][A-Za-z_ -]{0,31}\d{0,2}")
"""What can be shown of a key: nothing that a Clockify key or a line of a private key would match."""
_KEY_LIKE = re.compile(r"(?=[A-Za-z+=]*\d)[A-Za-z0-9+=]{24,}|-----BEGIN.*", re.DOTALL)
"""Clockify's keys are letters and digits without any separator; Google's are PEM texts."""
HIDDEN = "this setting"
_MOST_SHOWN = 60
_UNPRINTABLE = r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""Compiled where it is needed, which takes long."""
_BARE_MACRO = re.compile(r"[^'\"]*?(?:^|[:,\[-])\s*(\{\{)")
_AT_ITS_OPENING = re.compile(r"quoted scalar.*end of stream|flow (sequence|mapping)")


@dataclass(frozen=True, slots=True)
class Syntax:
    """A mistake in the file's form; line and column count from 1."""

    line: int
    column: int
    message: str
    todo: str


_QUOTES = "Put the whole value in quotes."
_TAB = "a tab cannot be used for indentation.", "Use blanks instead."
MACRO = "a text that begins with {{ must stand in quotes.", 'Write "{{today}}", for example.'
_EXPLAINED = (
    (r"\btab\b", *_TAB),
    (
        r"mapping values",
        "there is a colon where no setting can begin.",
        "If it is part of a text, put the whole text in quotes; if not, check the indentation.",
    ),
    (r"sequence entries", "a list cannot begin here.", "Begin it on a line of its own, each entry with - and a blank."),
    (r"quoted scalar.*end of stream", "the quote that opens here is not closed.", "Add the closing quote."),
    (r"unknown escape", "a backslash in double quotes begins something unknown.", "Use single quotes instead."),
    (
        r"flow sequence",
        "the list that opens here with [ is not closed as it should be.",
        "Separate entries by commas, close it with ], and put entries that hold brackets or braces in quotes.",
    ),
    (
        r"flow mapping",
        "what opens here with { is not closed as it should be.",
        "Separate settings by commas, close it with }, and put values that hold ${…} or braces in quotes.",
    ),
    (
        r"block (mapping|collection)",
        "this does not fit the lines above.",
        "Settings of one group begin in the same column; a text after a closing quote belongs into the quotes.",
    ),
    (r"expected ':'", "a line has a setting's name, but no colon and value.", "Write name: value."),
    (r"document start", "the file goes on after its end (...).", "Remove the line with the three dots."),
    (r"cannot start any token", "a value cannot begin with this character.", _QUOTES),
    (r"\btag\b", "a value that begins with ! is no text in YAML.", _QUOTES),
    (r"\banchor\b", "a value that begins with & is no text in YAML.", _QUOTES),
    (r"\balias\b", "a value that begins with * is no text in YAML.", _QUOTES),
    (r"block scalar", "after | or > the text begins on the next line.", "Move it there, indented."),
    (r"node content", "a value is missing here, or a bracket is too many.", "Write the value, or remove the bracket."),
    (r"", "this cannot be read as YAML.", "Compare its indentation, colons and quotes with the lines around it."),
)
"""What occurs in the parser's text, and what it means for the person who wrote the file; the first match counts."""


def explain(error: yaml.YAMLError, text: str) -> Syntax:
    """The mistake behind a parser's error in `text`, and its place."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return _unprintable(text)
    said = f"{error.context or ''} {error.problem or ''}"
    mark = error.problem_mark
    if error.context_mark is not None and _AT_ITS_OPENING.search(said):
        mark = error.context_mark
    rows = text.split("\n")
    row = rows[mark.line] if mark.line < len(rows) else ""
    if macro := _BARE_MACRO.match(row):
        return Syntax(mark.line + 1, macro.start(1) + 1, *MACRO)
    if re.match(r" *\t", row):
        return Syntax(mark.line + 1, row.index("\t") + 1, *_TAB)
    message, todo = next((rest[0], rest[1]) for part, *rest in _EXPLAINED if re.search(part, said))
    return Syntax(mark.line + 1, mark.column + 1, message, todo)


def _unprintable(text: str) -> Syntax:
    """The first character that YAML does not allow in a file, such as a control character."""
    found = re.search(_UNPRINTABLE, text)
    before = text[: found.start()] if found else ""
    code = f" (code {ord(found[0]):#x})" if found else ""
    column = len(before) - before.rfind("\n")
    return Syntax(before.count("\n") + 1, column, f"an unprintable character{code} stands here.", "Remove it.")


def no_value(key: str) -> tuple[str, str]:
    """What to say of a key without a value: the sentence, and what to do."""
    if ":" in key:
        return "a blank is missing after the colon.", "Write name: value."
    return f"{setting(key)} has no value.", "Write one after the colon, or remove the line."


def setting(key: str) -> str:
    """A key as messages name it; one that could be a secret in the wrong place is not repeated."""
    return f"setting '{key}'" if _NAME.fullmatch(key) else HIDDEN


def shown(value: str) -> str:
    """A value as messages repeat it: on one line, not too long, and without anything that could be a key."""
    line = " ".join(without_keys(value).split())
    return f"'{line[:_MOST_SHOWN]}…'" if len(line) > _MOST_SHOWN else f"'{line}'"


def without_keys(text: str) -> str:
    """The text without what looks like a key of Clockify's or Google's."""
    return _KEY_LIKE.sub("…", text)
