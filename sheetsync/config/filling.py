"""Variables and secrets, filled into the tree of a configuration."""

from __future__ import annotations

from dataclasses import replace

from sheetsync.config.nodes import Entry, Listing, Mapping, Node, Report, Scalar
from sheetsync.config.secrets import LookupMistake, Secret, Sources

SECRETS = frozenset({"api_key", "credentials", "token"})
ADDRESSES = frozenset({"urls", "ping"})
"""Addresses of which a part is a secret."""
STATE = "state"


def fill(root: Mapping, sources: Sources, report: Report) -> Mapping:
    """The tree with its texts filled in and its secrets looked up. What cannot be found is reported and broken."""
    entries = {key: Entry(entry.key, _node(entry.node, key, sources, report)) for key, entry in root.entries.items()}
    if isinstance(state := root.get(STATE), Scalar):
        entries[STATE] = Entry(entries[STATE].key, _scalar(state, STATE, sources, report))
    return Mapping(root.place, entries)


def _node(node: Node, key: str, sources: Sources, report: Report) -> Node:
    if isinstance(node, Scalar):
        return node if key == STATE else _scalar(node, key, sources, report)
    if isinstance(node, Listing):
        return Listing(
            node.place, tuple(_node(item, key if key in ADDRESSES else "", sources, report) for item in node.items)
        )
    return Mapping(
        node.place,
        {key: Entry(entry.key, _node(entry.node, key, sources, report)) for key, entry in node.entries.items()},
    )


def _scalar(node: Scalar, key: str, sources: Sources, report: Report) -> Scalar:
    if node.broken or node.is_null or not (key in SECRETS or key in ADDRESSES or key == STATE or "${" in node.text):
        return node
    try:
        if key in SECRETS:
            return replace(node, secret=sources.secret(node.text, node.place))
        if key in ADDRESSES:
            return replace(node, secret=sources.address(node.text, node.place))
        found = sources.database(node.text, node.place) if key == STATE else sources.fill(node.text)
    except LookupMistake as mistake:
        report(node.place, mistake.message, mistake.todo)
        return replace(node, broken=True)
    if isinstance(found, Secret):
        return replace(node, secret=found)
    return replace(node, text=found, written=node.text, plain=node.plain and found == node.text)
