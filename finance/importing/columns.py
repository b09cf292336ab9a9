"""Header names that ledger files use. Seeds, not law: an import profile has the last word."""

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from finance.choices import ColumnRole
from finance.importing.problems import refuse

_NAMES: dict[ColumnRole, tuple[str, ...]] = {
    ColumnRole.ACCOUNT: ("Konto", "Kontonr", "Kontonummer"),
    ColumnRole.ACCOUNT_NAME: ("Kontotext", "Kontonamn"),
    ColumnRole.COST_CENTRE: (
        "Kostnadsställe",
        "Kst",
        "K-ställe",
        "Orgenhet",
        "Orgkod",
        "Organisatorisk enhet",
        "Ansvar",
        "forvaltning",
        "förvaltning",
    ),
    ColumnRole.COST_CENTRE_NAME: ("Kst-namn", "Kostnadsställenamn"),
    ColumnRole.PROJECT: ("Projekt", "Proj", "Projektnr", "Projektnummer", "Aktivitet"),
    ColumnRole.PROJECT_NAME: ("Projektnamn",),
    ColumnRole.ACTIVITY: ("Verksamhet", "Vht", "Verksamhetskod", "Verksamhetsgren"),
    ColumnRole.FUNDER: ("Finansiär", "Fin"),
    ColumnRole.COUNTERPARTY: ("Motpart", "Mpt"),
    ColumnRole.PERIOD: ("Period", "Redovisningsperiod", "Per"),
    ColumnRole.YEAR: ("År",),
    ColumnRole.MONTH: ("Månad",),
    ColumnRole.DATE: ("Bokföringsdatum", "Datum", "Verdatum", "Transdatum", "trans_date"),
    ColumnRole.VOUCHER_SERIES: ("Vertyp", "VT", "Serie"),
    ColumnRole.VOUCHER_NO: ("Verifikationsnummer", "Vernr", "Verifikat", "Bilagsnr", "voucher_no"),
    ColumnRole.LINE: ("Rad", "Radnr", "Löpnr"),
    ColumnRole.SUPPLIER_NO: ("Levnr", "Leverantörsnr"),
    ColumnRole.SUPPLIER_NAME: ("Leverantör", "Levnamn"),
    ColumnRole.TEXT: ("Text", "Verifikationstext", "Beskrivning", "description"),
    ColumnRole.AMOUNT: ("Belopp", "nettobelopp", "Konterat belopp", "Utfall", "Summa"),
    ColumnRole.DEBIT: ("Debet",),
    ColumnRole.CREDIT: ("Kredit",),
}
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


def plain(name: str) -> str:
    """A header name without what does not matter: case, spaces, dots, underscores."""
    return re.sub(r"[\s._\ufeff]", "", name).lower()


_ROLE_OF = {plain(name): role for role, names in _NAMES.items() for name in names}


def role_of(name: str) -> ColumnRole | None:
    """What a header name means; `X(T)` is the text of the column X."""
    key = plain(name)
    if key.endswith("(t)"):
        base = _ROLE_OF.get(key.removesuffix("(t)"))
        return _TEXT_OF.get(base) if base else None
    return _ROLE_OF.get(key)


def roles_in(header: Sequence[str], columns: Mapping[str, str] | None = None) -> dict[ColumnRole, list[int]]:
    """Role → its columns, in order. `columns` are an import profile's: header name → role, "" for none.

    Raises Refusal when the profile names a role that does not exist.
    """
    chosen = None if columns is None else {plain(name): role for name, role in columns.items()}
    if unknown := [str(role) for role in (columns or {}).values() if role and role not in ColumnRole.values]:
        message = _("Importprofilen har en okänd roll: %(roles)s.") % {"roles": ", ".join(unknown)}
        raise refuse(message)
    found: dict[ColumnRole, list[int]] = {}
    for index, name in enumerate(header):
        role = role_of(name) if chosen is None else chosen.get(plain(name))
        if role:
            found.setdefault(ColumnRole(role), []).append(index)
    return found
