"""Addresses of sign-in and one's own account. django-allauth asks for names in account_ and mfa_.

What makes no sense here is left out: signing up, changing address, connecting other providers, trusted browsers.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.generic import RedirectView

from vp_portal.core.signin import factor_views, views
from vp_portal.core.signin.confirming import at_directory_first as first

sign_out = LogoutView.as_view()

urlpatterns = [
    path("sign-in/", views.sign_in, name="login"),
    path("sign-in/", views.sign_in, name="account_login"),
    path("sign-in/code/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/passkey/", login_not_required(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("sign-in/directory/", views.directory_start, name="directory_start"),
    path("sign-in/directory/callback/", views.directory_callback, name="directory_callback"),
    path("sign-out/", sign_out, name="logout"),
    path("sign-out/", sign_out, name="account_logout"),
    path("account/", views.security, name="mfa_index"),
    path("account/sessions/", views.my_sessions, name="sessions"),
    path("account/sessions/<int:pk>/end/", views.end_session, name="end_session"),
    path("account/sessions/end/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("account/password/", views.change_password, name="account_change_password"),
    path("sign-in/new-password/<uidb64>/<token>/", views.new_password, name="new_password"),
    path("account/confirm/password/", account.reauthenticate, name="account_reauthenticate"),
    path("account/confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/confirm/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("account/confirm/directory/", factor_views.confirm_with_directory, name="confirm_with_directory"),
    path("account/confirm/directory/start/", factor_views.confirm_start, name="confirm_directory_start"),
    path("account/app/", first(factor_views.add_app), name="mfa_activate_totp"),
    path("account/app/remove/", first(app.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/passkeys/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("account/passkeys/add/", first(factor_views.add_passkey), name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove/", first(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("account/passkeys/<int:pk>/name/", first(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("account/codes/new/", first(factor_views.new_codes), name="mfa_generate_recovery_codes"),
]
