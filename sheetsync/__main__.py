"""The `sheetsync` command."""

from __future__ import annotations

import gc
import io
import sys


def main() -> None:
    """Run the command line. What sheetsync can explain is printed in its words, never as a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    # What imports make is there to stay: the collector would look through all of it again and again.
    gc.disable()
    from sheetsync import console  # noqa: PLC0415 - see above
    from sheetsync.cli import FAILED, WRONG, cli  # noqa: PLC0415 - see above
    from sheetsync.errors import ConfigurationError, SheetsyncError, Side  # noqa: PLC0415 - see above

    gc.freeze()
    gc.enable()
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
