"""What formulas come to."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.sandbox.google.formulas import Area, Calculator, CellError, FormulaText, Rectangle
from sheetsync.sandbox.google.formulas.functions import FUNCTIONS

Content = str | float | bool | FormulaText | None
NOON = 46053.5
"""2026-01-31 12:00."""


@dataclass
class Sheets:
    """Sheets of `size` rows and columns by title; the first has the id 0. A text beginning with `=` is a formula."""

    tables: dict[str, list[list[Content]]]
    size: tuple[int, int] = (100, 26)
    locale: str = "en_US"
    names: dict[str, Rectangle] = field(default_factory=dict)
    readings: int = 0

    def sheet_id(self, title: str) -> int | None:
        titles = [known.casefold() for known in self.tables]
        return titles.index(title.casefold()) if title.casefold() in titles else None

    def extent(self, sheet_id: int) -> tuple[int, int]:  # noqa: ARG002 -- all sheets are alike
        return self.size

    def content(self, sheet_id: int, row: int, column: int) -> Content:
        self.readings += 1
        table = [*self.tables.values()][sheet_id]
        if row >= len(table) or column >= len(table[row]):
            return None
        found = table[row][column]
        return FormulaText(found) if isinstance(found, str) and found.startswith("=") else found

    def named_range(self, name: str) -> Rectangle | None:
        return self.names.get(name)

    def now(self) -> float:
        return NOON


HOURS: list[list[Content]] = [
    ["Project", "Hours", "Day", "Billable"],
    ["Apollo", 2.0, 46053.0, True],
    ["Borealis", 3.5, 46054.0, False],
    ["apollo", 4.0, 46055.0, True],
    ["Ceres", None, 46056.0, True],
    ["", 0.5, None, None],
]
FIRST_FREE_COLUMN = 10


def value_of(
    formula: str, locale: str = "en_US", row: int = 0, **names: Rectangle
) -> float | str | bool | CellError | None:
    """What a formula comes to in column K of the sheet Hours; `Rates 2026` is a second sheet."""
    table = [[*line] for line in HOURS]
    while len(table) <= row:
        table.append([])
    table[row] += [None] * (FIRST_FREE_COLUMN - len(table[row])) + [formula]
    rates: list[list[Content]] = [["Apollo", 100.0], ["Borealis", 120.0], ["Ceres", "=1/0"]]
    book = Sheets({"Hours": table, "Rates 2026": rates}, locale=locale, names=names)
    return Calculator(book).value(0, row, FIRST_FREE_COLUMN)


def code_of(formula: str) -> str:
    value = value_of(formula)
    assert isinstance(value, CellError), value
    return value.code


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=1+1", 2),
        ("=1/1024", 0.0009765625),
        ("=4/2", 2),
        ("=2+3*4", 14),
        ("=(2+3)*4", 20),
        ("=2^3^2", 64),
        ("=-2^2", 4),
        ("=--3", 3),
        ("=50%", 0.5),
        ("=200*5%", 10),
        ("=10-2-3", 5),
        ('="a"&1&TRUE', "a1TRUE"),
        ('="a"&1/3', "a0.333333333333333"),
        ('="say ""hi"""', 'say "hi"'),
        ('="5"+1', 6),
        ("=TRUE+1", 2),
        ('="Apollo"="apollo"', True),
        ('="a"<"B"', True),
        ('=1<"a"', True),
        ("=1<>1", False),
        ("=1>=1", True),
        ("=Z9=0", True),
        ('=Z9=""', True),
        ("=Z9+1", 1),
        ("=Z9", None),
        ("=b2", 2),
        ("=$B$2", 2),
        ("='Rates 2026'!B1", 100),
        ("=SUM({1,2;3,4})", 10),
        ("= 1 + \n 2", 3),
    ],
)
def test_operators_follow_the_rules_of_google_sheets(formula: str, value: object) -> None:
    result = value_of(formula)
    assert (result, type(result)) == (value, type(float(value)) if type(value) is int else type(value))


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=SUM(B2:B4)", 9.5),
        ("=SUM(B2:B)", 10),
        ("=SUM(B:B)", 10),
        ("=SUM(2:2)", 46055),
        ("=SUM(B2:B4, 1, TRUE)", 11.5),
        ("=COUNT(A:D)", 8),
        ("=COUNTA(A2:A6)", 5),
        ("=COUNTBLANK(A2:B6)", 2),
        ("=COUNTUNIQUE(A2:A4)", 2),
        ("=AVERAGE(B2:B6)", 2.5),
        ("=MIN(B2:B6)", 0.5),
        ("=MAX(B2:B6)", 4),
        ("=MAX(A1:A6)", 0),
        ("=MEDIAN(B2:B4)", 3.5),
        ("=PRODUCT(B2:B4)", 28),
        ("=LARGE(B2:B6, 2)", 3.5),
        ("=SMALL(B2:B6, 1)", 0.5),
        ('=SUMIF(A2:A6, "apollo", B2:B6)', 6),
        ('=SUMIF(B2:B6, ">2")', 7.5),
        ('=SUMIF(A:A, "*o*", B:B)', 9.5),
        ('=SUMIF(A2:A6, "apollo", B2)', 6),
        ('=SUMIF(A98:A100, "", B99)', 0),
        ('=SUMIFS(B2:B6, A2:A6, "apollo", B2:B6, "<3")', 2),
        ('=COUNTIF(A2:A6, "?eres")', 1),
        ('=COUNTIF(A2:A6, "<>apollo")', 3),
        ('=COUNTIF(A2:A6, "<>")', 5),
        ('=COUNTIF(B2:B6, "")', 1),
        ("=COUNTIF(D2:D6, TRUE)", 3),
        ("=COUNTIF(B2:B6, 2)", 1),
        ('=COUNTIF(C2:C6, ">=2026-02-01")', 3),
        ('=COUNTIFS(A2:A6, "apollo", D2:D6, TRUE)', 2),
        ('=AVERAGEIF(A2:A6, "apollo", B2:B6)', 3),
        ('=MAXIFS(B2:B6, A2:A6, "apollo")', 4),
        ("=SUMPRODUCT(B2:B4, C2:C4-46052)", 21),
        ('=SUMPRODUCT((A2:A6="apollo")*(B2:B6>2))', 1),
        ("=SUMPRODUCT(LEN(A2:A4))", 20),
        ("=ARRAYFORMULA(SUM(IF(B2:B4>2, B2:B4, 0)))", 7.5),
        ("=SUBTOTAL(9, B2:B6)", 10),
        ("=SUBTOTAL(109, B2:B6)", 10),
        ("=SUBTOTAL(3, A2:A6)", 5),
    ],
)
def test_aggregates_read_ranges_as_google_sheets_does(formula: str, value: float) -> None:
    assert value_of(formula) == value


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ('=IF(B2>1, "many", "few")', "many"),
        ("=IF(FALSE, 1)", False),
        ("=IF(TRUE, 1, 1/0)", 1),
        ("=IF(FALSE,,5)", 5),
        ('=IFS(B2>9, "a", B2>1, "b")', "b"),
        ('=IFERROR(1/0, "none")', "none"),
        ("=IFERROR(5, 1/0)", 5),
        ("=IFNA(NA(), 7)", 7),
        ('=SWITCH(2, 1, "one", 2, "two", "other")', "two"),
        ('=SWITCH(9, 1, "one", 2, "two", "other")', "other"),
        ('=CHOOSE(2, "a", "b")', "b"),
        ("=AND(TRUE, 1, B2:B4)", True),
        ("=OR(FALSE, 0)", False),
        ("=XOR(TRUE, TRUE)", False),
        ("=NOT(0)", True),
        ("=ISBLANK(Z9)", True),
        ('=ISBLANK("")', False),
        ("=ISNUMBER(B2)", True),
        ("=ISTEXT(A2)", True),
        ("=ISERROR(1/0)", True),
        ("=ISNA(1/0)", False),
        ("=ROUND(2.5)", 3),
        ("=ROUND(-1.005, 2)", -1.01),
        ("=ROUND(1234, -2)", 1200),
        ("=ROUNDUP(1.1)", 2),
        ("=ROUNDDOWN(-1.9)", -1),
        ("=INT(-1.5)", -2),
        ("=MOD(-3, 2)", 1),
        ("=ABS(-3)", 3),
        ("=POWER(2, 10)", 1024),
        ("=SQRT(9)", 3),
        ("=SIGN(-4)", -1),
        ("=CEILING(4.2, 0.1)", 4.2),
        ("=CEILING(7, 5)", 10),
        ("=FLOOR(7.8)", 7),
        ("=N(TRUE)", 1),
        ("=T(5)", ""),
        ("=ROW()", 1),
        ("=COLUMN(C1)", 3),
        ("=ROWS(A2:A6)", 5),
        ("=COLUMNS(A:D)", 4),
        ("=ROWS(A:A)", 100),
    ],
)
def test_logic_and_arithmetic_come_to_what_google_sheets_says(formula: str, value: object) -> None:
    assert value_of(formula) == value


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=VLOOKUP(\"borealis\", 'Rates 2026'!A:B, 2, FALSE)", 120),
        ("=VLOOKUP(46054.5, C2:D5, 1)", 46054),
        ('=VLOOKUP("Bor*", A2:B6, 2, FALSE)', 3.5),
        ('=HLOOKUP("Hours", A1:D3, 3, FALSE)', 3.5),
        ('=XLOOKUP("Ceres", A2:A6, C2:C6)', 46056),
        ('=XLOOKUP("Nobody", A2:A6, B2:B6, "none")', "none"),
        ("=XLOOKUP(3, B2:B4, A2:A4, , -1)", "Apollo"),
        ('=XLOOKUP("apollo", A2:A6, B2:B6, , 0, -1)', 4),
        ("=INDEX(A1:D6, 3, 2)", 3.5),
        ("=INDEX(A1:D1, 2)", "Hours"),
        ("=SUM(INDEX(A2:D6, 0, 2))", 10),
        ('=MATCH("borealis", A2:A6, 0)', 2),
        ("=MATCH(46054.5, C2:C5)", 2),
        ('=INDEX(B2:B6, MATCH("ceres", A2:A6, 0))', None),
    ],
)
def test_lookups_find_what_google_sheets_finds(formula: str, value: object) -> None:
    assert value_of(formula) == value


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ('=TEXT(46053, "yyyy-mm-dd")', "2026-01-31"),
        ('=TEXT(1.5, "[h]:mm")', "36:00"),
        ('=VALUE("1,234.5")', 1234.5),
        ('=LEN("four")', 4),
        ('=LEFT("sheet", 2)&RIGHT("sheet", 2)&MID("sheet", 2, 2)', "shethe"),
        ('=RIGHT("abc", 0)', ""),
        ('=UPPER("a")&LOWER("B")', "Ab"),
        ('=TRIM("  a   b ")', "a b"),
        ('=CONCAT("a", 1)', "a1"),
        ('=CONCATENATE("a", A2:A3)', "aApolloBorealis"),
        ('=JOIN("-", A2:A3, "x")', "Apollo-Borealis-x"),
        ('=TEXTJOIN(", ", TRUE, A5:B6)', "Ceres, 0.5"),
        ('=SUBSTITUTE("a-b-c", "-", "+")', "a+b+c"),
        ('=SUBSTITUTE("a-b-c", "-", "+", 2)', "a-b+c"),
        ('=FIND("B", "abB")', 3),
        ('=SEARCH("B", "abB")', 2),
        ('=HYPERLINK("https://example.org", "here")', "here"),
        ('=REPT("ab", 2)', "abab"),
        ("=DATE(2026, 1, 31)", 46053),
        ("=DATE(2026, 14, 0)", 46053 + 365),
        ("=YEAR(46053)&MONTH(46053)&DAY(46053)", "2026131"),
        ("=HOUR(0.573)&MINUTE(0.573)&SECOND(0.573)", "13457"),
        ("=WEEKDAY(46053)", 7),
        ("=WEEKDAY(46053, 2)", 6),
        ("=TODAY()", 46053),
        ("=NOW()", NOON),
        ("=EOMONTH(46053, 1)", 46081),
        ("=EDATE(46053, 1)", 46081),
        ('=DATEDIF(DATE(2024,2,29), DATE(2026,2,28), "Y")', 1),
        ('=DATEDIF(DATE(2025,12,30), DATE(2026,1,31), "M")', 1),
        ('=DATEDIF(DATE(2025,12,30), DATE(2026,1,31), "MD")', 1),
        ('=DATEDIF(DATE(2025,12,30), DATE(2026,1,31), "D")', 32),
    ],
)
def test_texts_and_dates_come_to_what_google_sheets_says(formula: str, value: object) -> None:
    assert value_of(formula) == value


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("=1/0", "#DIV/0!"),
        ("=AVERAGE(A1:A2)", "#DIV/0!"),
        ('=1+"word"', "#VALUE!"),
        ('=IF("word", 1, 2)', "#VALUE!"),
        ("=NoSuchName", "#NAME?"),
        ("=NOSUCHFUNCTION(1)", "#NAME?"),
        ("=Nowhere!A1", "#REF!"),
        ("=#REF!+1", "#REF!"),
        ("=SUM(Hours!#REF!)", "#REF!"),
        ("=A101", "#REF!"),
        ('=VLOOKUP("nobody", A:B, 2, FALSE)', "#N/A"),
        ('=VLOOKUP("Apollo", A:B, 3, FALSE)', "#REF!"),
        ("=SUM()", "#N/A"),
        ("=SQRT(-1)", "#NUM!"),
        ("=10^400", "#NUM!"),
        ("=1E308*10", "#NUM!"),
        ("=1+", "#ERROR!"),
        ("=SUM(1", "#ERROR!"),
        ("=1 2", "#ERROR!"),
        ("=" + "(" * 500 + "1" + ")" * 500, "#ERROR!"),
        ("=SUM('Rates 2026'!B:B)", "#DIV/0!"),
        ("=COUNTIFS(A2:A6, 1, B2:B5, 1)", "#VALUE!"),
        ('=FIND("x", "abc")', "#VALUE!"),
    ],
)
def test_errors_have_the_code_that_google_sheets_shows(formula: str, code: str) -> None:
    assert code_of(formula) == code


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=SUM(1,5;2)", 3.5),
        ("=SUM(B2;0,5)", 2.5),
        ("={1\\2;3\\4}", 1),
        ('=IF(B2>1;"ja";"nein")', "ja"),
        ('=1,5&""', "1,5"),
    ],
)
def test_locales_with_a_decimal_comma_separate_arguments_by_semicolons(formula: str, value: object) -> None:
    assert value_of(formula, "de_DE") == value


