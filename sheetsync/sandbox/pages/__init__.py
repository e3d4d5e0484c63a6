"""Web pages of the stand-ins: spreadsheets as a person sees them, time entries as a person changes them."""

from __future__ import annotations

from sheetsync.sandbox.pages.entries import ClockifyPages
from sheetsync.sandbox.pages.frame import Neighbour
from sheetsync.sandbox.pages.spreadsheets import GooglePages

__all__ = ["ClockifyPages", "GooglePages", "Neighbour"]
