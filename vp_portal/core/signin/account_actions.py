"""What an administrator does about how others sign in. Nobody does it to an account above one's own."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import User
from vp_portal.core.signin import password_link, sessions


class AccountActions:
    """Actions of the register of accounts."""

    @admin.action(description=_("Avsluta alla inloggningar"), permissions=["change"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        ended = 0
        for user in self._within_reach(request, queryset):
            count = sessions.end(sessions.of_user(user))
            audit.record(AuditEvent.SESSION_ENDED, request=request, target=user, ended=count)
            ended += count
        messages.success(
            request, ngettext("%d inloggning är avslutad.", "%d inloggningar är avslutade.", ended) % ended
        )

    @admin.action(description=_("Ta bort tvåstegsverifieringen (borttappad telefon)"), permissions=["change"])
    def remove_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in self._within_reach(request, queryset):
            kinds = sorted(set(Authenticator.objects.filter(user=user).values_list("type", flat=True)))
            Authenticator.objects.filter(user=user).delete()
            ended = sessions.end(sessions.of_user(user))
            audit.record(AuditEvent.MFA_CHANGED, request=request, target=user, what="reset", kinds=kinds, ended=ended)
            messages.success(request, gettext("%s har ingen tvåstegsverifiering längre och är utloggad.") % user)

    @admin.action(description=_("Skapa länk för nytt lösenord"), permissions=["change"])
    def make_password_link(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """The link is shown once, to be handed over in person or by a channel where the person is known."""
        for user in self._within_reach(request, queryset.filter(is_active=True)):
            audit.record(AuditEvent.ACCOUNT_CHANGED, request=request, target=user, what="password_link")
            link = request.build_absolute_uri(password_link.path_for(user))
            words = gettext("Länk för %(name)s, att använda en gång inom fyra timmar: %(link)s")
            messages.success(request, words % {"name": user, "link": link})

    def _within_reach(self, request: HttpRequest, queryset: QuerySet[User]) -> list[User]:
        """The accounts that the administrator may change; of the others it is said that nothing was done."""
        chosen = list(queryset)
        ours = [user for user in chosen if self.has_change_permission(request, user)]  # type: ignore[attr-defined]  # a mixin
        if len(ours) < len(chosen):
            messages.warning(request, gettext("Konton med alla rättigheter är oförändrade."))
        return ours

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """An account that an administrator opens or closes is no longer the directory's to open."""
        if "is_active" in form.changed_data:
            obj.closed_by_directory = False
        super().save_model(request, obj, form, change)  # type: ignore[misc]  # a mixin
        if change and not obj.is_active:
            sessions.end(sessions.of_user(obj))
