"""The configuration: a YAML file, read into jobs that hold all that applies to them, or into a list of its mistakes."""

from sheetsync.config.loading import Loaded, find, load
from sheetsync.config.model import Clockify, Config, Google, Job, OnEmpty, Plan, Store, Weekday, Write
from sheetsync.config.secrets import Secret

__all__ = [
    "Clockify",
    "Config",
    "Google",
    "Job",
    "Loaded",
    "OnEmpty",
    "Plan",
    "Secret",
    "Store",
    "Weekday",
    "Write",
    "find",
    "load",
]