def test_named_ranges_stand_for_their_cells() -> None:
    hours = Rectangle(0, Area(1, None, 1, 2))
    assert value_of("=SUM(Worked)", Worked=hours) == 10


def test_a_range_where_one_value_is_wanted_gives_the_one_beside_the_formula() -> None:
    assert value_of("=B2:B6*2", row=2) == 7
    assert isinstance(value_of("=B2:B6*2", row=0), CellError)


def test_a_subtotal_leaves_out_the_subtotals_above_it() -> None:
    book = Sheets({"Home": [[1.0], [2.0], ["=SUBTOTAL(9, A1:A2)"], [4.0], ["=SUBTOTAL(9, A1:A4)"]]})
    assert Calculator(book).value(0, 4, 0) == 7


def test_cells_that_wait_for_each_other_show_a_circular_reference() -> None:
    book = Sheets({"Home": [["=B1", "=C1+1", "=A1"], ["=A2"], ["=SUM(A1:A4)"], ["=IFERROR(A4, 0)"]]})
    calculator = Calculator(book)
    for row, column in ((0, 0), (0, 1), (0, 2), (1, 0), (2, 0), (3, 0)):
        found = calculator.value(0, row, column)
        assert isinstance(found, CellError)
        assert found.type == "REF"
        assert "Circular" in found.message


