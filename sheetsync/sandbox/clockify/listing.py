"""Lists of the regular API: query parameters, pages, the header Last-Page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sheetsync.sandbox.clockify.problems import Refusal, bad_parameter
from sheetsync.sandbox.clockify.routing import Reply
from sheetsync.sandbox.clockify.selection import page_of, pages_in

DEFAULT_SIZE, LARGEST_SIZE = 50, 5000
BOOLEANS = {"true": True, "on": True, "yes": True, "1": True, "false": False, "off": False, "no": False, "0": False}
DIGITS_OF_INT = 10


def boolean(query: Mapping[str, str], name: str) -> bool | None:
    """A parameter that is true, false or absent.

    Raises:
        Refusal: 400, code 3000, with the value in its message (seen).
    """
    text = query.get(name)
    if not text:
        return None
    if text.lower() not in BOOLEANS:
        raise bad_parameter(name, "java.lang.Boolean", text)
    return BOOLEANS[text.lower()]


def integer(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name)
    if not text:
        return None
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= DIGITS_OF_INT):
        raise bad_parameter(name, "int", text)
    return int(text)


def paged(rows: Sequence[Any], query: Mapping[str, str]) -> tuple[Sequence[Any], dict[str, str]]:
    """One page and its header; page 0 is page 1, at most 5,000 rows (public help pages and tickets).

    Raises:
        Refusal: 400 for a size below 1 or above 5,000.
    """
    page, size = integer(query, "page"), integer(query, "page-size")
    size = DEFAULT_SIZE if size is None else size
    if not 1 <= size <= LARGEST_SIZE:
        raise Refusal(400, f"Page size must be between 1 and {LARGEST_SIZE}")
    page = max(page or 1, 1)
    last = page >= pages_in(len(rows), size)
    return page_of(list(rows), page, size), {"Last-Page": "true" if last else "false"}


def reply(rows: Sequence[Any], query: Mapping[str, str]) -> Reply:
    shown, headers = paged(rows, query)
    return Reply(list(shown), headers=headers)


def by_name(rows: Iterable[dict[str, Any]], query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Those whose name holds, or with strict-name-search is, the `name` of the query; without regard to case."""
    wanted, strict = query.get("name", "").casefold(), boolean(query, "strict-name-search")
    if not wanted:
        return list(rows)
    return [row for row in rows if (row["name"].casefold() == wanted if strict else wanted in row["name"].casefold())]


def by_archived(rows: Iterable[dict[str, Any]], query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Without the parameter both, the archived and the others (seen; the documentation says otherwise)."""
    wanted = boolean(query, "archived")
    return [row for row in rows if wanted is None or row["archived"] == wanted]


def in_order(rows: Iterable[dict[str, Any]], query: Mapping[str, str]) -> list[dict[str, Any]]:
    """By name, or by id where sort-column says so; ascending unless sort-order says otherwise."""
    column = "id" if query.get("sort-column", "").upper() == "ID" else "name"
    descending = query.get("sort-order", "").upper() == "DESCENDING"
    return sorted(rows, key=lambda row: (str(row[column]).casefold(), row["id"]), reverse=descending)
