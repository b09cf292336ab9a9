"""What a unit costs: the ledger's filter, and by which driver."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance.forms.fields import HiddenField
from finance.forms.ledger import SumsForm
from finance.models import Driver
from finance.reports.options import Options
from vp_portal.core.periods import Period


class ShowbackForm(SumsForm):
    """Without a driver in the address, the first one counts."""

    show = HiddenField()
    field_order = ("driver", "from_", "to")
    driver = forms.ChoiceField(
        label=_("Räknat per"),
        required=False,
        error_messages={"invalid_choice": _("%(value)s är ingen fördelningsnyckel.")},
    )

    def __init__(
        self, data: Any, *, options: Options, latest: Period | None, on: dt.date, drivers: dict[str, Driver]
    ) -> None:
        super().__init__(data, options=options, latest=latest, on=on)
        self.drivers = drivers
        field = self.fields["driver"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [(code, driver.name) for code, driver in drivers.items()]

    def driver_of(self) -> Driver:
        """Of a valid form."""
        return self.drivers[self.cleaned_data["driver"] or next(iter(self.drivers))]
