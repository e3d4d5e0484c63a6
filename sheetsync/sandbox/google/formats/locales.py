"""How spreadsheets of each locale write numbers, dates and money.

The default patterns follow those that Google Sheets offers for the locale; a locale that is not listed takes those of
another one of its language, else those of en_US. Months and days that are not listed are English.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

DEFAULT_LOCALE = "en_US"

DateOrder = Literal["mdy", "dmy", "ymd"]

ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Locale:
    """One locale's habits. Patterns are written as the API takes them, with `.` and `,` whatever the locale shows.

    Attributes:
        decimal, group: the characters between whole and fraction, and between thousands.
        order: the order of day, month and year in a date of digits.
        date: the default date pattern.
        currency: the default currency pattern.
        symbol: the currency's sign.
        months, days: full names, from January and from Monday.
        short_day: how many letters a short weekday has; a short month has three.
    """

    decimal: str = "."
    group: str = ","
    order: DateOrder = "mdy"
    date: str = "m/d/yyyy"
    time: str = "h:mm:ss am/pm"
    currency: str = '"$"#,##0.00'
    symbol: str = "$"
    months: tuple[str, ...] = ENGLISH_MONTHS
    days: tuple[str, ...] = ENGLISH_DAYS
    short_day: int = 3

    @property
    def decimal_comma(self) -> bool:
        return self.decimal == ","

    @property
    def date_time(self) -> str:
        """The default pattern of a date with a time, which counts 24 hours in every locale."""
        return f"{self.date} {self.time.removesuffix(' am/pm')}"

    @property
    def money(self) -> str:
        """The currency pattern without cents."""
        return self.currency.replace(".00", "")


US = Locale()
BRITISH = Locale(order="dmy", date="dd/mm/yyyy", time="hh:mm:ss", currency='"£"#,##0.00', symbol="£")
EUROPEAN = Locale(
    decimal=",",
    group=".",
    order="dmy",
    date="dd.mm.yyyy",
    time="hh:mm:ss",
    currency='#,##0.00 "€"',
    symbol="€",
)
GERMAN = replace(
    EUROPEAN,
    months=(
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
    days=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    short_day=2,
)
FRENCH = replace(
    GERMAN,
    group="\u202f",
    date="dd/mm/yyyy",
    months=(
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    days=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    short_day=3,
)
SPANISH = replace(
    FRENCH,
    group=".",
    date="d/m/yyyy",
    months=(
        *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
        *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
    days=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
)
ITALIAN = replace(
    SPANISH,
    date="dd/mm/yyyy",
    months=(
        *("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno"),
        *("luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"),
    ),
    days=("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
)
DUTCH = replace(
    GERMAN,
    date="d-m-yyyy",
    currency='"€" #,##0.00',
    months=(
        *("januari", "februari", "maart", "april", "mei", "juni"),
        *("juli", "augustus", "september", "oktober", "november", "december"),
    ),
    days=("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
)
PORTUGUESE = replace(
    ITALIAN,
    months=(
        *("janeiro", "fevereiro", "março", "abril", "maio", "junho"),
        *("julho", "agosto", "setembro", "outubro", "novembro", "dezembro"),
    ),
    days=("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"),
)

LOCALES = {
    "en_US": US,
    "en_GB": BRITISH,
    "en_IE": replace(BRITISH, currency='"€"#,##0.00', symbol="€"),
    "en_AU": replace(BRITISH, date="d/mm/yyyy", currency='"$"#,##0.00', symbol="$"),
    "en_NZ": replace(BRITISH, date="d/mm/yyyy", currency='"$"#,##0.00', symbol="$"),
    "en_IN": replace(BRITISH, currency='"₹"#,##0.00', symbol="₹"),
    "en_CA": replace(US, order="ymd", date="yyyy-mm-dd"),
    "de_DE": GERMAN,
    "de_AT": GERMAN,
    "de_CH": replace(GERMAN, decimal=".", group="\u2019", currency='"CHF" #,##0.00', symbol="CHF"),
    "fr_FR": FRENCH,
    "fr_CA": replace(FRENCH, order="ymd", date="yyyy-mm-dd", currency='#,##0.00 "$"', symbol="$"),
    "es_ES": SPANISH,
    "es_MX": replace(SPANISH, decimal=".", group=",", currency='"$"#,##0.00', symbol="$"),
    "it_IT": ITALIAN,
    "nl_NL": DUTCH,
    "pt_PT": PORTUGUESE,
    "pt_BR": replace(PORTUGUESE, currency='"R$ "#,##0.00', symbol="R$"),
    "pl_PL": replace(EUROPEAN, group="\u00a0", currency='#,##0.00 "zł"', symbol="zł"),
    "sv_SE": replace(EUROPEAN, group="\u00a0", order="ymd", date="yyyy-mm-dd", currency='#,##0.00 "kr"', symbol="kr"),
    "da_DK": replace(EUROPEAN, currency='#,##0.00 "kr."', symbol="kr."),
    "ja_JP": replace(US, order="ymd", date="yyyy/mm/dd", time="h:mm:ss", currency='"¥"#,##0', symbol="¥"),
    "zh_CN": replace(US, order="ymd", date="yyyy/m/d", time="h:mm:ss", currency='"¥"#,##0.00', symbol="¥"),
}


@cache
def known_locale(name: str) -> Locale:
    """The locale of that name (`de_DE`, `de-DE` and `de` alike), else its language's, else en_US. Never raises."""
    wanted = name.replace("-", "_")
    if wanted in LOCALES:
        return LOCALES[wanted]
    language = wanted.partition("_")[0].lower()
    return next((found for listed, found in LOCALES.items() if listed.startswith(f"{language}_")), US)
