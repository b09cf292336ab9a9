"""The money's registers."""

from finance.admin import accounts, codes, funding, imports, kept, rules

__all__ = ["accounts", "codes", "funding", "imports", "kept", "rules"]
