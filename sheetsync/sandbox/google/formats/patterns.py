"""Number format patterns taken apart
(https://developers.google.com/workspace/sheets/api/guides/formats). Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum, auto
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne

MOST_SECTIONS = 4


class Part(Enum):
    LITERAL = auto()
    DIGIT = auto()  # 0, # or ?
    POINT = auto()
    COMMA = auto()
    PERCENT = auto()
    EXPONENT = auto()  # E+ or E-
    TEXT = auto()  # @
    GENERAL = auto()
    DATE = auto()  # a run of y, m, d, h or s
    ELAPSED = auto()  # [h], [mm], [s]
    HALF_DAY = auto()  # am/pm or a/p


@dataclass(frozen=True)
class Token:
    part: Part
    text: str


@dataclass(frozen=True)
class Condition:
    """`[>=100]`: the numbers that a section is for."""

    operator: str
    bound: Decimal

    def holds(self, value: Decimal) -> bool:
        return COMPARISONS[self.operator](value, self.bound)


COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lt,
    "<=": le,
    "=": eq,
    "<>": ne,
    ">": gt,
    ">=": ge,
}


@dataclass(frozen=True)
class Section:
    """One of a pattern's parts between semicolons."""

    tokens: tuple[Token, ...]
    condition: Condition | None = None

    def has(self, *parts: Part) -> bool:
        return any(token.part in parts for token in self.tokens)

    @property
    def is_date(self) -> bool:
        return self.has(Part.DATE, Part.ELAPSED, Part.HALF_DAY)


LEXEMES = re.compile(
    r"""
      "(?P<quoted>[^"]*)"?
    | \\(?P<escaped>.?)
    | _(?P<gap>.?)
    | \*(?P<fill>.?)
    | \[(?P<bracket>[^\]]*)\]?
    | (?P<section>;)
    | (?P<half_day>am/pm|a/p)
    | (?P<general>general)
    | (?P<exponent>e[+-])
    | (?P<date>y+|m+|d+|h+|s+)
    | (?P<digit>[0#?]) | (?P<point>\.) | (?P<comma>,) | (?P<percent>%) | (?P<text>@)
    | (?P<other>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
PARTS = {
    "half_day": Part.HALF_DAY,
    "general": Part.GENERAL,
    "exponent": Part.EXPONENT,
    "date": Part.DATE,
    "digit": Part.DIGIT,
    "point": Part.POINT,
    "comma": Part.COMMA,
    "percent": Part.PERCENT,
    "text": Part.TEXT,
    "quoted": Part.LITERAL,
    "escaped": Part.LITERAL,
    "other": Part.LITERAL,
}
ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)")


@lru_cache(maxsize=512)
def sections(pattern: str) -> tuple[Section, ...]:
    """The sections of a pattern, at least one. Any text is a pattern; what means nothing stands for itself."""
    found: list[Section] = []
    tokens: list[Token] = []
    condition: Condition | None = None
    for lexeme in LEXEMES.finditer(pattern):
        if lexeme["section"]:
            found.append(Section(tuple(tokens), condition))
            tokens, condition = [], None
        elif lexeme["bracket"] is not None:
            condition = _condition(lexeme["bracket"]) or condition
            tokens.extend(_bracket(lexeme["bracket"]))
        elif lexeme["gap"] is not None:
            tokens.append(Token(Part.LITERAL, " "))
        elif lexeme.lastgroup in PARTS:
            tokens.append(Token(PARTS[lexeme.lastgroup], lexeme[lexeme.lastgroup]))
    return (*found, Section(tuple(tokens), condition))[:MOST_SECTIONS]


def _bracket(content: str) -> list[Token]:
    """What stands between brackets: an elapsed unit, a currency sign; colours are not for the text."""
    if ELAPSED.fullmatch(content):
        return [Token(Part.ELAPSED, content.lower())]
    if content.startswith("$"):
        return [Token(Part.LITERAL, content[1:].partition("-")[0])]
    return []


def _condition(content: str) -> Condition | None:
    found = CONDITION.fullmatch(content)
    if found is None:
        return None
    try:
        return Condition(found[1], Decimal(found[2]))
    except InvalidOperation:
        return None