def test_a_branch_that_is_not_taken_closes_no_circle() -> None:
    assert Calculator(Sheets({"Home": [["=IF(TRUE, 1, A1)"]]})).value(0, 0, 0) == 1


def test_a_chain_of_ten_thousand_cells_is_calculated() -> None:
    length = 10_000
    table: list[list[Content]] = [[f"=A{row}+1" if row else 1.0] for row in range(length)]
    assert Calculator(Sheets({"Home": table}, size=(length, 1))).value(0, length - 1, 0) == length


def test_a_formula_of_ten_thousand_terms_is_calculated() -> None:
    assert value_of("=1" + "+1" * 9_999) == 10_000


def test_functions_inside_each_other_are_calculated() -> None:
    assert value_of("=" + "IF(B2>1, 1+(" * 20 + "1" + "), 0)" * 20) == 21


def test_a_sum_over_a_hundred_thousand_rows_reads_every_cell_once() -> None:
    rows = 100_000
    table: list[list[Content]] = [[None, 0.25] for _ in range(rows + 1)]
    table[0] = ["=SUM(B2:B)", "Hours"]
    table[1][0] = "=SUM(B2:B)/2"
    book = Sheets({"Home": table}, size=(rows + 1, 2))
    calculator = Calculator(book)
    assert calculator.value(0, 0, 0) == rows / 4
    assert calculator.value(0, 1, 0) == rows / 8
    assert book.readings < rows + 10


