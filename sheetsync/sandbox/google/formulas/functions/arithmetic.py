"""Functions of numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal

from sheetsync.sandbox.google.formulas.calls import Call, function
from sheetsync.sandbox.google.formulas.coercion import finite
from sheetsync.sandbox.google.formulas.operators import divided, power
from sheetsync.sandbox.google.formulas.values import failure

MOST_PLACES = 400
"""Decimal places beyond which rounding changes no double."""
EXACT = Context(prec=1200)


def rounded(value: float, places: int, rounding: str) -> float:
    """A number rounded as its shortest decimal text reads, so that 1.005 is halfway."""
    unit = Decimal(1).scaleb(-max(-MOST_PLACES, min(places, MOST_PLACES)))
    return float(Decimal(repr(value)).quantize(unit, rounding=rounding, context=EXACT)) + 0.0


def _rounding(name: str, rounding: str) -> None:
    @function(name, least=1, most=2, elementwise=True)
    def body(call: Call) -> float:
        return rounded(call.number(0), call.whole(1), rounding)


_rounding("ROUND", ROUND_HALF_UP)
_rounding("ROUNDUP", ROUND_UP)
_rounding("ROUNDDOWN", ROUND_DOWN)
_rounding("TRUNC", ROUND_DOWN)


def _of_one(name: str, calculate: Callable[[float], float]) -> None:
    @function(name, elementwise=True)
    def body(call: Call) -> float:
        return float(calculate(call.number(0)))


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


_of_one("INT", math.floor)
_of_one("ABS", abs)
_of_one("SIGN", _sign)
_of_one("EXP", math.exp)


@function("PI", least=0)
def pi(_call: Call) -> float:
    return math.pi


@function("SQRT", elementwise=True)
def square_root(call: Call) -> float:
    value = call.number(0)
    if value < 0:
        raise failure("NUM", "Function SQRT parameter 1 must not be negative.")
    return math.sqrt(value)


@function("LN", elementwise=True)
def natural_logarithm(call: Call) -> float:
    return math.log(_positive(call.number(0)))


@function("LOG", least=1, most=2, elementwise=True)
def logarithm(call: Call) -> float:
    return divided(math.log(_positive(call.number(0))), math.log(_positive(call.number(1, 10))))


def _positive(value: float) -> float:
    if value <= 0:
        raise failure("NUM", "A logarithm takes a number above zero.")
    return value


@function("POWER", "POW", least=2, elementwise=True)
def raised(call: Call) -> float:
    return finite(power(call.number(0), call.number(1)))


@function("MOD", least=2, elementwise=True)
def remainder(call: Call) -> float:
    """The remainder with the sign of the divisor."""
    value, divisor = call.number(0), call.number(1)
    if divisor == 0:
        raise failure("DIVIDE_BY_ZERO", "Function MOD parameter 2 cannot be zero.")
    return value % divisor


@function("QUOTIENT", least=2, elementwise=True)
def quotient(call: Call) -> float:
    return float(math.trunc(divided(call.number(0), call.number(1))))


def _to_multiple(name: str, rounded_to_whole: Callable[[float], int]) -> None:
    @function(name, least=1, most=2, elementwise=True)
    def body(call: Call) -> float:
        value, factor = call.number(0), call.number(1, 1)
        if factor == 0 or value == 0:
            return 0.0
        if value > 0 > factor:
            raise failure("NUM", "A positive number has no multiple of a negative factor.")
        # The shortest text of the quotient hides the error of division: 4.2 / 0.1 is 42.
        return rounded_to_whole(float(f"{value / factor:.14g}")) * factor


_to_multiple("CEILING", math.ceil)
_to_multiple("FLOOR", math.floor)
