"""Measures of the staffing: whose shares add up to a whole."""

import datetime as dt
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.db.models import DecimalField, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goals.choices import Direction
from goals.computed import Definition, Failing, FailingRow, Outcome, ratio, register
from services.access import managed_units, person_of
from services.models import Assignment, Person, UnitMembership
from vp_portal.core import formatting
from vp_portal.core.models import User
from vp_portal.overview.admin_links import change

LOW, WHOLE, HIGH = Decimal(95), Decimal(100), Decimal(105)


def _people(on: dt.date) -> Any:
    """People who work in a unit on a day, with the sum of their shares. One query."""
    shares = Assignment.objects.on(on).filter(person=OuterRef("pk")).order_by().values("person")
    total = Subquery(shares.annotate(total=Sum("share")).values("total"))
    member = UnitMembership.objects.on(on).filter(person=OuterRef("pk"))
    return (
        Person.objects.annotate(
            unit_id=Subquery(member.values("unit")[:1]),
            unit_code=Subquery(member.values("unit__code")[:1]),
            total=Coalesce(total, Value(0), output_field=DecimalField()),
        )
        .filter(unit_id__isnull=False)
        .order_by("name", "code")
    )


def _is_whole(person: Any) -> bool:
    return LOW <= person.total <= HIGH


def whole(on: dt.date) -> Outcome:
    people = list(_people(on))
    return ratio(sum(_is_whole(each) for each in people), len(people))


def whole_failing(on: dt.date, user: User) -> Failing:
    return _failing([each for each in _people(on) if not _is_whole(each)], on, user)


def overbooked(on: dt.date) -> Outcome:
    people = [each for each in _people(on) if each.total]
    return ratio(sum(each.total > WHOLE for each in people), len(people))


def overbooked_failing(on: dt.date, user: User) -> Failing:
    return _failing([each for each in _people(on) if each.total > WHOLE], on, user)


def _failing(people: list[Any], on: dt.date, user: User) -> Failing:
    """One's own row, those of the units that one manages, and all for who keeps the register of staffing."""
    seen = people
    if not user.has_perm("services.view_assignment"):
        mine, own = set(managed_units(user, on).values_list("pk", flat=True)), person_of(user)
        seen = [each for each in people if each.unit_id in mine or (own and own.pk == each.pk)]
    return Failing(tuple(_row(each, user) for each in seen), len(people) - len(seen))


def _row(person: Any, user: User) -> FailingRow:
    why = _("Andelarna är %(total)s") % {"total": formatting.percent(person.total.quantize(Decimal(1)))}
    return FailingRow(
        what=person.name,
        why=why if person.total else _("Har ingen bemanning"),
        url=reverse("overview:unit", args=[person.unit_code]),
        repair=_staffing_of(person, user),
        repair_words=_("Rätta bemanningen"),
        unit=person.unit_code,
    )


def _staffing_of(person: Any, user: User) -> str:
    """The register of staffing narrowed to the person, for who keeps it."""
    if not change(user, "services", "assignment", 0):
        return ""
    return f"{reverse('admin:services_assignment_changelist')}?q={quote(person.code)}"


def register_definitions() -> None:
    register(
        Definition(
            code="I11",
            name=gettext_lazy("Överbelagda"),
            unit="%",
            direction=Direction.DOWN,
            text=gettext_lazy(
                "Personer vars andelar av heltid den dagen är mer än 100 %, av alla som har en enhet och någon "
                "bemanning."
            ),
            compute=overbooked,
            failing=overbooked_failing,
        ),
        Definition(
            code="I15",
            name=gettext_lazy("Komplett bemanning"),
            unit="%",
            direction=Direction.UP,
            text=gettext_lazy("Personer vars andelar av heltid den dagen är 95–105 %, av alla som har en enhet."),
            compute=whole,
            failing=whole_failing,
        ),
    )
