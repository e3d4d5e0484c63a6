"""The values of a workbook's cells, formulas included."""

from __future__ import annotations

from sheetsync.sandbox.google.formats.cells import CellError, FormulaText
from sheetsync.sandbox.google.formats.locales import known_locale
from sheetsync.sandbox.google.formulas.evaluation import Evaluation
from sheetsync.sandbox.google.formulas.parsing import Malformed, Reading, parsed
from sheetsync.sandbox.google.formulas.values import Array, Range, Scalar
from sheetsync.sandbox.google.formulas.workbook import Rectangle, Workbook

__all__ = ["Calculator"]

Key = tuple[int, int, int]
"""A cell: sheet id, row and column from 0."""

CIRCULAR = CellError("REF", "Circular dependency detected. To resolve with iterative calculation, see File > Settings.")
MALFORMED = CellError("ERROR", "Formula parse error.")


class _Needs(Exception):  # noqa: N818 -- not an error: the evaluation is taken up again once the cells are known
    """An evaluation has come upon formulas whose values are not known yet."""

    def __init__(self, cells: list[Key]) -> None:
        super().__init__()
        self.cells = cells


class Calculator:
    """Values of cells, each calculated once: after a change to the workbook, `forget` or make another Calculator.

    Formulas that wait for others lie on a list, not on Python's stack: chains may be as long as the sheet. For use by
    one thread at a time.
    """

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._decimal_comma = known_locale(workbook.locale).decimal_comma
        self._values: dict[Key, Scalar] = {}
        self._tables: dict[Rectangle, Array] = {}

    @property
    def workbook(self) -> Workbook:
        return self._workbook

    def forget(self) -> None:
        """Drop everything that was calculated."""
        self._decimal_comma = known_locale(self._workbook.locale).decimal_comma
        self._values.clear()
        self._tables.clear()

    def value(self, sheet_id: int, row: int, column: int) -> Scalar:
        """What a cell comes to: a number, text, boolean or error, None when it is blank. Never raises for a formula."""
        content = self._workbook.content(sheet_id, row, column)
        if not isinstance(content, FormulaText):
            return _plain(content)
        key = (sheet_id, row, column)
        if key not in self._values:
            self._calculate(key)
        return self._values[key]

    def cell(self, sheet_id: int, row: int, column: int) -> Scalar:
        """A cell's value for a formula that is being evaluated."""
        content = self._workbook.content(sheet_id, row, column)
        if not isinstance(content, FormulaText):
            return _plain(content)
        key = (sheet_id, row, column)
        if key not in self._values:
            raise _Needs([key])
        return self._values[key]

    def table(self, rectangle: Rectangle) -> Array:
        """A rectangle's values for a formula that is being evaluated."""
        known = self._tables.get(rectangle)
        if known is not None:
            return known
        area, sheet_id = rectangle.area, rectangle.sheet_id
        columns = range(area.start_column, area.end_column or 0)
        content, values = self._workbook.content, self._values
        missing: list[Key] = []
        rows: list[tuple[Scalar, ...]] = []
        for row in range(area.start_row, area.end_row or 0):
            line: list[Scalar] = []
            for column in columns:
                found = content(sheet_id, row, column)
                if not isinstance(found, FormulaText):
                    line.append(_plain(found))
                elif (key := (sheet_id, row, column)) in values:
                    line.append(values[key])
                else:
                    missing.append(key)
            rows.append(tuple(line))
        if missing:
            raise _Needs(missing)
        array = Array(tuple(rows))
        self._tables[rectangle] = array
        return array

    def _calculate(self, wanted: Key) -> None:
        """Evaluate a formula and all that it waits for.

        A formula that comes upon unknown ones is put aside and evaluated again after them. Those put aside are each
        other's ancestors, so one that is needed while it is put aside closes a circle.
        """
        waiting = [wanted]
        begun: dict[Key, None] = {}
        while waiting:
            key = waiting[-1]
            if key in self._values:
                waiting.pop()
                begun.pop(key, None)
                continue
            try:
                self._values[key] = self._evaluated(key)
            except _Needs as needs:
                begun[key] = None
                circle = next((cell for cell in needs.cells if cell in begun), None)
                if circle is None:
                    waiting.extend(needs.cells)
                else:
                    ancestors = list(begun)
                    self._values.update(dict.fromkeys(ancestors[ancestors.index(circle) :], CIRCULAR))

    def _evaluated(self, key: Key) -> Scalar:
        content = self._workbook.content(*key)
        try:
            node = parsed(str(content), decimal_comma=self._decimal_comma)
        except Malformed:
            return MALFORMED
        evaluation = Evaluation(self, *key)
        operand = evaluation.operand(node)
        if isinstance(operand, Range) and not isinstance(node, Reading):
            area = operand.rectangle.area
            return self.cell(operand.rectangle.sheet_id, area.start_row, area.start_column)
        return evaluation.scalar(operand)


def _plain(content: str | float | bool | None) -> Scalar:  # noqa: FBT001 -- the kinds that a cell holds
    """A cell's own content as a value; every number is a float."""
    if isinstance(content, int) and not isinstance(content, bool):
        return float(content)
    return content
