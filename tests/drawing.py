"""How many examples Hypothesis draws, and from where: the same ones in every run, unless someone goes fuzzing.

`HYPOTHESIS_PROFILE=fuzz` draws FUZZ_TIMES as many, anew in each run.
"""

from __future__ import annotations

import importlib
import os
import pkgutil

from hypothesis import HealthCheck, settings

import sheetsync

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "same")
FUZZ_TIMES = int(os.environ.get("FUZZ_TIMES", "50"))
"""How many times the usual examples the profile `fuzz` draws."""

ALEMBICS = "sheetsync.ledger.migrations."
"""Modules that only Alembic can load."""


def load_profile() -> None:
    """Take the profile that HYPOTHESIS_PROFILE names, `same` or `fuzz`; `same` when it is not set."""
    shared = settings(deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
    settings.register_profile("same", shared, derandomize=True)
    settings.register_profile("fuzz", shared)
    settings.load_profile(PROFILE)
    # Hypothesis draws constants of the modules that are loaded, so it must not matter which tests came before.
    load_modules()


def load_modules() -> None:
    """Load all of the program, also what it loads when it is needed."""
    for module in pkgutil.walk_packages(sheetsync.__path__, "sheetsync."):
        if not module.name.startswith(ALEMBICS):
            importlib.import_module(module.name)


def examples(count: int) -> settings:
    """Settings for a property that is tried with so many examples, or with more when someone goes fuzzing."""
    return settings(max_examples=count * FUZZ_TIMES if PROFILE == "fuzz" else count)
