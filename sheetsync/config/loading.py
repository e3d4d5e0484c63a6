"""From a file to a configuration, or to all of its mistakes at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from collections.abc import Mapping as Variables
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from sheetsync.config import merging, nodes, sentences
from sheetsync.config.filling import fill
from sheetsync.config.model import Config, General, Job, Store
from sheetsync.config.nodes import Listing, Mapping, Node, Place, Scalar
from sheetsync.config.notifying import JOB
from sheetsync.config.secrets import Sources
from sheetsync.config.syntax import without_keys
from sheetsync.config.target import collide, tab
from sheetsync.config.values import sends_in_the_clear
from sheetsync.errors import ConfigurationError, Problem
from sheetsync.windows import window

M = TypeVar("M", bound=BaseModel)
ENVIRONMENT = "SHEETSYNC_CONFIG"
PLACES = (Path("config.yaml"), Path("/etc/sheetsync/config.yaml"))
STATE_FILE = "state.db"

_TOP = frozenset(General.model_fields) | {"clockify", "google", "notify", "defaults", "jobs"}
_JOB = frozenset(Job.model_fields)
_SHORTEST_SECRET = 4


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration, and what it would be wise to change in its file.

    `schedules` is where each job's schedule stands, or the job itself where it has the usual one.
    """

    config: Config
    warnings: tuple[Problem, ...]
    path: Path = Path()
    schedules: Variables[str, Place] = field(default_factory=dict)

    def warning(self, job: str, message: str, todo: str) -> Problem:
        """A warning about when a job runs, at its place in the file."""
        place = self.schedules.get(job, Place(0, 0))
        return Problem(self.path, place.line, place.column, message, todo, warning=True)


def find(environ: Variables[str, str], given: Path | str | None = None) -> Path:
    """The configuration file: the given one, else $SHEETSYNC_CONFIG, else ./config.yaml, else the one under /etc.

    Raises:
        ConfigurationError: none was named, and none is at the usual places.
    """
    named = given or environ.get(ENVIRONMENT)
    if named:
        return Path(named)
    for path in PLACES:
        if _exists(path):
            return path
    looked = " and ".join(str(path.absolute()) for path in PLACES)
    todo = f"Name one with --config PATH or {ENVIRONMENT}, or begin with a copy of config.example.yaml."
    raise ConfigurationError([Problem(PLACES[0], 0, 0, f"no configuration was found; looked for {looked}.", todo)])


def load(path: Path, environ: Variables[str, str], *, secrets: bool = True) -> Loaded:
    """The configuration in a file. `environ` is what `${VARIABLE}` refers to.

    Without `secrets`, those are not looked up: they cannot be revealed, and it does not matter whether they exist.

    Raises:
        ConfigurationError: the file cannot be used, with all problems that were found.
    """
    return _Reading(path, Sources(environ, path.absolute().parent, secrets)).loaded()


