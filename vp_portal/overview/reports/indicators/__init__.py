"""Definitions of the computed measures: `/plan/measures/` lists them, `goals.computed` keeps them."""
