from finance.forms.imports import BatchForm
from finance.forms.ledger import EconomyForm, PostingForm

__all__ = ["BatchForm", "EconomyForm", "PostingForm"]
