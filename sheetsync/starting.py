"""A command is at work as soon as it can be: what it imports stays, and nobody has to look through it for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def importing() -> Iterator[None]:
    """What is made meanwhile is there to stay."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def over() -> None:
    """The process is about to end: the interpreter would look through everything once more."""
    gc.freeze()
