"""What a text becomes when it is typed into a cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.sandbox.google.formats import Entered, FormulaText, NumberFormat, entered, shown

LOCALES = st.sampled_from(["en_US", "en_GB", "de_DE", "de_CH", "fr_FR", "ja_JP", "xx", ""])


@pytest.mark.parametrize(
    ("text", "value", "suggested"),
    [
        ("007", 7, None),
        ("0042", 42, None),
        ("4.50", 4.5, None),
        (".5", 0.5, None),
        ("-42.01", -42.01, None),
        ("(5)", -5, None),
        (" 12 ", 12, None),
        ("1e3", 1000, NumberFormat("SCIENTIFIC", "0.00E+00")),
        ("2,000,000.01", 2000000.01, NumberFormat("NUMBER", "#,##0.00")),
        ("1,234", 1234, NumberFormat("NUMBER", "#,##0")),
        ("50%", 0.5, NumberFormat("PERCENT", "0%")),
        ("12.5%", 0.125, NumberFormat("PERCENT", "0.00%")),
        ("$1,234.50", 1234.5, NumberFormat("CURRENCY", '"$"#,##0.00')),
        ("-$5", -5, NumberFormat("CURRENCY", '"$"#,##0')),
        ("€5.10", 5.1, NumberFormat("CURRENCY", "[$€]#,##0.00")),
        ("TRUE", True, None),
        ("false", False, None),
        ("", "", None),
        ("1e999", "1e999", None),
        ("1,2,3", "1,2,3", None),
        ("12abc", "12abc", None),
        (" padded text ", " padded text ", None),
        ("-", "-", None),
        ("$", "$", None),
        ("(5", "(5", None),
    ],
)
def test_typed_numbers_and_booleans_are_read_as_google_reads_them(
    text: str, value: object, suggested: NumberFormat | None
) -> None:
    result = entered(text, "en_US")
    assert (result.value, type(result.value) is bool) == (value, isinstance(value, bool))
    assert result.number_format == suggested


@pytest.mark.parametrize(
    ("text", "formula"), [("=1+1", "=1+1"), ("+5", "=+5"), (" =A1", "=A1"), ("=IF(A1, 2, 3)", "=IF(A1, 2, 3)")]
)
def test_a_leading_equals_sign_or_plus_makes_a_formula(text: str, formula: str) -> None:
    result = entered(text, "en_US").value
    assert isinstance(result, FormulaText)
    assert result == formula


@pytest.mark.parametrize(("text", "kept"), [("'=1+1", "=1+1"), ("'007", "007"), ("'", ""), ("=", "="), ("+", "+")])
def test_a_leading_apostrophe_makes_a_text(text: str, kept: str) -> None:
    result = entered(text, "en_US")
    assert result == Entered(kept)
    assert not isinstance(result.value, FormulaText)


@pytest.mark.parametrize(
    ("text", "locale", "serial", "suggested"),
    [
        ("2026-01-31", "en_US", 46053, NumberFormat("DATE", "yyyy-mm-dd")),
        ("2026-01-31", "de_DE", 46053, NumberFormat("DATE", "yyyy-mm-dd")),
        ("1/31/2026", "en_US", 46053, NumberFormat("DATE", "m/d/yyyy")),
        ("1/31/26", "en_US", 46053, NumberFormat("DATE", "m/d/yyyy")),
        ("31/01/2026", "en_GB", 46053, NumberFormat("DATE", "dd/mm/yyyy")),
        ("31.01.2026", "de_DE", 46053, NumberFormat("DATE", "dd.mm.yyyy")),
        ("2020-01-01", "en_US", 43831, NumberFormat("DATE", "yyyy-mm-dd")),
        ("Jan 31, 2026", "en_US", 46053, NumberFormat("DATE", "mmm d, yyyy")),
        ("31. Januar 2026", "de_DE", 46053, NumberFormat("DATE", "d mmmm yyyy")),
        ("13:45", "en_US", 0.572916666666667, NumberFormat("TIME", "h:mm")),
        ("09:05:30", "en_US", 0.378819444444444, NumberFormat("TIME", "hh:mm:ss")),
        ("1:45 PM", "en_US", 0.572916666666667, NumberFormat("TIME", "h:mm am/pm")),
        ("12 am", "en_US", 0, NumberFormat("TIME", "h am/pm")),
        ("26:30:00", "en_US", 1.104166666666667, NumberFormat("TIME", "[h]:mm:ss")),
        ("-1:30:00", "en_US", -0.0625, NumberFormat("TIME", "[h]:mm:ss")),
        ("2026-01-31 13:45:00", "en_US", 46053.572916666664, NumberFormat("DATE_TIME", "yyyy-mm-dd h:mm:ss")),
        ("1/31/2026 1:45 PM", "en_US", 46053.572916666664, NumberFormat("DATE_TIME", "m/d/yyyy h:mm am/pm")),
    ],
)
def test_dates_times_and_durations_become_serials(
    text: str, locale: str, serial: float, suggested: NumberFormat
) -> None:
    result = entered(text, locale)
    assert result.value == pytest.approx(serial, abs=1e-9)
    assert result.number_format == suggested


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("31/01/2026", "en_US"),
        ("31.01.2026", "en_US"),
        ("2026-02-30", "en_US"),
        ("0000-01-01", "en_US"),
        ("2026-01-31T10:00:00Z", "en_US"),
        ("13:45 PM", "en_US"),
        ("12:61", "en_US"),
        ("1/2", "en_US"),
        ("Foo 31, 2026", "en_US"),
        ("1.5", "de_DE"),
    ],
)
def test_what_is_no_date_stays_a_text(text: str, locale: str) -> None:
    assert entered(text, locale) == Entered(text)


def test_a_date_without_a_year_takes_the_year_that_is_given() -> None:
    assert entered("1/31", "en_US", 2026).value == 46053
    assert entered("31.1", "de_DE", 2026).value == 46053


@pytest.mark.parametrize(
    ("text", "locale", "value"),
    [
        ("1.234,56", "de_DE", 1234.56),
        ("0,5", "de_DE", 0.5),
        ("1.234", "de_DE", 1234),
        ("12,50 €", "de_DE", 12.5),
        ("1 234,5", "fr_FR", 1234.5),
        ("1\u2019234.50", "de_CH", 1234.5),
    ],
)
def test_numbers_are_read_in_the_locales_own_notation(text: str, locale: str, value: float) -> None:
    assert entered(text, locale).value == value


@pytest.mark.parametrize(
    "text",
    ["2,000,000.01", "50%", "12.50%", "$1,234.50", "1/31/2026", "2026-01-31", "13:45", "1:45 PM", "26:30:00", "42.01"],
)
def test_what_was_typed_shows_as_it_was_typed(text: str) -> None:
    result = entered(text, "en_US")
    assert not isinstance(result.value, str)
    assert shown(result.value, result.number_format, "en_US") == text


@given(st.text(), LOCALES)
def test_any_text_can_be_typed(text: str, locale: str) -> None:
    entered(text, locale)


@given(st.text(alphabet="0123456789.,:/-+$€%()eE' aApPmMJan", max_size=24), LOCALES)
def test_any_text_that_looks_like_a_number_or_a_date_can_be_typed(text: str, locale: str) -> None:
    result = entered(text, locale)
    if not isinstance(result.value, str):
        shown(result.value, result.number_format, locale)
