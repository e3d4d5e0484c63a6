"""The commands. What they do stands in the modules that they call.

What `run` does not need is imported by the commands that do: a run of ten rows would spend most of its time on it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import click
import orjson

from sheetsync import __version__, budgeting, console, recording
from sheetsync.clockify.directory import Plan
from sheetsync.config import loading
from sheetsync.config.model import Config, Job, Store
from sheetsync.deadline import Deadline
from sheetsync.errors import CommandError, ConfigurationError, Problem
from sheetsync.jobs import plan_of, window_of
from sheetsync.ledger import SUCCESSES, Ledger, State
from sheetsync.run import Common, Order, Outcome, Runner, Status, as_json

P = ParamSpec("P")
R = TypeVar("R")

DONE, FAILED, WRONG = 0, 1, 2


@dataclass(slots=True)
class Settings:
    """What the global options say; each may stand before the command or after it."""

    config: Path | None = None
    as_json: bool = False
    verbose: bool = False

    def load(self, *, secrets: bool = True) -> loading.Loaded:
        """The configuration; its warnings are printed.

        Raises:
            ConfigurationError: it has mistakes.
        """
        loaded = loading.load(loading.find(os.environ, self.config), os.environ, secrets=secrets)
        console.problems(loaded.warnings)
        return loaded


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
    from sheetsync import demo  # noqa: PLC0415 - see above

    sys.exit(DONE if demo.run(directory, stay=not leave, quiet=settings.as_json) else FAILED)


@cli.command("check")
@click.option("--online", is_flag=True, help="Also try keys, workspaces, spreadsheets and rights.")
@with_settings
def check_command(settings: Settings, *, online: bool) -> None:
    """Check the configuration and name every mistake at once."""
    from sheetsync import checking, shortages  # noqa: PLC0415 - see above

    path = loading.find(os.environ, settings.config)
    try:
        loaded = loading.load(path, os.environ)
    except ConfigurationError as error:
        if settings.as_json:
            _print_json([checking.problem_as_json(problem) for problem in error.problems])
            sys.exit(WRONG)
        raise
    if not online:
        _checked(settings, loaded, path)
        return
    console.problems(loaded.warnings)
    now = datetime.now(UTC)
    with (
        console.listener() as progress,
        budgeting.opened(loaded.config.state, console.warning, anew=True) as (directory, budgets),
    ):
        orders = [Order(job, now) for job in loaded.config.jobs]
        findings = checking.online(orders, progress, directory, budgets)
        short = _short(loaded, now, shortages.plans(directory))
    console.problems(short)
    if settings.as_json:
        _print_json([checking.finding_as_json(finding) for finding in findings])
    else:
        console.findings(findings)
    sys.exit(DONE if all(finding.ok for finding in findings) else FAILED)


def _checked(settings: Settings, loaded: loading.Loaded, path: Path) -> None:
    from sheetsync import checking, shortages  # noqa: PLC0415 - see above

    with budgeting.remembered(loaded.config.state) as directory:
        warnings = [*loaded.warnings, *_short(loaded, datetime.now(UTC), shortages.plans(directory))]
    if settings.as_json:
        _print_json([checking.problem_as_json(problem) for problem in warnings])
        return
    console.problems(warnings)
    jobs = len(loaded.config.jobs)
    click.echo(f"{path}: {jobs} job{'s' if jobs != 1 else ''}, no mistakes.")


@cli.command("plan")
@click.argument("jobs", nargs=-1)
@click.option("--at", help="The moment to plan for (ISO date-time, in each job's zone). Default: now.")
@with_settings
def plan_command(settings: Settings, jobs: tuple[str, ...], at: str | None) -> None:
    """Show each job's window, the requests that it costs, its target and its next slots. Uses no network."""
    from sheetsync import planning  # noqa: PLC0415 - see above

    loaded = settings.load(secrets=False)
    chosen = _chosen(loaded, jobs)
    plans = [planning.plan(job, planning.moment(at, job.zone)) for job in chosen]
    console.problems(_short(loaded, planning.moment(at, ZoneInfo(loaded.config.time_zone))))
    if settings.as_json:
        _print_json([planning.as_json(plan) for plan in plans])
    else:
        console.plans([planning.as_text(plan) for plan in plans])


