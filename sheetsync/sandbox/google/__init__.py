"""A stand-in for Google: the token endpoint, the Sheets API v4 and the Drive calls that its clients make, over HTTP."""

from __future__ import annotations

from sheetsync.sandbox.google.sandbox import GoogleSandbox
from sheetsync.sandbox.google.switches import Switches

__all__ = ["GoogleSandbox", "Switches"]
