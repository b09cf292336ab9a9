from finance.forms.imports import BatchForm
from finance.forms.ledger import EconomyForm, FlowForm, PostingForm
from finance.forms.showback import ShowbackForm
from finance.forms.uploads import CodeMapForm, ConfirmForm, ReasonForm

__all__ = [
    "BatchForm",
    "CodeMapForm",
    "ConfirmForm",
    "EconomyForm",
    "FlowForm",
    "PostingForm",
    "ReasonForm",
    "ShowbackForm",
]
