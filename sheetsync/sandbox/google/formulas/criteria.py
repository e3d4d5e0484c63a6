"""Criteria as SUMIF and its kin take them (`>5`, `a*`, `<>x`), and wildcards. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from sheetsync.sandbox.google.formats.cells import CellError
from sheetsync.sandbox.google.formulas.coercion import number_in
from sheetsync.sandbox.google.formulas.operators import compared
from sheetsync.sandbox.google.formulas.values import Scalar

Test = Callable[[Scalar], bool]
_OPERATOR = re.compile(r"<=|>=|<>|<|>|=")
_WILDCARDS = re.compile(r"~([*?~])|([*?])")


def criterion(value: Scalar, locale: str) -> Test:
    """The test that a criterion stands for. Errors pass `<>` alone, texts are compared without case."""
    if not isinstance(value, str):
        wanted = 0.0 if value is None else value
        return lambda found: _equal(found, wanted)
    operator = _OPERATOR.match(value)
    sign = operator[0] if operator else "="
    test = _test(sign, value[operator.end() :] if operator else value, locale)
    if sign != "<>":
        return test
    return lambda found: not test(found)


def _test(sign: str, text: str, locale: str) -> Test:
    """The test for a criterion's operator; `<>` is tested as `=` and turned round by the caller."""
    number = number_in(text, locale)
    wanted: Scalar = number if number is not None else text
    if number is None and text.upper() in ("TRUE", "FALSE"):
        wanted = text.upper() == "TRUE"
    if sign in ("=", "<>"):
        if text == "":
            return lambda found: found is None or (found == "" and sign == "=")
        if isinstance(wanted, str):
            pattern = wildcards(wanted)
            return lambda found: isinstance(found, str) and pattern.fullmatch(found) is not None
        return lambda found: _equal(found, wanted)
    return lambda found: type(found) is type(wanted) and compared(sign, found, wanted)


def _equal(found: Scalar, wanted: Scalar) -> bool:
    """Whether two values of one kind are the same; an error is like nothing else."""
    if type(found) is not type(wanted) or isinstance(found, CellError):
        return False
    return compared("=", found, wanted)


@lru_cache(maxsize=1024)
def wildcards(text: str) -> re.Pattern[str]:
    """A text with `*` and `?` as a pattern without case; `~` before them takes their meaning away."""
    pieces, end = [], 0
    for found in _WILDCARDS.finditer(text):
        pieces.append(re.escape(text[end : found.start()]))
        pieces.append(re.escape(found[1]) if found[1] else {"*": ".*", "?": "."}[found[2]])
        end = found.end()
    return re.compile("".join([*pieces, re.escape(text[end:])]), re.IGNORECASE | re.DOTALL)
