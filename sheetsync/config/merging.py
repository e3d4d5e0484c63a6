"""What applies to a job: its own settings, then the defaults, then those of the whole file. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from sheetsync.clockify.query import Report
from sheetsync.config.nodes import Entry, Mapping, Node, Place, Scalar, is_null
from sheetsync.config.nodes import Report as Reporter

GENERAL = ("time_zone", "week_start", "clockify", "google", "notify")
"""Settings of the whole file that a job may change for itself."""
MERGED = frozenset({"target", "filters", "clockify", "google", "notify"})
"""Groups whose settings are inherited one by one; of any other setting the nearest is taken whole."""
ADDRESSES = frozenset({"host", "base_url", "reports_url"})
"""They say the same thing, where Clockify is; so one of them hides all that would be inherited."""

_OF_TIME = frozenset({Report.DETAILED, Report.SUMMARY, Report.WEEKLY})
FITS = {
    "group_by": frozenset({Report.SUMMARY, Report.WEEKLY}),
    "one_row_per": frozenset({Report.WEEKLY}),
    "amounts": _OF_TIME,
    "rounding": _OF_TIME,
    "filters.tags": _OF_TIME,
}
"""Settings that only some reports have (by the report requests' schemas in docs.clockify.me), and which."""


def general(root: Mapping) -> Mapping:
    """Of a whole file's settings those that jobs inherit; the groups are there even when the file leaves them out."""
    entries = {key: root.entries[key] for key in GENERAL if key in root.entries}
    for key in ("clockify", "google", "notify"):
        if key not in entries or is_null(entries[key].node):
            entries[key] = Entry(root.place, Mapping(root.place, {}))
    return Mapping(root.place, entries)


def inherit(own: Mapping, inherited: Mapping) -> Mapping:
    """`own` settings over `inherited` ones. A group has the place of what it is missing from: the own one's."""
    entries = dict(inherited.entries)
    for key, entry in own.entries.items():
        below = inherited.get(key)
        if key in MERGED and isinstance(entry.node, Mapping) and isinstance(below, Mapping):
            entries[key] = Entry(entry.key, _group(key, entry.node, below))
        elif key in GENERAL and is_null(entry.node) and below is not None:
            continue
        else:
            entries[key] = entry
    for key in MERGED - own.entries.keys():
        below = inherited.get(key)
        if isinstance(below, Mapping):
            entries[key] = Entry(entries[key].key, Mapping(own.place, below.entries))
    return Mapping(own.place, entries)


def _group(key: str, own: Mapping, inherited: Mapping) -> Mapping:
    hidden = ADDRESSES if key == "clockify" and ADDRESSES & own.entries.keys() else frozenset()
    kept = {name: entry for name, entry in inherited.entries.items() if name not in hidden}
    return Mapping(own.place, {**kept, **own.entries})


def report_of(*groups: Mapping) -> Report | None:
    """The report that the first of the groups with one names; None when it is missing or not known."""
    for group in groups:
        node = group.get("report")
        if node is not None:
            return next((kind for kind in Report if isinstance(node, Scalar) and node.text.lower() == kind), None)
    return None


def refuse_misfits(own: Mapping, kind: Report | None, report: Reporter) -> None:
    """Says of a job's own settings which of them its report does not have."""
    for name, place in _misfits(own, kind):
        kinds = " and ".join(", ".join(known for known in Report if known in FITS[name]).rsplit(", ", 1))
        message = f"'{name}' does not go with report: {kind}; it is for {kinds} reports."
        report(place, message, "Remove it, or choose another report.")


def without_misfits(defaults: Mapping, kind: Report | None) -> Mapping:
    """The defaults that a report of this kind has; the others are for other jobs."""
    dropped = {name for name, _ in _misfits(defaults, kind)}
    if not dropped:
        return defaults
    entries: dict[str, Entry] = {}
    for key, entry in defaults.entries.items():
        node: Node = entry.node
        if isinstance(node, Mapping):
            node = Mapping(
                node.place, {name: below for name, below in node.entries.items() if f"{key}.{name}" not in dropped}
            )
        if key not in dropped:
            entries[key] = Entry(entry.key, node)
    return Mapping(defaults.place, entries)


def _misfits(group: Mapping, kind: Report | None) -> Iterator[tuple[str, Place]]:
    for name, kinds in FITS.items():
        outer, _, inner = name.partition(".")
        entry = group.entries.get(outer)
        if inner and entry is not None:
            entry = entry.node.entries.get(inner) if isinstance(entry.node, Mapping) else None
        if kind is not None and kind not in kinds and entry is not None and not is_null(entry.node):
            yield name, entry.key
