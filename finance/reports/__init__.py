from finance.reports.sums import Freshness, by_month, freshness, total, totals_by

__all__ = ["Freshness", "by_month", "freshness", "total", "totals_by"]
