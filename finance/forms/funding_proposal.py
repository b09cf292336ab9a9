"""Forms of a proposed model of funding: the proposal, and a controller's answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance.forms.funding import ModelForm


class ProposalForm(ModelForm):
    """As a model from a day on, with why; the decision may come later."""

    reason = forms.CharField(label=_("Skäl"), max_length=500, help_text=_("Controllern läser det innan beslutet."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["registry_no"].required = False
        self.fields["registry_no"].help_text = _("Om det finns ett beslut redan.")

    def facts(self) -> list[forms.BoundField]:
        return [*super().facts(), self["reason"]]


class ProposalAnswerForm(forms.Form):
    """What becomes of a proposal. A yes needs the decision's number, a no needs words."""

    ACCEPT, REJECT, WITHDRAW = "accept", "reject", "withdraw"

    said = forms.ChoiceField(choices=[(ACCEPT, _("Besluta")), (REJECT, _("Avslå")), (WITHDRAW, _("Ta tillbaka"))])
    registry_no = forms.CharField(label=_("Diarienummer"), max_length=80, required=False)
    answer = forms.CharField(label=_("Kommentar"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("said") == self.ACCEPT and not given.get("registry_no", "").strip():
            self.add_error("registry_no", _("Ange beslutets diarienummer."))
        if given.get("said") == self.REJECT and not given.get("answer", "").strip():
            self.add_error("answer", _("Skriv varför förslaget avslås."))
        return given
