"""Page numbers and sizes of reports: counted from 1, 50 by default, at most 1,000 (public help pages)."""

from __future__ import annotations

from sheetsync.sandbox.clockify.problems import invalid
from sheetsync.sandbox.clockify.switches import Switches

DEFAULT_SIZE, LARGEST_SIZE = 50, 1000


def page_and_size(
    page: int | None, size: int | None, switches: Switches, largest: int = LARGEST_SIZE
) -> tuple[int, int]:
    """What a request asks for.

    Raises:
        Refusal: 400 for a page below 1 or a size outside 1 to `largest`, as the switches say.
    """
    page, size = 1 if page is None else page, DEFAULT_SIZE if size is None else size
    if page < 1:
        if switches.page_zero == "refuse":
            raise invalid("page")
        page = 1
    if size < 1:
        raise invalid("pageSize")
    if size > largest:
        if switches.large_page == "refuse":
            raise invalid("pageSize")
        size = largest
    return page, size
