"""sheetsync keeps Google Sheets filled with Clockify reports."""

__version__ = "0.1.0"
