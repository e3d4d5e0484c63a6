"""The reference of all settings, as tables made from the models for docs/configuration.md.

`python -m sheetsync.config.reference` brings that document and the shipped JSON Schema up to date.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from sheetsync.config import schema
from sheetsync.config.model import Job
from sheetsync.config.schema import Setting
from sheetsync.config.sentences import GROUPS

DOCUMENT = Path("docs/configuration.md")
BEGIN = "<!-- settings: made by python -m sheetsync.config.reference -->"
END = "<!-- end of settings -->"

_HEADINGS = {
    "target": "Where a table goes: `target`",
    "filters": "Which entries: `filters`",
    "schedule": "When: `schedule`",
    "clockify": "Clockify: `clockify`",
    "google": "Google: `google`",
    "notify": "Who is told: `notify`",
    "serve": "The daemon's page and log: `serve`",
}

_GROUP_FORMS = {"jobs": "list of jobs", "schedule": "`manual`, or settings, see below"}


def tables() -> str:
    """All settings in Markdown, a table for each group."""
    return "\n\n".join(
        [
            _table("The file", schema.top_settings()),
            _table("A job", schema.settings(Job)),
            *(_table(_HEADINGS[name], schema.settings(model, name)) for name, model in GROUPS.items()),
        ]
    )


def updated(document: str) -> str:
    """A document with today's tables between its two marks.

    Raises:
        ValueError: the document lacks the marks.
    """
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the document needs the lines {BEGIN} and {END}")
    return f"{before}{begin}\n\n{tables()}\n\n{end}{after}"


def schema_text() -> str:
    """The JSON Schema as it stands in its file."""
    return json.dumps(schema.schema(), indent=1, ensure_ascii=False) + "\n"


def _table(heading: str, settings: Iterable[Setting]) -> str:
    return "\n".join(
        [f"### {heading}", "", "| Setting | Written as | Default | Meaning |", "|---|---|---|---|", *_rows(settings)]
    )


def _rows(settings: Iterable[Setting]) -> Iterator[str]:
    for setting in settings:
        if setting.form is not None:
            form = setting.form.words
        else:
            form = _GROUP_FORMS.get(setting.group, "settings, see below")
        default = "must be given" if setting.required else setting.default
        cells = (f"`{setting.name}`", form, default, setting.description)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def main() -> None:
    schema.FILE.write_text(schema_text(), encoding="utf-8")
    DOCUMENT.write_text(updated(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
