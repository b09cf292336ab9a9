"""Who may open and do what among the pages of the money, and where those pages hang."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from finance.choices import UploadState
from finance.models import Posting, Upload
from finance.models.posting import PostingQuerySet
from finance.models.scope import sight
from services.access import owned_cost_objects
from services.models import CostObject
from vp_portal.core import access
from vp_portal.core.models import User


def may_see_imports(user: User | AnonymousUser) -> bool:
    return access.has_role(user, access.Role.CONTROLLER, access.Role.ADMINISTRATOR)


def guard_imports(user: User | AnonymousUser) -> None:
    if not may_see_imports(user):
        raise PermissionDenied(_("Importerna visas för controllers och administratörer."))


def is_controller(user: User | AnonymousUser) -> bool:
    return access.has_role(user, access.Role.CONTROLLER)


def guard_controller(user: User | AnonymousUser) -> User:
    """The user, who is a controller. Importing, undoing and replacing is theirs alone."""
    if not (access.signed_in(user) and is_controller(user)):
        raise PermissionDenied(_("Filer importeras av controllers."))
    return user


def load_upload(user: User | AnonymousUser, pk: int) -> Upload:
    """An upload of any controller's. What was taken away is not found."""
    guard_controller(user)
    found = Upload.objects.select_related("uploaded_by", "confirmed_by", "replaces", "batch").filter(pk=pk).first()
    if found is None or found.state == UploadState.ABANDONED:
        raise Http404(_("Filen finns inte längre. Den kan ha tagits bort."))
    return found


def may_act_on(user: User | AnonymousUser, row: Any, on: dt.date) -> bool:
    """Whether the user answers for a posting (or what is said of one) that the user may see: a controller for all,
    others for own cost centres and cost objects. One query at most, beside those of `sight`."""
    if is_controller(user):
        return True
    seen = sight(user, on)
    centre = row.code_string.cost_centre_id
    if centre in seen.concerned.now or any(
        centre in centres and first <= row.period <= last for (first, last), centres in seen.concerned.stretches.items()
    ):
        return True
    own = Posting.objects.sent_to(owned_cost_objects(user, on).values("pk"))
    return own.filter(batch=row.batch_id, pk=getattr(row, "posting", row.pk)).exists()


def answered_for(
    rows: PostingQuerySet, user: User | AnonymousUser, on: dt.date, *, few: bool = False
) -> PostingQuerySet:
    """Those of the rows, which the user sees, that `may_act_on` would say yes to. One query at most, beside those of
    `sight`. `few`: the rows of a page, which are asked one by one."""
    if is_controller(user):
        return rows
    seen = sight(user, on)
    own = Q(code_string__cost_centre__in=seen.concerned.now)
    for (first, last), centres in seen.concerned.stretches.items():
        own |= Q(code_string__cost_centre__in=centres, period__gte=first, period__lte=last)
    objects = list(owned_cost_objects(user, on).values_list("pk", flat=True))
    if not objects:
        return rows.filter(own)
    sent = rows.allocated_to(*objects) if few else rows.sent_to(objects)
    return rows.filter(own | Q(pk__in=sent.values("pk")))


def answers_for(user: User | AnonymousUser, target: CostObject, on: dt.date) -> bool:
    """Whether the user answers for a cost object on the day. One query."""
    return owned_cost_objects(user, on).filter(pk=target.pk).exists()


def crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    """Down to the parent: (label, name of its address) below the economy."""
    return [{"label": label, "url": reverse(name)} for label, name in ((_("Ekonomi"), "finance:economy"), *more)]


def journey_crumbs() -> list[dict[str, str]]:
    """Above the pages of one file on its way."""
    return crumbs((_("Importer"), "finance:imports"), (_("Importera"), "finance:upload_new"))
