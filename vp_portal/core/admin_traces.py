"""Registers whose changes are told more of: in the audit log, and with a reason in history."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent

REASON = "change_reason"

#: Typed as the packages' own bases are, which registers mix it with.
_Base: Any = admin.ModelAdmin


class AuditedAdmin(_Base):
    """What decides who may do what: each change is in the audit log."""

    audit_event = AuditEvent.RIGHTS_CHANGED

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        audit.record(self.audit_event, request=request, target=obj, what="added")
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        changed = [part["changed"] for part in message if "changed" in part] if isinstance(message, list) else []
        fields = sorted({str(name) for part in changed for name in part.get("fields", [])})
        audit.record(self.audit_event, request=request, target=obj, what="changed", fields=fields)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            audit.record(self.audit_event, request=request, target=obj, what="removed")
        return super().log_deletions(request, queryset)


class ReasonForm(forms.Form):
    """Mixed into a register's form: why a change is made, for its history."""

    change_reason = forms.CharField(
        label=_("Varför"), max_length=500, help_text=_("Står i historiken."), widget=forms.TextInput
    )


class ReasonAdmin(_Base):
    """A sensitive register: no change of a row without a reason. Its form is a `ReasonForm`."""

    asks_when_added = True

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = list(super().get_fieldsets(request, obj))
        may = (
            self.has_change_permission(request, obj)
            if obj
            else self.asks_when_added and self.has_add_permission(request)
        )
        return [*fieldsets, (None, {"fields": (REASON,)})] if may else fieldsets

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj._change_reason = form.cleaned_data.get(REASON, "")
        super().save_model(request, obj, form, change)
