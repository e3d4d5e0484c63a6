"""The commands: their options and their help. What they do stands in `sheetsync.commands`.

Each command imports what it calls, so that none waits for what it does not use.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from sheetsync import __version__, starting
from sheetsync.commands import settings as common
from sheetsync.commands.settings import DONE, FAILED, Settings

if TYPE_CHECKING:
    from sheetsync.ledger import State

P = ParamSpec("P")
R = TypeVar("R")


def _set(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    settings: Settings = context.ensure_object(Settings)
    if value is None or value is False:
        return value
    if parameter.name == "config":
        settings.config = value
    elif parameter.name == "format":
        settings.as_json = value == "json"
    else:
        settings.verbose = True
    return value


def global_options(command: Callable[P, R]) -> Callable[P, R]:
    """The options that every command has."""
    for option in (
        click.option(
            "-v", "--verbose", is_flag=True, expose_value=False, callback=_set, help="Say more when it fails."
        ),
        click.option(
            "--format",
            type=click.Choice(["text", "json"]),
            expose_value=False,
            callback=_set,
            help="How data is printed. Default: text.",
        ),
        click.option(
            "--config",
            type=click.Path(dir_okay=False, path_type=Path),
            expose_value=False,
            callback=_set,
            help="The configuration. Default: $SHEETSYNC_CONFIG, ./config.yaml, /etc/sheetsync/config.yaml.",
        ),
    ):
        command = option(command)
    return command


def with_settings(command: Callable[..., R]) -> Callable[..., R]:
    """Gives a command its settings, after all options were read."""

    @global_options
    @click.pass_context
    @wraps(command)
    def wrapped(context: click.Context, *args: Any, **kwargs: Any) -> R:
        return command(context.ensure_object(Settings), *args, **kwargs)

    return wrapped


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sheetsync")
@global_options
def cli() -> None:
    """Keeps Google Sheets filled with Clockify reports."""


def _state(_context: click.Context, _parameter: click.Parameter, value: str | None) -> State | None:
    from sheetsync.ledger import State

    try:
        return None if value is None else State(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not one of {', '.join(State)}.") from None


@cli.command("demo")
@click.option("--exit", "leave", is_flag=True, help="End after the first syncs instead of staying.")
@click.option(
    "--directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("sheetsync-demo"),
    show_default=True,
    help="Where the demo's configuration and key are written.",
)
@with_settings
def demo_command(settings: Settings, directory: Path, *, leave: bool) -> None:
    """Show it all without any account: local stand-ins for Clockify and Google, sample jobs, a sync of each."""
    from sheetsync import demo

    sys.exit(DONE if demo.run(directory, stay=not leave, quiet=settings.as_json) else FAILED)


@cli.command("check")
@click.option("--online", is_flag=True, help="Also try keys, workspaces, spreadsheets and rights.")
@with_settings
def check_command(settings: Settings, *, online: bool) -> None:
    """Check the configuration and name every mistake at once."""
    from sheetsync.commands import check

    sys.exit(check.run(settings, online=online))


@cli.command("plan")
@click.argument("jobs", nargs=-1)
@click.option("--at", help="The moment to plan for (ISO date-time, in each job's zone). Default: now.")
@with_settings
def plan_command(settings: Settings, jobs: tuple[str, ...], at: str | None) -> None:
    """Show each job's window, the requests that it costs, its target and its next slots. Uses no network."""
    from sheetsync.commands import plan

    plan.run(settings, jobs, at)


@cli.command("preview")
@click.argument("job")
@click.option("--rows", type=click.IntRange(min=1), default=20, show_default=True, help="How many rows to show.")
@with_settings
def preview_command(settings: Settings, job: str, rows: int) -> None:
    """Fetch a job's report and show its table. Writes nothing."""
    from sheetsync.commands import preview

    preview.run(settings, job, rows)


@cli.command("run")
@click.argument("jobs", nargs=-1)
@click.option("--start", help="Take this start instead of the job's own.")
@click.option("--end", help="Take this end instead of the job's own.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@with_settings
def run_command(
    settings: Settings, jobs: tuple[str, ...], start: str | None, end: str | None, *, dry_run: bool
) -> None:
    """Run jobs now: the named ones, or all."""
    loaded, now = settings.load(), datetime.now(UTC)
    chosen = common.chosen(loaded, jobs)
    if start is not None or end is not None:
        for job in chosen:
            job.window(now, start, end)
    with starting.importing():
        from sheetsync import accounts

        # Google takes as long to sign somebody in as it takes to import the rest.
        accounts.sign_in_meanwhile(chosen[: loaded.config.parallel])
        from sheetsync.commands import run
        from sheetsync.run import Order

    orders = [Order(job, now, start, end, dry_run) for job in chosen]
    sys.exit(run.run(settings, loaded.config, orders))


@cli.command("serve")
@with_settings
def serve_command(settings: Settings) -> None:
    """Run the daemon: each job at its times, until SIGTERM or Ctrl-C. SIGHUP has the configuration read again."""
    from sheetsync import serve

    serve.serve(settings.path, os.environ)


@cli.command("history")
@click.argument("job", required=False)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many, newest first.")
@click.option("--state", callback=_state, help="Those that ended this way alone, such as failed.")
@with_settings
def history_command(settings: Settings, job: str | None, limit: int, state: State | None) -> None:
    """Show what ran, and which slots did not: of one job, or of all."""
    from sheetsync.commands import history

    history.run(settings, job, limit, state)


@cli.command("status")
@with_settings
def status_command(settings: Settings) -> None:
    """Show each job's next slots, how its last run ended, and what is left of the quotas."""
    from sheetsync.commands import status

    status.run(settings)


@cli.command("notify")
@click.argument("jobs", nargs=-1)
@click.option("--test", "really", is_flag=True, required=True, help="Send a test message.")
@with_settings
def notify_command(settings: Settings, jobs: tuple[str, ...], *, really: bool) -> None:  # noqa: ARG001 - asked for only
    """Send a test message to everybody who is told when jobs fail: the named jobs, or all."""
    from sheetsync.commands import notify

    sys.exit(notify.run(settings, jobs))


@cli.command("schema")
@with_settings
def schema_command(_: Settings) -> None:
    """Print the JSON Schema of the configuration, for editors."""
    from sheetsync.config import schema

    common.print_json(schema.schema())


@cli.command("sandbox")
@click.option("--port-clockify", type=click.IntRange(0, 65535), default=0, help="Default: a free one.")
@click.option("--port-google", type=click.IntRange(0, 65535), default=0, help="Default: a free one.")
@click.option("--entries", type=click.IntRange(min=0), help="How many time entries the sample company has.")
@with_settings
def sandbox_command(settings: Settings, port_clockify: int, port_google: int, entries: int | None) -> None:
    """Run the stand-ins for Clockify and Google alone, until SIGTERM or Ctrl-C."""
    from sheetsync import standin

    standin.serve(port_clockify, port_google, entries, as_json=settings.as_json)
