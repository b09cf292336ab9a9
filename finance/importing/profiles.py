"""Import profiles against a file's header: the one that fits, and what has drifted in one that almost does."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from finance.choices import ColumnRole, plain
from finance.importing.columns import Names, role_of, roles_in
from finance.models import ImportProfile

#: At least this share of a profile's names stand in a header that almost fits.
_ALMOST = 0.6
#: So alike are a name and its new spelling.
_ALIKE = 0.75


def _names(cells: Iterable[str]) -> set[str]:
    return {plain(name) for name in cells} - {""}


def fitting(header: Sequence[str], profiles: Iterable[ImportProfile]) -> ImportProfile | None:
    """The one profile that names exactly these columns."""
    names = _names(header)
    found = [profile for profile in profiles if names and _names(profile.columns) == names]
    return found[0] if len(found) == 1 else None


def fitting_dimensions(numbers: Iterable[str], profiles: Iterable[ImportProfile]) -> ImportProfile | None:
    """The one profile without columns that knows exactly these dimensions of a SIE file."""
    wanted = set(numbers)
    found = [one for one in profiles if one.dimensions and not one.columns and set(one.dimensions) == wanted]
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class Drift:
    """Where a header has left a profile's: (name now, name then), names gone and names that are new."""

    renamed: tuple[tuple[str, str], ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]

    def sentences(self) -> tuple[str, ...]:
        renamed = [_("”%(now)s” var ”%(then)s”.") % {"now": now, "then": then} for now, then in self.renamed]
        gone = [_("”%(name)s” saknas.") % {"name": name} for name in self.gone]
        new = [_("”%(name)s” är ny.") % {"name": name} for name in self.new]
        return (*renamed, *gone, *new)


def drift(header: Sequence[str], profile: ImportProfile, names: Names) -> Drift:
    """What a header has that the profile has not, and the other way round. A new name for the same role, or one
    spelt nearly alike, is the old column renamed."""
    known, here = _names(profile.columns), _names(header)
    new = [name.strip() for name in header if plain(name) and plain(name) not in known]
    renamed, gone = [], []
    for then, role in profile.columns.items():
        if plain(then) in here:
            continue
        same_role = [name for name in new if role and role_of(name, names) == role]
        alike = [name for name in new if difflib.SequenceMatcher(None, plain(name), plain(then)).ratio() >= _ALIKE]
        if candidates := same_role or alike:
            renamed.append((candidates[0], then))
            new.remove(candidates[0])
        else:
            gone.append(then)
    return Drift(tuple(renamed), tuple(gone), tuple(new))


def roles_by_profile(header: Sequence[str], profile: ImportProfile, names: Names) -> dict[ColumnRole, list[int]]:
    """Role → columns by the profile; one that is gone is found again when a new name says the same role."""
    roles = roles_in(header, names, profile.columns)
    known = _names(profile.columns)
    lost = {ColumnRole(role) for role in profile.columns.values() if role} - roles.keys()
    for place, name in enumerate(header):
        role = role_of(name, names)
        if role in lost and plain(name) not in known:
            roles.setdefault(role, []).append(place)
    return roles


def nearest(header: Sequence[str], profiles: Iterable[ImportProfile], names: Names) -> ImportProfile | None:
    """The profile that almost fits: most of its names, and not all, stand in the header or have only been renamed."""
    here = _names(header)

    def share(profile: ImportProfile) -> float:
        own = _names(profile.columns)
        if not own or len(own & here) < len(own) / 2:
            return 0.0
        return 1 - len(drift(header, profile, names).gone) / len(own)

    best = max(profiles, key=share, default=None)
    return best if best is not None and share(best) >= _ALMOST else None
