"""Small curves as SVG, drawn here so that the page needs nothing from anywhere. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sheetsync.ledger.records import SUCCESSES, Point, State

_EDGE = 3.0
"""Room for the dot at the end."""
_LEAST_BAR = 1.5
_WIDEST_BAR = 14.0


@dataclass(frozen=True, slots=True)
class Size:
    width: int
    height: int


SMALL = Size(120, 28)
LARGE = Size(640, 110)


def rows(points: Sequence[Point], size: Size = SMALL) -> Markup:
    """The rows of each published table as a line; runs that failed are marks at the bottom."""
    good = [(index, point.rows) for index, point in enumerate(points) if point.state in SUCCESSES]
    if not good:
        return Markup()
    values = [value for _, value in good]
    low, high = min(values), max(values)
    places = [(_x(index, len(points), size), _y(value, low, high, size)) for index, value in good]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    area = f"{places[0][0]:.1f},{size.height} {line} {places[-1][0]:.1f},{size.height}"
    end = f'<circle class="end" cx="{places[-1][0]:.1f}" cy="{places[-1][1]:.1f}" r="2.5"/>'
    failed = [_x(index, len(points), size) for index, point in enumerate(points) if point.state is State.FAILED]
    marks = "".join(
        f'<rect class="failed" x="{x - 1.5:.1f}" y="{size.height - 4}" width="3" height="4"/>' for x in failed
    )
    said = f"Rows of the last {len(points)} runs: between {low:,} and {high:,}, last {values[-1]:,}"
    return _svg("rows", size, said, f'<polygon class="area" points="{area}"/><polyline points="{line}"/>{marks}{end}')


def seconds(points: Sequence[Point], size: Size = SMALL) -> Markup:
    """How long each run took, as bars."""
    if not points:
        return Markup()
    longest = max(point.seconds for point in points) or 1.0
    step = size.width / len(points)
    width = min(step * 0.7, _WIDEST_BAR)
    bars = []
    for index, point in enumerate(points):
        height = max(_LEAST_BAR, (size.height - _EDGE) * point.seconds / longest)
        kind = ' class="failed"' if point.state is State.FAILED else ""
        x, y = index * step + (step - width) / 2, size.height - height
        bars.append(f'<rect{kind} x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>')
    said = f"Seconds of the last {len(points)} runs: at most {longest:.1f}, last {points[-1].seconds:.1f}"
    return _svg("seconds", size, said, "".join(bars))


def _x(index: int, count: int, size: Size) -> float:
    return _EDGE + (size.width - 2 * _EDGE) * (index / (count - 1) if count > 1 else 1.0)


def _y(value: int, low: int, high: int, size: Size) -> float:
    """A table that stays as long as it is lies in the middle; any other fills the height."""
    share = (value - low) / (high - low) if high > low else 0.5
    return size.height - _EDGE - (size.height - 2 * _EDGE) * share


def _svg(kind: str, size: Size, said: str, inside: str) -> Markup:
    """All parts are numbers and words of this module: nothing here needs to be escaped."""
    width, height = size.width, size.height
    return Markup(  # noqa: S704 - see above
        f'<svg class="spark {kind}" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-label="{said}" preserveAspectRatio="none"><title>{said}</title>{inside}</svg>'
    )
