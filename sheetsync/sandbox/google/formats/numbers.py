"""Numbers as a cell shows them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from sheetsync.sandbox.google.formats.locales import Locale
from sheetsync.sandbox.google.formats.patterns import Part, Section, Token

DOUBLE_DIGITS = 700
"""More decimal digits than any double has before and after its point together."""
SHOWN_DIGITS = 10
"""Significant digits that the automatic format shows of a number with a fraction: PI() is 3.141592654."""
WHOLE_DIGITS = 15
"""Digits of the largest number that the automatic format writes out, and all that a double is sure of."""
SMALLEST_EXPONENT = -10
"""From this power of ten down the automatic format is scientific."""
SCIENTIFIC_DIGITS = 6
GROUP_SIZE = 3


def general(value: Decimal, locale: Locale, digits: int = SHOWN_DIGITS) -> str:
    """The automatic format: as many digits as matter, scientific for very large and very small numbers.

    Formulas that join a number to a text take up to 15 `digits` of a fraction.
    """
    magnitude = value.adjusted() if value else 0
    if magnitude >= WHOLE_DIGITS or magnitude <= SMALLEST_EXPONENT:
        return _scientific(value, locale)
    precision = WHOLE_DIGITS if value == value.to_integral_value() else max(digits, magnitude + 1)
    rounded = Context(prec=precision, rounding=ROUND_HALF_UP).plus(value)
    text = format(rounded, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text.replace(".", locale.decimal)


def _scientific(value: Decimal, locale: Locale) -> str:
    rounded = Context(prec=SCIENTIFIC_DIGITS, rounding=ROUND_HALF_UP).plus(value)
    exponent = rounded.adjusted()
    mantissa = format(rounded.scaleb(-exponent), "f")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa.replace('.', locale.decimal)}E{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


@dataclass(frozen=True)
class _Layout:
    """A number section cut at its point and its exponent; the tokens keep their order."""

    whole: tuple[Token, ...]
    point: bool
    fraction: tuple[Token, ...]
    exponent: Token | None
    power: tuple[Token, ...]
    grouped: bool
    scale: Decimal

    @property
    def decimals(self) -> int:
        return _digit_count(self.fraction)


def numeric(value: Decimal, section: Section, locale: Locale) -> str:
    """A number of zero or more in the digits of a section; the sign is the caller's."""
    layout = _layout(section.tokens)
    context = Context(prec=DOUBLE_DIGITS + len(section.tokens), rounding=ROUND_HALF_UP)
    scaled = context.multiply(value, layout.scale)
    exponent = 0
    if layout.exponent is None:
        rounded = _rounded(scaled, layout.decimals, context)
    else:
        rounded, exponent = _normalised(scaled, layout, context)
    whole, _, fraction = format(rounded, "f").partition(".")
    text = _whole_text(whole.lstrip("0"), layout, locale)
    if layout.point:
        text += locale.decimal
    text += _fraction_text(fraction, layout.fraction)
    if layout.exponent is not None:
        sign = "-" if exponent < 0 else "+" if layout.exponent.text.endswith("+") else ""
        text += f"E{sign}" + _whole_text(str(abs(exponent)).lstrip("0"), _power_layout(layout), locale)
    return text


def _rounded(value: Decimal, decimals: int, context: Context) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals, context), context=context)


def _normalised(value: Decimal, layout: _Layout, context: Context) -> tuple[Decimal, int]:
    """The mantissa, with as many whole digits as the pattern has, and its power of ten."""
    width = max(_digit_count(layout.whole), 1)
    if not value:
        return _rounded(value, layout.decimals, context), 0
    exponent = value.adjusted() // width * width if width > 1 else value.adjusted()
    mantissa = _rounded(value.scaleb(-exponent, context), layout.decimals, context)
    if mantissa.adjusted() >= width:
        exponent += width
        mantissa = _rounded(value.scaleb(-exponent, context), layout.decimals, context)
    return mantissa, exponent


def _layout(tokens: Sequence[Token]) -> _Layout:
    parts = [token.part for token in tokens]
    exponent_at = parts.index(Part.EXPONENT) if Part.EXPONENT in parts else len(tokens)
    point_at = parts.index(Part.POINT) if Part.POINT in parts[:exponent_at] else exponent_at
    digits = [at for at in range(exponent_at) if parts[at] is Part.DIGIT]
    commas = [at for at in range(exponent_at) if parts[at] is Part.COMMA]
    thousands = sum(at > digits[-1] for at in commas) if digits else 0
    last_whole = max((at for at in digits if at < point_at), default=-1)
    return _Layout(
        whole=_without_commas(tokens[:point_at]),
        point=point_at < exponent_at,
        fraction=_without_commas(tokens[point_at + 1 : exponent_at]) if point_at < exponent_at else (),
        exponent=tokens[exponent_at] if exponent_at < len(tokens) else None,
        power=tuple(tokens[exponent_at + 1 :]),
        grouped=any(at < last_whole for at in commas),
        scale=Decimal(1).scaleb(2 * parts.count(Part.PERCENT) - 3 * thousands),
    )


def _without_commas(tokens: Sequence[Token]) -> tuple[Token, ...]:
    return tuple(token for token in tokens if token.part is not Part.COMMA)


def _power_layout(layout: _Layout) -> _Layout:
    power = layout.power if _digit_count(layout.power) else (Token(Part.DIGIT, "0"), *layout.power)
    return _Layout(power, point=False, fraction=(), exponent=None, power=(), grouped=False, scale=Decimal(1))


def _digit_count(tokens: Sequence[Token]) -> int:
    return sum(token.part is Part.DIGIT for token in tokens)


def _whole_text(digits: str, layout: _Layout, locale: Locale) -> str:
    """The digits dealt out to the placeholders from the right; the leftmost placeholder takes all that remain."""
    placeholders = [token.text for token in layout.whole if token.part is Part.DIGIT]
    must = len(placeholders) - placeholders.index("0") if "0" in placeholders else 0
    places = [*reversed(digits.rjust(must, "0"))]
    left, dealt, pieces = len(placeholders), 0, list[str]()
    for token in reversed(layout.whole):
        if token.part is not Part.DIGIT:
            pieces.append(token.text)
            continue
        left -= 1
        end = dealt + 1 if left else max(len(places), dealt + 1)
        for place in range(dealt, end):
            if place < len(places):
                if layout.grouped and place and place % GROUP_SIZE == 0:
                    pieces.append(locale.group)
                pieces.append(places[place])
            elif token.text == "?":
                pieces.append(" ")
        dealt = end
    return "".join(reversed(pieces))


def _fraction_text(digits: str, tokens: Sequence[Token]) -> str:
    """The digits after the point; zeros at the end that `#` stands for are left out, `?` makes them blanks."""
    placeholders = [token.text for token in tokens if token.part is Part.DIGIT]
    places = list(digits.ljust(len(placeholders), "0"))
    for at in range(len(placeholders) - 1, -1, -1):
        if placeholders[at] == "0" or places[at] != "0":
            break
        places[at] = "" if placeholders[at] == "#" else " "
    shown = iter(places)
    return "".join(next(shown) if token.part is Part.DIGIT else token.text for token in tokens)
