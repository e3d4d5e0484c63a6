"""What a cell shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.sandbox.google.formats import CellError, NumberFormat, entered, shown

LOCALES = st.sampled_from(["en_US", "en_GB", "de_DE", "fr_FR", "xx"])
MOMENT = 46053.57303240741
"""2026-01-31 13:45:10, a Saturday."""


def as_shown(value: float | str, pattern: str, locale: str = "en_US") -> str:
    return shown(value, NumberFormat("NUMBER", pattern), locale)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.3333333333"),
        (1 / 1024, "0.0009765625"),
        (3.14159265358979, "3.141592654"),
        (7.0, "7"),
        (-7.25, "-7.25"),
        (-0.0, "0"),
        (1000000.0, "1000000"),
        (123456789012345.0, "123456789012345"),
        (1e20, "1E+20"),
        (1.23456789e17, "1.23457E+17"),
        (1e-12, "1E-12"),
        (12345678901.5, "12345678902"),
        (True, "TRUE"),
        (False, "FALSE"),
        ("a text", "a text"),
        (None, ""),
        (CellError("DIVIDE_BY_ZERO", ""), "#DIV/0!"),
        (CellError("N_A", ""), "#N/A"),
        (CellError("NAME", ""), "#NAME?"),
    ],
)
def test_the_automatic_format_shows_the_digits_that_matter(value: float | str | CellError | None, text: str) -> None:
    assert shown(value, None, "en_US") == text


@pytest.mark.parametrize(
    ("value", "pattern", "text"),
    [
        (3.5, "0", "4"),
        (2.5, "0", "3"),
        (-2.5, "0", "-3"),
        (1.005, "0.00", "1.01"),
        (7, "000", "007"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (5, "#,##0.00", "5.00"),
        (0.5, "#.##", ".5"),
        (12, "0.##", "12."),
        (0.256, "0%", "26%"),
        (0.256, "0.0%", "25.6%"),
        (12345, "0.00E+00", "1.23E+04"),
        (0.00012, "0.00E+00", "1.20E-04"),
        (0, "0.00E+00", "0.00E+00"),
        (9.999, "0.00E+00", "1.00E+01"),
        (1500000, '0.0,,"M"', "1.5M"),
        (1234, "0,", "1"),
        (5551234567, "(000) 000-0000", "(555) 123-4567"),
        (1234.5, '"€"#,##0.00', "€1,234.50"),
        (1234.5, "[$€-407] #,##0.00", "€ 1,234.50"),
        (-1234.5, "$#,##0.00", "-$1,234.50"),
        (3, r"0\h", "3h"),
        (3, '0 "hours; all"', "3 hours; all"),
        (-3, "[red]0;[blue](0)", "(3)"),
        (0, '0;-0;"nothing"', "nothing"),
        (5, '[>=3]"many";"few"', "many"),
        (2, '[>=3]"many";"few"', "few"),
        (5, "0;-0;0;@", "5"),
        (1.5, "@", "1.5"),
        (1.5, "General", "1.5"),
        (5, "??0", "  5"),
        (5, '"only words"', "only words"),
    ],
)
def test_numbers_show_in_the_digits_of_their_pattern(value: float, pattern: str, text: str) -> None:
    assert as_shown(value, pattern) == text


@pytest.mark.parametrize(
    ("value", "pattern", "text"),
    [
        (MOMENT, "yyyy-mm-dd", "2026-01-31"),
        (MOMENT, "dd.mm.yyyy", "31.01.2026"),
        (MOMENT, "d/m/yy", "31/1/26"),
        (MOMENT, "m/d/yyyy h:mm:ss", "1/31/2026 13:45:10"),
        (MOMENT, "M/d/yyyy H:mm:ss", "1/31/2026 13:45:10"),
        (MOMENT, "hh:mm", "13:45"),
        (MOMENT, "hh:mm:ss am/pm", "01:45:10 PM"),
        (MOMENT, "h:mm a/p", "1:45 p"),
        (MOMENT, "ddd", "Sat"),
        (MOMENT, "dddd", "Saturday"),
        (MOMENT, "mmm", "Jan"),
        (MOMENT, "mmmm d", "January 31"),
        (MOMENT, "mmmmm", "J"),
        (MOMENT, "mm:ss", "45:10"),
        (MOMENT, 'yyyy"-W"', "2026-W"),
        (0, "yyyy-mm-dd", "1899-12-30"),
        (-1, "yyyy-mm-dd", "1899-12-29"),
        (60, "yyyy-mm-dd", "1900-02-28"),
        (46053 + 86399.999 / 86400, "yyyy-mm-dd hh:mm:ss", "2026-02-01 00:00:00"),
        (46053 + 86399.25 / 86400, "hh:mm:ss.00", "23:59:59.25"),
        (1.104166666666667, "[h]:mm:ss", "26:30:00"),
        (1.104166666666667, "[hh]:mm", "26:30"),
        (0.05, "[hh]:mm", "01:12"),
        (0.25, "[m]", "360"),
        (0.25, "[s]", "21600"),
        (-0.0625, "[h]:mm:ss", "-1:30:00"),
        (8 / 24, "[h]:mm", "8:00"),
    ],
)
def test_dates_times_and_durations_show_as_their_pattern_says(value: float, pattern: str, text: str) -> None:
    assert as_shown(value, pattern) == text


@pytest.mark.parametrize(
    ("kind", "locale", "text"),
    [
        ("DATE", "en_US", "1/31/2026"),
        ("DATE", "en_GB", "31/01/2026"),
        ("DATE", "de_DE", "31.01.2026"),
        ("DATE_TIME", "en_US", "1/31/2026 13:45:10"),
        ("DATE_TIME", "de_DE", "31.01.2026 13:45:10"),
        ("TIME", "en_US", "1:45:10 PM"),
        ("TIME", "de_DE", "13:45:10"),
        ("NUMBER", "de_DE", "46.053,57"),
        ("CURRENCY", "en_US", "$46,053.57"),
        ("CURRENCY", "de_DE", "46.053,57 €"),
        ("PERCENT", "en_US", "4605357.30%"),
        ("SCIENTIFIC", "en_US", "4.61E+04"),
        ("TEXT", "en_US", "46053.57303"),
        ("TEXT", "de-AT", "46053,57303"),
    ],
)
def test_a_format_without_a_pattern_takes_the_locales_own(kind: str, locale: str, text: str) -> None:
    assert shown(MOMENT, NumberFormat(kind), locale) == text


def test_names_of_days_and_months_follow_the_locale() -> None:
    assert as_shown(MOMENT, "dddd, d. mmmm", "de_DE") == "Samstag, 31. Januar"


@pytest.mark.parametrize(
    ("pattern", "text"), [("0.00", "word"), ('0;-0;0;"<"@">"', "<word>"), ('@"!"', "word!"), ("yyyy", "word")]
)
def test_texts_show_as_they_are_unless_a_section_is_made_for_them(pattern: str, text: str) -> None:
    assert as_shown("word", pattern) == text


PATTERNS = st.text(alphabet='0#?.,;%@E+-[]$€"\\_*yYmMdDhHsSaApP/: <>=1x', max_size=20)
NUMBERS = st.floats() | st.integers()


@given(NUMBERS | st.text() | st.booleans() | st.none(), PATTERNS | st.text(max_size=20), LOCALES)
def test_anything_can_be_shown_in_any_pattern(value: float | str | None, pattern: str, locale: str) -> None:
    as_shown(value if value is not None else "", pattern, locale)
    shown(value, None, locale)


@given(st.integers(min_value=-600_000, max_value=2_900_000))
def test_a_day_shown_and_typed_again_is_the_same_day(serial: int) -> None:
    assert entered(as_shown(serial, "yyyy-mm-dd"), "en_US").value == serial


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_a_number_shown_with_enough_digits_is_the_number(value: float) -> None:
    assert float(as_shown(value, "0." + "0" * 40)) == pytest.approx(value, abs=1e-39)
