"""Where a job publishes: how `target:` is written, and which two targets collide. Pure."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from sheetsync.config.syntax import shown
from sheetsync.config.values import TEXT, VARIABLE, Absence, Form, Mistake, group, text
from sheetsync.sheets.a1 import CELLS, Corner, Rectangle, place
from sheetsync.sheets.target import Target
from sheetsync.table import MOST_CELLS, MOST_COLUMNS

_ID = re.compile(r"[A-Za-z0-9_-]{20,}")
"""Ids of spreadsheets have 44 of these characters in all real addresses seen; Google promises no length."""
_ADDRESS = re.compile(
    r"(?:https://docs\.google\.com|http://(?:127\.0\.0\.1|localhost)(?::\d+)?)"
    r"(?:/a/[^/]+)?/spreadsheets/(?:u/\d+/)?d/([A-Za-z0-9_-]{20,})(?:[/?#].*)?"
)
_GID = re.compile(r"gid\s*:\s*(\d{1,10})")
_NAMED_RANGE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,249}")
_ROW_COLUMN = re.compile(r"[Rr]\d+[Cc]\d+")
_HIGHEST_GID = 2**31 - 1
_SPREADSHEET = (
    "Open it in Google Sheets and copy the address: https://docs.google.com/spreadsheets/d/…/edit, or its id."
)
_RANGE = "Write the corner's cell (A1), columns (A1:H), a rectangle (A1:H100) or the name of a named range."


def spreadsheet_id(value: Any) -> Any:
    """A spreadsheet's id, from its address or the id itself."""
    given = text(value)
    if not isinstance(given, str):
        return given
    if found := _ADDRESS.fullmatch(given):
        return found[1]
    if "/spreadsheets/d/e/" in given:
        raise Mistake("this is the address of a published copy, which nobody can write to.", _SPREADSHEET)
    if not _ID.fullmatch(given):
        what = "this is not the address of a Google spreadsheet." if "/" in given else f"{shown(given)} is no id."
        raise Mistake(what, _SPREADSHEET)
    return given


def title_or_gid(value: Any) -> Any:
    """A tab's title, or its gid as a number."""
    if isinstance(value, dict):
        if set(value) != {"gid"}:
            raise Mistake("a worksheet is a title or {gid: NUMBER}.", "Write, for example, worksheet: Hours.")
        return _gid(value["gid"])
    if isinstance(value, int):
        return value
    given = text(value)
    found = _GID.fullmatch(given) if isinstance(given, str) else None
    return _gid(found[1]) if found else given


def _gid(value: Any) -> int:
    if not re.fullmatch(r"\d{1,10}", str(value), re.ASCII) or int(value) > _HIGHEST_GID:
        todo = "It is the number after #gid= in the address bar while the tab is open."
        raise Mistake("this is no gid.", todo, ("gid",))
    return int(value)


def rectangle(value: Any) -> Any:
    """A range's text, checked: what `sheets.a1.place` reads, and nothing that would be taken for a name by mistake."""
    given = text(value)
    if not isinstance(given, str):
        return given
    if "!" in given:
        raise Mistake(f"{shown(given)} names a worksheet.", "Put the worksheet under worksheet: and only cells here.")
    if columns := re.fullmatch(r"([A-Za-z]{1,3}):([A-Za-z]{1,3})", given):
        raise Mistake(f"{shown(given)} has no row to begin at.", f"Write {columns[1]}1:{columns[2]}.")
    if CELLS.fullmatch(given):
        _check_cells(given)
        return given.replace("$", "").upper()
    if not _NAMED_RANGE.fullmatch(given) or _ROW_COLUMN.fullmatch(given):
        raise Mistake(f"{shown(given)} is neither cells nor the name of a range.", _RANGE)
    return given


def _check_cells(given: str) -> None:
    corner = place(given)
    assert isinstance(corner, Corner)  # noqa: S101 - the text matched the pattern of cells
    rows, columns = corner.rows or 1, corner.columns or 1
    if rows < 1 or columns < 1:
        raise Mistake(f"{shown(given)} ends before it begins.", "Write the upper left corner first.")
    if corner.column + columns > MOST_COLUMNS or (corner.row + rows) * (corner.column + columns) > MOST_CELLS:
        raise Mistake(f"{shown(given)} lies beyond what a spreadsheet can hold.", "Choose cells nearer to A1.")


class TargetForm(BaseModel):
    """Where the table goes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    spreadsheet: Annotated[
        str,
        BeforeValidator(spreadsheet_id),
        Form("address or id", {"type": "string"}),
    ]
    """The spreadsheet, as its address in the browser or its id. Share it with the account of google.credentials."""
    range: Annotated[
        str,
        BeforeValidator(rectangle),
        Form("`B3`, `A1:H`, `A1:H100` or a named range", {"type": "string"}),
    ] = "A1"
    """Where the table's upper left corner goes. A1:H fixes the columns, A1:H100 the rows too; beyond them nothing is
    written, and a table that does not fit is an error."""
    worksheet: Annotated[
        str | int | None,
        Field(validate_default=True),
        BeforeValidator(title_or_gid),
        Form(
            'title, `{gid: 123}` or `"gid: 123"`',
            {
                "anyOf": [
                    TEXT,
                    {
                        "type": "object",
                        "properties": {"gid": {"anyOf": [{"type": "integer", "minimum": 0}, VARIABLE]}},
                        "required": ["gid"],
                        "additionalProperties": False,
                    },
                ]
            },
        ),
    ] = None
    """The tab: its title, or its gid, which stays the same when the tab is renamed. A title that is not there is made.
    Can be left out when range is a named range."""

    @field_validator("worksheet", mode="after")
    @classmethod
    def _is_known(cls, value: str | int | None, info: ValidationInfo) -> str | int | None:
        if isinstance(value, str) and not value.isprintable():
            raise Mistake("a worksheet's title is one line of text.", "Remove line breaks and control characters.")
        if value is None and isinstance(place(info.data.get("range", "a name")), Corner):
            raise Absence("'worksheet' is missing.", "Add worksheet: with the title of the tab, such as Hours.")
        return value

    def target(self) -> Target:
        return Target(self.spreadsheet, self.worksheet, self.range)


def read_target(value: Any) -> Any:
    """A `Target` from what is written."""
    if isinstance(value, Target):
        return value
    return TargetForm.model_validate(group(value)).target()


def tab(found: Target) -> tuple[str, object]:
    """What is equal for targets on the same tab, as far as a configuration tells; titles of tabs ignore case."""
    title = found.worksheet.casefold() if isinstance(found.worksheet, str) else found.worksheet
    return found.spreadsheet, title


def collide(one: Target, other: Target) -> bool:
    """Whether two targets on the same tab have cells in common, however small their tables are."""
    places = place(one.range), place(other.range)
    if isinstance(places[0], Corner) and isinstance(places[1], Corner):
        return _least(places[0]).common(_least(places[1])) is not None
    return places[0] == places[1]


def _least(corner: Corner) -> Rectangle:
    return Rectangle(corner.row, corner.column, corner.rows or 1, corner.columns or 1)
