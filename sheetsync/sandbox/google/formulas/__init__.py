"""Formulas of a Google Sheets spreadsheet: what they come to, and how they follow edits of its structure. Pure.

An evaluator of the everyday functions. An array that a formula comes to does not spill: the cell takes its first value.
"""

from __future__ import annotations

from sheetsync.sandbox.google.formats.cells import CellError, FormulaText
from sheetsync.sandbox.google.formulas.adjusting import adjust, requalify, translate
from sheetsync.sandbox.google.formulas.calculator import Calculator
from sheetsync.sandbox.google.formulas.edits import (
    DeleteColumns,
    DeleteRange,
    DeleteRows,
    DeleteSheet,
    Dimension,
    Edit,
    InsertColumns,
    InsertRange,
    InsertRows,
    MoveColumns,
    MoveRange,
    MoveRows,
    RenameSheet,
)
from sheetsync.sandbox.google.formulas.workbook import Area, Rectangle, Workbook

__all__ = [
    "Area",
    "Calculator",
    "CellError",
    "DeleteColumns",
    "DeleteRange",
    "DeleteRows",
    "DeleteSheet",
    "Dimension",
    "Edit",
    "FormulaText",
    "InsertColumns",
    "InsertRange",
    "InsertRows",
    "MoveColumns",
    "MoveRange",
    "MoveRows",
    "Rectangle",
    "RenameSheet",
    "Workbook",
    "adjust",
    "requalify",
    "translate",
]
