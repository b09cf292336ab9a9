"""The money's registers."""

from finance.admin import accounts, codes, imports, rules

__all__ = ["accounts", "codes", "imports", "rules"]
