"""What an ID token must be before anything in it is believed. The provider itself: tests/browser/test_sign_in.py."""

import base64
import hashlib
import hmac
import io
import json
import time
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
import requests
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry, User
from vp_portal.core.signin import adapters, oidc

ISSUER, CLIENT = "https://login.example.org", "vp-portalen"
KEY, STRANGER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


def claims(**changes) -> dict[str, Any]:
    now = int(time.time())
    return {"iss": ISSUER, "aud": CLIENT, "sub": "abc", "iat": now, "exp": now + 300, "nonce": "n"} | changes


def signed(key=KEY, algorithm="RS256", kid="one", **changes) -> str:
    said = {name: value for name, value in claims(**changes).items() if value is not None}
    return jwt.encode(said, key, algorithm=algorithm, headers={"kid": kid})


@pytest.fixture
def adapter(settings, monkeypatch):
    """The portal's side of the protocol, with the provider's public key at hand."""
    settings.OIDC_ISSUER = ISSUER
    public = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True) | {"kid": "one", "alg": "RS256"}
    answer = SimpleNamespace(json=lambda: {"keys": [public, public | {"kid": "two"}]}, raise_for_status=lambda: None)

    class Session:
        def __enter__(self):
            return SimpleNamespace(get=lambda *args, **options: answer)

        def __exit__(self, *args):
            return None

    monkeypatch.setattr(oidc, "get_adapter", lambda: SimpleNamespace(get_requests_session=Session))
    made = oidc.DirectoryOAuth2Adapter(RequestFactory().get("/"))
    made._openid_config = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"}
    return made


def test_a_token_of_the_provider_for_the_portal_is_believed(adapter):
    assert adapter._verified(CLIENT, signed())["sub"] == "abc"


def with_shared_secret() -> str:
    """A token whose signature is made with what everyone knows: the public key. PyJWT itself refuses to make one."""
    der = KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    _head, body, _signature = signed().split(".")
    forged = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "one"}).encode()).rstrip(b"=")
    signature = hmac.new(der, forged + b"." + body.encode(), hashlib.sha256).digest()
    return f"{forged.decode()}.{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


TOKENS = [
    *("", "x", "a.b.c", "." * 2),
    signed(STRANGER),
    signed(kid="three"),
    signed(None, "none"),
    with_shared_secret(),
    signed(iss="https://login.example.org.evil.example"),
    signed(iss=None),
    signed(aud="another"),
    signed(aud=[]),
    signed(aud=None),
    signed(aud=[CLIENT, "another"]),
    signed(aud=[CLIENT, "another"], azp="another"),
    signed(exp=int(time.time()) - 120),
    signed(exp=None),
    signed(iat=int(time.time()) + 600),
    signed(iat=None),
    signed(sub=None),
    signed()[:-4] + "AAAA",
]


@pytest.mark.parametrize("token", TOKENS, ids=[str(n) for n in range(len(TOKENS))])
def test_any_other_token_is_refused(adapter, token):
    with pytest.raises(OAuth2Error):
        adapter._verified(CLIENT, token)


def test_another_issuer_than_the_settings_is_refused(adapter):
    adapter._openid_config = {"issuer": "https://evil.example", "jwks_uri": f"{ISSUER}/keys"}
    with pytest.raises(OAuth2Error):
        adapter._verified(CLIENT, signed())


class Elsewhere(requests.adapters.BaseAdapter):
    """A provider that sends whoever asks on to another machine."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def send(self, request, **_options):
        self.asked.append(request.url)
        answer = requests.Response()
        answer.request, answer.url, answer.status_code = request, request.url, 302
        answer.headers["Location"], answer.raw = "https://inside.example.org/", io.BytesIO()
        return answer

    def close(self):
        return None


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_provider_that_points_elsewhere_is_not_followed(method):
    with adapters.DirectoryAdapter().get_requests_session() as http:
        http.mount("https://", provider := Elsewhere())
        with pytest.raises(requests.TooManyRedirects):
            getattr(http, method)(f"{ISSUER}/keys")
    assert provider.asked == [f"{ISSUER}/keys"]


@pytest.mark.parametrize("nonce", [None, "", "another"])
def test_an_answer_to_another_question_is_refused(db, nonce):
    login = SimpleNamespace(claims=claims(nonce=nonce), state={"nonce": "n"})
    with pytest.raises(PermissionDenied):
        oidc.let_in(RequestFactory().get("/"), login)


def test_a_question_without_a_nonce_has_no_answer(db):
    login = SimpleNamespace(claims=claims(nonce=None), state={})
    with pytest.raises(PermissionDenied):
        oidc.let_in(RequestFactory().get("/"), login)


# The pages, without a provider


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/sign-in/directory/", "/sign-in/directory/callback/?code=x&state=y"])
def test_without_a_provider_there_is_nothing_to_press(client, path):
    assert client.get(path).headers["Location"] == "/sign-in/"
    assert "/sign-in/directory/" not in client.get("/sign-in/").content.decode()


@pytest.fixture
def configured(settings):
    settings.OIDC_ISSUER, settings.OIDC_NAME = "http://127.0.0.1:1", "Tekniska högskolan"
    app = {
        "provider_id": "directory",
        "name": "x",
        "client_id": CLIENT,
        "secret": "",
        "settings": {"server_url": settings.OIDC_ISSUER},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}


@pytest.mark.django_db
def test_a_provider_that_is_down_is_told_on_the_sign_in_page(client, configured):
    assert "Logga in med Tekniska högskolan" in client.get("/sign-in/").content.decode()
    page = client.get("/sign-in/directory/", follow=True)
    assert page.request["PATH_INFO"] == "/sign-in/"
    assert "Inloggningen misslyckades" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["", "code=x", "state=y", "code=x&state=y", "error=server_error", "state=%00&code=%00"]
)
def test_an_answer_that_nobody_asked_for_lets_nobody_in(configured, query):
    client = Client()
    page = client.get(f"/sign-in/directory/callback/?{query}", follow=True)
    assert "Inloggningen misslyckades" in page.content.decode()
    assert "_auth_user_id" not in client.session
    assert not User.objects.exists()
    assert AuditEntry.objects.filter(event=AuditEvent.SIGN_IN_FAILED).exists()


@pytest.mark.django_db
def test_a_link_on_another_site_signs_nobody_in(client, configured):
    answer = client.get("/sign-in/directory/", headers={"sec-fetch-site": "cross-site"})
    assert answer.headers["Location"] == "/sign-in/"


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_way_there_and_back_is_read_only(client, method):
    for path in ("/sign-in/directory/", "/sign-in/directory/callback/"):
        assert getattr(client, method)(path).status_code == 405
