"""Formulas cut into words. Every character is kept, so that the words put together are the formula again. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from sheetsync.sandbox.google.formulas.references import REFERENCE, SHEET


class Word(Enum):
    SPACE = "space"
    STRING = "string"
    REFERENCE = "reference"
    LOST = "lost"  # #REF!, with or without a sheet before it
    NUMBER = "number"
    NAME = "name"
    ERROR = "error"
    OPERATOR = "operator"
    MARK = "mark"  # parentheses, braces and separators
    OTHER = "other"


@dataclass(frozen=True)
class Lexeme:
    word: Word
    text: str


def _syntax(number: str) -> re.Pattern[str]:
    return re.compile(
        rf"""(?P<space>\s+)
        |(?P<string>"(?:[^"]|"")*")
        |(?P<reference>{REFERENCE.pattern})
        |(?P<lost>(?:{SHEET})?\#REF!)
        |(?P<number>{number}(?:[eE][+-]?[0-9]+)?(?!\w))
        |(?P<error>\#(?:N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|ERROR!))
        |(?P<name>[^\W\d][\w.]*)
        |(?P<operator><=|>=|<>|[-+*/^&=<>%])
        |(?P<mark>[(){{}},;\\])
        |(?P<other>.)""",
        re.VERBOSE | re.DOTALL,
    )


_POINT = _syntax(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_COMMA = _syntax(r"(?:[0-9]+(?:[.,][0-9]+)?)")


@lru_cache(maxsize=8192)
def lexemes(text: str, *, decimal_comma: bool = False) -> tuple[Lexeme, ...]:
    """The words of a formula. With `decimal_comma`, `1,5` is one number, as in locales that write it so."""
    syntax = _COMMA if decimal_comma else _POINT
    return tuple(Lexeme(Word(found.lastgroup), found[0]) for found in syntax.finditer(text))