def test_values_are_kept_until_they_are_forgotten() -> None:
    table: list[list[Content]] = [[1.0, "=A1*2"]]
    calculator = Calculator(Sheets({"Home": table}))
    assert calculator.value(0, 0, 1) == 2
    table[0][0] = 5.0
    assert calculator.value(0, 0, 1) == 2
    calculator.forget()
    assert calculator.value(0, 0, 1) == 10


WORDS = st.sampled_from(
    [
        *("A1", "B2:B", "1", "2.5", '"x"', "TRUE", "+", "-", "*", "/", "^", "&", "=", "<>", "%", "(", ")", ",", ";"),
        *("SUM(", "IF(", "LEFT(", "DATE(", "INDEX(", "EOMONTH(", "TEXT(", "ROUND(", "{", "}", "1E300", "-1", "MOD("),
        *(
            "MATCH(",
            "SUBTOTAL(",
            "WEEKDAY(",
            "REPT(",
            "CEILING(",
            "SUMPRODUCT(",
            "ARRAYFORMULA(",
            "XLOOKUP(",
            "DATEDIF(",
        ),
    ]
)


@given(st.lists(WORDS, min_size=1, max_size=14))
def test_any_formula_comes_to_a_value_or_an_error(words: list[str]) -> None:
    value_of("=" + "".join(words))


@given(
    st.sampled_from(sorted(FUNCTIONS)),
    st.data(),
)
def test_every_function_takes_any_arguments(name: str, data: st.DataObject) -> None:
    arguments = st.sampled_from(
        [
            "A1",
            "B2:B6",
            "A1:D6",
            "-1",
            "0",
            "2",
            "1E300",
            "-1E300",
            '"x"',
            '"2026-01-31"',
            "TRUE",
            "1/0",
            "",
            "{1,2;3,4}",
        ]
    )
    value_of(f"={name}({','.join(data.draw(st.lists(arguments, max_size=5)))})")
