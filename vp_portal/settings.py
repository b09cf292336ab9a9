"""Settings, all from the environment. `docs/operations.md` lists the variables."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from vp_portal import start

BASE_DIR = Path(__file__).resolve().parent.parent

start.stop_if_unsafe(os.environ)


def words(name: str) -> list[str]:
    """A variable that holds several values with commas between."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


TRIAL = start.flag(os.environ, "VP_TRIAL")
DEBUG = start.flag(os.environ, "DEBUG")
SECRET_KEY = os.environ["SECRET_KEY"]
SECRET_KEY_FALLBACKS = words("VP_SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = start.hosts(os.environ)
VAR_DIR = Path(os.environ.get("VP_VAR_DIR", BASE_DIR / "var"))


def database(url: str) -> dict[str, Any]:
    found: dict[str, Any] = {**dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)}
    # To compile a page's questions takes the server longer than to answer them: seconds, where the plan looks dear.
    return {**found, "OPTIONS": {"options": "-c jit=off", **found.get("OPTIONS", {})}}


#: The role that the portal runs as, and the one that owns its tables: migrations and upkeep (see `manage.py`).
DATABASE_APPLICATION = database(os.environ["DATABASE_URL"])
DATABASE_OWNER = database(os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"])
if any(DATABASE_OWNER[part] != DATABASE_APPLICATION[part] for part in ("HOST", "PORT", "NAME")):
    start.refuse("DATABASE_URL och DATABASE_OWNER_URL ska gälla samma databas.")
DATABASES = {"default": {**(DATABASE_OWNER if start.flag(os.environ, "VP_AS_OWNER") else DATABASE_APPLICATION)}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "vp_portal.overview",
    "finance",
    "goals",
    "services",
    "vp_portal.core",
    "vp_portal.core.admin_config.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "import_export",
    "procrastinate.contrib.django",
    "rules",
    "simple_history",
]

MIDDLEWARE = [
    "vp_portal.core.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "vp_portal.core.middleware.BrowserRulesMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # Static files have the headers of those above, not those below.
    "vp_portal.core.middleware.NoStoreMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "vp_portal.core.middleware.PlainAddressMiddleware",
    "vp_portal.core.middleware.DatabaseUnavailableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "vp_portal.core.audit_hooks.AuditMiddleware",
    "vp_portal.core.kept.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "vp_portal.core.signin.middleware.SessionEndMiddleware",
    "vp_portal.core.signin.middleware.SecondFactorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "vp_portal.urls"
WSGI_APPLICATION = "vp_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "vp_portal.core.navigation.navigation",
            ],
            "builtins": ["vp_portal.core.templatetags.formatting", "vp_portal.core.templatetags.remembered"],
        },
    },
]

# Sign-in
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "vp_portal.core.backends.RoleBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # Passwords from before Argon2; renewed at sign-in.
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "vp_portal.core.signin.passwords.LengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "vp_portal.core.signin.passwords.GuessableValidator"},
    {"NAME": "vp_portal.core.signin.passwords.LeakedValidator"},
]
LEAKED_PASSWORDS = os.environ.get("VP_LEAKED_PASSWORDS", "")  # A file, see `core.signin.leaked`.
PASSWORD_WORDS = words("VP_PASSWORD_WORDS")
PASSWORD_RESET_TIMEOUT = 4 * 3600  # A link for a new password, from an administrator.
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "overview:home"
LOGOUT_REDIRECT_URL = "login"
#: Failed attempts before a cool-off (seconds): of an account from an address, of an address, of codes for an account.
SIGN_IN_ATTEMPTS = 5
SIGN_IN_ATTEMPTS_PER_ADDRESS = 100
CODE_ATTEMPTS_PER_ACCOUNT = 50
SIGN_IN_COOL_OFF = 15 * 60
#: Who must have a second factor: accounts with a password, these roles also when the directory lets them in, or all.
#: A trial does without, so that its demo logins work at once.
SECOND_FACTOR_WITH_PASSWORD = not TRIAL
SECOND_FACTOR_ROLES = ["administrator", "controller"] if not TRIAL or start.flag(os.environ, "VP_TRIAL_MFA") else []
SECOND_FACTOR_OF_ALL = start.flag(os.environ, "VP_SECOND_FACTOR_OF_ALL")

# Single sign-on with an OpenID Connect provider; hidden without an issuer
OIDC_ISSUER = os.environ.get("VP_OIDC_ISSUER", "")
OIDC_NAME = os.environ.get("VP_OIDC_NAME", "universitetets inloggning")
OIDC_GROUPS_CLAIM = os.environ.get("VP_OIDC_GROUPS_CLAIM", "groups")
OIDC_PERSON_CLAIM = os.environ.get("VP_OIDC_PERSON_CLAIM", "")
OIDC_EMAIL_DOMAINS = [domain.lower() for domain in words("VP_OIDC_EMAIL_DOMAINS")]
OIDC_SECOND_FACTOR_ACR = words("VP_OIDC_MFA_ACR") or ["https://refeds.org/profile/mfa"]
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "directory",
                "name": OIDC_NAME,
                "client_id": os.environ.get("VP_OIDC_CLIENT_ID", ""),
                "secret": os.environ.get("VP_OIDC_CLIENT_SECRET", ""),
                "settings": {
                    "server_url": OIDC_ISSUER.rstrip("/"),
                    "oauth_pkce_enabled": True,
                    "scope": os.environ.get("VP_OIDC_SCOPE", "openid profile email").split(),
                },
            }
        ]
        if OIDC_ISSUER
        else []
    }
}
SOCIALACCOUNT_ADAPTER = "vp_portal.core.signin.adapters.DirectoryAdapter"

