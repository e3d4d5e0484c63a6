"""`sheetsync sandbox`: the two stand-ins alone, until the process is told to end."""

from __future__ import annotations

import signal
import tempfile
import threading
from dataclasses import asdict
from pathlib import Path

import click
import orjson

from sheetsync.errors import CommandError
from sheetsync.sandbox.pair import Address, Pair


def the_end() -> threading.Event:
    """What is set on SIGTERM or Ctrl-C from here on, instead of what these do else."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    return ended


def serve(port_clockify: int, port_google: int, entries: int | None, *, as_json: bool) -> None:
    """Serve, print where, and wait.

    Raises:
        CommandError: a port is taken, or not ours to take.
    """
    with tempfile.TemporaryDirectory(prefix="sheetsync-sandbox-") as directory:
        try:
            pair = Pair(Path(directory), port_clockify=port_clockify, port_google=port_google, entries=entries)
        except OSError as error:
            raise CommandError(
                f"the sandbox cannot have the ports that it was given ({error.strerror}).",
                "Choose others with --port-clockify and --port-google, or leave them out to take free ones.",
            ) from error
        with pair:
            address = pair.address()
            # Who reads where it serves may end it at once.
            ended = the_end()
            if as_json:
                shown = {**asdict(address), "credentials": str(address.credentials)}
                click.echo(orjson.dumps(shown).decode())
            else:
                click.echo("\n".join(lines(address)))
            ended.wait()


def lines(address: Address) -> list[str]:
    """What to put into a configuration, and where to look."""
    return [
        f"Look at        {address.sheets_url}/ (spreadsheets), {address.clockify_url}/ (time entries)",
        f"Clockify       {address.clockify_base_url}",
        f"  reports      {address.clockify_reports_url}",
        f"  API key      {address.clockify_api_key}",
        f"  workspace    {address.workspace}",
        f"Google Sheets  {address.sheets_url}",
        f"  credentials  {address.credentials}",
        f"  spreadsheet  {address.spreadsheet}",
        "Ctrl-C ends both.",
    ]