@cli.command("preview")
@click.argument("job")
@click.option("--rows", type=click.IntRange(min=1), default=20, show_default=True, help="How many rows to show.")
@with_settings
def preview_command(settings: Settings, job: str, rows: int) -> None:
    """Fetch a job's report and show its table. Writes nothing."""
    loaded = settings.load()
    (chosen,) = _chosen(loaded, [job])
    outcome = Outcome(chosen.name)
    with console.listener() as progress, budgeting.opened(loaded.config.state, console.warning) as (directory, budgets):
        progress.began(chosen.name)
        runner = Runner(progress, Common(directory, budgets=budgets))
        table = runner.fetch(Order(chosen, datetime.now(UTC)), outcome, Deadline(chosen.deadline))
    window = outcome.window.describe() if outcome.window is not None else ""
    if settings.as_json:
        columns = [{"name": column.title, "kind": column.kind.name.lower()} for column in table.columns]
        shown = console.records(table, rows)
        bounds = outcome.window
        _print_json(
            {
                "job": job,
                "start": bounds.start.isoformat() if bounds is not None else None,
                "end": bounds.end.isoformat() if bounds is not None else None,
                "window": window,
                "rows": table.rows,
                "columns": columns,
                "records": shown,
            }
        )
    else:
        click.echo(f"{job} · {chosen.report} · {window}")
        console.preview(table, rows)


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
    chosen = _chosen(loaded, jobs)
    if start is not None or end is not None:
        for job in chosen:
            window_of(job, now, start, end)
    orders = [Order(job, now, start, end, dry_run) for job in chosen]
    parallel, quiet = loaded.config.parallel, settings.as_json
    if dry_run:
        with budgeting.opened(loaded.config.state, console.warning) as shared:
            recorder = recording.Recorder(None, console.warning, shared=shared)
            outcomes = console.run_jobs(orders, parallel, recorder, quiet=quiet)
    else:
        with recording.recorder(loaded.config.state, console.warning) as recorder:
            outcomes = console.run_jobs(orders, parallel, recorder, quiet=quiet)
    if settings.as_json:
        _print_json(as_json(outcomes))
    _explain(outcomes, settings)
    sys.exit(FAILED if any(outcome.status is Status.FAILED for outcome in outcomes) else DONE)


@cli.command("serve")
@with_settings
def serve_command(settings: Settings) -> None:
    """Run the daemon: each job at its times, until SIGTERM or Ctrl-C. SIGHUP has the configuration read again."""
    from sheetsync import serve  # noqa: PLC0415 - see above

    serve.serve(loading.find(os.environ, settings.config), os.environ)


@cli.command("history")
@click.argument("job", required=False)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many, newest first.")
@click.option("--state", type=click.Choice([str(state) for state in State]), help="Those that ended this way alone.")
@with_settings
def history_command(settings: Settings, job: str | None, limit: int, state: str | None) -> None:
    """Show what ran, and which slots did not: of one job, or of all."""
    from sheetsync.ledger import showing  # noqa: PLC0415 - see above

    config = settings.load(secrets=False).config
    with Ledger.open(_store(settings, config)) as ledger:
        records = ledger.runs(job, limit, state=State(state) if state is not None else None)
    if not records and job is not None and config.job(job) is None:
        raise _no_job(config, [job])
    if settings.as_json:
        _print_json(showing.history_json(records))
    else:
        console.lines(showing.HISTORY_HEADINGS, showing.history(records, ZoneInfo(config.time_zone)))


@cli.command("status")
@with_settings
def status_command(settings: Settings) -> None:
    """Show each job's next slots, how its last run ended, and what is left of the quotas."""
    from sheetsync import planning  # noqa: PLC0415 - see above
    from sheetsync.ledger import showing  # noqa: PLC0415 - see above
    from sheetsync.schedule.slots import next_slots  # noqa: PLC0415 - see above

    config, now = settings.load(secrets=False).config, datetime.now(UTC)
    with Ledger.open(_store(settings, config)) as ledger:
        last, success, paused = ledger.latest_by_job(), ledger.latest_by_job(SUCCESSES), ledger.paused()
        left = budgeting.counted(ledger, console.warning)[1].left()
    standings = [
        showing.Standing(
            job.name,
            next_slots(job.schedule, job.zone, now, planning.SLOTS_SHOWN),
            last.get(job.name),
            success.get(job.name),
            paused.get(job.name),
        )
        for job in config.jobs
    ]
    if settings.as_json:
        _print_json({"jobs": showing.status_json(standings), "budgets": showing.budgets_json(left)})
        return
    zone = ZoneInfo(config.time_zone)
    console.lines(showing.STATUS_HEADINGS, showing.status(standings, zone, now))
    if left:
        console.lines(showing.BUDGET_HEADINGS, showing.budgets(left, zone, now))


