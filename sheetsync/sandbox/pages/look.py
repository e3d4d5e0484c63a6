"""How a cell looks, in the terms of CSS. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from sheetsync.sandbox.google.schema import Json
from sheetsync.sandbox.google.styles import Style
from sheetsync.sandbox.google.theme import COLOURS

DARK = 0.2
"""Text colours whose parts are all below this count as black: they follow the page from light to dark."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the page draws of a cell's format. Colours are CSS colours, or empty for the page's own.

    Attributes:
        align: left, center, right, or empty where it follows from the value.
        vertical: top, middle or bottom.
        size: of the font, in points; 0 for the usual one.
        number_format: the number format's type and pattern, for the person who looks.
    """

    align: str = ""
    vertical: str = "bottom"
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strikethrough: bool = False
    link: bool = False
    wraps: bool = False
    clips: bool = False
    size: int = 0
    colour: str = ""
    background: str = ""
    number_format: str = ""


PLAIN = Look()


def look_of(style: Style | None) -> Look:
    if style is None:
        return PLAIN
    json = style.json
    text, background = json.get("textFormat", {}), _background(json)
    number_format = style.number_format
    return Look(
        align=str(json.get("horizontalAlignment", "")).lower(),
        vertical=str(json.get("verticalAlignment", "BOTTOM")).lower(),
        bold=bool(text.get("bold")),
        italic=bool(text.get("italic")),
        underline=bool(text.get("underline")),
        strikethrough=bool(text.get("strikethrough")),
        link=style.link is not None,
        wraps=json.get("wrapStrategy") == "WRAP",
        clips=json.get("wrapStrategy") == "CLIP",
        size=int(text.get("fontSize", 0)),
        colour=_text_colour(text, on_background=bool(background)),
        background=background,
        number_format="" if number_format is None else f"{number_format.type} {number_format.pattern}".strip(),
    )


def _background(json: Json) -> str:
    """White is the paper's colour, light or dark."""
    colour = colour_of(json, "backgroundColor")
    return "" if colour == "#ffffff" else colour


def _text_colour(text: Json, *, on_background: bool) -> str:
    """Black is the ink's colour, light or dark; on a background of its own it has to stay black."""
    rgb = _rgb(text, "foregroundColor")
    if rgb is None or all(part < DARK for part in rgb):
        return _hex(rgb or (0, 0, 0)) if on_background else ""
    return _hex(rgb)


def colour_of(json: Json, name: str) -> str:
    """The CSS colour of a field and its younger twin; empty where none is set."""
    rgb = _rgb(json, name)
    return "" if rgb is None else _hex(rgb)


def _rgb(json: Json, name: str) -> tuple[float, float, float] | None:
    chosen = json.get(f"{name}Style", {})
    colour = COLOURS.get(chosen.get("themeColor", "")) if "themeColor" in chosen else chosen.get("rgbColor")
    if colour is None:
        colour = json.get(name)
    if not isinstance(colour, dict):
        return None
    return float(colour.get("red", 0)), float(colour.get("green", 0)), float(colour.get("blue", 0))


def _hex(rgb: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(min(max(part, 0), 1) * 255):02x}" for part in rgb)
