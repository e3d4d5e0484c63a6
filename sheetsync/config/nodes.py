"""YAML as a tree that remembers places: every scalar is the text that stands in the file, and the setting decides its
meaning. So `007`, `1.10`, `6:30`, `NO` and `2021-11-01` are never anything but what one sees.

Of YAML 1.2 the tree takes mappings, lists and scalars. What makes a file hard to read or means different things to
different programs is refused: several documents, anchors, aliases, merge keys, tags, keys that are no text, duplicates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from sheetsync.config import syntax

NULLS = frozenset({"null", "Null", "NULL", "~"})
"""The plain scalars that mean `no value` in YAML 1.2's core schema."""
DEEPEST = 30
_HARMLESS_TAGS = frozenset({None, "!", *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))})
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line and a column of the file, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value of the file.

    Attributes:
        text: what stands there, with variables filled in.
        plain: whether it stands there without quotes.
        written: what stands there, where `text` is something else.
        secret: what it stands for, where that is a secret.
        broken: whether a mistake in it was reported already, so that nothing more is to be said of it.
    """

    place: Place
    text: str
    plain: bool = False
    written: str | None = None
    secret: object = None
    broken: bool = False

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in NULLS


@dataclass(frozen=True, slots=True)
class Listing:
    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A setting: where its key stands, and its value."""

    key: Place
    node: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    place: Place
    entries: dict[str, Entry]

    def get(self, key: str) -> Node | None:
        entry = self.entries.get(key)
        return entry.node if entry is not None else None


Node = Scalar | Listing | Mapping
Report = Callable[[Place, str, str], None]
"""Takes the place of a mistake, what is wrong, and what to do about it."""


def value(node: Node) -> Any:
    """What the models read: texts, lists and dicts, without the settings that are null."""
    if isinstance(node, Scalar):
        return node.text if node.secret is None else node.secret
    if isinstance(node, Listing):
        return [value(item) for item in node.items]
    return {key: value(entry.node) for key, entry in node.entries.items() if not is_null(entry.node)}


def is_null(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.is_null


class _Stopped(Exception):  # noqa: N818 - ends the reading after a mistake that was reported
    """Nothing after this point of the file can be read."""


def read(text: str, report: Report) -> Node | None:
    """The tree of a document; None when there is none, or when it cannot be read. Every mistake goes to `report`."""
    try:
        return _Builder(yaml.parse(text, Loader=_LOADER), report).document()
    except yaml.YAMLError as error:
        mistake = syntax.explain(error, text)
        report(Place(mistake.line, mistake.column), mistake.message, mistake.todo)
    except _Stopped:
        pass
    return None


class _Builder:
    def __init__(self, events: Iterator[yaml.Event], report: Report) -> None:
        self._events = events
        self._report = report

    def document(self) -> Node | None:
        next(self._events)  # the stream's start
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        root = self._node(next(self._events), 0)
        next(self._events)  # the document's end
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            self._report(_place(event), "a second document begins here.", "Remove the --- and keep one document.")
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if depth > DEEPEST:
            self._report(_place(event), "this is nested too deeply.", "Close a bracket, or indent less.")
            raise _Stopped
        if isinstance(event, yaml.AliasEvent):
            self._report(_place(event), "an alias (*) cannot be used here.", _NO_ANCHORS)
            return Scalar(_place(event), "", broken=True)
        if isinstance(event, yaml.NodeEvent):
            self._refuse_properties(event)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(_place(event), event.value, event.style not in {"'", '"', "|", ">"})
        if isinstance(event, yaml.SequenceStartEvent):
            return Listing(_place(event), tuple(self._items(depth)))
        return self._mapping(event, depth)

    def _refuse_properties(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            self._report(_place(event), "an anchor (&) cannot be used here.", _NO_ANCHORS)
        if getattr(event, "tag", None) not in _HARMLESS_TAGS:
            todo = "Write the value without it; in front of a text that begins with ! put a quote."
            self._report(_place(event), "a tag (!) cannot be used here.", todo)

    def _items(self, depth: int) -> Iterator[Node]:
        for event in iter(lambda: next(self._events), None):
            if isinstance(event, yaml.SequenceEndEvent):
                return
            item = self._node(event, depth + 1)
            if isinstance(item, Scalar) and item.plain and (item.is_null or not item.text) and not item.broken:
                self._report(item.place, "an entry of this list is empty.", "Write a value, or remove the entry.")
                item = Scalar(item.place, "", broken=True)
            yield item

    def _mapping(self, start: yaml.Event, depth: int) -> Node:
        entries: dict[str, Entry] = {}
        for event in iter(lambda: next(self._events), None):
            if isinstance(event, yaml.MappingEndEvent):
                break
            if isinstance(event, yaml.CollectionStartEvent):
                return self._without_name(_place(start), event)
            key = self._node(event, depth + 1)
            node = self._node(next(self._events), depth + 1)
            if isinstance(key, Scalar):
                self._add(entries, key, node)
        return Mapping(_place(start), entries)

    def _add(self, entries: dict[str, Entry], key: Scalar, node: Node) -> None:
        first = entries.get(key.text)
        if key.broken:
            return
        if key.text == "<<" and key.plain:
            self._report(key.place, "a merge key (<<) cannot be used here.", _NO_ANCHORS)
        elif first is not None:
            message = f"{syntax.setting(key.text)} stands twice; the first is in line {first.key.line}."
            self._report(key.place, message, "Keep one of the two.")
        elif isinstance(node, Scalar) and node.plain and not node.text and not node.broken:
            self._report(key.place, *syntax.no_value(key.text))
            if ":" not in key.text:
                entries[key.text] = Entry(key.place, Scalar(node.place, "", broken=True))
        else:
            entries[key.text] = Entry(key.place, node)

    def _without_name(self, place: Place, key: yaml.CollectionStartEvent) -> Node:
        """Passes over a mapping with a list or a mapping for a name, as a macro without quotes is: `{{today}}`."""
        if isinstance(key, yaml.MappingStartEvent):
            self._report(place, *syntax.MACRO)
        else:
            self._report(place, "the name of a setting must be a text.", "Write name: value.")
        depth = 2
        for event in self._events:
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth == 0:
                break
        return Scalar(place, "", broken=True)


_NO_ANCHORS = "Repeat the value; what jobs share can stand once under defaults:."


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    assert mark is not None  # noqa: S101 - events of a parser have marks
    return Place(mark.line + 1, mark.column + 1)
