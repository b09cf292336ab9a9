"""A plan document as data. Lines are counted from 1; texts are as written, to the letter."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """What can't be understood, where, and why (in Swedish)."""

    line: int
    reason: str


class DocumentError(Exception):
    """The document can't be understood. `problems` says where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("; ".join(f"{p.line}: {p.reason}" for p in self.problems[:5]))


@dataclass(frozen=True)
class Result:
    """An expected result; `goal` is the place (from 1) of the area's goal that it stands under, None without."""

    number: str
    text: str
    line: int
    goal: int | None = None
    parts: tuple["Result", ...] = ()


@dataclass(frozen=True)
class Goal:
    text: str
    line: int


@dataclass(frozen=True)
class FocusArea:
    goals: tuple[Goal, ...] = ()
    results: tuple[Result, ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading with its own text (Markdown; empty: not written yet) and, for a focus area, goals and results."""

    number: str
    title: str
    text: str
    line: int
    focus_area: FocusArea | None = None


@dataclass(frozen=True)
class Document:
    """`years` is the first and last year that a heading names, None when no heading does."""

    sections: tuple[Section, ...]
    years: tuple[int, int] | None
    years_line: int | None = None
