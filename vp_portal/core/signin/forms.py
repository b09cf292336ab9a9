"""The forms of sign-in. Those of django-allauth get the portal's words, and its limits."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import SetPasswordForm
from django.utils.translation import gettext_lazy as _

from vp_portal.core import access
from vp_portal.core.signin import attempts, reserve_codes, texts


class SignInForm(forms.Form):
    """Names and passwords as they are typed: nothing is trimmed from a password."""

    username = forms.CharField(
        label=_("Användarnamn"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Lösenord"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class OwnPasswordForm(ChangePasswordForm):
    """The present password and a new one, said once: password managers and pasting make twice needless."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("oldpassword", _("Nuvarande lösenord")), ("password1", _("Nytt lösenord"))):
            self.fields[name].label = label
            self.fields[name].help_text = ""
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["password1"].help_text = " ".join(password_validation.password_validators_help_texts())
        self.fields["password1"].widget.attrs["autocomplete"] = "new-password"
        del self.fields["password2"]

    def clean(self) -> dict[str, Any]:
        """What the package compares is what is typed once."""
        self.cleaned_data["password2"] = self.cleaned_data.get("password1")
        return super().clean()


class PasswordAgainForm(ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Lösenord")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)


class CodeMixin:
    """A code of an app, or one of those in reserve: a few attempts from each address, some more for the account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: forms.Field = self.fields["code"]  # type: ignore[attr-defined]  # a mixin
        field.label = _("Kod")
        field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "text", "autocapitalize": "none"}

    def clean_code(self) -> str:
        limits = attempts.code_limits(context.request, self.user.pk)  # type: ignore[attr-defined]  # a mixin
        try:
            taken = attempts.take(limits, access.now())
        except attempts.TooManyError:
            raise forms.ValidationError(texts.ACCOUNT_ERRORS["rate_limited"]) from None
        code: str = self.cleaned_data["code"]  # type: ignore[attr-defined]  # a mixin
        in_reserve = reserve_codes.use(self.user, code)  # type: ignore[attr-defined]  # a mixin
        if in_reserve is None:
            code = super().clean_code()  # type: ignore[misc]  # a mixin
        else:
            self.authenticator = in_reserve
        attempts.give_back(taken)
        return code


class CodeForm(CodeMixin, AuthenticateForm):
    """The second step of a sign-in."""


class CodeAgainForm(CodeMixin, ReauthenticateByCodeForm):
    """The same when someone who is signed in is to change how."""


class AppForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Kod från appen")
        self.fields["code"].widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}


class PasskeyForm(AddWebAuthnForm):
    """A passkey that signs in by itself, with the device's own lock: always verified, never a mere second factor."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)
        self.fields["name"] = forms.CharField(
            label=_("Namn på passnyckeln"),
            max_length=60,
            required=False,
            initial=get_mfa_adapter().generate_authenticator_name(self.user, None),
            help_text=_("Så att du känner igen den, till exempel Arbetsdatorn."),
        )

    def clean(self) -> dict[str, Any]:
        if isinstance(getattr(self, "cleaned_data", None), dict):
            self.cleaned_data["passwordless"] = True  # so that the package demands that the user is verified
        return super().clean()


class PasskeyNameForm(EditWebAuthnForm):
    name = forms.CharField(label=_("Namn på passnyckeln"), max_length=60)


class NewPasswordForm(SetPasswordForm):
    """A password that replaces one that is lost, said once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["new_password2"]
        self.fields["new_password1"].label = _("Nytt lösenord")
        self.fields["new_password1"].help_text = " ".join(password_validation.password_validators_help_texts())

    def clean(self) -> dict[str, Any] | None:
        """Only what is typed once is checked."""
        self.validate_password_for_user(self.user, "new_password1")
        return self.cleaned_data

    def save(self, commit: bool = True) -> Any:  # noqa: FBT002  # Django's signature
        return self.set_password_and_save(self.user, "new_password1", commit=commit)
