"""Import profiles that are made of how a file was read."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from finance.importing.understanding import ReadingChoices, Understanding
from finance.models import ImportProfile, ImportSource

if TYPE_CHECKING:
    from vp_portal.core.models import User

#: What a reading chooses about one file only.
_OF_ONE_FILE = {"columns", "dimensions", "member", "header_row"}


@transaction.atomic
def keep(
    name: str,
    understanding: Understanding,
    choices: ReadingChoices,
    source: ImportSource,
    *,
    by: "User",
    at: dt.datetime,
) -> ImportProfile:
    """A profile for files with the same header: its columns and what was found or chosen about how they are read."""
    columns = {column.name: str(column.role or "") for column in understanding.columns if column.name}
    for column in understanding.columns:
        if column.name and column.place in choices.columns:
            columns[column.name] = choices.columns[column.place]
    profile = ImportProfile(code=_code(name), name=name, source=source, columns=columns)
    profile.dimensions = {one.number: str(one.role or "") for one in understanding.dimensions}
    known = {field.name for field in ImportProfile._meta.get_fields()}
    found = {str(finding.name): finding.value for finding in understanding.findings if finding.value}
    profile.dimensions |= {number: role for number, role in choices.dimensions.items() if number in profile.dimensions}
    for aspect, value in {**found, **choices.as_json()}.items():
        if aspect in known - _OF_ONE_FILE - {"source"}:
            setattr(profile, aspect, value)
    profile._history_user, profile._history_date = by, at  # type: ignore[attr-defined]  # read by simple_history
    profile._change_reason = _("Sparad vid import av en fil")  # type: ignore[attr-defined]  # as above
    profile.full_clean()
    profile.save()
    return profile


def _code(name: str) -> str:
    """Out of the name; with a number when it is taken."""
    base = slugify(name)[:36] or "profil"
    taken = set(ImportProfile.objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(code for code in [base, *(f"{base}-{n}" for n in range(2, 1000))] if code not in taken)
