"""Cell formats, each kept once however many cells have it."""

from __future__ import annotations

import struct
import threading
from functools import cached_property
from typing import Any

import orjson

from sheetsync.sandbox.google.formats.cells import NumberFormat
from sheetsync.sandbox.google.masks import Mask, merged
from sheetsync.sandbox.google.schema import Json, stored

COLOURS = {
    "backgroundColor": "backgroundColorStyle",
    "foregroundColor": "foregroundColorStyle",
    "tabColor": "tabColorStyle",
    "color": "colorStyle",
}
"""Each colour field and its younger twin; answers carry both (seen in real responses)."""

CHANNELS = frozenset({"red", "green", "blue", "alpha"})
LARGEST_SINGLE = 3.4e38

WHITE = {"red": 1, "green": 1, "blue": 1}

DEFAULT_FORMAT: Json = {
    "backgroundColor": WHITE,
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": WHITE},
}
"""The default format of a new spreadsheet (seen in real responses)."""


class Style:
    """One userEnteredFormat. Equal formats are the same object, so that cells only point at it; never changed."""

    __slots__ = ("__dict__", "json")

    def __init__(self, value: Json) -> None:
        self.json = value

    @cached_property
    def number_format(self) -> NumberFormat | None:
        entry = self.json.get("numberFormat")
        return None if entry is None else NumberFormat(entry.get("type", "TEXT"), entry.get("pattern", ""))

    @cached_property
    def link(self) -> str | None:
        uri = self.json.get("textFormat", {}).get("link", {}).get("uri")
        return None if uri is None else str(uri)

    @cached_property
    def effective(self) -> Json:
        """The format with the spreadsheet's defaults below it."""
        return _over(DEFAULT_FORMAT, self.json)


_known: dict[bytes, Style] = {}
_lock = threading.Lock()


def style(value: Json) -> Style | None:
    """The style with this userEnteredFormat; None for an empty one."""
    entry = with_colour_twins(stored("CellFormat", value))
    if not entry:
        return None
    key = orjson.dumps(entry, option=orjson.OPT_SORT_KEYS)
    with _lock:
        return _known.setdefault(key, Style(entry))


def restyled(old: Style | None, mask: Mask, new: Json) -> Style | None:
    """A cell's style after a write under a mask whose root is userEnteredFormat."""
    before = {} if old is None else _without_twins(mask, old.json)
    return style(merged(mask, before, new))


def with_number_format(old: Style | None, number_format: NumberFormat) -> Style | None:
    entry: Json = {"type": number_format.type}
    if number_format.pattern:
        entry["pattern"] = number_format.pattern
    return style({**({} if old is None else old.json), "numberFormat": entry})


def with_link(old: Style | None, uri: str) -> Style | None:
    """What a whole-cell address gets when it is written as a value: link, colour and underline (users report it)."""
    base = {} if old is None else old.json
    text = {"foregroundColorStyle": {"themeColor": "LINK"}, "underline": True, "link": {"uri": uri}}
    return style({**base, "textFormat": {**base.get("textFormat", {}), **text}, "hyperlinkDisplayType": "LINKED"})


def with_colour_twins(value: Any) -> Any:
    """The JSON with every colour given both ways and in 8 bits; a style wins over the older field, as documented."""
    if isinstance(value, list):
        return [with_colour_twins(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    if value and value.keys() <= CHANNELS:
        return {name: _channel(entry) for name, entry in value.items() if _channel(entry)}
    result = {name: with_colour_twins(entry) for name, entry in value.items()}
    for old, new in COLOURS.items():
        if "rgbColor" in result.get(new, {}):
            result[old] = result[new]["rgbColor"]
        elif new not in result and isinstance(result.get(old), dict):
            result[new] = {"rgbColor": result[old]}
    return result


def _channel(value: float) -> float:
    """A colour's channel as it comes back: 8 bits, as a float of 32 bits (0.5 → 0.49803922, in recorded answers)."""
    byte = int(_single(_single(value) * 255))
    exact = _single(min(max(byte, 0), 255) / 255)
    shortest = next(short for digits in range(1, 10) if _single(short := float(f"{exact:.{digits}g}")) == exact)
    return int(shortest) if shortest.is_integer() else shortest


def _single(value: float) -> float:
    """The nearest float of 32 bits."""
    nearest: float = struct.unpack("f", struct.pack("f", min(max(value, -LARGEST_SINGLE), LARGEST_SINGLE)))[0]
    return nearest


def _without_twins(mask: Mask, value: Json) -> Json:
    """The JSON without the twins of colours that the mask is about to write, lest the older value win."""
    result = dict(value)
    for pair in COLOURS.items():
        for name, twin in (pair, pair[::-1]):
            if not mask.whole and name in mask.fields and twin not in mask.fields:
                result.pop(twin, None)
    for name, deeper in mask.fields.items():
        if isinstance(result.get(name), dict):
            result[name] = _without_twins(deeper, result[name])
    return result


def _over(base: Json, value: Json) -> Json:
    result = dict(base)
    for name, entry in value.items():
        below = result.get(name)
        plain = not isinstance(entry, dict) or not isinstance(below, dict) or name.lower().endswith(("color", "style"))
        result[name] = entry if plain else _over(below or {}, entry)
    return result
