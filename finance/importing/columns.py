"""What the names in a file's header mean, by the register of header names. An import profile has the last word."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from finance.choices import ColumnRole, plain
from finance.importing.problems import refuse

#: Folded name → role, as the register says.
Names = Mapping[str, ColumnRole]

_TEXT_OF = {
    ColumnRole.ACCOUNT: ColumnRole.ACCOUNT_NAME,
    ColumnRole.COST_CENTRE: ColumnRole.COST_CENTRE_NAME,
    ColumnRole.PROJECT: ColumnRole.PROJECT_NAME,
    ColumnRole.ACTIVITY: ColumnRole.ACTIVITY_NAME,
    ColumnRole.FUNDER: ColumnRole.FUNDER_NAME,
    ColumnRole.COUNTERPARTY: ColumnRole.COUNTERPARTY_NAME,
    ColumnRole.SUPPLIER_NO: ColumnRole.SUPPLIER_NAME,
    ColumnRole.SUPPLIER_NAME: ColumnRole.SUPPLIER_NAME,
}


def role_of(name: str, names: Names) -> ColumnRole | None:
    """What a header name means; `X(T)` is the text of the column X unless it is a name of its own."""
    key = plain(name)
    if key in names:
        return names[key]
    base = names.get(key.removesuffix("(t)")) if key.endswith("(t)") else None
    return _TEXT_OF.get(base) if base else None


def roles_in(
    header: Sequence[str], names: Names, columns: Mapping[str, str] | None = None
) -> dict[ColumnRole, list[int]]:
    """Role → its columns, in order. `columns` are an import profile's: header name → role, "" for none.

    Raises Refusal when the profile names a role that does not exist.
    """
    chosen = None if columns is None else {plain(name): role for name, role in columns.items()}
    if unknown := [str(role) for role in (columns or {}).values() if role and role not in ColumnRole.values]:
        message = _("Importprofilen har en okänd roll: %(roles)s.") % {"roles": ", ".join(unknown)}
        raise refuse(message)
    found: dict[ColumnRole, list[int]] = {}
    for index, name in enumerate(header):
        role = role_of(name, names) if chosen is None else chosen.get(plain(name))
        if role:
            found.setdefault(ColumnRole(role), []).append(index)
    return found
