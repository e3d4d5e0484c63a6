"""`sheetsync notify --test`: a test message to everybody who is told when jobs fail."""

from __future__ import annotations

from collections.abc import Sequence

from sheetsync import console
from sheetsync.commands.settings import DONE, FAILED, Settings, chosen, print_json
from sheetsync.errors import CommandError
from sheetsync.notify import trial


def run(settings: Settings, names: Sequence[str]) -> int:
    """Send the test messages of the named jobs, or of all; the exit status."""
    found = trial.send(chosen(settings.load(), names))
    if not found:
        raise CommandError("nobody is told of these jobs.", "Name somebody under notify.urls.")
    if settings.as_json:
        print_json([{"service": one.service, "ok": one.ok, "jobs": list(one.jobs)} for one in found])
    else:
        console.trials(found)
    return DONE if all(one.ok for one in found) else FAILED
