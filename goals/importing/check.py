"""Whether a section's text can stand in the plan document: what was written must read back as the same."""

import re

from django.utils.translation import gettext as _

from goals.importing.document import DocumentError, Problem
from goals.importing.headings import find
from goals.importing.parse import parse
from goals.markdown import dialect

#: Some fifty pages. A longer section is several.
MOST_SIGNS = 200_000
_BEFORE, _BEFORE_AREA = "# 01 A\n\n## 1.1. B\n\n", "# 03 C\n\n## 3.1. D\n\n"
_AFTER, _AFTER_AREA = "\n\n# 03 C\n\n## 3.1. D\n", "\n\nMål: M\n\n99. R\n\n# 04 E\n"
_OWN = 2
_HEADINGS = {False: 4, True: 3}


def tidy(text: str) -> str:
    """The text with newlines as line ends and without blank lines around. All else is kept to the letter."""
    lines = re.sub(r"\r\n?", "\n", text).split("\n")
    filled = [index for index, line in enumerate(lines) if line.strip()]
    return "\n".join(lines[filled[0] : filled[-1] + 1]) if filled else ""


def problems_of(text: str, *, is_area: bool) -> list[Problem]:
    """What keeps a tidy text from standing in a section, with lines from 1; `is_area`: of a focus area."""
    if len(text) > MOST_SIGNS:
        return [Problem(text[:MOST_SIGNS].count("\n") + 1, _("Texten är för lång. Dela den på flera avsnitt."))]
    if "\0" in text:
        return [Problem(text[: text.index("\0")].count("\n") + 1, _("Raden innehåller ett NUL-tecken."))]
    headings = [
        Problem((token.map or (0, 0))[0] + 1, _("En rubrik i texten. Rubriker är avsnitt: lägg till ett nytt."))
        for _level, token, _inline in find(dialect().disable("inline").parse(text))
    ]
    return headings or _read_back(text, is_area=is_area)


def _read_back(text: str, *, is_area: bool) -> list[Problem]:
    before, after = (_BEFORE_AREA, _AFTER_AREA) if is_area else (_BEFORE, _AFTER)
    shift, last = before.count("\n"), text.count("\n") + 1
    if len(find(dialect().disable("inline").parse(before + text + after))) != _HEADINGS[is_area]:
        return [Problem(last, _("Texten avslutas inte, till exempel ett kodblock som aldrig stängs."))]
    try:
        section = parse(before + text + after).sections[1]
    except DocumentError as error:
        return [Problem(min(max(each.line - shift, 1), last), each.reason) for each in error.problems]
    area = section.focus_area
    if area is not None and len(area.goals) + len(area.results) > _OWN:
        first = min([goal.line for goal in area.goals] + [result.line for result in area.results])
        return [Problem(first - shift, _("Mål och numrerade resultat skrivs i planen, inte i texten."))]
    return [] if section.text == text else [Problem(last, _("Textens slut går inte att läsa tillbaka."))]