class _Reading:
    """One reading of a file, and what was found on the way."""

    def __init__(self, path: Path, sources: Sources) -> None:
        self._path = path
        self._sources = sources
        self._problems: set[Problem] = set()
        self._warnings: set[Problem] = set()
        self._schedules: dict[str, Place] = {}

    def loaded(self) -> Loaded:
        root = fill(self._root(), self._sources, self._report)
        for key, entry in root.entries.items():
            if key not in _TOP:
                self._report(entry.key, *sentences.unknown(key, _TOP))
        general = self._general(root)
        jobs = self._jobs(root)
        for notice in self._sources.notices:
            self._warn(notice.place, notice.message, notice.todo)
        if self._problems or general is None:
            raise ConfigurationError(sorted(self._problems))
        config = Config(**{**dict(general), "state": self._store(general.state)}, jobs=tuple(jobs))
        return Loaded(config, tuple(sorted(self._warnings)), self._path, self._schedules)

    def _report(self, place: Place, message: str, todo: str) -> None:
        message, todo = (without_keys(self._safe(text)) for text in (message, todo))
        self._problems.add(Problem(self._path, place.line, place.column, message, todo))

    def _warn(self, place: Place, message: str, todo: str) -> None:
        message, todo = self._safe(message), self._safe(todo)
        self._warnings.add(Problem(self._path, place.line, place.column, message, todo, warning=True))

    def _safe(self, text: str) -> str:
        """The text without secrets, even if somebody wrote one where a name or a date belongs."""
        for secret in self._sources.seen:
            if len(secret) >= _SHORTEST_SECRET:
                text = text.replace(secret, "…")
        return text

    def _fail(self, message: str, todo: str) -> ConfigurationError:
        return ConfigurationError([Problem(self._path, 0, 0, message, todo)])

    def _root(self) -> Mapping:
        root = nodes.read(self._text(), self._report)
        if self._problems and not isinstance(root, Mapping):
            raise ConfigurationError(sorted(self._problems))
        if root is None or nodes.is_null(root) or (isinstance(root, Scalar) and not root.text):
            raise self._fail("the file is empty.", "Begin with a copy of config.example.yaml.")
        if not isinstance(root, Mapping):
            problem = "the file must hold settings, each as name: value."
            raise ConfigurationError([Problem(self._path, root.place.line, root.place.column, problem, _BEGIN)])
        return root

    def _text(self) -> str:
        try:
            content = self._path.read_bytes()
        except (OSError, ValueError) as error:
            reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "not a path"
            raise self._fail(f"the configuration cannot be read: {reason}.", "Check the path and the owner.") from None
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = content[: error.start]
            line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
            problem = Problem(self._path, line, column, "the file is not written in UTF-8.", "Save it as UTF-8.")
            raise ConfigurationError([problem]) from None

    def _general(self, root: Mapping) -> General | None:
        own = {key: entry for key, entry in root.entries.items() if key in General.model_fields}
        return self._validated(General, Mapping(root.place, own), _TOP)

    def _store(self, given: Store) -> Store:
        if given.database is not None:
            return given
        if given.path is not None:
            return Store(self._sources.path(str(given.path)))
        environ = self._sources.environ
        # systemd sets a list here when a unit has several state directories.
        folder = environ.get("STATE_DIRECTORY", "").split(":")[0]
        home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
        return Store(Path(folder, STATE_FILE) if folder else home / ".local/state/sheetsync" / STATE_FILE)

    def _jobs(self, root: Mapping) -> list[Job]:
        general = merging.general(root)
        defaults = self._defaults(root, general)
        own = list(self._own_jobs(root))
        self._refuse_twins(own)
        found: list[tuple[Job, Mapping]] = []
        for job in own:
            kind = merging.report_of(job, defaults)
            merging.refuse_misfits(job, kind, self._report)
            fitting = merging.inherit(merging.without_misfits(defaults, kind), general)
            tree = merging.inherit(job, fitting)
            made = self._validated(Job, tree, _JOB)
            if made is not None:
                self._look_twice(made, tree)
                found.append((made, tree))
                self._schedules[made.name] = (tree.get("schedule") or tree).place
        self._refuse_collisions(found)
        self._look_for_shared_pings(found)
        return [job for job, _ in found]

    def _defaults(self, root: Mapping, general: Mapping) -> Mapping:
        """The defaults, with their mistakes reported even if no job uses them, as those of the general settings."""
        node = root.get("defaults")
        own = node if isinstance(node, Mapping) else Mapping(root.place, {})
        if not isinstance(node, Mapping | None) and not nodes.is_null(node) and not _broken(node):
            self._report(node.place, "defaults: settings are expected here.", _INDENT)
        if "name" in own.entries:
            place = own.entries["name"].key
            self._report(place, "'name' cannot be a default: each job has its own.", "Move it to the job.")
            own = Mapping(own.place, {key: entry for key, entry in own.entries.items() if key != "name"})
        self._validated(Job, merging.inherit(own, general), _JOB - {"name"}, whole=False)
        return own

    def _own_jobs(self, root: Mapping) -> Iterator[Mapping]:
        node = root.get("jobs")
        if node is None or nodes.is_null(node):
            self._report(
                root.place, "'jobs' is missing.", "Add jobs: and below it at least one job, beginning with - name:"
            )
        elif isinstance(node, Listing) and not node.items:
            self._report(node.place, "jobs: this list is empty.", "Write at least one job.")
        elif isinstance(node, Listing):
            for item in node.items:
                if isinstance(item, Mapping):
                    yield item
                elif not _broken(item):
                    self._report(item.place, "a job is a group of settings.", "Begin it with - name: and its name.")
        elif not _broken(node):
            self._report(node.place, "jobs: a list is expected here.", "Begin each job with - name: and its name.")

    def _refuse_twins(self, jobs: list[Mapping]) -> None:
        first: dict[str, Place] = {}
        for job in jobs:
            name = job.get("name")
            if isinstance(name, Scalar) and not name.broken and not name.is_null:
                known = first.setdefault(name.text.strip(), name.place)
                if known is not name.place:
                    message = f"another job has this name; it stands in line {known.line}."
                    self._report(name.place, message, "Give each job a name of its own.")

    def _refuse_collisions(self, jobs: list[tuple[Job, Mapping]]) -> None:
        tabs: dict[tuple[str, object], list[Job]] = {}
        for job, tree in jobs:
            others = tabs.setdefault(tab(job.target), [])
            for other in others:
                if collide(job.target, other.target):
                    where = tree.get("target") or tree
                    message = f"jobs '{other.name}' and '{job.name}' would write to the same cells."
                    self._report(where.place, message, "Give one of them another worksheet: or range:.")
            others.append(job)

    def _look_for_shared_pings(self, jobs: list[tuple[Job, Mapping]]) -> None:
        first: dict[str, str] = {}
        for job, tree in jobs:
            ping, node = job.notify.ping, tree.get("notify")
            if ping is None or not ping.known or JOB in ping.reveal():
                continue
            other = first.setdefault(ping.reveal(), job.name)
            if other != job.name and isinstance(node, Mapping):
                message = f"jobs '{other}' and '{job.name}' ping the same address: one that works hides one that fails."
                self._warn((node.get("ping") or node).place, message, f"Give each its own, or write {JOB} into it.")

    def _look_twice(self, job: Job, tree: Mapping) -> None:
        """Warns of what works, but is most likely not meant."""
        for message in window.warnings(job.start, job.end):
            self._warn((tree.get("end") or tree).place, message, "")
        addresses = {
            "clockify": {"base_url": job.clockify.base_url, "reports_url": job.clockify.reports_url},
            "google": {"sheets_url": job.google.sheets_url},
        }
        for key, group in addresses.items():
            node = tree.get(key)
            for name, address in group.items():
                if address is not None and sends_in_the_clear(address) and isinstance(node, Mapping):
                    message = f"{key}.{name}: keys would travel unencrypted over http."
                    self._warn((node.get(name) or node).place, message, "Use https, or an address of this machine.")

    def _validated(self, model: type[M], tree: Mapping, known: frozenset[str], *, whole: bool = True) -> M | None:
        """The model of a tree, or None when there are mistakes; with `whole` missing settings are mistakes too."""
        try:
            return model.model_validate(nodes.value(tree))
        except ValidationError as error:
            for found in sentences.findings(error, tree, known):
                if whole or not found.missing:
                    self._report(found.place, found.message, found.todo)
        return None


_BEGIN = "Begin with version: 1, or with a copy of config.example.yaml."
_INDENT = "Indent them by two blanks on the lines below, each as name: value."


def _exists(path: Path) -> bool:
    """Whether there is a file; one in a folder that may not be looked into is for `load` to complain about."""
    try:
        return path.exists()
    except PermissionError:
        return True


def _broken(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.broken
