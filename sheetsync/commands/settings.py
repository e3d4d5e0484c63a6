"""What commands have in common: the options that each of them has, the jobs that are meant, data for programs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import orjson

from sheetsync.config import loading
from sheetsync.config.model import Config, Job, Store
from sheetsync.errors import CommandError, SheetsyncError

DONE, FAILED, WRONG = 0, 1, 2


@dataclass(slots=True)
class Settings:
    """What the global options say; each may stand before the command or after it."""

    config: Path | None = None
    as_json: bool = False
    verbose: bool = False

    @property
    def path(self) -> Path:
        """Where the configuration is.

        Raises:
            ConfigurationError: nowhere.
        """
        return loading.find(os.environ, self.config)

    def load(self, *, secrets: bool = True) -> loading.Loaded:
        """The configuration; its warnings are printed.

        Raises:
            ConfigurationError: it has mistakes.
        """
        loaded = loading.load(self.path, os.environ, secrets=secrets)
        told(loaded.warnings)
        return loaded


def told(problems: Sequence[object]) -> None:
    """Print what is wrong or unwise in the configuration, a line each."""
    for problem in problems:
        click.echo(str(problem), err=True)


def warn(message: str) -> None:
    """Print that something is not as it should be, though the command goes on."""
    from sheetsync import console  # noqa: PLC0415 - few commands need to

    console.warning(message)


def chosen(loaded: loading.Loaded, names: Sequence[str]) -> list[Job]:
    """The jobs of those names, in the order given; all of them when none is named.

    Raises:
        CommandError: there is no such job.
    """
    by_name = {job.name: job for job in loaded.config.jobs}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        raise no_job(loaded.config, unknown)
    return [by_name[name] for name in dict.fromkeys(names)] if names else list(loaded.config.jobs)


def no_job(config: Config, unknown: Sequence[str]) -> CommandError:
    return CommandError(
        f"the configuration has no job called {', '.join(repr(name) for name in unknown)}.",
        f"There are: {', '.join(job.name for job in config.jobs)}.",
    )


def store(settings: Settings, config: Config) -> Store:
    """Where the ledger is. The address of a database is a secret, and looked up for its sake alone."""
    return config.state if config.state.database is None else settings.load().config.state


def print_json(value: Any) -> None:
    """Print data for programs.

    Raises:
        SheetsyncError: it cannot be written where it is to go.
    """
    try:
        click.echo(orjson.dumps(value).decode())
    except BrokenPipeError:
        raise
    except OSError as error:
        raise SheetsyncError(f"the answer cannot be written: {error.strerror}.", "Look at the disk.") from error
