"""Benchmarks, run by hand with `manage.py benchmark NAME`. Each is a function from options to a report."""