# django-allauth, as far as it is used
ACCOUNT_ADAPTER = "vp_portal.core.signin.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_RATE_LIMITS = {"login_failed": None}  # `core.signin.attempts` counts those, by account and address.
ACCOUNT_FORMS = {
    "change_password": "vp_portal.core.signin.forms.OwnPasswordForm",
    "reauthenticate": "vp_portal.core.signin.forms.PasswordAgainForm",
}
MFA_ADAPTER = "vp_portal.core.signin.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]  # Codes in reserve are ours: `core.signin.reserve_codes`.
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = TRIAL  # http://localhost
MFA_FORMS = {
    "authenticate": "vp_portal.core.signin.forms.CodeForm",
    "reauthenticate": "vp_portal.core.signin.forms.CodeAgainForm",
    "activate_totp": "vp_portal.core.signin.forms.AppForm",
    "add_webauthn": "vp_portal.core.signin.forms.PasskeyForm",
    "edit_webauthn": "vp_portal.core.signin.forms.PasskeyNameForm",
}

# Shared by all processes: used codes, limits on confirming
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Notices of changed passwords and second factors, reminders of check-ins
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if "VP_SMTP_HOST" in os.environ:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("VP_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("VP_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("VP_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("VP_SMTP_PASSWORD", "")
EMAIL_USE_TLS = True
EMAIL_TIMEOUT = 10
#: Where people find the portal: begins the addresses in letters and calendars.
PORTAL_URL = os.environ.get(
    "VP_URL", "http://127.0.0.1:8000" if TRIAL or not ALLOWED_HOSTS else f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
).rstrip("/")
DEFAULT_FROM_EMAIL = os.environ.get("VP_MAIL_FROM", "vp-portalen@localhost")

# Language: texts in the source are Swedish; `locale/` holds what other packages lack in Swedish.
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska")]
LOCALE_PATHS = [BASE_DIR / "vp_portal" / "locale"]
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

# Static files
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "vp_portal" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "vp_portal.core.staticfiles.BundlingStorage"},
}
MEDIA_ROOT = VAR_DIR / "files"

# Ledger files on their way to be booked
UPLOAD_FOLDER = MEDIA_ROOT / "uploads"
UPLOAD_MOST_BYTES = int(os.environ.get("VP_UPLOAD_MOST_MB", "2048")) * 2**20

# Web
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],  # Follows from the first, but scanners and ASVS want it said.
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "report-uri": "/csp-report/",
    },
}
PERMISSIONS_POLICY = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
WHITENOISE_ALLOW_ALL_ORIGINS = False
CSRF_FAILURE_VIEW = "vp_portal.core.views.stale_form"
#: How many of our own proxies stand in front, each adding an address to X-Forwarded-For.
TRUSTED_PROXIES = int(os.environ.get("VP_PROXIES", "0" if TRIAL else "1"))
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Sessions: in the database, ended after two hours of nothing and twelve of anything
SESSION_COOKIE_AGE = int(os.environ.get("VP_SESSION_HOURS", "12")) * 3600
SESSION_IDLE_SECONDS = int(os.environ.get("VP_SESSION_IDLE_MINUTES", "120")) * 60
THEME_COOKIE_NAME = "vp_theme"
BROWSER_COOKIE_NAME = "vp_known"  # See `core.signin.known_browsers`.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # No cookie of its own.
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # Strict would lose the way back from the directory, and links in letters.
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
if not TRIAL:
    # The trial answers plain http on this machine only.
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    THEME_COOKIE_NAME = "__Host-theme"
    BROWSER_COOKIE_NAME = "__Host-known"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrf"

# History and import
#: How long the audit log and the admin's own log are kept (`manage.py trim_traces`).
AUDIT_KEPT_DAYS = int(os.environ.get("VP_AUDIT_KEPT_DAYS", "1095"))
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
#: Files that an account may take out in a minute.
FILES_PER_MINUTE = int(os.environ.get("VP_FILES_PER_MINUTE", "20"))
#: The largest register file that is taken in.
REGISTER_MOST_BYTES = int(os.environ.get("VP_REGISTER_MOST_MB", "10")) * 2**20
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_SKIP_ADMIN_LOG = False

# One line a record, on standard error: text in a trial, JSON in production.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "vp_portal.core.logs.TextLines"},
        "json": {"()": "vp_portal.core.logs.JsonLines"},
    },
    "filters": {"secrets": {"()": "vp_portal.core.logs.WithoutSecrets"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["secrets"],
            "formatter": "text" if TRIAL or DEBUG else "json",
        },
    },
    "loggers": {
        "vp_portal": {"level": "INFO"},
        "django.request": {"level": "ERROR"},  # Each request has its own line; this adds what caused a 500.
        "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}
