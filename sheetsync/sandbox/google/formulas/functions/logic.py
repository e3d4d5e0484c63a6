"""Truth, choices and what to do about errors. Arguments that are not chosen are not evaluated."""

from __future__ import annotations

from collections.abc import Iterator

from sheetsync.sandbox.google.formats.cells import CellError
from sheetsync.sandbox.google.formulas.calls import ENDLESS, Call, function
from sheetsync.sandbox.google.formulas.operators import compared
from sheetsync.sandbox.google.formulas.values import Failure, Operand, failure


@function("TRUE", least=0)
def true(_call: Call) -> bool:
    return True


@function("FALSE", least=0)
def false(_call: Call) -> bool:
    return False


@function("NA", least=0)
def not_available(_call: Call) -> CellError:
    return CellError("N_A")


@function("IF", least=2, most=3, elementwise=True)
def choice(call: Call) -> Operand:
    if call.boolean(0):
        return call.operand(1)
    return call.operand(2) if call.count > 2 else False


@function("IFS", least=2, most=ENDLESS, elementwise=True)
def first_true(call: Call) -> Operand:
    for at in range(0, call.count - 1, 2):
        if call.boolean(at):
            return call.operand(at + 1)
    raise failure("N_A", "No match.")


@function("IFERROR", least=1, most=2, elementwise=True)
def unless_error(call: Call) -> Operand:
    return call.operand(1) if isinstance(call.scalar(0), CellError) else call.operand(0)


@function("IFNA", least=1, most=2, elementwise=True)
def unless_not_available(call: Call) -> Operand:
    value = call.scalar(0)
    return call.operand(1) if isinstance(value, CellError) and value.type == "N_A" else call.operand(0)


@function("SWITCH", least=3, most=ENDLESS, elementwise=True)
def switch(call: Call) -> Operand:
    """The value behind the first case that is like the first argument; an argument left over is for all others."""
    value = call.value(0)
    for at in range(1, call.count - 1, 2):
        if compared("=", value, call.value(at)):
            return call.operand(at + 1)
    if call.count % 2 == 0:
        return call.operand(call.count - 1)
    raise failure("N_A", "No match.")


@function("CHOOSE", least=2, most=ENDLESS)
def choose(call: Call) -> Operand:
    number = call.whole(0)
    if not 1 <= number < call.count:
        raise failure("NUM", "Function CHOOSE has no such choice.")
    return call.operand(number)


def _truths(call: Call) -> Iterator[bool]:
    """The truth of all arguments; texts and blanks in cells are passed over.

    Raises:
        Failure: there is an error among them, or nothing that is true or false (#VALUE!).
    """
    found = False
    for at in range(call.count):
        if not call.in_cells(at):
            found = True
            yield call.boolean(at)
            continue
        for value in call.array(at).values():
            if isinstance(value, CellError):
                raise Failure(value)
            if isinstance(value, bool | float):
                found = True
                yield bool(value)
    if not found:
        raise failure("VALUE", "There is nothing that is true or false.")


@function("AND", least=1, most=ENDLESS)
def conjunction(call: Call) -> bool:
    return all(list(_truths(call)))


@function("OR", least=1, most=ENDLESS)
def disjunction(call: Call) -> bool:
    return any(list(_truths(call)))


@function("XOR", least=1, most=ENDLESS)
def exclusive(call: Call) -> bool:
    return sum(_truths(call)) % 2 == 1


@function("NOT", elementwise=True)
def negation(call: Call) -> bool:
    return not call.boolean(0)


@function("ARRAYFORMULA", arrays=True)
def array_formula(call: Call) -> Operand:
    """Its argument with arrays in place of single values. The array does not spill: a cell shows its first value."""
    return call.array(0) if call.in_cells(0) else call.operand(0)
