"""How Google Sheets reads what is typed into a cell, and how it shows what a cell holds. Pure."""

from __future__ import annotations

from sheetsync.sandbox.google.formats.cells import CellError, Entered, FormulaText, NumberFormat
from sheetsync.sandbox.google.formats.entering import entered
from sheetsync.sandbox.google.formats.locales import DEFAULT_LOCALE, Locale, known_locale
from sheetsync.sandbox.google.formats.showing import shown

__all__ = [
    "DEFAULT_LOCALE",
    "CellError",
    "Entered",
    "FormulaText",
    "Locale",
    "NumberFormat",
    "entered",
    "known_locale",
    "shown",
]
