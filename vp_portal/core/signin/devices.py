"""What a browser calls itself, in words: enough to tell one's own apart."""

from django.utils.translation import gettext as _

#: (what it says, what it is), the first that fits. Many say that they are Chrome or Safari too.
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Macintosh", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)


def in_words(user_agent: str) -> str:
    """`Firefox på Windows`."""
    browser = _first(BROWSERS, user_agent) or _("Okänd webbläsare")
    system = _first(SYSTEMS, user_agent)
    return _("%(browser)s på %(system)s") % {"browser": browser, "system": system} if system else browser


def _first(names: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for sign, name in names if sign in text), None)
