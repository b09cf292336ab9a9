"""What the portal refuses to start with. Standard library only: it is asked before Django knows anything."""

import ipaddress
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

#: Gunicorn stops for good when a worker ends with this code; with others it starts the worker again.
REFUSED = 3
SHORTEST_SECRET = 50
FEWEST_CHARACTERS = 10
#: What secrets out of examples and generators of projects contain.
EXAMPLE = re.compile(r"insecure|changeme|change-me|example|secret-?key|hemlig|demo-|…|\.\.\.", re.IGNORECASE)
REQUIRED = ("SECRET_KEY", "DATABASE_URL")


def flag(environ: Mapping[str, str], name: str) -> bool:
    return environ.get(name, "").lower() in {"1", "true", "yes", "ja"}


def hosts(environ: Mapping[str, str]) -> list[str]:
    """The names that the portal answers to; in a trial those of this machine unless others are given."""
    default = "127.0.0.1,localhost,[::1]" if flag(environ, "VP_TRIAL") else ""
    return [host.strip() for host in environ.get("ALLOWED_HOSTS", default).split(",") if host.strip()]


def problem(environ: Mapping[str, str]) -> str | None:
    """One Swedish sentence about the first thing that must not be so, None when all is well."""
    for name in REQUIRED:
        if not environ.get(name):
            return f"Miljövariabeln {name} måste sättas."
    leaked = environ.get("VP_LEAKED_PASSWORDS", "")
    if leaked and not Path(leaked).is_file():
        return f"Filen {leaked} i VP_LEAKED_PASSWORDS finns inte."
    if flag(environ, "VP_TRIAL"):
        outside = [host for host in hosts(environ) if not _is_loopback(host)]
        return _not_for_others(outside) if outside else None
    if flag(environ, "DEBUG"):
        return "DEBUG får inte vara på i drift: ta bort variabeln."
    return _weak_secrets(environ) or _bad_hosts(hosts(environ)) or _unsafe_directory(environ)


def stop_if_unsafe(environ: Mapping[str, str]) -> None:
    """Ends the process, with one line on standard error, where the portal must not run."""
    words = problem(environ)
    if words:
        refuse(words)


def refuse(words: str) -> NoReturn:
    sys.stderr.write(f"VP-portalen startar inte: {words}\n")
    sys.exit(REFUSED)


def _weak_secrets(environ: Mapping[str, str]) -> str | None:
    """Earlier keys count as well: what they have signed is believed as long as they are named."""
    make = "Gör en ny med: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
    if words := _weakness(environ["SECRET_KEY"]):
        return f"SECRET_KEY {words}. {make}"
    earlier = (each.strip() for each in environ.get("VP_SECRET_KEY_FALLBACKS", "").split(",") if each.strip())
    for words in filter(None, map(_weakness, earlier)):
        return f"En nyckel i VP_SECRET_KEY_FALLBACKS {words}. Ta bort den."
    return None


def _weakness(secret: str) -> str:
    if len(secret) < SHORTEST_SECRET:
        return f"är för kort, minst {SHORTEST_SECRET} tecken behövs"
    if len(set(secret)) < FEWEST_CHARACTERS or EXAMPLE.search(secret):
        return "är ett exempel eller går att gissa"
    return ""


def _bad_hosts(names: list[str]) -> str | None:
    if not names:
        return "ALLOWED_HOSTS måste räkna upp de värdnamn som portalen svarar på."
    if any("*" in name for name in names):
        return "ALLOWED_HOSTS får inte innehålla *: räkna upp värdnamnen."
    return None


def _unsafe_directory(environ: Mapping[str, str]) -> str | None:
    issuer = environ.get("VP_OIDC_ISSUER", "")
    if not issuer:
        return None
    if not issuer.startswith("https://"):
        return "VP_OIDC_ISSUER måste börja med https://."
    missing = [name for name in ("VP_OIDC_CLIENT_ID", "VP_OIDC_CLIENT_SECRET") if not environ.get(name)]
    return f"VP_OIDC_ISSUER är satt, men {' och '.join(missing)} saknas." if missing else None


def _not_for_others(outside: list[str]) -> str:
    return (
        f"VP_TRIAL är bara för den egna datorn, men ALLOWED_HOSTS har {', '.join(outside)}: "
        "ta bort VP_TRIAL i drift, eller värdnamnet i ett prov."
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
