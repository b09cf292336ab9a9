"""Files of one source and one period: the second is refused, replaces the first, or adds to it, as was chosen."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from finance.actions.undo import periods_of
from finance.choices import WhenBooked
from finance.importing.problems import Refusal, RowError, refuse
from finance.models import ImportBatch, ImportSource, LedgerCell
from vp_portal.core import formatting
from vp_portal.core.periods import Period

if TYPE_CHECKING:
    from vp_portal.core.models import User


def name_of(user: "User | None") -> str:
    return (user.get_full_name() or user.username) if user else _("servern")


def booked_before(source: ImportSource, periods: Collection[Period]) -> list[ImportBatch]:
    """The batches in force of the source with a row in one of the periods."""
    cells = LedgerCell.objects.filter(period__in=list(periods), batch__source=source, batch__ended_at=None)
    return list(ImportBatch.objects.filter(pk__in=cells.values("batch")).select_related("booked_by").order_by("pk"))


def in_the_way(source: ImportSource, periods: Collection[Period], chosen: WhenBooked) -> list[ImportBatch]:
    """The batches that a file with these periods replaces. Raises Refusal when there are some and that was not
    chosen, or when one of them has a period that the file lacks: replacing it would lose rows."""
    if chosen == WhenBooked.ADD:
        return []
    found = booked_before(source, periods)
    if chosen == WhenBooked.REFUSE and found:
        raise Refusal([RowError(0, "", "", _booked_already(batch, periods)) for batch in found])
    for batch in found:
        if lacking := sorted(set(periods_of(batch)) - set(periods)):
            message = _("Importomgång %(batch)s har också %(periods)s, som filen saknar. Ångra den i stället.")
            raise refuse(message % {"batch": batch.pk, "periods": _listed(lacking)})
    return found


def _listed(periods: Collection[Period]) -> str:
    return ", ".join(str(period) for period in sorted(periods))


def _booked_already(batch: ImportBatch, periods: Collection[Period]) -> str:
    message = _(
        "%(periods)s är redan bokförd från källan: importomgång %(batch)s, %(file)s, %(time)s av %(who)s. "
        "Välj att ersätta den, eller att lägga till filens rader."
    )
    return message % {
        "periods": _listed(set(periods) & set(periods_of(batch))),
        "batch": batch.pk,
        "file": batch.file_name,
        "time": formatting.iso_time(batch.booked_at),
        "who": name_of(batch.booked_by),
    }
