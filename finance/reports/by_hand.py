"""Postings that people have given a home by hand, and those flagged as wrongly coded, with owner and age."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from finance.choices import FLAG_TONE, FlagState
from finance.models import HandAssignment, Posting, PostingFlag, SupersededPosting
from finance.reports.corrections import Half, halves
from finance.reports.homeless import owners_of
from vp_portal.core.badges import Badge
from vp_portal.core.models import User

PAGE_SIZE = 50
_ICON = {FlagState.OPEN: "◐", FlagState.CORRECTED: "✓", FlagState.REJECTED: "✕", FlagState.WITHDRAWN: "○"}


@dataclass(frozen=True)
class Said:
    """A hand or a flag with its posting (None if it's nowhere), the unit and manager of its cost centre, and age."""

    item: Any
    row: Any
    unit: str
    owner: str
    age_days: int
    badge: Badge | None = None
    halves: Sequence[Half] = ()

    @property
    def label(self) -> str:
        """What the row says first: supplier, else text."""
        return (self.row and (self.row.supplier_name or self.row.text)) or "–"


@dataclass(frozen=True)
class SaidPage:
    """`page` tells where among the pages; `count` and `total` are of all of them."""

    page: Page
    rows: Sequence[Said]
    count: int
    total: Decimal


def hands(user: User | AnonymousUser, on: dt.date, *, lost: bool = False) -> Any:
    """The hands in force that the user may see; `lost`: only those whose row no longer counts."""
    found = HandAssignment.objects.visible_to(user, on).in_force().with_codes()
    found = found.select_related("cost_object", "made_by")
    return found.filter(batch__ended_at__isnull=False) if lost else found


def flags(
    user: User | AnonymousUser, on: dt.date, *, state: str, centre: str = "", manager: str = "", of: str = ""
) -> Any:
    """The flags that the user may see. `state` of FlagState, or blank for all; `centre` is a code, `manager` the name
    of whoever manages the unit of the cost centre on the day, `of` the login of whoever flagged."""
    found = PostingFlag.objects.visible_to(user, on).with_codes()
    found = found.select_related(
        "made_by", "ended_by", "to_account", "to_cost_centre", "to_project", "to_cost_object", "found_batch"
    )
    if centre:
        found = found.filter(code_string__cost_centre__code=centre)
    if manager:
        owners = owners_of(_centres(found), on)
        found = found.filter(
            code_string__cost_centre__in=[pk for pk, (_unit, name) in owners.items() if name == manager]
        )
    if of:
        found = found.filter(made_by__username=of)
    return (found.filter(state=state) if state else found).order_by("made_at", "pk")


def _centres(found: Any) -> Any:
    return found.order_by().values("code_string__cost_centre")


@dataclass(frozen=True)
class FlagOptions:
    """What the list can be narrowed to, as (value, label): cost centres, managers, and who flagged."""

    centres: Sequence[tuple[str, str]]
    managers: Sequence[tuple[str, str]]
    makers: Sequence[tuple[str, str]]


def flag_options(found: Any, on: dt.date) -> FlagOptions:
    """Of flags, narrowed or not. Three queries."""
    parts = ("code_string__cost_centre", "code_string__cost_centre__code", "code_string__cost_centre__name")
    who = ("made_by__username", "made_by__first_name", "made_by__last_name")
    rows = list(found.select_related(None).order_by().values_list(*parts, *who).distinct())
    owners = owners_of({row[0] for row in rows if row[0]}, on)
    managers = sorted({name for _unit, name in owners.values() if name})
    centres = sorted({(row[1], f"{row[1]} {row[2]}") for row in rows if row[0]})
    makers = {row[3]: f"{row[4]} {row[5]}".strip() or row[3] for row in rows}
    return FlagOptions(centres, [(name, name) for name in managers], sorted(makers.items(), key=lambda each: each[1]))


def said_page(found: Any, number: str | None, on: dt.date) -> SaidPage:
    """Seven queries."""
    sums = found.order_by().aggregate(count=Count("pk"), total=Sum("amount", default=Decimal("0.00")))
    paginator = Paginator(found, PAGE_SIZE)
    paginator.count = sums["count"]
    page = paginator.get_page(number)
    return SaidPage(page, said(list(page.object_list), on), sums["count"], sums["total"])


def with_halves(page: SaidPage, user: User | AnonymousUser, on: dt.date) -> SaidPage:
    """A page of flags with the rows that may be half of their correction. Two queries."""
    found = halves(user, on, (each.item for each in page.rows))
    return replace(page, rows=[replace(each, halves=found.get(each.item.pk, ())) for each in page.rows])


def said(items: Sequence[Any], on: dt.date) -> list[Said]:
    """With postings, units and managers. Four queries."""
    rows = rows_of(item.posting for item in items)
    owners = owners_of({item.code_string.cost_centre_id for item in items if item.code_string.cost_centre_id}, on)
    return [_said(item, rows, owners, on) for item in items]


def shown_of(items: Iterable[Said]) -> list[Any]:
    """What a list shows one by one: what was said of rows, and the rows that may be half of a correction."""
    return [shown for each in items for shown in (each.item, *(half.row for half in each.halves))]


def rows_of(keys: Iterable[int]) -> dict[int, Any]:
    """Postings by their number, those that no longer count as well. Two queries."""
    wanted = list(keys)
    models: tuple[Any, ...] = (SupersededPosting, Posting)
    return {row.pk: row for model in models for row in model.objects.filter(pk__in=wanted)}


def _said(item: Any, rows: dict[int, Any], owners: dict[int, tuple[str, str]], on: dt.date) -> Said:
    unit, owner = owners.get(item.code_string.cost_centre_id, ("", ""))
    until = getattr(item, "ended_at", None)
    age = ((until.date() if until else on) - item.made_at.date()).days
    return Said(item, rows.get(item.posting), unit, owner, max(age, 0), badge_of(item))


def badge_of(item: Any) -> Badge | None:
    if not isinstance(item, PostingFlag):
        return None if item.has_row else Badge(_("har tappat sin rad"), "watch", "▲")
    state = FlagState(item.state)
    return Badge(state.label, FLAG_TONE[state], _ICON[state])  # type: ignore[arg-type]  # tones are declared as text


def hand_columns() -> list[str]:
    return [*_row_columns(), _("Kostnadsbärare"), _("Skäl"), _("Av"), _("När"), _("Raden gäller")]


def hand_table(items: Sequence[Said]) -> Iterator[list[Any]]:
    for each in items:
        hand = each.item
        counts = _("ja") if hand.has_row else _("nej")
        yield [*_row_cells(each), hand.cost_object.name, hand.reason, str(hand.made_by), hand.made_at.date(), counts]


def flag_columns() -> list[str]:
    own = [_("Vad är fel"), _("Borde vara"), _("Läge"), _("Flaggad av"), _("Flaggad"), _("Ålder, dagar")]
    return [*_row_columns(), *own, _("Svar"), _("Avslutad av"), _("Avslutad"), _("Rättad i import")]


def flag_table(items: Sequence[Said]) -> Iterator[list[Any]]:
    for each in items:
        flag = each.item
        yield [
            *_row_cells(each),
            flag.wrong,
            ", ".join(str(target) for target in flag.targets),
            str(flag.get_state_display()),
            str(flag.made_by),
            flag.made_at.date(),
            each.age_days,
            flag.answer,
            str(flag.ended_by or ""),
            flag.ended_at.date() if flag.ended_at else None,
            str(flag.found_batch_id or ""),
        ]


def _row_columns() -> list[str]:
    names = [_("Period"), _("Konto"), _("Kostnadsställe"), _("Leverantör"), _("Text"), _("Belopp")]
    return [*names, _("Enhet"), _("Chef")]


def _row_cells(each: Said) -> list[Any]:
    item, codes = each.item, each.item.code_string
    return [
        str(item.period),
        codes.account.code,
        codes.cost_centre.code if codes.cost_centre else "",
        each.row.supplier_name if each.row else "",
        each.row.text if each.row else "",
        item.amount,
        each.unit,
        each.owner,
    ]
