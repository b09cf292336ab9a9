"""A link with which an account's owner chooses a password: once, and for a few hours. Nobody else ever knows it."""

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from vp_portal.core.models import User


def path_for(user: User) -> str:
    """The address, without the host. It stops working when it has been used or the account's password changes."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("new_password", kwargs={"uidb64": uid, "token": default_token_generator.make_token(user)})