@cli.command("notify")
@click.argument("jobs", nargs=-1)
@click.option("--test", "really", is_flag=True, required=True, help="Send a test message.")
@with_settings
def notify_command(settings: Settings, jobs: tuple[str, ...], *, really: bool) -> None:  # noqa: ARG001 - asked for only
    """Send a test message to everybody who is told when jobs fail: the named jobs, or all."""
    from sheetsync.notify import trial  # noqa: PLC0415 - see above

    chosen = _chosen(settings.load(), jobs)
    found = trial.send(chosen)
    if not found:
        raise CommandError("nobody is told of these jobs.", "Name somebody under notify.urls.")
    if settings.as_json:
        _print_json([{"service": one.service, "ok": one.ok, "jobs": list(one.jobs)} for one in found])
    else:
        console.trials(found)
    sys.exit(DONE if all(one.ok for one in found) else FAILED)


@cli.command("schema")
@with_settings
def schema_command(_: Settings) -> None:
    """Print the JSON Schema of the configuration, for editors."""
    from sheetsync.config import schema  # noqa: PLC0415 - see above

    _print_json(schema.schema())


@cli.command("sandbox")
@click.option("--port-clockify", type=click.IntRange(0, 65535), default=0, help="Default: a free one.")
@click.option("--port-google", type=click.IntRange(0, 65535), default=0, help="Default: a free one.")
@click.option("--entries", type=click.IntRange(min=0), help="How many time entries the sample company has.")
@with_settings
def sandbox_command(settings: Settings, port_clockify: int, port_google: int, entries: int | None) -> None:
    """Run the stand-ins for Clockify and Google alone, until SIGTERM or Ctrl-C."""
    from sheetsync import standin  # noqa: PLC0415 - see above

    standin.serve(port_clockify, port_google, entries, as_json=settings.as_json)


def _chosen(loaded: loading.Loaded, names: Sequence[str]) -> list[Job]:
    """The jobs of those names, in the order given; all of them when none is named."""
    by_name = {job.name: job for job in loaded.config.jobs}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        raise _no_job(loaded.config, unknown)
    return [by_name[name] for name in dict.fromkeys(names)] if names else list(loaded.config.jobs)


def _short(loaded: loading.Loaded, at: datetime, known: Callable[[Job], Plan | None] = plan_of) -> list[Problem]:
    """Which quotas the schedules need more of than there is, as warnings about the file."""
    from sheetsync import shortages  # noqa: PLC0415 - see above

    return [
        loaded.warning(short.job, short.message, short.todo) for short in shortages.found(loaded.config.jobs, at, known)
    ]


def _no_job(config: Config, unknown: Sequence[str]) -> CommandError:
    return CommandError(
        f"the configuration has no job called {', '.join(repr(name) for name in unknown)}.",
        f"There are: {', '.join(job.name for job in config.jobs)}.",
    )


def _store(settings: Settings, config: Config) -> Store:
    """Where the ledger is. The address of a database is a secret, and looked up for its sake alone."""
    return config.state if config.state.database is None else settings.load().config.state


def _explain(outcomes: Sequence[Outcome], settings: Settings) -> None:
    """With -v, the inside of what went wrong; without values of variables, which could be secrets."""
    if not settings.verbose:
        return
    import rich.traceback  # noqa: PLC0415 - see above

    for outcome in outcomes:
        if outcome.error is not None:
            trace = rich.traceback.Traceback.from_exception(
                type(outcome.error), outcome.error, outcome.error.__traceback__, show_locals=False
            )
            console.stderr().print(trace)


def _print_json(value: Any) -> None:
    click.echo(orjson.dumps(value).decode())
