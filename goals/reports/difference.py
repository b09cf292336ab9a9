"""What differs between two states of the plan: per section, goal and result, words marked. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goals.content import PlanContent, ResultContent, SectionContent
from goals.numbering import in_order

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
#: Longer texts are compared line by line: comparing words takes the square of their number.
MOST_WORDS = 6000


class Change(TextChoices):
    SAME = "same", gettext_lazy("Oförändrat")
    ADDED = "added", gettext_lazy("Nytt")
    REMOVED = "removed", gettext_lazy("Borttaget")
    CHANGED = "changed", gettext_lazy("Ändrat")


@dataclass(frozen=True)
class Piece:
    """A run of text: `same`, `added` or `removed`."""

    change: Change
    text: str

    @property
    def is_added(self) -> bool:
        return self.change == Change.ADDED

    @property
    def is_removed(self) -> bool:
        return self.change == Change.REMOVED


@dataclass(frozen=True)
class Field:
    """A fact that differs, by its name: the number, the text, the due date."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Difference:
    """One section or result that differs. `number` is the later one, where there is one."""

    change: Change
    number: str
    title: str
    fields: tuple[Field, ...]

    @property
    def label(self) -> str:
        return str(self.change.label)


@dataclass(frozen=True)
class PlanDifference:
    sections: tuple[Difference, ...]
    results: tuple[Difference, ...]

    @property
    def count(self) -> int:
        return len(self.sections) + len(self.results)


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The two texts as one, what was taken away before what came instead. Joined, each text comes out whole."""
    old, new = _tokens(before), _tokens(after)
    if len(old) + len(new) > 2 * MOST_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=len(old) + len(new) > MOST_WORDS).get_opcodes():
        if kind == "equal":
            found.append(Piece(Change.SAME, "".join(new[c:d])))
            continue
        if b > a:
            found.append(Piece(Change.REMOVED, "".join(old[a:b])))
        if d > c:
            found.append(Piece(Change.ADDED, "".join(new[c:d])))
    return tuple(found)


def _tokens(text: str) -> list[str]:
    return _WORDS.findall(text)


def difference(before: PlanContent, after: PlanContent) -> PlanDifference:
    """What has been added, removed and changed, in the document's order. Sections and results by identity."""
    old_sections = {section.identity: section for section in before.sections}
    new_sections = {section.identity: section for section in after.sections}
    sections = [
        _told(_section_facts(old), _section_facts(new), new or old)
        for old, new in _pairs(old_sections, new_sections)
        if _section_facts(old) != _section_facts(new)
    ]
    old_results = {result.identity: result for result in before.results}
    new_results = {result.identity: result for result in after.results}
    old_goals, new_goals = _goals(before), _goals(after)
    results = [
        _told(_result_facts(old, old_goals), _result_facts(new, new_goals), new or old)
        for old, new in _pairs(old_results, new_results)
        if _result_facts(old, old_goals) != _result_facts(new, new_goals)
    ]
    return PlanDifference(_in_order(sections), _in_order(results))


def _pairs(old: dict, new: dict) -> Iterator[tuple]:
    for identity in dict.fromkeys([*new, *old]):
        yield old.get(identity), new.get(identity)


def _in_order(found: Iterable[Difference]) -> tuple[Difference, ...]:
    return tuple(sorted(found, key=lambda each: in_order(each.number)))


def _section_facts(section: SectionContent | None) -> dict[str, str]:
    if section is None:
        return {}
    facts = {_("Nummer"): section.number, _("Rubrik"): section.title, _("Text"): section.text}
    if section.area:
        facts[_("Mål")] = "\n".join(section.area.goals)
    return facts


def _result_facts(result: ResultContent | None, goals: dict[str, str]) -> dict[str, str]:
    """With the goal in words, as its place says little."""
    if result is None:
        return {}
    return {
        _("Nummer"): result.number,
        _("Text"): result.text,
        _("Mål"): goals.get(result.identity, ""),
        _("Enhet"): result.unit,
        _("Startar"): result.starts_on,
        _("Klart senast"): result.due_on,
        _("Vikt"): result.weight,
    }


def _goals(plan: PlanContent) -> dict[str, str]:
    """The text of the goal that each result serves, by the result's identity."""
    areas = [section.area for section in plan.sections if section.area]
    return {
        result.identity: area.goals[result.goal - 1]
        for area in areas
        for result in area.every_result
        if result.goal and result.goal <= len(area.goals)
    }


def _told(old: dict[str, str], new: dict[str, str], shown: SectionContent | ResultContent) -> Difference:
    change = Change.CHANGED if old and new else Change.ADDED if new else Change.REMOVED
    names: Sequence[str] = list(dict.fromkeys([*new, *old]))
    fields = (
        Field(name, pieces(old.get(name, ""), new.get(name, ""))) for name in names if old.get(name) != new.get(name)
    )
    title = shown.title if isinstance(shown, SectionContent) else shown.text
    return Difference(change, shown.number, title, tuple(field for field in fields if field.pieces))
