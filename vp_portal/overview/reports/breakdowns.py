"""Comparisons of a year with the year before, or with what is planned, by what a screen asks for."""

from typing import Any

from django.urls import reverse

from finance.models.rollup import CostRollupQuerySet
from finance.reports.economy import Compared
from services.choices import CostObjectKind
from vp_portal.overview.reports import links
from vp_portal.overview.reports.costs import CompareRow, Link, Span, linked, sums_by, with_bars
from vp_portal.overview.reports.planned import Pairs, PlannedCosts


def kind_label(kind: str) -> str:
    return str(CostObjectKind(kind).label) if kind in CostObjectKind else kind


def _sums(rollups: CostRollupQuerySet, span: Span, fields: tuple[str, ...], planned: PlannedCosts | None) -> Pairs:
    pairs = sums_by(rollups, span, *fields)
    return planned.against_rows(pairs, fields) if planned else pairs


def by_cost_object(
    rollups: CostRollupQuerySet, span: Span, link: Link, planned: PlannedCosts | None = None
) -> list[CompareRow]:
    """Per cost object, the largest deviation first; what no rule reaches is a row of its own, without a code."""
    fields = ("cost_object__code", "cost_object__name", "cost_object__kind")

    def largest_deviation(pair: tuple[dict[str, Any], Compared]) -> tuple[Any, ...]:
        return -abs(pair[1].difference), pair[0]["cost_object__name"] or ""

    def row(key: dict[str, Any]) -> dict[str, str]:
        code = key["cost_object__code"] or ""
        which: dict[str, object] = {"cost_object": code} if code else {"unallocated": 1}
        return {
            "code": code,
            "name": key["cost_object__name"] or "",
            "kind": kind_label(key["cost_object__kind"] or ""),
            "url": reverse("overview:cost_object", args=[code]) if code else "",
            **linked(link, span, planned=planned is not None, **which),
        }

    pairs = sorted(_sums(rollups, span, fields, planned), key=largest_deviation)
    return with_bars([(row(key), cost) for key, cost in pairs])


def by_account_group(
    rollups: CostRollupQuerySet, span: Span, link: Link, planned: PlannedCosts | None = None
) -> list[CompareRow]:
    """Per account group, the largest cost first. Cost always has a group: that is what makes it cost."""
    fields = ("account_group__chart__code", "account_group__code", "account_group__name")

    def largest(pair: tuple[dict[str, Any], Compared]) -> tuple[Any, ...]:
        return -abs(pair[1].this), -abs(pair[1].last), pair[0]["account_group__code"]

    def row(key: dict[str, Any]) -> dict[str, str]:
        code = key["account_group__code"]
        group = f"{key['account_group__chart__code']}.{code}"
        return {
            "code": code,
            "name": key["account_group__name"],
            **linked(link, span, planned=planned is not None, group=group),
        }

    pairs = sorted(_sums(rollups, span, fields, planned), key=largest)
    return with_bars([(row(key), cost) for key, cost in pairs])


def by_cost_centre(
    rollups: CostRollupQuerySet, span: Span, link: Link, planned: PlannedCosts | None = None
) -> list[CompareRow]:
    """Per cost centre, the largest cost first; rows without a cost centre are one without a code."""
    fields = ("cost_centre__code", "cost_centre__name")

    def largest(pair: tuple[dict[str, Any], Compared]) -> tuple[Any, ...]:
        return -abs(pair[1].this), -abs(pair[1].last), pair[0]["cost_centre__code"] or ""

    def row(key: dict[str, Any]) -> dict[str, str]:
        code = key["cost_centre__code"] or ""
        urls = linked(link, span, planned=planned is not None, cost_centre=links.without(code))
        return {"code": code, "name": f"{code} {key['cost_centre__name'] or ''}".strip(), **urls}

    pairs = sorted(_sums(rollups, span, fields, planned), key=largest)
    return with_bars([(row(key), cost) for key, cost in pairs])
