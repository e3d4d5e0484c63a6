"""The `sheetsync` command."""

from __future__ import annotations

import io
import sys

from sheetsync import console
from sheetsync.cli import FAILED, WRONG, cli
from sheetsync.errors import ConfigurationError, SheetsyncError, Side


def main() -> None:
    """Run the command line. What sheetsync can explain is printed in its words, never as a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        cli()
    except ConfigurationError as error:
        console.problems(error.problems)
        sys.exit(WRONG)
    except SheetsyncError as error:
        console.failure(error)
        sys.exit(WRONG if error.side is Side.CONFIGURATION else FAILED)


if __name__ == "__main__":
    main()
