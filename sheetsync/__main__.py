"""The `sheetsync` command."""

from __future__ import annotations

import io
import sys

from sheetsync import starting


def main() -> None:
    """Run the command line. What sheetsync can explain is printed in its words, never as a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    with starting.importing():
        from sheetsync.cli import cli  # noqa: PLC0415 - see above
        from sheetsync.commands import settings  # noqa: PLC0415 - see above
        from sheetsync.errors import ConfigurationError, SheetsyncError, Side  # noqa: PLC0415 - see above
    try:
        cli()
    except ConfigurationError as error:
        settings.told(error.problems)
        sys.exit(settings.WRONG)
    except SheetsyncError as error:
        from sheetsync import console  # noqa: PLC0415 - needed here alone

        console.failure(error)
        sys.exit(settings.WRONG if error.side is Side.CONFIGURATION else settings.FAILED)
    finally:
        starting.over()


if __name__ == "__main__":
    main()
