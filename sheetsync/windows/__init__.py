"""Which dates a report is about: macros, windows and how a window is split. Pure: `now` is always an argument."""
