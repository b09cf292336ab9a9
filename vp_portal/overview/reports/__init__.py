"""Numbers for the screens that need several apps. Frozen dataclasses; the day is an argument."""
