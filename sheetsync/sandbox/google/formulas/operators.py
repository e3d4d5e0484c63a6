"""What the operators between two values come to. Pure."""

from __future__ import annotations

from sheetsync.sandbox.google.formats.cells import CellError
from sheetsync.sandbox.google.formulas.coercion import as_number, as_text, finite
from sheetsync.sandbox.google.formulas.values import Failure, Scalar, failure

COMPARISONS = ("=", "<>", "<", ">", "<=", ">=")


def applied(operator: str, left: Scalar, right: Scalar, locale: str) -> Scalar:
    """The result of a binary operator; errors come back as values."""
    try:
        for side in (left, right):
            if isinstance(side, CellError):
                return side
        if operator in COMPARISONS:
            return compared(operator, left, right)
        if operator == "&":
            return as_text(left, locale) + as_text(right, locale)
        return finite(_calculated(operator, as_number(left, locale), as_number(right, locale)))
    except Failure as found:
        return found.error


def _calculated(operator: str, left: float, right: float) -> float:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return divided(left, right)
        case _:
            return power(left, right)


def divided(left: float, right: float) -> float:
    if right == 0:
        raise failure("DIVIDE_BY_ZERO", "Function DIVIDE parameter 2 cannot be zero.")
    return left / right


def power(base: float, exponent: float) -> float:
    if base == 0 and exponent < 0:
        raise failure("DIVIDE_BY_ZERO", "Zero cannot be raised to a negative power.")
    try:
        result = base**exponent
    except OverflowError:
        raise failure("NUM", "The result is too large.") from None
    if isinstance(result, complex):
        raise failure("NUM", "A negative number has no such root.")
    return float(result)


def compared(operator: str, left: Scalar, right: Scalar) -> bool:
    """A comparison of two values that are no errors: numbers before texts before booleans, texts without case."""
    one, other = order(left, right), order(right, left)
    match operator:
        case "=":
            return one == other
        case "<>":
            return one != other
        case "<":
            return one < other
        case ">":
            return one > other
        case "<=":
            return one <= other
        case _:
            return one >= other


def order(value: Scalar, beside: Scalar = None) -> tuple[int, float, str]:
    """A key that sorts values as Google Sheets does; a blank takes the kind of the value `beside` it."""
    if value is None:
        if isinstance(beside, bool):
            return (2, 0.0, "")
        return (1, 0.0, "") if isinstance(beside, str) else (0, 0.0, "")
    if isinstance(value, bool):
        return (2, float(value), "")
    if isinstance(value, str):
        return (1, 0.0, value.casefold())
    return (0, value, "") if isinstance(value, float) else (3, 0.0, "")
